//! The functions of the operator: issuing, listing and revoking tokens, and handing out people.

use serde_json::{Value, json};

use crate::http::Request;
use crate::routes::NOBODY;
use crate::shape::{assert_person, assert_token};
use crate::world::{at, eventually, now, person, text, world};

/// Invokes an operator's function that must fail, and gives the type of its error.
#[track_caller]
fn refused(function: &str, payload: &Value) -> String {
    world().invoke(function, payload).unwrap_err().error_type
}

fn tokens_of(username: &str) -> Vec<Value> {
    let list = world()
        .invoke("tokens-list", &json!({"username": username}))
        .unwrap();
    assert_eq!(list.as_object().unwrap().keys().collect::<Vec<_>>(), ["data"]);
    list["data"].as_array().unwrap().clone()
}

#[test]
fn a_token_from_its_creation_to_its_end() {
    let (username, phone_number) = world().new_name("operator");
    let expires_at = now() + 3600;
    let payload = json!({
        "username": username,
        "phone_number": phone_number,
        "avatar_url": "https://example.com/o.png",
        "name": "laptop",
        "expires_at": expires_at,
    });
    let mut issued = world().invoke("tokens-create", &payload).unwrap();
    let token = text(&issued["token"].take());
    assert_eq!(token.len(), 56);
    let fields = issued.as_object_mut().unwrap();
    fields.remove("token");
    let person = fields.remove("person").unwrap();
    assert_token(&issued);
    assert_eq!(
        [&issued["name"], &issued["expires_at"], &issued["revoked_at"]],
        [&json!("laptop"), &json!(expires_at), &Value::Null]
    );
    assert_person(&person);
    assert_eq!(
        [&person["username"], &person["phone_number"]],
        [&json!(username), &json!(phone_number)]
    );
    let me = Request::new("GET", "/v1/me").bearer(&token);
    assert_eq!(world().send(&me).expect(200), person);

    // A second one, of the same person: newest first, and without the secrets.
    let second = world().another_token(&username.to_uppercase(), None);
    let list = tokens_of(&username);
    list.iter().for_each(assert_token);
    assert_eq!((list.len(), &list[1]), (2, &issued));
    let shown = json!(list).to_string();
    for secret in [&token, &second] {
        assert!(
            !shown.contains(secret.as_str()) && !shown.contains(&secret[20..50]),
            "no secret is shown twice"
        );
    }
    // Nor is it kept: the table has only its hash.
    assert!(world().rows_with(&token[20..50]).is_empty());

    let revoked = world()
        .invoke(
            "tokens-revoke",
            &json!({"username": username, "id": issued["id"]}),
        )
        .unwrap();
    assert_token(&revoked);
    assert!(revoked["revoked_at"].is_i64(), "{revoked}");
    world().send(&me).refused(401, "token_invalid", None);
    world()
        .send(&Request::new("GET", "/v1/me").bearer(&second))
        .expect(200);
    // It stays in the list, and revoking it again changes nothing.
    let again = world()
        .invoke(
            "tokens-revoke",
            &json!({"username": username, "id": issued["id"]}),
        )
        .unwrap();
    assert_eq!(again, revoked);
    assert_eq!(tokens_of(&username)[1], revoked);

    // A leak is revoked by the secret itself.
    let leaked = world()
        .invoke("tokens-revoke", &json!({"token": second}))
        .unwrap();
    assert_eq!(leaked["id"], tokens_of(&username)[0]["id"]);
    world()
        .send(&Request::new("GET", "/v1/me").bearer(&second))
        .refused(401, "token_invalid", None);
}

#[test]
fn a_person_that_exists_is_not_changed_by_a_token() {
    let kate = person("operator.exists");
    let payload = json!({
        "username": kate.username,
        "phone_number": "+1 555 999",
        "avatar_url": "https://example.com/x",
        "claim": true,
    });
    let issued = world().invoke("tokens-create", &payload).unwrap();
    assert_eq!(issued["person"], kate.get("/v1/me").expect(200));
    assert_eq!(issued["person"]["phone_number"], json!(kate.phone_number));
}

#[test]
fn an_unclaimed_person_is_only_handed_out_when_told_so() {
    let (kate, frank) = (person("claim"), person("claim.other"));
    let (username, typed) = world().new_name("claim.new");
    let card =
        json!({"username": username, "phone_number": typed, "avatar_url": "https://example.com/typed.png"});
    let contact = kate.post("/v1/contacts", &card).expect(201);
    for payload in [
        json!({"username": username}),
        json!({"username": username.to_uppercase(), "phone_number": typed}),
        json!({"username": username, "claim": false}),
    ] {
        assert_eq!(refused("tokens-create", &payload), "person_unclaimed");
    }
    assert_eq!(tokens_of(&username), Vec::<Value>::new());

    // With the number that was typed it is the same person, and everything stays.
    let same = json!({"username": username, "phone_number": digits(&typed), "claim": true});
    let issued = world().invoke("tokens-create", &same).unwrap();
    for key in ["id", "username", "phone_number", "avatar_url"] {
        assert_eq!(issued["person"][key], contact[key], "{key}");
    }
    let path = format!("/v1/conversations/{}", text(&contact["conversation_id"]));
    let token = text(&issued["token"]);
    world()
        .send(&Request::new("GET", path).bearer(&token))
        .expect(200);
    frank.post("/v1/contacts", &card).expect(201);

    // From now on the person is claimed.
    world()
        .invoke("tokens-create", &json!({"username": username}))
        .unwrap();
    let (_, own) = world().new_name("claim.own");
    let again = json!({"username": username, "phone_number": own, "claim": true});
    let issued = world().invoke("tokens-create", &again).unwrap();
    assert_eq!(issued["person"]["id"], contact["id"], "claimed once");
    assert_eq!(issued["person"]["phone_number"], json!(typed), "claimed once");
}

fn digits(phone_number: &str) -> String {
    phone_number.chars().filter(char::is_ascii_digit).collect()
}

/// Whoever typed a name first learns nothing of the one who gets it, and keeps nothing that they have.
#[test]
fn with_another_number_the_name_goes_to_somebody_new() {
    let (kate, frank) = (person("retired"), person("retired.other"));
    for number in [None, Some(world().new_name("retired.own").1)] {
        let (username, typed) = world().new_name("retired.new");
        let card = json!({"username": username, "phone_number": typed, "avatar_url": "https://example.com/typed.png"});
        let contact = kate.post("/v1/contacts", &card).expect(201);
        let conversation = format!("/v1/conversations/{}", text(&contact["conversation_id"]));
        let message = at(&kate.say(&conversation, "Is it you?"));
        let group = kate.post("/v1/groups", &json!({"name": "Two", "contacts": [contact["id"]]}));
        let group = format!("/v1/groups/{}", text(&group.expect(201)["id"]));

        let payload = json!({"username": username, "phone_number": number, "claim": true});
        let issued = world().invoke("tokens-create", &payload).unwrap();
        assert_ne!(issued["person"]["id"], contact["id"]);
        assert_eq!(
            [
                &issued["person"]["username"],
                &issued["person"]["phone_number"],
                &issued["person"]["avatar_url"]
            ],
            [&json!(username), &json!(number), &Value::Null]
        );
        let token = text(&issued["token"]);
        for path in ["/v1/conversations", "/v1/groups", "/v1/contacts", "/v1/messages"] {
            let list = world()
                .send(&Request::new("GET", path).bearer(&token))
                .expect(200);
            assert_eq!(list["data"], json!([]), "{path}");
        }
        // Kate's entry shows that nobody is there any more: at once the name, and soon the conversation.
        let entry = format!("/v1/contacts/{}", text(&contact["id"]));
        let shown = kate.get(&entry).expect(200);
        assert!(text(&shown["username"]).starts_with("deleted-"), "{shown}");
        assert_eq!([&shown["phone_number"], &shown["avatar_url"]], [&Value::Null; 2]);
        eventually("who was typed is in nothing any more", || {
            let members = kate.get(&group).expect(200)["contacts"].as_array().unwrap().len();
            let conversation = kate.get(&conversation).status;
            (members == 1 && conversation == 404).then_some(())
        });
        kate.get(&message).refused(404, "resource_missing", None);
        assert_eq!(kate.get(&entry).expect(200)["conversation_id"], Value::Null);
        // The name is the new one's, and the number that was typed opens nothing.
        frank
            .post("/v1/contacts", &card)
            .refused(409, "username_taken", Some("username"));
        if let Some(number) = &number {
            let right = json!({"username": username, "phone_number": number});
            assert_eq!(
                frank.post("/v1/contacts", &right).expect(201)["id"],
                issued["person"]["id"]
            );
        }
    }
}

#[test]
fn what_an_operator_gets_wrong() {
    let kate = person("operator.wrong");
    for payload in [
        json!({}),
        json!([]),
        json!(null),
        json!("x"),
        json!({"username": ""}),
        json!({"username": "a b"}),
        json!({"username": null}),
        json!({"username": kate.username, "phone_number": "12"}),
        json!({"username": kate.username, "expires_at": now()}),
        json!({"username": kate.username, "expires_at": now() - 10}),
        json!({"username": kate.username, "expires_at": -1}),
        json!({"username": kate.username, "expires_at": "tomorrow"}),
        json!({"username": kate.username, "name": ""}),
        json!({"username": kate.username, "claim": "yes"}),
        json!({"username": kate.username, "nonsense": 1}),
    ] {
        assert_eq!(
            refused("tokens-create", &payload),
            "parameter_invalid",
            "{payload}"
        );
    }
    assert_eq!(tokens_of(&kate.username).len(), 1);
    for payload in [
        json!({}),
        json!({"username": "a b"}),
        json!({"username": kate.username, "limit": 1}),
    ] {
        assert_eq!(refused("tokens-list", &payload), "parameter_invalid", "{payload}");
    }
    assert_eq!(
        refused("tokens-list", &json!({"username": "operator.nobody"})),
        "resource_missing"
    );

    for payload in [
        json!({}),
        json!({"token": "x"}),
        json!({"token": kate.token[1..]}),
        json!({"username": kate.username}),
        json!({"id": kate.token_id}),
        json!({"token": kate.token, "id": kate.token_id}),
        json!({"token": kate.token, "username": kate.username}),
        json!({"username": kate.username, "id": "x"}),
    ] {
        assert_eq!(
            refused("tokens-revoke", &payload),
            "parameter_invalid",
            "{payload}"
        );
    }
    for payload in [
        json!({"username": kate.username, "id": NOBODY}),
        json!({"username": "operator.nobody", "id": kate.token_id}),
        json!({"username": person("operator.other").username, "id": kate.token_id}),
    ] {
        assert_eq!(
            refused("tokens-revoke", &payload),
            "resource_missing",
            "{payload}"
        );
    }
    kate.get("/v1/me").expect(200);
}

#[test]
fn no_route_leads_to_them() {
    let kate = person("operator.route");
    for path in [
        "/v1/tokens",
        "/v1/tokens/create",
        "/tokens-create",
        "/v1/tokens-create",
    ] {
        kate.post(path, &json!({"username": kate.username}))
            .refused(404, "route_missing", None);
    }
}
