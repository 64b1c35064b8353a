//! The five routes of contacts, and the rules about usernames and phone numbers.

use serde_json::{Value, json};

use crate::encoding::in_both;
use crate::shape::{assert_contact, assert_page, is_id};
use crate::world::{id_of, person, text, two_people, world};

#[test]
fn a_contact_from_its_creation_to_its_end() {
    let kate = person("contact.life");
    let (username, phone_number) = world().new_name("contact.new");
    let parameters = json!({
        "username": username,
        "phone_number": phone_number,
        "avatar_url": "https://example.com/kevin.png",
        "display_name": "Kev ✨",
    });
    let contact = kate
        .post("/v1/contacts", &parameters)
        .expect_created("/v1/contacts");
    assert_contact(&contact);
    let mut expected = parameters;
    for own in ["id", "conversation_id", "created_at"] {
        expected[own] = contact[own].clone();
    }
    expected["last_active_at"] = Value::Null;
    assert_eq!(contact, expected);
    assert!(
        is_id(&contact["conversation_id"]),
        "the conversation is created with it"
    );

    let path = format!("/v1/contacts/{}", text(&contact["id"]));
    assert_eq!(kate.get(&path).expect(200), expected);
    let page = kate.get("/v1/contacts").expect(200);
    assert_page(&page, assert_contact);
    assert_eq!(
        page,
        json!({"has_more": false, "data": [expected], "next_cursor": null})
    );

    expected["display_name"] = json!("Kevin");
    assert_eq!(
        kate.put(&path, &json!({"display_name": "Kevin"})).expect(200),
        expected
    );
    assert_eq!(kate.get(&path).expect(200), expected);

    kate.delete(&path).expect(204);
    kate.get(&path).refused(404, "resource_missing", None);
    kate.delete(&path).refused(404, "resource_missing", None);
    assert_eq!(kate.get("/v1/contacts").expect(200)["data"], json!([]));
}

#[test]
fn creating_one_is_the_same_in_both_encodings() {
    let kate = person("contact.encoded");
    let kevin = person("contact.encoded.other");
    let mut parameters = kevin.card();
    parameters["display_name"] = json!("a+b & c=d é");
    parameters["avatar_url"] = json!("https://example.com/?a=1&b=2");
    let [json, form] = crate::encoding::BOTH.map(|encoding| {
        let mut contact = kate
            .post_in(encoding, "/v1/contacts", &parameters)
            .expect_created("/v1/contacts");
        kate.delete(&kevin.entry()).expect(204);
        // Each has a conversation of its own.
        assert!(is_id(&contact["conversation_id"].take()));
        contact
    });
    assert_eq!(json, form);
    // An empty form value is null, and null is what an optional parameter is when it is left out.
    let (username, phone_number) = world().new_name("contact.nulls");
    let nulls =
        json!({"username": username, "phone_number": phone_number, "avatar_url": null, "display_name": null});
    kate.post_in(crate::encoding::Encoding::Form, "/v1/contacts", &nulls)
        .expect(201);
    let again = in_both(|encoding| kate.post_in(encoding, "/v1/contacts", &nulls)).expect(200);
    assert_eq!(
        (&again["avatar_url"], &again["display_name"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn adding_somebody_twice_finds_the_entry() {
    let (kate, kevin, _) = two_people("twice");
    kate.put(&kevin.entry(), &json!({"display_name": "Kev"}))
        .expect(200);
    let before = kate.get(&kevin.entry()).expect(200);
    let mut again = kevin.card();
    again["display_name"] = json!("somebody else");
    again["avatar_url"] = json!("https://example.com/other.png");
    let answer = in_both(|encoding| kate.post_in(encoding, "/v1/contacts", &again));
    assert_eq!(
        answer.expect(200),
        before,
        "a create that finds something changes nothing"
    );
    assert_eq!(answer.header("location"), None);
}

#[test]
fn usernames_are_unique_without_regard_to_case() {
    let (kate, kevin) = (person("case"), person("Case.MiXed"));
    for username in [kevin.username.to_uppercase(), kevin.username.to_lowercase()] {
        let card = json!({"username": username, "phone_number": kevin.phone_number});
        let contact = kate.post("/v1/contacts", &card);
        let contact = contact.json();
        assert_eq!(contact["id"], json!(kevin.id));
        assert_eq!(
            contact["username"],
            json!(kevin.username),
            "as its owner writes it"
        );
    }
}

#[test]
fn phone_numbers_are_the_same_when_their_digits_are() {
    let (kate, kevin) = (person("digits"), person("digits.other"));
    let digits: String = kevin.phone_number.chars().filter(char::is_ascii_digit).collect();
    let (start, end) = digits.split_at(4);
    for (phone_number, status) in [
        (digits.clone(), 201),
        (format!("+{start}-{end}"), 200),
        (format!("({start}) {end}"), 200),
        (format!("{start}/{end}"), 200),
    ] {
        let card = json!({"username": kevin.username, "phone_number": phone_number});
        let contact = kate.post("/v1/contacts", &card).expect(status);
        assert_eq!(
            contact["phone_number"],
            json!(kevin.phone_number),
            "as its owner writes it"
        );
    }
    for other in [
        format!("{digits}0"),
        digits[1..].to_owned(),
        digits.replace("555", "556"),
    ] {
        let card = json!({"username": kevin.username, "phone_number": other});
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/contacts", &card));
        answer.refused(409, "username_taken", Some("username"));
    }
}

#[test]
fn a_refused_contact_leaves_nothing_behind() {
    let (kate, kevin) = (person("refused"), person("refused.other"));
    let card = json!({"username": kevin.username, "phone_number": "+1 555 999 9999"});
    kate.post("/v1/contacts", &card)
        .refused(409, "username_taken", Some("username"));
    for path in ["/v1/contacts", "/v1/conversations"] {
        assert_eq!(kate.get(path).expect(200)["data"], json!([]), "{path}");
    }
    assert_eq!(kevin.get("/v1/conversations").expect(200)["data"], json!([]));
}

#[test]
fn nobody_is_their_own_contact() {
    let kate = person("own");
    for username in [kate.username.clone(), kate.username.to_uppercase()] {
        let card = json!({"username": username, "phone_number": kate.phone_number});
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/contacts", &card));
        answer.refused(400, "parameter_invalid", Some("username"));
    }
}

#[test]
fn an_avatar_counts_only_for_somebody_new() {
    let (kate, frank) = (person("avatar"), person("avatar.second"));
    let (username, phone_number) = world().new_name("avatar.new");
    let card = |avatar: &str| {
        let avatar = format!("https://example.com/{avatar}.png");
        json!({"username": username, "phone_number": phone_number, "avatar_url": avatar})
    };
    let first = kate.post("/v1/contacts", &card("first")).expect(201);
    assert_eq!(first["avatar_url"], json!("https://example.com/first.png"));
    let second = frank.post("/v1/contacts", &card("second")).expect(201);
    assert_eq!(second["id"], first["id"]);
    assert_eq!(second["avatar_url"], json!("https://example.com/first.png"));
}

#[test]
fn a_display_name_is_the_callers_own() {
    let (kate, kevin, _) = two_people("name");
    let frank = person("name.third");
    frank.meet(&kevin);
    kate.put(&kevin.entry(), &json!({"display_name": "Kev"}))
        .expect(200);
    assert_eq!(frank.get(&kevin.entry()).expect(200)["display_name"], Value::Null);
    // Everything else of a contact is the person's, or the system's.
    for other in ["username", "phone_number", "avatar_url", "id", "conversation_id"] {
        let answer = in_both(|encoding| {
            kate.put_in(
                encoding,
                &kevin.entry(),
                &json!({"display_name": "x", other: "y"}),
            )
        });
        answer.refused(400, "parameter_unknown", Some(other));
    }
    assert_eq!(kate.get(&kevin.entry()).expect(200)["display_name"], json!("Kev"));
}

#[test]
fn deleting_a_contact_deletes_the_conversation_for_both() {
    let (kate, kevin, conversation) = two_people("delete.contact");
    let back = kevin.post("/v1/contacts", &kate.card()).expect(201);
    assert_eq!(
        back["conversation_id"],
        json!(id_of(&conversation)),
        "two people have one conversation"
    );

    kate.delete(&kevin.entry()).expect(204);
    for one in [&kate, &kevin] {
        one.get(&conversation).refused(404, "resource_missing", None);
        assert_eq!(one.get("/v1/conversations").expect(200)["data"], json!([]));
    }
    // Kevin's entry stays, without a conversation.
    let entry = kevin.get(&kate.entry()).expect(200);
    assert_contact(&entry);
    assert_eq!(entry["conversation_id"], Value::Null);

    // Adding her again brings a new entry and a new conversation, which both see.
    let again = kate
        .post("/v1/contacts", &kevin.card())
        .expect_created("/v1/contacts");
    assert_ne!(again["conversation_id"], json!(id_of(&conversation)));
    assert_eq!(
        kevin.get(&kate.entry()).expect(200)["conversation_id"],
        again["conversation_id"]
    );
}

#[test]
fn a_contact_can_be_deleted_after_its_conversation() {
    let (kate, kevin, conversation) = two_people("delete.twice");
    kevin.delete(&conversation).expect(204);
    assert_eq!(
        kate.get(&kevin.entry()).expect(200)["conversation_id"],
        Value::Null
    );
    // Adding somebody who is a contact already changes nothing: the conversation has a create of its own.
    let again = kate.post("/v1/contacts", &kevin.card()).expect(200);
    assert_eq!(again["conversation_id"], Value::Null);
    kate.delete(&kevin.entry()).expect(204);
    kate.get(&kevin.entry()).refused(404, "resource_missing", None);
}

#[test]
fn what_a_contact_is_made_of_is_validated() {
    let kate = person("validated");
    let long_url = format!("https://example.com/{}", "x".repeat(2048));
    let bad: &[(&str, &[Value])] = &[
        (
            "username",
            &[
                json!(""),
                json!("kate mc"),
                json!("käte"),
                json!("a/b"),
                json!("x".repeat(65)),
            ],
        ),
        (
            "phone_number",
            &[
                json!(""),
                json!("12"),
                json!("x"),
                json!("++123"),
                json!("1".repeat(16)),
                json!("１２３"),
            ],
        ),
        (
            "avatar_url",
            &[
                json!("kate.png"),
                json!("ftp://example.com/x"),
                json!("javascript:alert(1)"),
                json!(long_url),
            ],
        ),
        (
            "display_name",
            &[json!("x".repeat(101)), json!("a\nb"), json!("a\u{7}b")],
        ),
    ];
    for (param, values) in bad {
        for value in *values {
            let mut parameters = json!({"username": "valid.name", "phone_number": "+1 555 0000"});
            parameters[*param] = value.clone();
            let answer = in_both(|encoding| kate.post_in(encoding, "/v1/contacts", &parameters));
            answer.refused(400, "parameter_invalid", Some(param));
        }
    }
    for missing in ["username", "phone_number"] {
        let mut parameters = json!({"username": "valid.name", "phone_number": "+1 555 0000"});
        parameters.as_object_mut().unwrap().remove(missing);
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/contacts", &parameters));
        answer.refused(400, "parameter_missing", Some(missing));
    }
}
