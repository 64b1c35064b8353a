//! Bodies and parameters: the two encodings, and that nothing is ignored.

use serde_json::json;

use super::case::{Case, Section, case};
use super::compare::view;
use super::operations::{every_operation, form, json_text, stage};
use crate::encoding::BOTH;
use crate::failure::{Outcome, equal, holds};
use crate::http::Request;
use crate::person::{Answers as _, id_of};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Parameters and bodies",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "every operation refuses an unknown parameter in the query, by its name",
        unknown_in_query,
    ),
    case(
        "every operation refuses an unknown parameter in the body, in both encodings",
        unknown_in_body,
    ),
    case("a parameter in the wrong place is unknown there", wrong_place),
    case(
        "a repeated scalar is refused, in the query and in forms",
        repeated,
    ),
    case("a repeated scalar is refused in JSON", repeated_in_json),
    case("a scalar is neither a list nor a map", no_scalar),
    case("in JSON a value has its type", types_of_json),
    case("numbers are whole, decimal and within their range", numbers),
    case("the query is as strict as a form", strict_query),
    case(
        "an update without a body, or with an empty one, changes nothing",
        without_body,
    ),
];

fn unknown_in_query(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = stage(tester)?;
    let before = view(kate, &paths)?;
    for (method, path, body) in every_operation(tester, &paths) {
        for (query, named) in [
            ("nonsense=1", "nonsense"),
            ("a.b=", "a.b"),
            ("x%20y", "x y"),
            ("a[b]=1", "a"),
            ("id=1", "id"),
        ] {
            let mark = if path.contains('?') { '&' } else { '?' };
            let mut request = Request::new(&method, format!("{path}{mark}{query}"));
            if body != json!({}) {
                request = request.json(&body);
            }
            kate.send(request)
                .refused(400, "parameter_unknown", Some(named))?;
        }
    }
    equal("nothing was done", view(kate, &paths)?, before)
}

fn unknown_in_body(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = stage(tester)?;
    let before = view(kate, &paths)?;
    for (method, path, mut body) in every_operation(tester, &paths) {
        body["nonsense"] = json!("1");
        for encoding in BOTH {
            let request = Request::new(&method, path.as_str()).encoded(encoding, &body);
            kate.send(request)
                .refused(400, "parameter_unknown", Some("nonsense"))?;
        }
    }
    equal("nothing was done", view(kate, &paths)?, before)
}

fn wrong_place(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let [conversation, ..] = stage(tester)?;
    form(kate, "GET", "/v1/conversations", "limit=10").refused(400, "parameter_unknown", Some("limit"))?;
    form(kate, "PUT", &format!("{conversation}?is_muted=true"), "").refused(
        400,
        "parameter_unknown",
        Some("is_muted"),
    )?;
    let create = format!("/v1/conversations?contact_id={NOBODY}");
    form(kate, "POST", &create, "").refused(400, "parameter_unknown", Some("contact_id"))
}

fn repeated(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = stage(tester)?;
    let [conversation, message, contact, _] = &paths;
    let before = view(kate, &paths)?;
    let id = id_of(conversation);
    for (path, named) in [
        ("/v1/conversations?limit=1&limit=1".to_owned(), "limit"),
        (
            "/v1/conversations?muted=true&limit=5&muted=false".to_owned(),
            "muted",
        ),
        (
            "/v1/conversations?starting_after=a&starting_after=a".to_owned(),
            "starting_after",
        ),
        ("/v1/contacts?limit=1&%6Cimit=2".to_owned(), "limit"),
        (
            "/v1/messages?mark_read=true&mark_read=false".to_owned(),
            "mark_read",
        ),
        (
            format!("/v1/messages?conversation_id={id}&conversation_id={id}"),
            "conversation_id",
        ),
    ] {
        kate.get(&path).refused(400, "parameter_invalid", Some(named))?;
    }
    let twice = format!("conversation_id={id}&message=b&message=b");
    let read = format!("{conversation}/read");
    for (method, path, body, named) in [
        (
            "PUT",
            conversation.as_str(),
            "is_muted=true&is_muted=true",
            "is_muted",
        ),
        (
            "PUT",
            conversation,
            "is_muted=true&is_pinned=true&is%5Fmuted=",
            "is_muted",
        ),
        ("PUT", conversation, "archived_at=1&archived_at=1", "archived_at"),
        ("PUT", contact, "display_name=a&display_name=b", "display_name"),
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
        ("POST", "/v1/messages", &twice, "message"),
        ("POST", &read, "message_id=&message_id=", "message_id"),
        ("PUT", message, "message=a&message=a", "message"),
        ("PUT", message, "reactions=&reactions[heart][]=a", "reactions"),
        ("PUT", message, "attachments=&attachments[]=a", "attachments"),
    ] {
        form(kate, method, path, body).refused(400, "parameter_invalid", Some(named))?;
    }
    equal("nothing was done", view(kate, &paths)?, before)
}

fn repeated_in_json(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = stage(tester)?;
    let [conversation, message, contact, _] = &paths;
    let before = view(kate, &paths)?;
    let read = format!("{conversation}/read");
    for (method, path, body, named) in [
        (
            "PUT",
            conversation.as_str(),
            r#"{"is_muted":true,"is_muted":true}"#,
            "is_muted",
        ),
        (
            "PUT",
            conversation,
            r#"{"is_muted":true,"is_mute\u0064":null}"#,
            "is_muted",
        ),
        (
            "PUT",
            contact,
            r#"{"display_name":"a","display_name":"b"}"#,
            "display_name",
        ),
        (
            "POST",
            "/v1/conversations",
            r#"{"contact_id":null,"contact_id":"b"}"#,
            "contact_id",
        ),
        (
            "POST",
            "/v1/contacts",
            r#"{"username":"a","phone_number":"123","username":"a"}"#,
            "username",
        ),
        (
            "POST",
            &read,
            r#"{"message_id":null,"message_id":null}"#,
            "message_id",
        ),
        ("PUT", message, r#"{"message":"a","message":"a"}"#, "message"),
    ] {
        json_text(kate, method, path, body).refused(400, "parameter_invalid", Some(named))?;
    }
    equal("nothing was done", view(kate, &paths)?, before)
}

fn no_scalar(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let [conversation, message, contact, _] = stage(tester)?;
    let read = format!("{conversation}/read");
    for (method, path, param) in [
        ("PUT", conversation.as_str(), "is_muted"),
        ("PUT", &conversation, "archived_at"),
        ("PUT", &conversation, "pinned_message_id"),
        ("PUT", &contact, "display_name"),
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
                let request = Request::new(method, path).encoded(encoding, &json!({param: value}));
                kate.send(request)
                    .refused(400, "parameter_invalid", Some(param))?;
            }
        }
    }
    for query in ["limit[]=1", "limit[a]=1", "limit[][]=1"] {
        kate.get(&format!("/v1/contacts?{query}"))
            .refused(400, "parameter_invalid", Some("limit"))?;
    }
    Ok(())
}

fn types_of_json(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = stage(tester)?;
    let [conversation, message, contact, _] = &paths;
    let before = view(kate, &paths)?;
    let me = "/v1/me".to_owned();
    for (path, param, values) in [
        (conversation, "is_muted", json!(["true", 1, "", 0.0])),
        (
            conversation,
            "archived_at",
            json!(["1700000000", "", 1.7e9, false]),
        ),
        (conversation, "pinned_message_id", json!([7, true, ""])),
        (contact, "display_name", json!([7, false, ""])),
        (&me, "phone_number", json!([15_551_234_567_i64, ""])),
        (message, "message", json!([7, true, "", null])),
        (message, "attachments", json!(["", "a", {}, 1])),
        (message, "reactions", json!(["", "heart", 1, true])),
    ] {
        for value in values.as_array().into_iter().flatten() {
            kate.put(path, &json!({param: value}))
                .refused(400, "parameter_invalid", Some(param))?;
        }
    }
    equal("nothing was done", view(kate, &paths)?, before)
}

fn numbers(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let [conversation, ..] = stage(tester)?;
    let archived_at = |body: String| {
        form(kate, "PUT", &conversation, body).refused(400, "parameter_invalid", Some("archived_at"))
    };
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
        let answer = json_text(kate, "PUT", &conversation, body);
        if number.ends_with("e400") {
            // A number that no float holds is one that may not be read: both are a 400 with a reason.
            let code = &answer.answers(400)?["code"];
            let is_one = code == "parameter_invalid" || code == "body_malformed";
            holds("it is invalid or malformed", is_one, code)?;
        } else {
            answer.refused(400, "parameter_invalid", Some("archived_at"))?;
        }
        archived_at(format!("archived_at={number}"))?;
    }
    for number in [
        "%2B1", "01", " 1", "1 ", "%201", "1%20", "0x10", "1_000", "%D9%A1",
    ] {
        archived_at(format!("archived_at={number}"))?;
    }
    for end in [0, 253_402_300_799_i64] {
        let answer = kate
            .put(&conversation, &json!({"archived_at": end}))
            .answers(200)?;
        equal("the first and the last time", &answer["archived_at"], end)?;
    }
    Ok(())
}

fn strict_query(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    for query in ["%", "limit=%", "limit=%zz", "limit=%FF", "%FF=1", "a=%C3"] {
        for path in ["/v1/me", "/v1/contacts", "/v1/conversations"] {
            kate.get(&format!("{path}?{query}"))
                .refused(400, "parameter_invalid", None)?;
        }
    }
    kate.get("/v1/conversations?starting_after=%00").refused(
        400,
        "parameter_invalid",
        Some("starting_after"),
    )?;
    let many: Vec<_> = (0..1001).map(|number| format!("a{number}=1")).collect();
    for query in [many.join("&"), format!("a{}=1", "[b]".repeat(1000))] {
        kate.get(&format!("/v1/contacts?{query}"))
            .refused(400, "parameter_invalid", None)?;
    }
    // Empty pieces are no parameters.
    for query in ["", "&", "&&limit=10&"] {
        kate.get(&format!("/v1/contacts?{query}")).answers(200)?;
    }
    Ok(())
}

fn without_body(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = stage(tester)?;
    let before = view(kate, &paths)?;
    for path in paths.iter().map(String::as_str).chain(["/v1/me"]) {
        kate.send(Request::new("PUT", path)).answers(200)?;
        form(kate, "PUT", path, "").answers(200)?;
        kate.put(path, &json!({})).answers(200)?;
    }
    equal("what there is", view(kate, &paths)?, before)
}
