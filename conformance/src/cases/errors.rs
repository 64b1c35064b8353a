//! What every answer has, and what is answered where nothing is.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::view;
use super::files;
use super::operations::{stage, valid_body};
use crate::failure::{Outcome, equal, holds};
use crate::http::Exchange;
use crate::http::Request;
use crate::person::{Answers as _, at, id_of};
use crate::probes::paths::UNKNOWN;
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Answers and errors",
    cases: CASES,
};

const CASES: &[Case] = &[
    case("every answer has an x-request-id of its own", request_ids),
    case(
        "every answer is not to be stored, nor sniffed, and demands HTTPS",
        safety_headers,
    ),
    case(
        "every error that a caller can cause has its code, its status and the documented shape",
        codes,
    ),
    case(
        "an unknown path is a 404 route_missing, with and without a token",
        unknown_paths,
    ),
    case(
        "a known path with another method is a 405 that names the methods in Allow",
        other_methods,
    ),
    case("HEAD is answered without a body", head),
    case("a malformed id in a path names nothing: 404", malformed_ids),
    case("an id in a path may be written with percent escapes", escaped_ids),
    case("ids are compared with regard to case", case_of_ids),
    case(
        "a long name of a parameter is cut where it is repeated",
        long_names,
    ),
    case("keys stand in the documented order", order_of_keys),
];

fn some_answers(tester: &Tester) -> Outcome<Vec<Exchange>> {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let message = at(&kate.say(&conversation, "Hello")?);
    [
        kate.get("/v1/me"),
        kate.get("/v1/conversations"),
        kate.get(&conversation),
        kate.get("/v1/conversations?limit=0"),
        kate.get("/v1/nothing"),
        kate.delete("/v1/me"),
        kate.delete(&message),
        tester.send(&Request::new("GET", "/v1/me")),
        kate.get("/v1/me"),
    ]
    .into_iter()
    .collect()
}

fn request_ids(tester: &Tester) -> Outcome {
    let answers = some_answers(tester)?;
    let ids: BTreeSet<_> = answers
        .iter()
        .filter_map(|seen| seen.answer.header("x-request-id"))
        .collect();
    equal("how many different ones", ids.len(), answers.len())?;
    holds("they are not short", ids.iter().all(|id| id.len() >= 16), &ids)
}

fn safety_headers(tester: &Tester) -> Outcome {
    for seen in some_answers(tester)? {
        let header = |name| seen.answer.header(name).unwrap_or_default();
        let found = [header("cache-control"), header("x-content-type-options")];
        let hsts = header("strict-transport-security");
        equal(
            "cache-control and x-content-type-options",
            found,
            ["no-store", "nosniff"],
        )
        .and_then(|()| holds("strict-transport-security", hsts.starts_with("max-age="), hsts))
        .map_err(|failure| failure.seen_in(&seen))?;
    }
    Ok(())
}

fn codes(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let conversation = tester.pair()?;
    kate.meet(frank)?;
    let message = at(&kate.say(&conversation, "Hello")?);
    let used = files::upload(kate, "note.txt", b"Hello")?;
    let send = json!({"conversation_id": id_of(&conversation), "message": "", "attachments": [used["id"]]});
    kate.post("/v1/messages", &send).answers(201)?;
    let key = tester.key();
    let keyed = |id: &str| kate.post_with_key(&key, "/v1/conversations", &json!({"contact_id": id}));
    keyed(&kevin.id)?;
    let wrong_number = json!({"username": kevin.username, "phone_number": "+1 555 123"});
    let put_me = || Request::new("PUT", "/v1/me");
    let cursor = format!("/v1/contacts?starting_after={}", id_of(&conversation));
    for (exchange, status, code, param) in [
        (
            kate.post("/v1/messages", &send),
            409,
            "attachment_used",
            Some("attachments[0]"),
        ),
        (kate.send(put_me().form("a=%zz")), 400, "body_malformed", None),
        (
            kate.send(put_me().form(vec![b'a'; 2 << 20])),
            413,
            "body_too_large",
            None,
        ),
        (
            kate.send(put_me().header("content-type", "text/plain").body("a")),
            415,
            "content_type_unsupported",
            None,
        ),
        (kate.get(&cursor), 400, "cursor_invalid", Some("starting_after")),
        (keyed(&frank.id), 422, "idempotency_key_reused", None),
        (kate.delete("/v1/me"), 405, "method_not_allowed", None),
        (kevin.delete(&message), 403, "not_allowed", None),
        (
            kate.get("/v1/conversations?limit=0"),
            400,
            "parameter_invalid",
            Some("limit"),
        ),
        (
            kate.post("/v1/contacts", &json!({})),
            400,
            "parameter_missing",
            Some("username"),
        ),
        (
            kate.put("/v1/me", &json!({"x": 1})),
            400,
            "parameter_unknown",
            Some("x"),
        ),
        (frank.get(&conversation), 404, "resource_missing", None),
        (kate.get("/v1/nothing"), 404, "route_missing", None),
        (
            tester.send(&Request::new("GET", "/v1/me").bearer("x")),
            401,
            "token_invalid",
            None,
        ),
        (
            tester.send(&Request::new("GET", "/v1/me")),
            401,
            "token_missing",
            None,
        ),
        (
            kate.post("/v1/contacts", &wrong_number),
            409,
            "username_taken",
            Some("username"),
        ),
    ] {
        let exchange = exchange?;
        let found =
            ["www-authenticate", "allow", "retry-after"].map(|name| exchange.answer.header(name).is_some());
        Ok(exchange).refused(status, code, param)?;
        equal(
            &format!("{code}: www-authenticate with a 401, allow with a 405, and no retry-after"),
            found,
            [status == 401, status == 405, false],
        )?;
    }
    Ok(())
}

fn unknown_paths(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let under_a_conversation = format!("{conversation}/messages");
    for path in UNKNOWN.into_iter().chain([under_a_conversation.as_str()]) {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            for exchange in [
                kate.send(Request::new(method, path)),
                tester.send(&Request::new(method, path)),
            ] {
                let exchange = exchange?;
                let allow = exchange.answer.header("allow").map(str::to_owned);
                Ok(exchange).refused(404, "route_missing", None)?;
                equal("allow", allow, Value::Null)?;
            }
        }
    }
    kate.get(&conversation).answers(200)?;
    Ok(())
}

/// Every path of the contract, with its methods in alphabetical order.
fn paths(tester: &Tester) -> Vec<(String, Vec<String>)> {
    let operations = tester.operations();
    let paths: BTreeSet<_> = operations.iter().map(|(_, path)| path.clone()).collect();
    let methods = |path: &String| {
        let own = operations.iter().filter(|(_, other)| other == path);
        let mut methods: Vec<_> = own.map(|(method, _)| method.clone()).collect();
        methods.sort_unstable();
        methods
    };
    paths
        .into_iter()
        .map(|path| (path.clone(), methods(&path)))
        .collect()
}

fn other_methods(tester: &Tester) -> Outcome {
    for (path, methods) in paths(tester) {
        // OPTIONS is the gateway's where the deployment allows other origins.
        for method in ["PATCH", "GET", "POST", "PUT", "DELETE", "BREW"] {
            if methods.iter().any(|own| own == method) {
                continue;
            }
            for id in [NOBODY, "x"] {
                let path = path.replace("{id}", id).replace("{name}", "heart");
                let exchange = tester.send(&Request::new(method, path))?;
                let allow = exchange.answer.header("allow").unwrap_or_default();
                let mut allow: Vec<_> = allow.split(", ").map(str::to_owned).collect();
                allow.sort_unstable();
                Ok(exchange).refused(405, "method_not_allowed", None)?;
                equal("allow", allow, &methods)?;
            }
        }
    }
    Ok(())
}

fn head(tester: &Tester) -> Outcome {
    for (path, status) in [("/v1/me", 405), ("/v1/nothing", 404)] {
        let exchange = tester.kate.send(Request::new("HEAD", path))?;
        let seen = (exchange.answer.status, exchange.answer.body.len());
        equal("the status, and how long the body is", seen, (status, 0))?;
    }
    Ok(())
}

fn malformed_ids(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = stage(tester)?;
    let [conversation, ..] = &paths;
    let id = id_of(conversation);
    for (method, path) in tester.operations() {
        if !path.contains("{id}") {
            continue;
        }
        let body = valid_body(tester, &paths, &method, &path);
        let ask = |id: &str| {
            let path = path.replace("{id}", id).replace("{name}", "heart");
            let request = Request::new(&method, path);
            kate.send(if body == json!({}) {
                request
            } else {
                request.json(&body)
            })
        };
        let nobodys = ask(NOBODY)?.answer.essence();
        equal("the status", nobodys.0, 404)?;
        for bad in [
            "x".to_owned(),
            "null".to_owned(),
            id[1..].to_owned(),
            format!("{id}0"),
            format!("{}-", &id[1..]),
            format!("%20{id}"),
            format!("{id}%00"),
            format!("{id}%2F"),
            format!("{}%C3%A9", &id[..14]),
            "%FF%FE".to_owned(),
            "..%2Fme".to_owned(),
            "x".repeat(4000),
        ] {
            equal("the answer", ask(&bad)?.answer.essence(), &nobodys)?;
        }
    }
    kate.get(conversation).answers(200)?;
    Ok(())
}

fn escaped_ids(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let [conversation, message, ..] = stage(tester)?;
    for path in [conversation, message] {
        let escaped: Vec<_> = id_of(&path).bytes().map(|byte| format!("%{byte:02X}")).collect();
        let escaped = path.replace(id_of(&path), &escaped.concat());
        equal("the resource", view(kate, &[&escaped])?, view(kate, &[&path])?)?;
    }
    Ok(())
}

fn case_of_ids(tester: &Tester) -> Outcome {
    let conversation = tester.pair()?;
    let swapped: String = id_of(&conversation)
        .chars()
        .map(|c| {
            if c.is_ascii_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    tester
        .kate
        .get(&format!("/v1/conversations/{swapped}"))
        .refused(404, "resource_missing", None)
}

fn long_names(tester: &Tester) -> Outcome {
    let answer = tester.kate.put("/v1/me", &json!({"x".repeat(100_000): 1}))?;
    let length = answer.answer.body.len();
    let body = Ok(answer).answers(400)?;
    equal("code", &body["code"], "parameter_unknown")?;
    holds("the answer is short", length < 2000, length)
}

fn order_of_keys(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let message = at(&kate.say(&conversation, "Hello")?);
    let attachment = files::at(&files::upload(kate, "note.txt", b"Hello")?);
    for (path, keys) in [
        ("/v1/me", &["id", "username", "phone_number", "avatar_url"][..]),
        (
            &conversation,
            &[
                "id",
                "contact_id",
                "group_id",
                "pinned_message_id",
                "is_pinned",
                "is_muted",
            ],
        ),
        (
            &message,
            &[
                "id",
                "conversation_id",
                "contact",
                "message",
                "reactions",
                "attachments",
                "read_at",
            ],
        ),
        (
            &attachment,
            &[
                "id",
                "message_id",
                "filename",
                "file_url",
                "file_type",
                "file_size",
                "width",
                "height",
                "preview_url",
                "sound_id",
                "expires_at",
                "created_at",
            ],
        ),
    ] {
        let exchange = kate.get(path)?;
        let body = String::from_utf8_lossy(&exchange.answer.body).into_owned();
        let places: Vec<_> = keys.iter().map(|key| body.find(&format!("\"{key}\":"))).collect();
        holds(
            "the order",
            places.iter().all(Option::is_some) && places.is_sorted(),
            &body,
        )?;
    }
    Ok(())
}
