//! The caller's own person.

use serde_json::{Value, json};

use crate::encoding::in_both;
use crate::shape::{assert_contact, assert_person};
use crate::world::{person, two_people};

#[test]
fn a_caller_sees_and_changes_their_own_person() {
    let kate = person("me");
    let me = kate.get("/v1/me").expect(200);
    assert_person(&me);
    let mut expected = json!({
        "id": kate.id,
        "username": kate.username,
        "phone_number": kate.phone_number,
        "avatar_url": null,
        "last_active_at": null,
        "created_at": me["created_at"],
    });
    assert_eq!(me, expected);

    let change = json!({"phone_number": "+44 20 7946 0000", "avatar_url": "https://example.com/kate.png"});
    let updated = in_both(|encoding| kate.put_in(encoding, "/v1/me", &change)).expect(200);
    expected["phone_number"] = change["phone_number"].clone();
    expected["avatar_url"] = change["avatar_url"].clone();
    assert_eq!(updated, expected);
    assert_eq!(kate.get("/v1/me").expect(200), expected);
}

#[test]
fn others_see_the_change_and_need_the_new_number() {
    let (kate, kevin, _) = two_people("me.others");
    kevin
        .put("/v1/me", &json!({"phone_number": "+44 20 7946 0001"}))
        .expect(200);
    let entry = kate.get(&kevin.entry()).expect(200);
    assert_contact(&entry);
    assert_eq!(entry["phone_number"], json!("+44 20 7946 0001"));
    let frank = person("me.third");
    frank
        .post("/v1/contacts", &kevin.card())
        .refused(409, "username_taken", Some("username"));

    // Without a number nobody new can add him; who has him keeps him.
    kevin.put("/v1/me", &json!({"phone_number": null})).expect(200);
    let card = json!({"username": kevin.username, "phone_number": "+44 20 7946 0001"});
    frank
        .post("/v1/contacts", &card)
        .refused(409, "username_taken", Some("username"));
    assert_eq!(kate.get(&kevin.entry()).expect(200)["phone_number"], Value::Null);
}

#[test]
fn a_username_never_changes() {
    let kate = person("me.name");
    for param in ["username", "id", "created_at", "last_active_at", "display_name"] {
        let answer = in_both(|encoding| kate.put_in(encoding, "/v1/me", &json!({param: "x"})));
        answer.refused(400, "parameter_unknown", Some(param));
    }
    assert_eq!(kate.get("/v1/me").expect(200)["username"], json!(kate.username));
}

#[test]
fn what_is_changed_is_validated() {
    let kate = person("me.validated");
    for (param, value) in [
        ("phone_number", "12"),
        ("phone_number", "abc"),
        ("avatar_url", "kate.png"),
    ] {
        // The valid half of a refused update is not done either.
        let change =
            json!({"phone_number": "+44 20 7946 0002", "avatar_url": "https://example.com/x", param: value});
        let answer = in_both(|encoding| kate.put_in(encoding, "/v1/me", &change));
        answer.refused(400, "parameter_invalid", Some(param));
    }
    let me = kate.get("/v1/me").expect(200);
    assert_eq!(
        (&me["phone_number"], &me["avatar_url"]),
        (&json!(kate.phone_number), &Value::Null)
    );
}
