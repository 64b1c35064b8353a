//! What is written for small documents.

use super::*;
use crate::model::Operation;
use crate::testing::{answering, api, body, operation};

/// The content of this file for one operation and these schemas.
fn file(
    name: &str,
    (method, path, operation): (&str, &str, &str),
    schemas: &[(&str, &str)],
) -> Result<String> {
    let files = files(&api(&[(method, path, operation)], schemas)?)?;
    let file = files.into_iter().find(|file| file.path.ends_with(name));
    Ok(file.unwrap().content)
}

/// The answer with this property `x`: what its comment says, and its shape.
fn property(schema: &str) -> (String, String) {
    let get = answering("getMessage", "{ $ref: '#/components/schemas/Answer' }");
    let answer = format!("{{ type: object, required: [x], properties: {{ x: {schema} }} }}");
    let thing = "{ type: object, properties: { id: { type: string } } }";
    let schemas = [("Answer", answer.as_str()), ("Thing", thing)];
    let class = file("Types/Answer.php", ("get", "/v1/x", &get), &schemas).unwrap();
    let between = |begin: &str, end: &str| {
        let (_, rest) = class.split_once(begin).unwrap_or_default();
        rest.split_once(end).unwrap_or_default().0.to_owned()
    };
    (between("@property-read ", " $x"), between("'x' => ", ",\n"))
}

/// The same of a parameter.
fn parameter(schema: &str) -> (String, String) {
    let schema = format!("{{ type: object, properties: {{ x: {schema} }} }}");
    let put = operation("updateMessage", &body(&schema, "{}"));
    let thing = "{ type: object, required: [id], properties: { id: { type: string }, m: { type: object } } }";
    let call = ("put", "/v1/x", put.as_str());
    let schemas = [("Thing", thing)];
    let method = file("Resources/Messages.php", call, &schemas).unwrap();
    let operations = file("Operations.php", call, &schemas).unwrap();
    let (_, kind) = method.split_once("x?: ").unwrap();
    let kind = kind.split_once(",\n     * } $params").unwrap().0;
    let (_, shape) = operations.split_once("'x' => ").unwrap_or_default();
    (
        kind.replace(" *", "")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        shape.split_once(",\n").unwrap_or_default().0.to_owned(),
    )
}

fn source_of(method: &str, path: &str, more: &str) -> String {
    let read = api(&[(method, path, &operation("sendMessage", more))], &[]).unwrap();
    let call = |operation: &Operation| source(&read, &read.resources[0], operation).unwrap();
    read.operations().map(call).collect()
}

const THING: &str = "{ $ref: '#/components/schemas/Thing' }";

#[test]
fn attributes_have_types_that_are_open_and_shapes_where_they_need_them() {
    for (schema, kind, shape) in [
        ("{ type: string }", "string", ""),
        ("{ type: integer }", "int", ""),
        ("{ type: [number, 'null'] }", "int|float|null", ""),
        ("{ description: Whatever. }", "mixed", ""),
        ("{ enum: [a, \"it's\"] }", r"'a'|'it\'s'|string", ""),
        ("{ type: array, items: { type: string } }", "list<string>", ""),
        (THING, "Thing", "Thing::class"),
        (
            "{ type: [array, 'null'], items: { $ref: '#/components/schemas/Thing' } }",
            "list<Thing>|null",
            "['list', Thing::class]",
        ),
        (
            "{ type: object, additionalProperties: { type: boolean } }",
            "array<string, bool>",
            "['map', null]",
        ),
        (
            "{ oneOf: [{ $ref: '#/components/schemas/Thing' }, { type: boolean }, { type: 'null' }] }",
            "Thing|bool|null",
            "Thing::class",
        ),
    ] {
        assert_eq!(property(schema), (kind.to_owned(), shape.to_owned()), "{schema}");
    }
}

#[test]
fn parameters_are_arrays_with_shapes() {
    let thing = "array{ id: string, m?: array<string, mixed>, }";
    let shape = "['object', ['m' => ['map', null]]]";
    for (schema, kind, shape) in [
        ("{ type: [string, 'null'] }", "string|null", String::new()),
        (
            "{ type: array, items: { type: string } }",
            "list<string>",
            "['list', null]".to_owned(),
        ),
        (
            "{ type: object, additionalProperties: { type: string } }",
            "array<string, string>",
            "['map', null]".to_owned(),
        ),
    ] {
        assert_eq!(parameter(schema), (kind.to_owned(), shape), "{schema}");
    }
    let (kind, found) = parameter(&format!(
        "{{ type: array, items: {{ oneOf: [{{ type: string }}, {THING}] }} }}"
    ));
    assert_eq!(kind, format!("list<string|{thing}>"));
    assert_eq!(found, format!("['list', {shape}]"));
    let map = "{ type: object, additionalProperties: { type: string } }";
    let (_, found) = parameter(&format!("{{ oneOf: [{{ type: array, items: {map} }}, {map}] }}"));
    assert_eq!(found, "['either', ['list', ['map', null]], ['map', null]]");
}

#[test]
fn what_cannot_be_told_apart_is_an_error() {
    let other = "{ type: object, properties: { id: { type: string } } }";
    let either =
        "{ oneOf: [{ $ref: '#/components/schemas/Thing' }, { $ref: '#/components/schemas/Other' }] }";
    let answer = format!("{{ type: object, properties: {{ x: {either} }} }}");
    let get = answering("getMessage", &answer);
    let schemas = [("Thing", other), ("Other", other)];
    let error = file("x", ("get", "/v1/x", &get), &schemas)
        .unwrap_err()
        .to_string();
    assert!(
        error.ends_with("which of several objects an answer is, cannot be told"),
        "{error}"
    );
    let put = operation("updateMessage", &body(&answer, "{}"));
    let error = file("x", ("put", "/v1/x", &put), &schemas)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "updateMessage: which of several arrays is given, cannot be told"
    );
    let within = "{ type: object, properties: { x: { $ref: '#/components/schemas/Thing' } } }";
    let put = operation("updateMessage", &body(within, "{}"));
    let error = file("x", ("put", "/v1/x", &put), &[("Thing", within)])
        .unwrap_err()
        .to_string();
    assert_eq!(error, "updateMessage: Thing is within itself");
    let text = answering("getMessage", "{ type: string }");
    let error = file("x", ("get", "/v1/x", &text), &[]).unwrap_err().to_string();
    assert_eq!(error, "getMessage: its answer is no object");
}

#[test]
fn classes_have_comments_and_bases() {
    let answer = "{ type: object, description: Ends */ @here., required: [id], properties: { \
        id: { type: string, description: One. }, more: { $ref: '#/components/schemas/Color' } } }";
    let longer = answer.replace("} } }", "}, last: { $ref: '#/components/schemas/One' } } }");
    let get = answering("getMessage", "{ $ref: '#/components/schemas/MoreOfOne' }");
    let color = "{ type: string, enum: [red, 'dark-blue'], description: A color. }";
    let schemas = [("One", answer), ("MoreOfOne", &longer), ("Color", color)];
    let of = |name: &str| {
        let content = file(name, ("get", "/v1/x", &get), &schemas).unwrap();
        content.split_once("namespace ").unwrap().1.to_owned()
    };
    let expected = r"Protocol\Types;

use Protocol\ApiObject;

/**
 * Ends *\/ &#64;here.
 *
 * @property-read string $id One.
 * @property-read 'red'|'dark-blue'|string|null $more A color.
 */
class One extends ApiObject
{
}
";
    assert_eq!(of("Types/One.php"), expected);
    let expected = r"
 * @property-read One|null $last Ends *\/ &#64;here.
 */
class MoreOfOne extends One
{
    protected const SHAPES = [
        ...parent::SHAPES,
        'last' => One::class,
    ];
}
";
    assert!(
        of("Types/MoreOfOne.php").ends_with(expected),
        "{}",
        of("Types/MoreOfOne.php")
    );
    let expected =
        "final class Color\n{\n    public const RED = 'red';\n    public const DARK_BLUE = 'dark-blue';\n}\n";
    assert!(of("Types/Color.php").ends_with(expected));
}

#[test]
fn methods_take_what_the_call_takes() {
    let id = "{ name: group_id, in: path, example: a, schema: { type: string } }";
    let query = "{ name: mark_read, in: query, description: Whether., schema: { type: boolean } }";
    let text = body(
        "{ type: object, properties: { text: { type: string } } }",
        "{ text: a }",
    );
    let more = format!(
        ", parameters: [{id}, {query}]{text}, summary: Send, description: \"One.\\n\\nTwo.\", x-aliases: [post]"
    );
    let send = operation("sendMessage", &more);
    let call = ("post", "/v1/groups/{group_id}", send.as_str());
    let resource = file("Resources/Messages.php", call, &[]).unwrap();
    let (_, resource) = resource.split_once("use Protocol\\Operations;\n").unwrap();
    let tags = r"     * @param array{timeout?: int|float|null, maxRetries?: int|null, idempotencyKey?: string|null} $options
     * @throws ApiClientException
     */";
    let params = r"     * @param array{
     *     mark_read?: bool,
     *     text?: string,
     * } $params";
    let expected = format!(
        r"
/** What people wrote. */
final class Messages extends Resource
{{
    /**
     * Send.
     *
     * One.
     *
{params}
     *   - `mark_read`: Whether.
{tags}
    public function send(string $groupId, array $params = [], array $options = []): void
    {{
        $this->core->call(new Operation(...Operations::SEND_MESSAGE), [$groupId], $params, $options);
    }}

    /**
     * The same as `send`.
     *
{params}
{tags}
    public function post(string $groupId, array $params = [], array $options = []): void
    {{
        $this->send($groupId, $params, $options);
    }}
}}
"
    );
    assert_eq!(resource, expected);
    let operations = file("Operations.php", call, &[]).unwrap();
    let expected = "    public const SEND_MESSAGE = [
        'id' => 'sendMessage',
        'method' => 'POST',
        'path' => '/v1/groups/{group_id}',
        'query' => [
            'mark_read',
        ],
    ];
";
    assert!(operations.contains(expected), "{operations}");
    let all = file("HasResources.php", call, &[]).unwrap();
    assert!(
        all.contains("    /** What people wrote. */\n    public readonly Messages $messages;\n"),
        "{all}"
    );
    assert!(
        all.contains("        $this->messages = new Messages($core);\n"),
        "{all}"
    );
}

#[test]
fn a_list_has_its_items_and_a_page_with_more_is_a_class() {
    let page = "has_more: { type: boolean }, data: { type: array, items: { type: string } }, next_cursor: { type: string }";
    let of = |name: &str, more: &str| {
        let schema = format!("{{ type: object, properties: {{ {page}{more} }} }}");
        file(name, ("get", "/v1/x", &answering("listMessages", &schema)), &[]).unwrap()
    };
    let resource = of("Resources/Messages.php", "");
    assert!(resource.contains("     * @return Page<string>\n"), "{resource}");
    let call = "): Page\n    {\n        return $this->core->list(new Operation(...Operations::LIST_MESSAGES), [], [], $options);";
    assert!(resource.contains(call), "{resource}");
    let more = ", name: { type: string }";
    assert!(of("Resources/Messages.php", more).contains("list(array $options = []): MessageListAnswer\n"));
    let class = of("Types/MessageListAnswer.php", more);
    assert!(class.contains(" * @extends Page<string>\n"), "{class}");
    assert!(
        class.contains("class MessageListAnswer extends Page\n"),
        "{class}"
    );
    let operations = of("Operations.php", more);
    assert!(
        operations.contains("'answer' => MessageListAnswer::class,\n        'item' => null,"),
        "{operations}"
    );
}

#[test]
fn names_that_php_or_the_core_has_are_errors() {
    let failure = |path: &str, operation: &str, schemas: &[(&str, &str)]| {
        file("x", ("get", path, operation), schemas)
            .unwrap_err()
            .to_string()
    };
    for name in ["Page", "apiobject", "a-b", "Default", "Void"] {
        let get = answering(
            "getMessage",
            &format!("{{ $ref: '#/components/schemas/{name}' }}"),
        );
        let schema = "{ type: object, properties: { id: { type: string } } }";
        let expected = format!("{name}: it cannot be a class in PHP");
        assert_eq!(failure("/v1/x", &get, &[(name, schema)]), expected);
    }
    for name in ["options", "this"] {
        let more =
            format!(", parameters: [{{ name: {name}, in: path, example: a, schema: {{ type: string }} }}]");
        let get = operation("getMessage", &more);
        let expected = format!("getMessage: {name} cannot be a variable in PHP");
        assert_eq!(failure(&format!("/v1/{{{name}}}"), &get, &[]), expected);
    }
    let get = answering("getMessage", "{ $ref: '#/components/schemas/One' }");
    let one = "{ type: object, properties: { a-b: {} } }";
    let expected = "One.a-b: it cannot be an attribute in PHP";
    assert_eq!(failure("/v1/x", &get, &[("One", one)]), expected);
    let twice = operation("getMessage", ", x-aliases: [GET]");
    assert_eq!(failure("/v1/x", &twice, &[]), "Messages: two are called get");
    let color = "{ type: object, properties: { x: { $ref: '#/components/schemas/Color' } } }";
    let get = answering("getMessage", color);
    let failed = failure("/v1/x", &get, &[("Color", "{ type: string, enum: [class] }")]);
    assert_eq!(failed, "Color: 'class' cannot be a constant in PHP");
}

#[test]
fn a_sample_is_a_script_that_calls_and_prints() {
    let id = ", parameters: [{ name: id, in: path, example: \"it's\", schema: { type: string } }]";
    let expected = r"<?php

require 'vendor/autoload.php';

$client = new Protocol\ApiClient(getenv('TOKEN'), ['baseUrl' => 'https://api.example.com']);

$client->messages->send('it\'s');
";
    assert_eq!(source_of("delete", "/v1/{id}", id), expected);
    let text = "x".repeat(60);
    let schema = "{ type: object, properties: { text: { type: string } } }";
    let call = source_of(
        "put",
        "/v1/{id}",
        &format!("{id}{}", body(schema, &format!("{{ text: {text} }}"))),
    );
    let expected = format!("$client->messages->send('it\\'s', [\n    'text' => '{text}',\n]);\n");
    assert!(call.ends_with(&expected), "{call}");
    let file = ", requestBody: { content: { application/json: { schema: { type: object, properties: { a: {} } }, example: {} }, \
                multipart/form-data: { schema: { properties: { file: { format: binary } } } } } }";
    let upload = source_of("post", "/v1/x", file);
    assert!(
        upload.ends_with("\n$client->messages->upload('photo.jpg');\n"),
        "{upload}"
    );
}

#[test]
fn a_sample_calls_the_answer_by_its_type() {
    let thing = "{ type: object, properties: { id: { type: string } } }";
    let schemas = [("Thing", thing), ("Client", thing)];
    let of = |schema: &str| {
        let get = answering("getMessage", schema);
        let read = api(&[("get", "/v1/x", &get)], &schemas).unwrap();
        source(&read, &read.resources[0], read.operations().next().unwrap()).unwrap()
    };
    for (schema, name) in [
        (THING, "thing"),
        ("{ $ref: '#/components/schemas/Client' }", "answer"),
    ] {
        let expected = format!("\n${name} = $client->messages->get();\necho ${name}, \"\\n\";\n");
        assert!(of(schema).ends_with(&expected), "{}", of(schema));
    }
    let page = format!("has_more: {{}}, data: {{ type: array, items: {THING} }}, next_cursor: {{}}");
    let expected = "\nforeach ($client->messages->get() as $thing) {\n    echo $thing, \"\\n\";\n}\n";
    let list = of(&format!("{{ type: object, properties: {{ {page} }} }}"));
    assert!(list.ends_with(expected), "{list}");
}
