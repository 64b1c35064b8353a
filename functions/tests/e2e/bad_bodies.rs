//! Bodies that are no parameters at all: text that is broken, too large, too deep, or of another type.

use serde_json::json;

use crate::http::{Answer, Request};
use crate::routes::{Ids, NOBODY, ROUTES};
use crate::world::{Person, id_of, person, text, two_people};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

fn send(caller: &Person<'_>, method: &str, path: &str, content_type: &str, body: impl AsRef<[u8]>) -> Answer {
    caller.send(
        Request::new(method, path)
            .header("content-type", content_type)
            .body(body),
    )
}

/// Sends bodies to every route that takes one, and asserts that nothing came of any.
fn refused_by_every_writer<B: AsRef<[u8]>>(
    content_type: &str,
    bodies: impl IntoIterator<Item = B>,
    status: u16,
    code: &str,
) {
    let (kate, kevin, conversation) = two_people("bad.body");
    let id = text(&kate.say(&conversation, "Hello")["id"]);
    let message = format!("/v1/messages/{id}");
    kate.machine.settle();
    let ids = Ids {
        contact: &kevin.id,
        conversation: id_of(&conversation),
        group: &kate.group(&[&kevin]),
        message: &id,
    };
    let paths = [&conversation, &message];
    let before = paths.map(|path| kate.get(path).expect(200));
    for body in bodies {
        for route in ROUTES.into_iter().filter(|route| route.body(NOBODY).is_some()) {
            let path = route.at(ids.of(route));
            send(&kate, route.method, &path, content_type, &body).refused(status, code, None);
        }
    }
    assert_eq!(paths.map(|path| kate.get(path).expect(200)), before);
}

#[test]
fn malformed_json() {
    refused_by_every_writer(
        JSON,
        [
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
            "\u{feff}{}",
            "{} {}",
            "{\"is_muted\":tru",
            "\"",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\x\"}",
            " ",
        ],
        400,
        "body_malformed",
    );
}

#[test]
fn json_that_is_no_object() {
    refused_by_every_writer(
        JSON,
        [
            "[]",
            "null",
            "true",
            "1",
            "1.5",
            "\"text\"",
            "[{\"is_muted\":true}]",
        ],
        400,
        "body_malformed",
    );
}

#[test]
fn text_that_is_not_utf_8() {
    refused_by_every_writer(
        JSON,
        [
            &b"{\"a\":\"\xff\"}"[..],
            b"{\"a\":\"\xc3\"}",
            b"\xfe\xff{}",
            b"{\"a\":\"\xed\xa0\x80\"}",
            b"{\"\xff\":1}",
        ],
        400,
        "body_malformed",
    );
    refused_by_every_writer(
        FORM,
        [
            &b"a=\xff"[..],
            b"\xff=a",
            b"a=%FF",
            b"%FF=a",
            b"a=%C3",
            b"a=%C0%80",
            b"a=%ED%A0%80",
        ],
        400,
        "body_malformed",
    );
}

#[test]
fn bad_percent_escapes() {
    refused_by_every_writer(
        FORM,
        [
            "a=%", "a=%z", "a=%zz", "a=%0", "a=%0g", "%=a", "a=%%30", "a=%u0041", "a=%2&b=c", "a=100%",
        ],
        400,
        "body_malformed",
    );
}

#[test]
fn nul_characters() {
    // A raw one is not JSON.
    refused_by_every_writer(JSON, [b"{\"a\":\"\0\"}"], 400, "body_malformed");
    let (kate, kevin, _) = two_people("nul");
    let path = kevin.entry();
    for (content_type, body) in [
        (JSON, &br#"{"display_name":"a\u0000b"}"#[..]),
        (FORM, b"display_name=a%00b"),
        (FORM, b"display_name=a\0b"),
        (FORM, b"display_name=%00"),
    ] {
        send(&kate, "PUT", &path, content_type, body).refused(400, "parameter_invalid", Some("display_name"));
    }
    for body in [&b"display_name%00=a"[..], b"\0display_name=a"] {
        assert_eq!(
            send(&kate, "PUT", &path, FORM, body).expect(400)["code"],
            "parameter_unknown"
        );
    }
    assert!(kate.get(&path).expect(200)["display_name"].is_null());
}

#[test]
fn bodies_over_a_megabyte() {
    let large = format!("{{\"display_name\":\"{}\"}}", "x".repeat(2 << 20));
    refused_by_every_writer(JSON, [&large], 413, "body_too_large");
    let large = format!("display_name={}", "x".repeat(2 << 20));
    refused_by_every_writer(FORM, [&large], 413, "body_too_large");
    // Exactly at the limit it is a matter of the parameter.
    let (kate, kevin, _) = two_people("limit.body");
    let body = |length: usize| format!("display_name={}", "x".repeat(length - "display_name=".len()));
    let put = |length| send(&kate, "PUT", &kevin.entry(), FORM, body(length));
    put(1 << 20).refused(400, "parameter_invalid", Some("display_name"));
    put((1 << 20) + 1).refused(413, "body_too_large", None);
}

#[test]
fn bodies_over_what_a_function_gets_are_the_gateways() {
    let kate = person("gateway.body");
    for megabytes in [7, 11] {
        let answer = send(&kate, "POST", "/v1/contacts", JSON, vec![b' '; megabytes << 20]);
        assert_eq!(answer.status, 413);
        assert_eq!(answer.json(), json!({"message": "Request Entity Too Large"}));
    }
    kate.get("/v1/me").expect(200);
}

#[test]
fn nesting_a_thousand_deep() {
    let objects = format!("{}1{}", "{\"a\":".repeat(1000), "}".repeat(1000));
    let lists = format!("{{\"a\":{}{}}}", "[".repeat(1000), "]".repeat(1000));
    refused_by_every_writer(JSON, [objects, lists], 400, "body_malformed");
    let forms = ["[b]", "[]"].map(|segment| format!("a{}=1", segment.repeat(1000)));
    refused_by_every_writer(FORM, forms, 400, "body_malformed");
}

#[test]
fn ten_thousand_parameters() {
    let form: Vec<_> = (0..10_000).map(|number| format!("a{number}=1")).collect();
    let forms = [form.join("&"), vec!["a[]=1"; 10_000].join("&")];
    refused_by_every_writer(FORM, forms, 400, "body_malformed");
    // In JSON they are read, and the first one is unknown.
    let (kate, kevin, _) = two_people("ten.thousand");
    let object: serde_json::Map<_, _> = (0..10_000)
        .map(|number| (format!("a{number}"), json!(1)))
        .collect();
    let answer = kate.put(&kevin.entry(), &json!(object));
    answer.refused(400, "parameter_unknown", Some("a0"));
    let query = (0..1001)
        .map(|number| format!("a{number}=1"))
        .collect::<Vec<_>>()
        .join("&");
    kate.get(&format!("/v1/contacts?{query}"))
        .refused(400, "parameter_invalid", None);
}

#[test]
fn content_types() {
    let (kate, kevin, _) = two_people("content.type");
    let path = kevin.entry();
    let boundary = "--x\r\nContent-Disposition: form-data; name=\"display_name\"\r\n\r\nKev\r\n--x--\r\n";
    for (content_type, body) in [
        ("text/plain", "display_name=Kev"),
        ("multipart/form-data; boundary=x", boundary),
        ("application/xml", "<a/>"),
        ("application/problem+json", "{\"display_name\":\"Kev\"}"),
        ("application/jsonp", "{\"display_name\":\"Kev\"}"),
        ("application/json; charset=latin1", "{\"display_name\":\"Kev\"}"),
        ("application/json;charset=utf-16", "{\"display_name\":\"Kev\"}"),
        (
            "application/x-www-form-urlencoded; charset=iso-8859-1",
            "display_name=Kev",
        ),
        ("json", "{\"display_name\":\"Kev\"}"),
        ("", "display_name=Kev"),
    ] {
        send(&kate, "PUT", &path, content_type, body).refused(415, "content_type_unsupported", None);
    }
    let bare = Request::new("PUT", path.as_str()).body("display_name=Kev");
    kate.send(bare).refused(415, "content_type_unsupported", None);
    assert!(kate.get(&path).expect(200)["display_name"].is_null());

    for (content_type, body) in [
        ("application/json; charset=utf-8", "{\"display_name\":\"1\"}"),
        ("application/json;charset=\"UTF-8\"", "{\"display_name\":\"2\"}"),
        ("APPLICATION/JSON", "{\"display_name\":\"3\"}"),
        (
            "application/x-www-form-urlencoded; charset=UTF-8",
            "display_name=4",
        ),
        ("Application/X-WWW-Form-Urlencoded", "display_name=5"),
    ] {
        send(&kate, "PUT", &path, content_type, body).expect(200);
    }
    assert_eq!(kate.get(&path).expect(200)["display_name"], "5");
}

#[test]
fn raw_bytes_that_are_no_http() {
    let kate = person("no.http");
    for line in [
        "GET /v1/\0me HTTP/1.1",
        "GET /v1/me\u{7f} HTTP/1.1",
        "G\u{e4}T /v1/me HTTP/1.1",
    ] {
        let bytes = format!(
            "{line}\r\nhost: x\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
            kate.token
        );
        assert_eq!(kate.machine.send_bytes(bytes.as_bytes()).status, 400, "{line:?}");
    }
    kate.get("/v1/me").expect(200);
}
