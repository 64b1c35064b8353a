//! Parameters that are unknown, repeated, or of the wrong type. Each answer names the one that is meant.

use serde_json::json;

use crate::encoding::{BOTH, Encoding};
use crate::http::{Answer, Request};
use crate::routes::{Ids, NOBODY, ROUTES};
use crate::world::{Person, at, id_of, person, text, two_people};

fn form(caller: &Person<'_>, method: &str, path: &str, body: &str) -> Answer {
    caller.send(Request::new(method, path).form(body))
}

fn json_text(caller: &Person<'_>, method: &str, path: &str, body: &str) -> Answer {
    let content_type = Encoding::Json.content_type();
    caller.send(
        Request::new(method, path)
            .header("content-type", content_type)
            .body(body),
    )
}

#[test]
fn an_unknown_one_is_refused_by_every_route() {
    let (kate, kevin, conversation) = two_people("unknown.param");
    let message_id = text(&kate.say(&conversation, "Hello")["id"]);
    kate.machine.settle();
    let ids = Ids {
        contact: &kevin.id,
        conversation: id_of(&conversation),
        group: &kate.group(&[&kevin]),
        message: &message_id,
    };
    let paths = [
        conversation.as_str(),
        &format!("/v1/messages/{message_id}"),
        &kevin.entry(),
    ];
    let before = paths.map(|path| kate.get(path).expect(200));
    for route in ROUTES {
        let (id, path) = (ids.of(route), route.at(ids.of(route)));
        // In the query, alone and beside a body that is valid.
        for (query, named) in [
            ("nonsense=1", "nonsense"),
            ("a.b=", "a.b"),
            ("x%20y", "x y"),
            ("a[b]=1", "a"),
            ("id=1", "id"),
        ] {
            let mut request = Request::new(route.method, format!("{path}?{query}"));
            if let Some(body) = route.body(id) {
                request = request.json(&body);
            }
            kate.send(request).refused(400, "parameter_unknown", Some(named));
        }
        // In the body, beside valid ones.
        let mut body = route.body(id).unwrap_or_else(|| json!({}));
        body["nonsense"] = json!("1");
        for encoding in BOTH {
            let request = Request::new(route.method, path.as_str()).encoded(encoding, &body);
            kate.send(request)
                .refused(400, "parameter_unknown", Some("nonsense"));
        }
    }
    let after = paths.map(|path| kate.get(path).expect(200));
    assert_eq!(after, before, "nothing was done");
}

#[test]
fn parameters_of_the_query_do_not_belong_into_the_body_and_the_other_way_round() {
    let (kate, _, conversation) = two_people("place.param");
    form(&kate, "GET", "/v1/conversations", "limit=10").refused(400, "parameter_unknown", Some("limit"));
    form(&kate, "PUT", &format!("{conversation}?is_muted=true"), "").refused(
        400,
        "parameter_unknown",
        Some("is_muted"),
    );
    let create = format!("/v1/conversations?contact_id={NOBODY}");
    form(&kate, "POST", &create, "").refused(400, "parameter_unknown", Some("contact_id"));
}

#[test]
fn a_repeated_one_is_refused() {
    let (kate, kevin, conversation) = two_people("repeated");
    for (path, repeated) in [
        ("/v1/conversations?limit=1&limit=1", "limit"),
        ("/v1/conversations?muted=true&limit=5&muted=false", "muted"),
        (
            "/v1/conversations?starting_after=a&starting_after=a",
            "starting_after",
        ),
        ("/v1/contacts?limit=1&%6Cimit=2", "limit"),
    ] {
        kate.get(path).refused(400, "parameter_invalid", Some(repeated));
    }
    let entry = kevin.entry();
    for (method, path, body, repeated) in [
        (
            "PUT",
            conversation.as_str(),
            "is_muted=true&is_muted=true",
            "is_muted",
        ),
        (
            "PUT",
            &conversation,
            "is_muted=true&is_pinned=true&is%5Fmuted=",
            "is_muted",
        ),
        ("PUT", &conversation, "archived_at=1&archived_at=1", "archived_at"),
        ("PUT", &entry, "display_name=a&display_name=b", "display_name"),
        ("PUT", "/v1/me", "avatar_url=&avatar_url=", "avatar_url"),
        (
            "POST",
            "/v1/contacts",
            "username=a&phone_number=123&username=a",
            "username",
        ),
        (
            "POST",
            "/v1/conversations",
            "contact_id=a&contact_id=b",
            "contact_id",
        ),
    ] {
        form(&kate, method, path, body).refused(400, "parameter_invalid", Some(repeated));
    }
    for (method, path, body, repeated) in [
        (
            "PUT",
            conversation.as_str(),
            r#"{"is_muted":true,"is_muted":true}"#,
            "is_muted",
        ),
        (
            "PUT",
            &conversation,
            r#"{"is_muted":true,"is_mute\u0064":null}"#,
            "is_muted",
        ),
        (
            "PUT",
            &entry,
            r#"{"display_name":"a","display_name":"b"}"#,
            "display_name",
        ),
        (
            "POST",
            "/v1/contacts",
            r#"{"username":"a","phone_number":"123","username":"a"}"#,
            "username",
        ),
        (
            "POST",
            "/v1/conversations",
            r#"{"contact_id":null,"contact_id":"b"}"#,
            "contact_id",
        ),
    ] {
        json_text(&kate, method, path, body).refused(400, "parameter_invalid", Some(repeated));
    }
    assert_eq!(kate.get(&conversation).expect(200)["is_muted"], json!(false));
}

#[test]
fn a_repeated_one_of_messages_is_refused() {
    let (kate, _, conversation) = two_people("repeated.message");
    let message = at(&kate.say(&conversation, "Hello"));
    kate.machine.settle();
    let before = kate.get(&message).expect(200);
    let (id, read) = (id_of(&conversation), format!("{conversation}/read"));
    for (query, repeated) in [
        (
            format!("conversation_id={id}&conversation_id={id}"),
            "conversation_id",
        ),
        ("mark_read=true&mark_read=false".to_owned(), "mark_read"),
    ] {
        kate.get(&format!("/v1/messages?{query}"))
            .refused(400, "parameter_invalid", Some(repeated));
    }
    let twice = format!("conversation_id={id}&message=b&message=b");
    for (method, path, body, repeated) in [
        ("POST", "/v1/messages", &*twice, "message"),
        ("POST", &read, "message_id=&message_id=", "message_id"),
        ("PUT", &message, "message=a&message=a", "message"),
        ("PUT", &message, "reactions=&reactions[heart][]=a", "reactions"),
        ("PUT", &message, "attachments=&attachments[]=a", "attachments"),
    ] {
        form(&kate, method, path, body).refused(400, "parameter_invalid", Some(repeated));
    }
    for (method, path, body, repeated) in [
        (
            "POST",
            &read,
            r#"{"message_id":null,"message_id":null}"#,
            "message_id",
        ),
        ("PUT", &message, r#"{"message":"a","message":"a"}"#, "message"),
    ] {
        json_text(&kate, method, path, body).refused(400, "parameter_invalid", Some(repeated));
    }
    assert_eq!(kate.get(&message).expect(200), before);
}

#[test]
fn a_scalar_is_neither_a_list_nor_a_map() {
    let (kate, kevin, conversation) = two_people("scalar");
    let (entry, read) = (kevin.entry(), format!("{conversation}/read"));
    let message = at(&kate.say(&conversation, "Hello"));
    for (method, path, param) in [
        ("PUT", conversation.as_str(), "is_muted"),
        ("PUT", &conversation, "archived_at"),
        ("PUT", &conversation, "pinned_message_id"),
        ("PUT", &entry, "display_name"),
        ("PUT", "/v1/me", "phone_number"),
        ("POST", "/v1/conversations", "contact_id"),
        ("POST", "/v1/contacts", "username"),
        ("POST", "/v1/messages", "conversation_id"),
        ("POST", "/v1/messages", "message"),
        ("POST", &read, "message_id"),
        ("PUT", &message, "message"),
    ] {
        for value in [json!(["true"]), json!({"a": "true"}), json!([["x"]])] {
            for encoding in BOTH {
                let body = json!({param: value});
                let answer = kate.send(Request::new(method, path).encoded(encoding, &body));
                answer.refused(400, "parameter_invalid", Some(param));
            }
        }
    }
    for query in ["limit[]=1", "limit[a]=1", "limit[][]=1"] {
        kate.get(&format!("/v1/contacts?{query}"))
            .refused(400, "parameter_invalid", Some("limit"));
    }
}

#[test]
fn json_has_types() {
    let (kate, kevin, conversation) = two_people("types");
    let entry = kevin.entry();
    let message = at(&kate.say(&conversation, "Hello"));
    for (path, param, values) in [
        (
            &conversation,
            "is_muted",
            vec![json!("true"), json!(1), json!(""), json!(0.0)],
        ),
        (
            &conversation,
            "archived_at",
            vec![json!("1700000000"), json!(""), json!(1.7e9), json!(false)],
        ),
        (
            &conversation,
            "pinned_message_id",
            vec![json!(7), json!(true), json!("")],
        ),
        (&entry, "display_name", vec![json!(7), json!(false), json!("")]),
        (
            &"/v1/me".to_owned(),
            "phone_number",
            vec![json!(15_551_234_567_i64), json!("")],
        ),
        (
            &message,
            "message",
            vec![json!(7), json!(true), json!(""), json!(null)],
        ),
        (
            &message,
            "attachments",
            vec![json!(""), json!("a"), json!({}), json!(1)],
        ),
        (
            &message,
            "reactions",
            vec![json!(""), json!("heart"), json!(1), json!(true)],
        ),
    ] {
        for value in values {
            kate.put(path, &json!({param: value}))
                .refused(400, "parameter_invalid", Some(param));
        }
    }
}

#[test]
fn numbers_are_whole_and_within_their_range() {
    let (kate, _, conversation) = two_people("numbers");
    for number in [
        "-1",
        "253402300800",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "1e400",
        "-1e400",
        "1.0",
        "1e9",
        "0.1",
        "123456789012345678901234567890",
    ] {
        let body = format!("{{\"archived_at\":{number}}}");
        let answer = json_text(&kate, "PUT", &conversation, &body);
        let code = text(&answer.expect(400)["code"]);
        // serde_json does not read numbers that no float holds; for the caller both are a 400 with a reason.
        assert!(
            code == "parameter_invalid" || (number.contains("e400") && code == "body_malformed"),
            "{number}: {code}"
        );
        form(&kate, "PUT", &conversation, &format!("archived_at={number}")).refused(
            400,
            "parameter_invalid",
            Some("archived_at"),
        );
    }
    for number in ["+1", "01", " 1", "1 ", "0x10", "1_000", "%D9%A1"] {
        let body = format!("archived_at={}", number.replace('+', "%2B"));
        form(&kate, "PUT", &conversation, &body).refused(400, "parameter_invalid", Some("archived_at"));
    }
    for latest in [0, 253_402_300_799_i64] {
        let answer = kate
            .put(&conversation, &json!({"archived_at": latest}))
            .expect(200);
        assert_eq!(answer["archived_at"], json!(latest));
    }
}

#[test]
fn a_conversation_is_with_a_contact_or_a_group() {
    let (kate, kevin, _) = two_people("either");
    for encoding in BOTH {
        let post = |body| kate.post_in(encoding, "/v1/conversations", &body);
        post(json!({})).refused(400, "parameter_missing", Some("contact_id"));
        post(json!({"contact_id": null})).refused(400, "parameter_missing", Some("contact_id"));
        post(json!({"contact_id": null, "group_id": null})).refused(
            400,
            "parameter_missing",
            Some("contact_id"),
        );
        let both = post(json!({"contact_id": kevin.id, "group_id": NOBODY})).expect(400);
        assert_eq!(both["code"], "parameter_invalid");
        for param in ["contact_id", "group_id"] {
            for bad in ["x", "0000-00000000000", "00000000000000000", "000000000000000é"] {
                post(json!({param: bad})).refused(400, "parameter_invalid", Some(param));
            }
        }
        // One's own id is well-formed, and nobody is their own contact.
        post(json!({"contact_id": kate.id})).refused(404, "resource_missing", Some("contact_id"));
    }
    let nothing = kate.send(Request::new("POST", "/v1/conversations"));
    nothing.refused(400, "parameter_missing", Some("contact_id"));
}

#[test]
fn the_query_is_as_strict_as_a_form() {
    let kate = person("strict");
    for query in ["%", "limit=%", "limit=%zz", "limit=%FF", "%FF=1", "a=%C3"] {
        for path in ["/v1/me", "/v1/contacts", "/v1/conversations"] {
            kate.get(&format!("{path}?{query}"))
                .refused(400, "parameter_invalid", None);
        }
    }
    kate.get("/v1/conversations?starting_after=%00").refused(
        400,
        "parameter_invalid",
        Some("starting_after"),
    );
    kate.get(&format!("/v1/contacts?a{}=1", "[b]".repeat(1000)))
        .refused(400, "parameter_invalid", None);
    // Empty pieces are no parameters.
    for query in ["", "&", "&&limit=10&"] {
        kate.get(&format!("/v1/contacts?{query}")).expect(200);
    }
}

#[test]
fn a_long_name_is_cut_where_it_is_repeated() {
    let kate = person("long");
    let body = kate.put("/v1/me", &json!({"x".repeat(100_000): 1})).expect(400);
    assert_eq!(body["code"], "parameter_unknown");
    assert!(body.to_string().len() < 2000, "{}", body.to_string().len());
}
