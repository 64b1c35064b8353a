//! Bodies that are no parameters at all.

use serde_json::{Map, Value, json};

use super::case::{Case, Section, case};
use super::compare::view;
use super::operations::{every_operation, form, json_text, stage};
use crate::failure::{Outcome, equal};
use crate::http::Request;
use crate::people::clean;
use crate::person::Answers as _;
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "Bodies",
    cases: CASES,
};

const CASES: &[Case] = &[
    case("malformed JSON is body_malformed", malformed_json),
    case("JSON that is no object is body_malformed", no_object),
    case(
        "text that is not UTF-8, or badly escaped, is body_malformed",
        bad_text,
    ),
    case("a NUL character in a text is refused", nul),
    case("a body over 1 MiB is a 413 body_too_large", too_large),
    case(
        "nesting a thousand deep, or ten thousand parameters, is body_malformed",
        too_deep,
    ),
    case(
        "a body of another content type, or of none, is a 415",
        content_types,
    ),
    case(
        "the content types are recognized with any label of UTF-8, and in any case",
        known_content_types,
    ),
    case("JSON may begin with a byte order mark", byte_order_mark),
    case(
        "a Content-Encoding is a 415 that asks for none",
        content_encodings,
    ),
];

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Asserts that every operation with parameters in its body refuses each of these, and does nothing.
#[track_caller]
fn refused_bodies<B: AsRef<[u8]>>(
    tester: &Tester,
    content_type: &str,
    bodies: impl IntoIterator<Item = B>,
    status: u16,
    code: &str,
) -> Outcome {
    let kate = &tester.kate;
    let paths = stage(tester)?;
    let before = view(kate, &paths)?;
    for body in bodies {
        for (method, path, valid) in every_operation(tester, &paths) {
            if valid != json!({}) {
                let request = Request::new(&method, path).header("content-type", content_type);
                kate.send(request.body(&body)).refused(status, code, None)?;
            }
        }
    }
    equal("nothing was done", view(kate, &paths)?, before)
}

fn malformed_json(tester: &Tester) -> Outcome {
    let bodies = [
        "{",
        "}",
        "{\"is_muted\":true",
        "{\"is_muted\":true}}",
        "{'is_muted':true}",
        "{is_muted:true}",
        "{\"is_muted\":true,}",
        "{\"is_muted\":NaN}",
        "{\"is_muted\":01}",
        "is_muted=true",
        "\u{feff}",
        "\u{feff}\u{feff}{}",
        "{} {}",
        "{\"is_muted\":tru",
        "\"",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\0\"}",
        " ",
    ];
    refused_bodies(tester, JSON, bodies, 400, "body_malformed")
}

fn no_object(tester: &Tester) -> Outcome {
    let bodies = [
        "[]",
        "null",
        "true",
        "1",
        "1.5",
        "\"text\"",
        "[{\"is_muted\":true}]",
    ];
    refused_bodies(tester, JSON, bodies, 400, "body_malformed")
}

fn bad_text(tester: &Tester) -> Outcome {
    let json = [
        &b"{\"a\":\"\xff\"}"[..],
        b"{\"a\":\"\xc3\"}",
        b"{\"a\":\"\xed\xa0\x80\"}",
        b"\xfe\xff{}",
        b"{\"\xff\":1}",
    ];
    refused_bodies(tester, JSON, json, 400, "body_malformed")?;
    clean(&tester.people())?;
    let forms = [
        &b"a=\xff"[..],
        b"\xff=a",
        b"a=%z",
        b"a=%0g",
        b"%=a",
        b"a=%%30",
        b"a=%2&b=c",
        b"a=%ED%A0%80",
        b"a=%FF",
        b"%FF=a",
        b"a=%C3",
        b"a=%C0%80",
        b"a=%",
        b"a=%zz",
        b"a=%0",
        b"a=%u0041",
        b"a=100%",
    ];
    refused_bodies(tester, FORM, forms, 400, "body_malformed")
}

fn nul(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = stage(tester)?;
    let before = view(kate, &paths)?;
    let entry = tester.kevin.entry();
    json_text(kate, "PUT", &entry, br#"{"display_name":"a\u0000b"}"#).refused(
        400,
        "parameter_invalid",
        Some("display_name"),
    )?;
    for body in [
        &b"display_name=a%00b"[..],
        b"display_name=a\0b",
        b"display_name=%00",
    ] {
        form(kate, "PUT", &entry, body).refused(400, "parameter_invalid", Some("display_name"))?;
    }
    let name = form(kate, "PUT", &entry, b"display_name%00=a").answers(400)?;
    equal("code", &name["code"], "parameter_unknown")?;
    equal("nothing was done", view(kate, &paths)?, before)
}

fn too_large(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let [_, _, contact, _] = stage(tester)?;
    let put = |length: usize| {
        let body = format!("display_name={}", "x".repeat(length - "display_name=".len()));
        form(kate, "PUT", &contact, body)
    };
    put(1 << 20).refused(400, "parameter_invalid", Some("display_name"))?;
    put((1 << 20) + 1).refused(413, "body_too_large", None)?;
    let large = format!("{{\"display_name\":\"{}\"}}", "x".repeat(2 << 20));
    json_text(kate, "PUT", &contact, large).refused(413, "body_too_large", None)
}

fn too_deep(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let [_, _, contact, _] = stage(tester)?;
    let lists = format!("{{\"a\":{}{}}}", "[".repeat(1000), "]".repeat(1000));
    json_text(kate, "PUT", &contact, lists).refused(400, "body_malformed", None)?;
    let many: Vec<_> = (0..10_000).map(|number| format!("a{number}=1")).collect();
    for body in [
        format!("a{}=1", "[b]".repeat(1000)),
        many.join("&"),
        vec!["a[]=1"; 10_000].join("&"),
    ] {
        form(kate, "PUT", &contact, body).refused(400, "body_malformed", None)?;
    }
    // In JSON they are read, and the first one is unknown.
    let object: Map<_, _> = (0..10_000)
        .map(|number| (format!("a{number}"), json!(1)))
        .collect();
    kate.put(&contact, &json!(object))
        .refused(400, "parameter_unknown", Some("a0"))
}

fn content_types(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let [_, _, contact, _] = stage(tester)?;
    let boundary = "--x\r\nContent-Disposition: form-data; name=\"display_name\"\r\n\r\nKev\r\n--x--\r\n";
    for (content_type, body) in [
        ("text/plain", "display_name=Kev"),
        ("multipart/form-data; boundary=x", boundary),
        ("application/xml", "<a/>"),
        ("application/problem+json", "{\"display_name\":\"Kev\"}"),
        ("application/json; charset=latin1", "{\"display_name\":\"Kev\"}"),
        (
            "application/x-www-form-urlencoded; charset=iso-8859-1",
            "display_name=Kev",
        ),
        ("json", "{\"display_name\":\"Kev\"}"),
    ] {
        let request = Request::new("PUT", contact.as_str()).header("content-type", content_type);
        kate.send(request.body(body))
            .refused(415, "content_type_unsupported", None)?;
    }
    let bare = Request::new("PUT", contact.as_str()).body("display_name=Kev");
    kate.send(bare).refused(415, "content_type_unsupported", None)?;
    let seen = kate.get(&contact).answers(200)?;
    equal("nothing was done", &seen["display_name"], Value::Null)
}

fn known_content_types(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let [_, _, contact, _] = stage(tester)?;
    for (content_type, body, name) in [
        ("application/json; charset=utf-8", "{\"display_name\":\"1\"}", "1"),
        (
            "application/json;charset=\"UTF-8\"",
            "{\"display_name\":\"2\"}",
            "2",
        ),
        ("APPLICATION/JSON", "{\"display_name\":\"3\"}", "3"),
        (
            "application/x-www-form-urlencoded; charset=UTF-8",
            "display_name=4",
            "4",
        ),
        ("Application/X-WWW-Form-Urlencoded", "display_name=5", "5"),
        ("application/json; charset=utf8", "{\"display_name\":\"6\"}", "6"),
        (
            "application/json; charset=\"Utf8\"",
            "{\"display_name\":\"7\"}",
            "7",
        ),
        (
            "application/x-www-form-urlencoded; charset=unicode-1-1-utf-8",
            "display_name=8",
            "8",
        ),
    ] {
        let request = Request::new("PUT", contact.as_str()).header("content-type", content_type);
        let changed = kate.send(request.body(body)).answers(200)?;
        equal("display_name", &changed["display_name"], name)?;
    }
    Ok(())
}

fn byte_order_mark(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let [_, _, contact, _] = stage(tester)?;
    let request = Request::new("PUT", contact.as_str()).header("content-type", JSON);
    let changed = kate.send(request.body("\u{feff}{\"display_name\":\"Marked\"}"));
    equal("display_name", &changed.answers(200)?["display_name"], "Marked")
}

fn content_encodings(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let [_, _, contact, _] = stage(tester)?;
    let send = |encoding: &str| {
        let request = Request::new("PUT", contact.as_str()).header("content-type", JSON);
        let body = format!("{{\"display_name\":\"{encoding}\"}}");
        kate.send(request.header("content-encoding", encoding).body(body))
    };
    for encoding in ["gzip", "br", "deflate", "GZIP", "identity, gzip", "unheard-of"] {
        let answer = send(encoding)?;
        equal(
            "accept-encoding",
            answer.answer.header("accept-encoding"),
            "identity",
        )?;
        Ok(answer).refused(415, "content_type_unsupported", None)?;
    }
    let seen = kate.get(&contact).answers(200)?;
    equal("nothing was done", &seen["display_name"], Value::Null)?;
    let changed = send("Identity").answers(200)?;
    equal("display_name", &changed["display_name"], "Identity")
}
