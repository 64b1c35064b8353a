//! What is written for small documents.

use super::literal::{STYLE, is_name, text};
use super::*;
use crate::model::Operation;
use crate::node::Node;
use crate::testing::{answering, api, body, operation};

/// The content of this file for one operation and these schemas.
fn file(name: &str, call: (&str, &str, &str), schemas: &[(&str, &str)]) -> Result<String> {
    let files = files(&api(&[call], schemas)?)?;
    let file = files
        .into_iter()
        .find(|file| file.path.ends_with(&format!("/{name}")));
    Ok(file.unwrap().content)
}

/// A property of an answer, as it is written.
fn property(schema: &str) -> String {
    let get = answering("getMessage", "{ $ref: '#/components/schemas/Answer' }");
    let answer = format!("{{ type: object, required: [x], properties: {{ x: {schema} }} }}");
    let thing = "{ type: object, properties: { id: { type: string } } }";
    let schemas = [("Answer", answer.as_str()), ("Thing", thing)];
    let types = file("types.py", ("get", "/v1/x", &get), &schemas).unwrap();
    let (_, rest) = types.split_once("    x: ").unwrap();
    let (_, shapes) = types.split_once("Answer._shapes = ").unwrap_or(("", "nothing\n"));
    format!(
        "{} {}",
        rest.lines().next().unwrap(),
        shapes.lines().next().unwrap()
    )
}

fn source_of(method: &str, path: &str, more: &str) -> String {
    let read = api(&[(method, path, &operation("sendMessage", more))], &[]).unwrap();
    let call = |operation: &Operation| source(&read, &read.resources[0], operation).unwrap();
    read.operations().map(call).collect()
}

#[test]
fn types_are_open_and_objects_have_their_classes() {
    for (schema, expected) in [
        ("{ type: string }", "str nothing"),
        ("{ type: integer }", "int nothing"),
        ("{ type: [number, 'null'] }", "Optional[float] nothing"),
        ("{ description: Whatever. }", "Any nothing"),
        (
            "{ enum: [a, 'it\"s'] }",
            r#"Union[Literal["a", "it\"s"], str] nothing"#,
        ),
        (
            "{ type: array, items: { type: [string, 'null'] } }",
            "List[Optional[str]] nothing",
        ),
        (
            "{ type: object, additionalProperties: { type: boolean } }",
            "Dict[str, bool] nothing",
        ),
        ("{ $ref: '#/components/schemas/Thing' }", r#"Thing {"x": Thing}"#),
        (
            "{ type: array, items: { $ref: '#/components/schemas/Thing' } }",
            r#"List[Thing] {"x": [Thing]}"#,
        ),
        (
            "{ type: object, additionalProperties: { $ref: '#/components/schemas/Thing' } }",
            r#"Dict[str, Thing] {"x": {"": Thing}}"#,
        ),
        (
            "{ oneOf: [{ $ref: '#/components/schemas/Thing' }, { type: 'null' }, { type: string }] }",
            r#"Optional[Union[Thing, str]] {"x": Thing}"#,
        ),
    ] {
        assert_eq!(property(schema), expected, "{schema}");
    }
}

#[test]
fn what_is_given_may_be_whatever_is_like_it() {
    let thing = "{ type: object, required: [id], properties: { id: { type: string }, more: { type: string, description: More. } } }";
    let things =
        "{ type: array, items: { anyOf: [{ type: string }, { $ref: '#/components/schemas/Thing' }] } }";
    let more = body(
        &format!("{{ type: object, required: [a], properties: {{ a: {things}, b: {{}} }} }}"),
        "{ a: [] }",
    );
    let send = operation("sendMessage", &more);
    let call = ("post", "/v1/x", send.as_str());
    let types = file("types.py", call, &[("Thing", thing)]).unwrap();
    let expected = "


class _ThingRequired(TypedDict):
    id: str


class Thing(_ThingRequired, total=False):

    more: str
    \"\"\"More.\"\"\"
";
    assert!(types.contains(expected), "{types}");
    let resources = file("resources.py", call, &[("Thing", thing)]).unwrap();
    for expected in [
        "        a: Sequence[Union[str, Thing]],\n",
        "        b: Union[object, NotGiven] = NOT_GIVEN,\n",
        "        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,\n",
        "            {\"a\": a, \"b\": b},\n",
    ] {
        assert!(resources.contains(expected), "{resources}");
    }
}

#[test]
fn classes_have_docstrings_and_those_that_they_begin_with() {
    let one = "{ type: object, description: 'Ends \"\"\" \\ here.', properties: { a: { type: string, description: One. } } }";
    let more = one.replace(" } } }", " }, more: { type: string } } }");
    let get = answering(
        "getMessage",
        "{ anyOf: [{ $ref: '#/components/schemas/One' }, { $ref: '#/components/schemas/MoreOfOne' }] }",
    );
    let types = file(
        "types.py",
        ("get", "/v1/x", &get),
        &[("One", one), ("MoreOfOne", &more)],
    );
    let types = types.unwrap();
    let (_, types) = types.split_once("]\n").unwrap();
    let expected = r#"

class One(Object):
    """Ends \"\"\" \\ here."""

    a: str
    """One."""


class MoreOfOne(One):
    """Ends \"\"\" \\ here."""

    more: str
"#;
    assert!(types.starts_with(expected), "{types}");
}

#[test]
fn methods_take_what_the_call_takes() {
    let id = "{ name: groupId, in: path, example: a, schema: { type: string } }";
    let query = "{ name: mark_read, in: query, description: Whether., schema: { type: boolean } }";
    let text = body(
        "{ type: object, properties: { text: { type: string } } }",
        "{ text: a }",
    );
    let more = format!(
        ", parameters: [{id}, {query}]{text}, summary: Send, description: \"One.\\n\\nTwo.\", x-aliases: [postNow]"
    );
    let send = operation("sendMessage", &more);
    let call = ("post", "/v1/groups/{groupId}", send.as_str());
    let expected = r#"
    def send(
        self,
        group_id: str,
        /,
        *,
        mark_read: Union[bool, NotGiven] = NOT_GIVEN,
        text: Union[str, NotGiven] = NOT_GIVEN,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,
        extra_params: Optional[Mapping[str, object]] = None,
    ) -> None:
        """Send.

        One.

        Args:
            mark_read: Whether.
        """
        return self._call(
            operations.SEND_MESSAGE,
            (group_id,),
            {"mark_read": mark_read, "text": text},
            Options(timeout, max_retries, idempotency_key),
            extra_params,
        )

    post_now = send
    """The same as `send`."""
"#;
    let resources = file("resources.py", call, &[]).unwrap();
    assert!(resources.contains(expected), "{resources}");
    let expected = expected
        .replace("    def", "    async def")
        .replace("return self", "return await self");
    let resources = file("async_resources.py", call, &[]).unwrap();
    assert!(resources.contains(&expected), "{resources}");
    assert!(resources.contains("class AsyncMessages(AsyncResource):"));
    let operations = file("operations.py", call, &[]).unwrap();
    let expected = r#"
SEND_MESSAGE: Operation[None] = Operation(
    "sendMessage",
    "POST",
    "/v1/groups/{groupId}",
    query=("mark_read",),
    is_list=False,
    shape=None,
)
"#;
    assert!(operations.contains(expected), "{operations}");
}

#[test]
fn a_list_has_its_items_and_a_page_with_more_has_classes() {
    let page = "has_more: { type: boolean }, data: { type: array, items: { type: string } }, next_cursor: { type: string }";
    let of = |name: &str, more: &str| {
        let get = answering(
            "listMessages",
            &format!("{{ type: object, properties: {{ {page}{more} }} }}"),
        );
        file(name, ("get", "/v1/x", &get), &[]).unwrap()
    };
    assert!(of("resources.py", "").contains(") -> Page[str]:\n"));
    assert!(of("async_resources.py", "").contains(") -> AsyncList[str, AsyncPage[str]]:\n"));
    let more = ", name: { type: string }";
    assert!(of("resources.py", more).contains(") -> MessageListAnswer:\n"));
    let resources = of("async_resources.py", more);
    assert!(
        resources.contains(") -> AsyncList[str, AsyncMessageListAnswer]:\n"),
        "{resources}"
    );
    assert!(
        resources.contains("    AsyncMessageListAnswer,\n)"),
        "{resources}"
    );
    let types = of("types.py", more);
    for class in [
        "class MessageListAnswer(Page[str]):\n\n    name: str\n",
        "class AsyncMessageListAnswer(AsyncPage[str]):\n    \"\"\"The same of the asynchronous client.\"\"\"\n\n    name: str\n",
    ] {
        assert!(types.contains(class), "{types}");
    }
}

fn problem(call: (&str, &str, &str), schemas: &[(&str, &str)]) -> String {
    file("types.py", call, schemas).unwrap_err().to_string()
}

#[test]
fn names_that_python_or_the_core_has_are_errors() {
    for name in ["Page", "ApiError", "None", "_Private"] {
        let get = answering(
            "getMessage",
            &format!("{{ $ref: '#/components/schemas/{name}' }}"),
        );
        let schema = "{ type: object, properties: { id: { type: string } } }";
        let found = problem(("get", "/v1/x", &get), &[(name, schema)]);
        assert_eq!(found, format!("{name}: it cannot be a name in Python"));
    }
    for (name, expected) in [
        ("items", "Thing: items is an attribute of every object in Python"),
        (
            "collect",
            "Thing: collect is an attribute of every object in Python",
        ),
        ("class", "Thing: class cannot be a name in Python"),
        ("a-b", "Thing: a-b cannot be a name in Python"),
        ("_shapes", "Thing: _shapes cannot be a name in Python"),
    ] {
        let get = answering("getMessage", "{ $ref: '#/components/schemas/Thing' }");
        let schema = format!("{{ type: object, properties: {{ {name}: {{ type: string }} }} }}");
        assert_eq!(problem(("get", "/v1/x", &get), &[("Thing", &schema)]), expected);
    }
    for name in [
        "timeout",
        "max_retries",
        "idempotency_key",
        "extra_params",
        "self",
        "lambda",
    ] {
        let more = format!(", parameters: [{{ name: {name}, in: query, schema: {{ type: string }} }}]");
        let found = problem(("get", "/v1/x", &operation("getMessage", &more)), &[]);
        assert_eq!(found, format!("getMessage: {name} cannot be a name in Python"));
    }
    for name in ["import", "str"] {
        let get = operation("getMessage", &format!(", x-aliases: [{name}]"));
        let found = problem(("get", "/v1/x", &get), &[]);
        assert_eq!(found, format!("getMessage: {name} cannot be a name in Python"));
    }
}

#[test]
fn texts_are_quoted() {
    for (value, expected) in [
        ("", r#""""#),
        ("don't \\ \"", r#""don't \\ \"""#),
        ("two\nlines\r\t", r#""two\nlines\r\t""#),
        ("a\u{0}b\u{2028}c\u{202e}", r#""a\u0000b\u2028c\u202e""#),
        ("{x} `東京` 👓", r#""{x} `東京` 👓""#),
    ] {
        assert_eq!(text(value), expected);
    }
    assert!(is_name("id_1") && !is_name("class") && !is_name("1a") && !is_name("ä") && !is_name("_a"));
}

#[test]
fn values_fit_into_lines() {
    let node = Node::parse("{ a: null, b: [true, -1, 0.5], c: {}, d: [] }").unwrap();
    let line = r#"{"a": None, "b": [True, -1, 0.5], "c": {}, "d": []}"#;
    assert_eq!(STYLE.line(&node), line);
    assert_eq!(STYLE.fitting(&node, 10, 0), line);
    let expected = "{\n    \"a\": None,\n    \"b\": [True, -1, 0.5],\n    \"c\": {},\n    \"d\": [],\n}";
    assert_eq!(STYLE.fitting(&node, 40, 0), expected);
}

#[test]
fn a_sample_is_a_program_that_calls_and_prints() {
    let id = ", parameters: [{ name: id, in: path, example: 'a\"b', schema: { type: string } }]";
    let expected = r#"import os

from protocol_api import ApiClient

client = ApiClient(os.environ["TOKEN"], base_url="https://api.example.com")

client.messages.send("a\"b")
"#;
    assert_eq!(source_of("delete", "/v1/{id}", id), expected);
    let text = body(
        "{ type: object, properties: { text: { type: string } } }",
        &format!("{{ text: \"{}\\n\" }}", "x".repeat(60)),
    );
    let call = source_of("put", "/v1/{id}", &format!("{id}{text}"));
    let expected = format!(
        "\nclient.messages.send(\n    \"a\\\"b\",\n    text=\"{}\\n\",\n)\n",
        "x".repeat(60)
    );
    assert!(call.ends_with(&expected), "{call}");
    let file = ", requestBody: { content: { application/json: { schema: { type: object, properties: { a: {} } }, example: {} }, \
                multipart/form-data: { schema: { properties: { file: { format: binary } } } } } }";
    let upload = source_of("post", "/v1/x", file);
    assert!(
        upload.ends_with("\nclient.messages.upload(\"photo.jpg\")\n"),
        "{upload}"
    );
}

#[test]
fn a_sample_calls_the_answer_by_its_type() {
    let thing = "{ type: object, properties: { id: { type: string } } }";
    let of = |schema: &str, name: &str| {
        let get = answering("getMessage", schema);
        let read = api(&[("get", "/v1/x", &get)], &[(name, thing)]).unwrap();
        source(&read, &read.resources[0], read.operations().next().unwrap()).unwrap()
    };
    for (schema, expected) in [
        ("SoundPack", "sound_pack"),
        ("Client", "answer"),
        ("Class", "answer"),
        ("Print", "answer"),
    ] {
        let sample = of(&format!("{{ $ref: '#/components/schemas/{schema}' }}"), schema);
        let expected = format!("\n{expected} = client.messages.get()\nprint({expected})\n");
        assert!(sample.ends_with(&expected), "{sample}");
    }
    let page =
        "has_more: {}, data: { type: array, items: { $ref: '#/components/schemas/Thing' } }, next_cursor: {}";
    let list = of(&format!("{{ type: object, properties: {{ {page} }} }}"), "Thing");
    let expected = "\nfor thing in client.messages.get():\n    print(thing)\n";
    assert!(list.ends_with(expected), "{list}");
}
