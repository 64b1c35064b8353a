//! Changing and deleting what goes with a message.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::files::{at, ids, leads_to, send, unlinked, upload};
use crate::encoding::BOTH;
use crate::failure::{Outcome, equal, holds};
use crate::http::{Exchange, Request};
use crate::person::{self, Answers as _, Person, id, id_of};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Changing attachments of messages",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "attachments takes the place of the list: some stay, some come, and the others are gone",
        replaced,
    ),
    case("null, empty and a form's empty value remove all", removed),
    case("a text or an attachment must be left", never_empty),
    case("the same list is no change", unchanged),
    case("a change that is refused changes nothing", refused),
    case(
        "nobody but the sender changes them: 403 not_allowed",
        not_the_sender,
    ),
    case(
        "an attachment that is deleted leaves its message, and updated_at says so",
        deleted,
    ),
    case(
        "with its message an attachment is gone, and its file",
        gone_with_message,
    ),
];

/// Uploads so many files.
#[track_caller]
fn uploads<const COUNT: usize>(caller: &Person) -> Outcome<[Value; COUNT]> {
    let mut uploads = [const { Value::Null }; COUNT];
    for uploaded in &mut uploads {
        *uploaded = upload(caller, "House.txt", b"Hello")?["id"].take();
    }
    Ok(uploads)
}

/// Asserts what everybody sees of a message.
#[track_caller]
fn shows(people: &[&Person], path: &str, text: &str, attachments: &[&Value]) -> Outcome {
    for one in people {
        let seen = one.get(path).answers(200)?;
        equal("message", &seen["message"], text)?;
        equal("the attachments", ids(&seen["attachments"]), attachments)?;
    }
    Ok(())
}

/// Asserts that a message would have nothing left. Which parameter is at fault depends on the call.
#[track_caller]
fn refused_as_empty(answer: Outcome<Exchange>) -> Outcome {
    let body = answer.answers(400)?;
    equal("code", &body["code"], "parameter_invalid")
}

/// Asserts that there is no such attachment.
#[track_caller]
fn is_gone(one: &Person, attachment: &Value) -> Outcome {
    let path = format!("/v1/attachments/{}", attachment.as_str().unwrap_or_default());
    one.get(&path).refused(404, "resource_missing", None)
}

fn replaced(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let [first, second, third, fourth] = &uploads(kate)?;
    let message = send(kate, &conversation, "Look", &json!([first, second]))?;
    let path = person::at(&message);
    let new = json!({"attachments": [third, {"id": second}]});
    let changed = kate.put(&path, &new).answers(200)?;
    equal("the attachments", ids(&changed["attachments"]), [third, second])?;
    holds("updated_at is set", changed["updated_at"].is_i64(), &changed)?;
    for attachment in changed["attachments"].as_array().into_iter().flatten() {
        equal("message_id", &attachment["message_id"], &message["id"])?;
        leads_to(tester, attachment, b"Hello")?;
    }
    shows(&[kate, kevin], &path, "Look", &[third, second])?;
    for one in [kate, kevin] {
        is_gone(one, first)?;
    }
    // As a form writes it, with another order, and a new text.
    let form =
        [second, third, fourth].map(|one| format!("attachments[]={}", one.as_str().unwrap_or_default()));
    let form = format!("message=Here&{}", form.join("&"));
    kate.send(Request::new("PUT", &*path).form(form)).answers(200)?;
    shows(&[kate, kevin], &path, "Here", &[second, third, fourth])?;
    let other = send(kevin, &conversation, "", &json!([{"forward_id": second}]))?;
    let forward = json!([fourth, {"forward_id": other["attachments"][0]["id"]}]);
    let changed = kate.put(&path, &json!({"attachments": forward})).answers(200)?;
    let forwarded = &changed["attachments"][1]["id"];
    holds(
        "what is forwarded into it is a new one",
        ![second, &other["attachments"][0]["id"]].contains(&forwarded),
        forwarded,
    )?;
    shows(&[kate, kevin], &path, "Here", &[fourth, forwarded])
}

fn removed(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    for none in [Value::Null, json!([])] {
        let [first, second] = &uploads(kate)?;
        let message = send(kate, &conversation, "Look", &json!([first, second]))?;
        let path = person::at(&message);
        kate.put(&path, &json!({"attachments": none})).answers(200)?;
        shows(&[kate, kevin], &path, "Look", &[])?;
        is_gone(kevin, first)?;
    }
    let [first] = &uploads(kate)?;
    let path = person::at(&send(kate, &conversation, "Look", &json!([first]))?);
    let form = Request::new("PUT", &*path).form("attachments=");
    kate.send(form).answers(200)?;
    shows(&[kate, kevin], &path, "Look", &[])
}

fn never_empty(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let [first, second, third] = &uploads(kate)?;
    let path = person::at(&send(kate, &conversation, "Look", &json!([first]))?);
    for body in [
        json!({"message": "", "attachments": []}),
        json!({"message": null, "attachments": null}),
    ] {
        refused_as_empty(kate.put(&path, &body))?;
    }
    for (text, encoding) in [json!(""), Value::Null].into_iter().zip(BOTH) {
        kate.put(&path, &json!({"message": "Look"})).answers(200)?;
        kate.put_in(encoding, &path, &json!({"message": text}))
            .answers(200)?;
        shows(&[kate, kevin], &path, "", &[first])?;
    }
    refused_as_empty(kate.put(&path, &json!({"attachments": []})))?;
    refused_as_empty(kate.put(&path, &json!({"attachments": null})))?;
    let delete = |id: &Value| kate.delete(&format!("/v1/attachments/{}", id.as_str().unwrap_or_default()));
    delete(first).refused(400, "parameter_invalid", None)?;
    kate.put(&path, &json!({"message": " "}))
        .refused(400, "parameter_invalid", Some("message"))?;
    shows(&[kate, kevin], &path, "", &[first])?;
    // Another one in its place leaves something.
    kate.put(&path, &json!({"attachments": [second, third]}))
        .answers(200)?;
    delete(second).answers(204)?;
    delete(third).refused(400, "parameter_invalid", None)?;
    let text = json!({"message": "Look", "attachments": []});
    kate.put(&path, &text).answers(200)?;
    shows(&[kate, kevin], &path, "Look", &[])
}

fn unchanged(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let [first, second] = &uploads(kate)?;
    let message = send(kate, &conversation, "Look", &json!([first, second]))?;
    for body in [
        json!({"attachments": [first, second]}),
        json!({"attachments": [{"id": first}, second], "message": "Look"}),
        json!({"reactions": {"heart": [kate.username]}}),
    ] {
        let changed = kate.put(&person::at(&message), &body).answers(200)?;
        equal("updated_at", &changed["updated_at"], Value::Null)?;
        equal("the attachments", ids(&changed["attachments"]), [first, second])?;
    }
    Ok(())
}

fn refused(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let [own, new, used] = &uploads(kate)?;
    let path = person::at(&send(kate, &conversation, "Look", &json!([own]))?);
    send(kate, &conversation, "Elsewhere", &json!([used]))?;
    for (attachments, status, code, place) in [
        (json!([new, NOBODY]), 404, "resource_missing", "attachments[1]"),
        (
            json!([new, {"forward_id": NOBODY}]),
            404,
            "resource_missing",
            "attachments[1]",
        ),
        (
            json!([new, {"sound_id": NOBODY}]),
            404,
            "resource_missing",
            "attachments[1]",
        ),
        (json!([used]), 409, "attachment_used", "attachments[0]"),
        (json!([own, own]), 400, "parameter_invalid", "attachments[1]"),
    ] {
        let body = json!({"message": "Changed", "attachments": attachments});
        kate.put(&path, &body).refused(status, code, Some(place))?;
    }
    shows(&[kate, kevin], &path, "Look", &[own])?;
    send(kate, &conversation, "It can still be sent", &json!([new]))?;
    Ok(())
}

fn not_the_sender(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let [own] = &uploads(kate)?;
    let [his] = &uploads(kevin)?;
    let path = person::at(&send(kate, &conversation, "Look", &json!([own]))?);
    for attachments in [Value::Null, json!([own]), json!([his]), json!([own, his])] {
        kevin
            .put(&path, &json!({"attachments": attachments}))
            .refused(403, "not_allowed", None)?;
    }
    shows(&[kate, kevin], &path, "Look", &[own])?;
    send(kevin, &conversation, "It can still be sent", &json!([his]))?;
    Ok(())
}

fn deleted(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let [first, second] = &uploads(kate)?;
    let message = send(kate, &conversation, "", &json!([first, second]))?;
    kate.delete(&at(&message["attachments"][0])).answers(204)?;
    for one in [kate, kevin] {
        let seen = one.get(&person::at(&message)).answers(200)?;
        holds("updated_at is set", seen["updated_at"].is_i64(), &seen)?;
        equal("what is left", ids(&seen["attachments"]), [second])?;
        is_gone(one, first)?;
    }
    kate.delete(&at(&message["attachments"][0]))
        .refused(404, "resource_missing", None)
}

fn gone_with_message(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let [first, second] = &uploads(kate)?;
    let message = send(kate, &conversation, "", &json!([first, second]))?;
    let forward = send(kevin, &conversation, "", &json!([{"forward_id": second}]))?;
    let forward = &forward["attachments"][0];
    kate.delete(&person::at(&message)).answers(204)?;
    for one in [kate, kevin] {
        is_gone(one, first)?;
        is_gone(one, second)?;
    }
    let body = json!({
        "conversation_id": id_of(&conversation),
        "message": "",
        "attachments": [{"forward_id": first}],
    });
    kevin
        .post("/v1/messages", &body)
        .refused(404, "resource_missing", Some("attachments[0]"))?;
    let link = message["attachments"][0]["file_url"].as_str().unwrap_or_default();
    Tester::eventually("the file is gone", || Ok(tester.follow(link)?.status != 200))?;
    let left = kevin.get(&at(forward)).answers(200)?;
    equal("the forward", unlinked(&left), unlinked(forward))?;
    leads_to(tester, &left, b"Hello")?;
    equal("its id", id(&left), id(forward))
}
