//! The address book.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::{in_both, view, walk_states, without_activity};
use crate::encoding::{BOTH, Encoding};
use crate::failure::{Failure, Outcome, equal, holds};
use crate::person::{Answers as _, id, id_of};
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "Contacts",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "a create answers 201 with the contact and where it is, and its conversation is created with it",
        created,
    ),
    case("a create means the same as JSON and as a form", created_in_both),
    case(
        "a second create with the same contact answers 200 with the same contact, and changes nothing",
        created_twice,
    ),
    case(
        "usernames are compared without regard to case, and shown as their owners write them",
        case_of_usernames,
    ),
    case(
        "a username that exists needs its phone number, of which the digits are compared",
        phone_numbers,
    ),
    case(
        "a wrong phone number is a 409 that leaves nothing behind",
        wrong_phone_number,
    ),
    case(
        "after ten wrong phone numbers within an hour 429 too_many_attempts, with Retry-After",
        too_many_attempts,
    ),
    case("nobody is their own contact", own_contact),
    case(
        "a username that nobody has makes a person, whom everybody finds",
        new_person,
    ),
    case("an avatar counts only for a person that is new", avatar_of_known),
    case(
        "a display name is the caller's own, and the only thing that a PUT changes",
        display_name,
    ),
    case(
        "a display name can be set, changed and cleared in both encodings",
        display_name_states,
    ),
    case("adding somebody is one-sided", one_sided),
    case(
        "two people who add each other have one conversation",
        one_conversation,
    ),
    case(
        "a DELETE answers 204, and the contact is gone from every route",
        deleted,
    ),
    case(
        "deleting a contact deletes the conversation for both, with its messages",
        deleted_with_conversation,
    ),
    case("somebody who is added again has a new conversation", added_again),
    case(
        "without its conversation a contact stays, with conversation_id null",
        without_conversation,
    ),
];

fn created(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let mut card = kevin.card();
    card["display_name"] = json!("Kev ✨");
    let contact = kate.post("/v1/contacts", &card).created("/v1/contacts")?;
    equal("id: the person's", &contact["id"], &kevin.id)?;
    equal("username", &contact["username"], &kevin.username)?;
    equal("phone_number", &contact["phone_number"], &kevin.phone_number)?;
    equal("display_name", &contact["display_name"], "Kev ✨")?;
    holds(
        "it has a conversation",
        contact["conversation_id"].is_string(),
        &contact,
    )?;
    let contact = without_activity(contact);
    equal("the same by its id", view(kate, &[kevin.entry()])?, [&contact])?;
    equal(
        "the list",
        view(kate, &["/v1/contacts"])?,
        json!([{"has_more": false, "data": [contact], "next_cursor": null}]),
    )?;
    let conversation = contact["conversation_id"].as_str().unwrap_or_default();
    let conversation = kate
        .get(&format!("/v1/conversations/{conversation}"))
        .answers(200)?;
    equal(
        "the conversation's contact",
        &conversation["contact_id"],
        &kevin.id,
    )
}

fn created_in_both(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let mut card = kevin.card();
    card["display_name"] = json!("a+b & c=d é %41");
    card["avatar_url"] = json!("https://example.com/?a=1&b=2");
    let mut shown = Vec::new();
    for encoding in BOTH {
        let mut contact = kate
            .post_in(encoding, "/v1/contacts", &card)
            .created("/v1/contacts")?;
        equal("display_name", &contact["display_name"], "a+b & c=d é %41")?;
        kate.delete(&kevin.entry()).answers(204)?;
        // Each has a conversation and a time of its own.
        contact["conversation_id"].take();
        contact["created_at"].take();
        shown.push(without_activity(contact));
    }
    equal("as a form and as JSON", &shown[0], &shown[1])?;
    // An empty form value is null, and null is what an optional parameter is when it is left out.
    let mut nulls = kevin.card();
    nulls["avatar_url"] = Value::Null;
    nulls["display_name"] = Value::Null;
    let contact = kate
        .post_in(Encoding::Form, "/v1/contacts", &nulls)
        .created("/v1/contacts")?;
    equal("display_name", &contact["display_name"], Value::Null)
}

fn created_twice(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    kate.meet(kevin)?;
    let named = json!({"display_name": "Kev"});
    let before = without_activity(kate.put(&kevin.entry(), &named).answers(200)?);
    let mut again = kevin.card();
    again["display_name"] = json!("somebody else");
    again["avatar_url"] = json!("https://example.com/other.png");
    let exchange = in_both(|encoding| kate.post_in(encoding, "/v1/contacts", &again))?;
    equal(
        "only a 201 has a location",
        exchange.answer.header("location"),
        Value::Null,
    )?;
    equal(
        "the contact",
        without_activity(Ok(exchange).answers(200)?),
        &before,
    )?;
    equal("it afterwards", view(kate, &[kevin.entry()])?, [before])
}

fn case_of_usernames(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    kate.meet(kevin)?;
    for username in [kevin.username.to_uppercase(), kevin.username.to_lowercase()] {
        let card = json!({"username": username, "phone_number": kevin.phone_number});
        let contact = kate.post("/v1/contacts", &card).answers(200)?;
        equal("id", &contact["id"], &kevin.id)?;
        equal("username", &contact["username"], &kevin.username)?;
    }
    Ok(())
}

/// The digits of a phone number.
fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

fn phone_numbers(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let digits = digits(&kevin.phone_number);
    let (start, end) = digits.split_at(3);
    let with = |phone_number: &str| json!({"username": kevin.username, "phone_number": phone_number});
    kate.post("/v1/contacts", &with(&digits))
        .created("/v1/contacts")?;
    for number in [
        format!("+{start}-{end}"),
        format!("({start}) {end}"),
        format!("{start}/{end}"),
    ] {
        let contact = kate.post("/v1/contacts", &with(&number)).answers(200)?;
        equal(
            "as its owner writes it",
            &contact["phone_number"],
            &kevin.phone_number,
        )?;
    }
    for other in [format!("{digits}0"), digits[1..].to_owned()] {
        let exchange = in_both(|encoding| kate.post_in(encoding, "/v1/contacts", &with(&other)))?;
        Ok(exchange).refused(409, "username_taken", Some("username"))?;
    }
    Ok(())
}

fn wrong_phone_number(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let wrong =
        json!({"username": kevin.username, "phone_number": format!("{}99", digits(&kevin.phone_number))});
    kate.post("/v1/contacts", &wrong)
        .refused(409, "username_taken", Some("username"))?;
    equal("Kate's contacts", kate.all("/v1/contacts")?, json!([]))?;
    for one in [kate, kevin] {
        equal("the conversations", one.all("/v1/conversations")?, json!([]))?;
    }
    Ok(())
}

/// Only Fuller guesses, who adds nobody in any other case; and it holds too where an earlier run was less than an hour
/// ago.
fn too_many_attempts(tester: &Tester) -> Outcome {
    let [_, kevin, _, fuller] = tester.people();
    let digits = digits(&kevin.phone_number);
    let mut refused = None;
    for number in 0..11 {
        let wrong =
            json!({"username": kevin.username, "phone_number": format!("{}{number:02}", &digits[..3])});
        let exchange = fuller.post("/v1/contacts", &wrong)?;
        if exchange.answer.status == 429 {
            refused = Some(exchange);
            break;
        }
        Ok(exchange).refused(409, "username_taken", Some("username"))?;
    }
    let refused = refused.ok_or_else(|| Failure::new("the eleventh wrong number is compared"))?;
    let retry_after = refused
        .answer
        .header("retry-after")
        .and_then(|value| value.parse().ok());
    holds(
        "retry-after is within the hour",
        retry_after.is_some_and(|seconds: i64| (1..=3600).contains(&seconds)),
        retry_after,
    )?;
    Ok(refused).refused(429, "too_many_attempts", Some("phone_number"))?;
    // Nor is the right one.
    fuller
        .post("/v1/contacts", &kevin.card())
        .refused(429, "too_many_attempts", Some("phone_number"))?;
    equal("Fuller's contacts", fuller.all("/v1/contacts")?, json!([]))
}

fn own_contact(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    for username in [kate.username.clone(), kate.username.to_uppercase()] {
        let card = json!({"username": username, "phone_number": kate.phone_number});
        let exchange = in_both(|encoding| kate.post_in(encoding, "/v1/contacts", &card))?;
        Ok(exchange).refused(400, "parameter_invalid", Some("username"))?;
    }
    Ok(())
}

fn new_person(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let card = tester.nobody(0);
    let first = kate.post("/v1/contacts", &card).created("/v1/contacts")?;
    equal("username", &first["username"], &card["username"])?;
    equal("phone_number", &first["phone_number"], &card["phone_number"])?;
    equal("who never sent anything", &first["last_active_at"], Value::Null)?;
    let second = kevin.post("/v1/contacts", &card).created("/v1/contacts")?;
    equal("the same person", &second["id"], &first["id"])?;
    equal("since the same time", &second["created_at"], &first["created_at"])
}

fn avatar_of_known(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let mut card = tester.nobody(0);
    let first = kate.post("/v1/contacts", &card).created("/v1/contacts")?;
    card["avatar_url"] = json!("https://example.com/second.png");
    let second = kevin.post("/v1/contacts", &card).created("/v1/contacts")?;
    equal("avatar_url", &second["avatar_url"], &first["avatar_url"])
}

fn display_name(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    kate.meet(kevin)?;
    frank.meet(kevin)?;
    kate.put(&kevin.entry(), &json!({"display_name": "Kev"}))
        .answers(200)?;
    let other = frank.get(&kevin.entry()).answers(200)?;
    equal("Frank's name for him", &other["display_name"], Value::Null)?;
    for param in ["username", "phone_number", "avatar_url", "id", "conversation_id"] {
        let change = json!({"display_name": "x", param: "y"});
        let exchange = in_both(|encoding| kate.put_in(encoding, &kevin.entry(), &change))?;
        Ok(exchange).refused(400, "parameter_unknown", Some(param))?;
    }
    let entry = kate.get(&kevin.entry()).answers(200)?;
    equal("nothing else was done", &entry["display_name"], "Kev")
}

fn display_name_states(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    kate.meet(kevin)?;
    let values = [json!("Kev"), json!("ケビン 🎩")];
    walk_states(kate, &kevin.entry(), "display_name", &values, true)
}

fn one_sided(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    equal("Kevin's contacts", kevin.all("/v1/contacts")?, json!([]))?;
    kevin.get(&kate.entry()).refused(404, "resource_missing", None)?;
    // He takes part in the conversation all the same.
    let theirs = kevin.get(&conversation).answers(200)?;
    equal("his side of it", &theirs["contact_id"], &kate.id)
}

fn one_conversation(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let back = kevin.post("/v1/contacts", &kate.card()).created("/v1/contacts")?;
    equal("conversation_id", &back["conversation_id"], id_of(&conversation))
}

fn deleted(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    kate.meet(kevin)?;
    kate.delete(&kevin.entry()).answers(204)?;
    kate.get(&kevin.entry()).refused(404, "resource_missing", None)?;
    kate.put(&kevin.entry(), &json!({"display_name": "x"}))
        .refused(404, "resource_missing", None)?;
    kate.delete(&kevin.entry())
        .refused(404, "resource_missing", None)?;
    equal("the list", kate.all("/v1/contacts")?, json!([]))?;
    kate.post("/v1/conversations", &json!({"contact_id": kevin.id}))
        .refused(404, "resource_missing", Some("contact_id"))
}

fn deleted_with_conversation(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    kevin.meet(kate)?;
    let message = kevin.say(&conversation, "Unfriendly")?;
    kate.delete(&kevin.entry()).answers(204)?;
    for one in [kate, kevin] {
        one.get(&conversation).refused(404, "resource_missing", None)?;
        one.get(&format!("/v1/messages/{}", id(&message)))
            .refused(404, "resource_missing", None)?;
        equal("the conversations", one.all("/v1/conversations")?, json!([]))?;
        equal("the messages", one.all("/v1/messages")?, json!([]))?;
    }
    let entry = kevin.get(&kate.entry()).answers(200)?;
    equal("Kevin's entry stays", &entry["conversation_id"], Value::Null)
}

fn added_again(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let first = tester.pair()?;
    kevin.meet(kate)?;
    kate.delete(&kevin.entry()).answers(204)?;
    let second = kate.meet(kevin)?;
    holds("it is another conversation", first != second, &second)?;
    let entry = kevin.get(&kate.entry()).answers(200)?;
    equal("Kevin's entry has it", &entry["conversation_id"], id_of(&second))
}

fn without_conversation(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    kevin.delete(&conversation).answers(204)?;
    let entry = kate.get(&kevin.entry()).answers(200)?;
    equal("conversation_id", &entry["conversation_id"], Value::Null)?;
    // Adding somebody who is a contact already changes nothing: the conversation has a create of its own.
    let again = kate.post("/v1/contacts", &kevin.card()).answers(200)?;
    equal("after a second create", &again["conversation_id"], Value::Null)?;
    kate.delete(&kevin.entry()).answers(204)?;
    kate.get(&kevin.entry()).refused(404, "resource_missing", None)
}
