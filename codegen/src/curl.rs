//! A call with curl.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::error::Result;
use crate::layout::Style;
use crate::model::{Api, Operation};
use crate::node::Node;
use crate::templates;

/// What stands in a path as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[derive(Serialize)]
struct View {
    options: Vec<String>,
    url: String,
    /// Further arguments, each on a line of its own.
    lines: Vec<String>,
}

/// A command that makes the call and prints the answer.
pub(crate) fn source(api: &Api, operation: &Operation) -> Result<String> {
    let sample = &operation.sample;
    let mut path = operation.path.clone();
    for (name, text) in &sample.path {
        path = path.replace(
            &format!("{{{name}}}"),
            &utf8_percent_encode(text, PATH).to_string(),
        );
    }
    let mut lines: Vec<_> = sample
        .query
        .iter()
        .flat_map(|(name, value)| data(name, value))
        .collect();
    let mut options: Vec<String> = if lines.is_empty() {
        vec![]
    } else {
        vec!["-G".to_owned()]
    };
    if let Some(file) = &sample.file {
        lines.push(format!("-F {file}=@photo.jpg"));
    } else if let Some(body) = &sample.body {
        if sample.takes_form && is_flat(body) {
            lines.extend(body.entries().iter().flat_map(|(name, value)| data(name, value)));
        } else {
            lines.push("-H \"Content-Type: application/json\"".to_owned());
            lines.push(format!("-d {}", quoted(&JSON.fitting(body, "  -d ''".len(), 0))));
        }
    }
    // What curl does by itself: a POST where there is something to send.
    let method = match operation.method.as_str() {
        "GET" => None,
        "POST" if !lines.is_empty() => None,
        method => Some(method),
    };
    options.extend(method.map(|method| format!("-X {method}")));
    let view = View {
        options,
        url: format!("{}{path}", api.address),
        lines,
    };
    let template = include_str!("../templates/curl/sample.sh.jinja");
    templates::render(&templates::environment()?, ("sample.sh", template), view)
}

/// A body that means the same as a form: an empty text would be null there, and arrays and maps are written otherwise.
fn is_flat(body: &Node) -> bool {
    body.entries().iter().all(|(_, value)| match value {
        Node::Text(text) => !text.is_empty(),
        Node::Boolean(_) | Node::Integer(_) => true,
        Node::Null | Node::Float(_) | Node::List(_) | Node::Map(_) => false,
    })
}

/// A parameter of a query or a form; an array as often as it has items.
fn data(name: &str, value: &Node) -> Vec<String> {
    if let Node::List(items) = value {
        return items.iter().flat_map(|item| data(name, item)).collect();
    }
    let text = match value {
        Node::Text(text) => text.clone(),
        other => JSON.line(other),
    };
    let is_plain = !text.is_empty()
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "-._~:/".contains(letter));
    vec![if is_plain {
        format!("-d {}", quoted(&format!("{name}={text}")))
    } else {
        format!("--data-urlencode {}={}", quoted(name), quoted(&text))
    }]
}

const JSON: Style = Style {
    text: json_text,
    null: "null",
    booleans: ["false", "true"],
    key: |key| json_text(key) + ": ",
    list: ["[", "]"],
    map: ["{", "}"],
    indent: 2,
    has_space: false,
    has_last_comma: false,
};

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A word of the shell.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~:/=,@%+".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{api, operation};

    #[test]
    fn words_of_the_shell_are_quoted_where_they_have_to() {
        for (text, expected) in [
            ("limit=10", "limit=10"),
            ("", "''"),
            ("a b", "'a b'"),
            ("don't", r"'don'\''t'"),
            ("$HOME `x` \\ \"", "'$HOME `x` \\ \"'"),
            ("two\nlines", "'two\nlines'"),
            ("contacts[]=a", "'contacts[]=a'"),
            ("東京", "'東京'"),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn values_are_encoded_where_they_have_to() {
        let text = |text: &str| Node::Text(text.to_owned());
        assert_eq!(data("query", &text("rain")), ["-d query=rain"]);
        assert_eq!(
            data("query", &text("not before")),
            ["--data-urlencode query='not before'"]
        );
        assert_eq!(data("query", &text("a&b=c")), ["--data-urlencode query='a&b=c'"]);
        assert_eq!(
            data("number", &text("+1 202")),
            ["--data-urlencode number='+1 202'"]
        );
        assert_eq!(data("muted", &Node::Boolean(true)), ["-d muted=true"]);
        assert_eq!(data("after", &Node::Integer(7)), ["-d after=7"]);
        assert_eq!(
            data("ids[]", &Node::List(vec![text("a"), text("b")])),
            ["-d 'ids[]=a'", "-d 'ids[]=b'"]
        );
    }

    /// The command for one operation.
    fn command(method: &str, path: &str, more: &str) -> String {
        let read = api(&[(method, path, &operation("sendMessage", more))], &[]).unwrap();
        read.operations()
            .map(|operation| source(&read, operation).unwrap())
            .collect()
    }

    #[test]
    fn a_command_says_how_and_where() {
        let id = ", parameters: [{ name: id, in: path, example: 'a/b \u{2764}', schema: { type: string } }]";
        let expected = "curl -X DELETE https://api.example.com/v1/a%2Fb%20%E2%9D%A4 \\\n  -H \"Authorization: Bearer $TOKEN\"\n";
        assert_eq!(command("delete", "/v1/{id}", id), expected);
        assert!(command("post", "/v1/x", "").starts_with("curl -X POST https"));
        let query = ", parameters: [{ name: query, in: query, required: true, example: a b, schema: { type: string } }]";
        let expected = "curl -G https://api.example.com/v1/x \\\n  -H \"Authorization: Bearer $TOKEN\" \\\n  \
                        --data-urlencode query='a b'\n";
        assert_eq!(command("get", "/v1/x", query), expected);
    }

    #[test]
    fn a_body_is_a_form_where_both_mean_the_same_and_else_json() {
        let of = |example: &str, form: &str| {
            let json = format!(
                "application/json: {{ schema: {{ type: object, properties: {{ a: {{}} }} }}, example: {example} }}"
            );
            let command = command(
                "post",
                "/v1/x",
                &format!(", requestBody: {{ content: {{ {json}{form} }} }}"),
            );
            let (_, data) = command.split_once("$TOKEN\" \\\n  ").unwrap();
            data.trim_end().replace(" \\\n  ", " ")
        };
        let form = ", application/x-www-form-urlencoded: {}";
        let header = "-H \"Content-Type: application/json\" -d ";
        assert_eq!(of("{ a: x, b: true, c: 7 }", form), "-d a=x -d b=true -d c=7");
        assert_eq!(of("{ a: x }", ""), format!("{header}'{{\"a\": \"x\"}}'"));
        for (example, json) in [
            ("{ a: '' }", r#"{"a": ""}"#),
            ("{ a: null }", r#"{"a": null}"#),
            ("{ a: [x, { b: y }] }", r#"{"a": ["x", {"b": "y"}]}"#),
            ("{ a: \"don't\\n\", b: 0.5 }", r#"{"a": "don'\''t\n", "b": 0.5}"#),
        ] {
            assert_eq!(of(example, form), format!("{header}'{json}'"), "{example}");
        }
        let long = "x".repeat(70);
        let expected = format!("{header}'{{\n  \"a\": \"{long}\",\n  \"b\": []\n}}'");
        assert_eq!(of(&format!("{{ a: {long}, b: [] }}"), form), expected);
        let file = ", multipart/form-data: { schema: { properties: { file: { format: binary } } } }";
        assert_eq!(of("{ a: x }", file), "-F file=@photo.jpg");
    }
}
