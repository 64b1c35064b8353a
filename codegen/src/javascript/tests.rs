//! What is written for small documents.

use super::literal::{STYLE, is_name, key, text};
use super::*;
use crate::model::Operation;
use crate::node::Node;
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

/// A property of an answer, as it is written.
fn property(schema: &str) -> String {
    let get = answering("getMessage", "{ $ref: '#/components/schemas/Answer' }");
    let answer = format!("{{ type: object, required: [x], properties: {{ x: {schema} }} }}");
    let schemas = [("Answer", answer.as_str()), ("Thing", "{ type: object }")];
    let types = file("types.ts", ("get", "/v1/x", &get), &schemas).unwrap();
    let (_, line) = types.split_once("  x: ").unwrap();
    line.lines().next().unwrap().to_owned()
}

fn source_of(method: &str, path: &str, more: &str) -> String {
    let read = api(&[(method, path, &operation("sendMessage", more))], &[]).unwrap();
    let call = |operation: &Operation| source(&read, &read.resources[0], operation).unwrap();
    read.operations().map(call).collect()
}

#[test]
fn types_are_open_and_in_brackets_where_they_have_to_be() {
    for (schema, expected) in [
        ("{ type: string }", "string"),
        ("{ type: integer }", "number"),
        ("{ type: [number, 'null'] }", "number | null"),
        ("{ description: Whatever. }", "unknown"),
        ("{ enum: [a, \"it's\"] }", r"'a' | 'it\'s' | (string & {})"),
        (
            "{ type: [string, 'null'], enum: [a, null] }",
            "'a' | (string & {}) | null",
        ),
        ("{ type: array, items: { type: string } }", "string[]"),
        (
            "{ type: array, items: { type: [string, 'null'] } }",
            "(string | null)[]",
        ),
        ("{ type: array, items: { enum: [a] } }", "('a' | (string & {}))[]"),
        (
            "{ type: [array, 'null'], items: { type: [string, integer] } }",
            "(string | number)[] | null",
        ),
        (
            "{ type: object, additionalProperties: { type: boolean } }",
            "{ [name: string]: boolean }",
        ),
        (
            "{ oneOf: [{ type: array, items: { $ref: '#/components/schemas/Thing' } }, { type: boolean }] }",
            { "Thing[] | boolean" },
        ),
    ] {
        assert_eq!(property(schema), expected, "{schema}");
    }
}

#[test]
fn types_have_comments_and_names_that_typescript_takes() {
    let answer = "{ type: object, description: Ends */ here., required: [a-b], properties: { \
        a-b: { type: string, description: One. }, default: { type: string }, anything: {} } }";
    let more = answer.replace("anything: {}", "anything: {}, more: { type: string }");
    let get = answering(
        "getMessage",
        "{ anyOf: [{ $ref: '#/components/schemas/One' }, { $ref: '#/components/schemas/MoreOfOne' }] }",
    );
    let schemas = [("One", answer), ("MoreOfOne", &more)];
    let types = file("types.ts", ("get", "/v1/x", &get), &schemas).unwrap();
    let (_, types) = types.split_once("\n\n").unwrap();
    let expected = r"/** Ends *\/ here. */
export interface One {
  /** One. */
  'a-b': string
  default?: string | undefined
  anything?: unknown
}

/** Ends *\/ here. */
export interface MoreOfOne extends One {
  more?: string | undefined
}
";
    assert_eq!(types, expected);
}

#[test]
fn an_enum_that_is_too_long_for_a_line_has_several() {
    let get = answering("getMessage", "{ $ref: '#/components/schemas/Color' }");
    let of = |values: &str| {
        let schema = format!("{{ type: string, enum: [{values}] }}");
        file("types.ts", ("get", "/v1/x", &get), &[("Color", &schema)]).unwrap()
    };
    assert!(of("red, green").ends_with("\nexport type Color = 'red' | 'green' | (string & {})\n"));
    let long = "a".repeat(90);
    let expected = format!("\nexport type Color =\n  | '{long}'\n  | 'green'\n  | (string & {{}})\n");
    assert!(of(&format!("{long}, green")).ends_with(&expected));
}

#[test]
fn methods_take_what_the_call_takes() {
    let id = "{ name: group_id, in: path, example: a, schema: { type: string } }";
    let query = "{ name: mark_read, in: query, schema: { type: boolean } }";
    let text = body(
        "{ type: object, properties: { text: { type: string } } }",
        "{ text: a }",
    );
    let more = format!(
        ", parameters: [{id}, {query}]{text}, summary: Send, description: \"One.\\n\\nTwo.\", x-aliases: [post]"
    );
    let send = operation("sendMessage", &more);
    let call = ("post", "/v1/groups/{group_id}", send.as_str());
    let resources = file("resources.ts", call, &[]).unwrap();
    let (_, resources) = resources.split_once("import type").unwrap();
    let expected = " {
  MessageSendParams,
} from './types.js'

/** What people wrote. */
export class Messages extends Resource {
  /**
   * Send.
   *
   * One.
   */
  send(groupId: string, params: MessageSendParams = {}, options?: RequestOptions): Result<void> {
    return this.call_(operations.sendMessage, [groupId], params, options)
  }

  /** The same as `send`. */
  post(groupId: string, params: MessageSendParams = {}, options?: RequestOptions): Result<void> {
    return this.send(groupId, params, options)
  }
}

/** All resources of the API. */
export function resources(client: Requester) {
  return {
    messages: new Messages(client),
  }
}
";
    assert_eq!(resources, expected);
    let operations = file("operations.ts", call, &[]).unwrap();
    let expected = "
  sendMessage: {
    id: 'sendMessage',
    method: 'POST',
    path: '/v1/groups/{group_id}',
    query: ['mark_read'],
    list: false,
  },
";
    assert!(operations.contains(expected), "{operations}");
}

#[test]
fn a_list_has_its_items_and_a_page_with_more_is_named() {
    let page = "has_more: { type: boolean }, data: { type: array, items: { type: string } }, next_cursor: { type: string }";
    let of = |more: &str| {
        let get = answering(
            "listMessages",
            &format!("{{ type: object, properties: {{ {page}{more} }} }}"),
        );
        file("resources.ts", ("get", "/v1/x", &get), &[]).unwrap()
    };
    let call = "list_(operations.listMessages, [], undefined, options)";
    assert!(of("").contains("list(options?: RequestOptions): List<string> {"));
    let named = of(", name: { type: string }");
    assert!(
        named.contains("list(options?: RequestOptions): List<string, MessageListAnswer> {"),
        "{named}"
    );
    assert!(
        named.contains(call) && named.contains("  MessageListAnswer,\n"),
        "{named}"
    );
}

#[test]
fn names_that_typescript_or_the_core_has_are_errors() {
    let named = |name: &str| {
        let get = answering(
            "getMessage",
            &format!("{{ $ref: '#/components/schemas/{name}' }}"),
        );
        let schema = "{ type: object, properties: { id: { type: string } } }";
        file("types.ts", ("get", "/v1/x", &get), &[(name, schema)])
            .unwrap_err()
            .to_string()
    };
    for name in ["Result", "a-b", "default"] {
        assert_eq!(named(name), format!("{name}: it cannot be a name in TypeScript"));
    }
    let argument = |name: &str| {
        let more =
            format!(", parameters: [{{ name: {name}, in: path, example: a, schema: {{ type: string }} }}]");
        let get = operation("getMessage", &more);
        file("types.ts", ("get", &format!("/v1/{{{name}}}"), &get), &[])
            .unwrap_err()
            .to_string()
    };
    for name in ["options", "class"] {
        assert_eq!(
            argument(name),
            format!("getMessage: {name} cannot be a name in TypeScript")
        );
    }
    let get = operation("getMessage", ", x-aliases: [constructor]");
    let found = file("types.ts", ("get", "/v1/x", &get), &[])
        .unwrap_err()
        .to_string();
    assert_eq!(found, "getMessage: constructor cannot be a name in TypeScript");
}

#[test]
fn texts_and_keys_are_quoted_where_they_have_to() {
    for (value, expected) in [
        ("", "''"),
        ("don't \\ \"", r#"'don\'t \\ "'"#),
        ("two\nlines\r\t", r"'two\nlines\r\t'"),
        ("a\u{0}b\u{2028}c\u{202e}", r"'a\u0000b\u2028c\u202e'"),
        ("${x} `東京` 👓", "'${x} `東京` 👓'"),
    ] {
        assert_eq!(text(value), expected);
    }
    for (name, expected) in [
        ("is_muted", "is_muted"),
        ("class", "class"),
        ("a-b", "'a-b'"),
        ("1a", "'1a'"),
        ("", "''"),
    ] {
        assert_eq!(key(name), expected);
    }
    assert!(is_name("$id_1") && !is_name("class") && !is_name("1a") && !is_name("ä"));
}

#[test]
fn values_fit_into_lines() {
    let node = Node::parse("{ a: null, b: [true, -1, 0.5], c: {}, d: [], e: { f: { g: x } } }").unwrap();
    assert_eq!(
        STYLE.line(&node),
        "{ a: null, b: [true, -1, 0.5], c: {}, d: [], e: { f: { g: 'x' } } }"
    );
    assert_eq!(STYLE.fitting(&node, 10, 0), STYLE.line(&node));
    let expected = "{\n  a: null,\n  b: [true, -1, 0.5],\n  c: {},\n  d: [],\n  e: { f: { g: 'x' } },\n}";
    assert_eq!(STYLE.fitting(&node, 20, 0), expected);
    let long = "x".repeat(80);
    let node = Node::parse(&format!("[{{ a: {long} }}]")).unwrap();
    assert_eq!(
        STYLE.fitting(&node, 0, 0),
        format!("[\n  {{\n    a: '{long}',\n  }},\n]")
    );
}

#[test]
fn a_sample_is_a_module_that_calls_and_prints() {
    let id = ", parameters: [{ name: id, in: path, example: \"it's\", schema: { type: string } }]";
    let expected = r"import ApiClient from '@example/protocol-api'

const client = new ApiClient(process.env.TOKEN, { baseUrl: 'https://api.example.com' })

await client.messages.send('it\'s')
";
    assert_eq!(source_of("delete", "/v1/{id}", id), expected);
    let text = "x".repeat(60);
    let text = body(
        "{ type: object, properties: { text: { type: string } } }",
        &format!("{{ text: \"{text}\\n\" }}"),
    );
    let call = source_of("put", "/v1/{id}", &format!("{id}{text}"));
    let expected = format!(
        "await client.messages.send('it\\'s', {{\n  text: '{}\\n',\n}})\n",
        "x".repeat(60)
    );
    assert!(call.ends_with(&expected), "{call}");
    let file = ", requestBody: { content: { application/json: { schema: { type: object, properties: { a: {} } }, example: {} }, \
                multipart/form-data: { schema: { properties: { file: { format: binary } } } } } }";
    let upload = source_of("post", "/v1/x", file);
    assert!(
        upload.ends_with("\nawait client.messages.upload('photo.jpg')\n"),
        "{upload}"
    );
}

#[test]
fn a_sample_calls_the_answer_by_its_type() {
    let thing = "{ type: object, properties: { id: { type: string } } }";
    let more = "{ type: object, properties: { id: { type: string }, more: { type: string } } }";
    let schemas = [
        ("Thing", thing),
        ("SimilarThing", more),
        ("Client", thing),
        ("Class", thing),
    ];
    let of = |schema: &str| {
        let get = answering("getMessage", schema);
        // So that the base is used as well.
        let put = answering("seeMessage", "{ $ref: '#/components/schemas/Thing' }");
        let read = api(&[("get", "/v1/x", &get), ("put", "/v1/x", &put)], &schemas).unwrap();
        source(&read, &read.resources[0], read.operations().next().unwrap()).unwrap()
    };
    for (schema, name) in [
        ("{ $ref: '#/components/schemas/Thing' }", "thing"),
        ("{ $ref: '#/components/schemas/SimilarThing' }", "thing"),
        ("{ $ref: '#/components/schemas/Client' }", "answer"),
        ("{ $ref: '#/components/schemas/Class' }", "answer"),
        ("{ type: string }", "answer"),
    ] {
        let sample = of(schema);
        let expected = format!("\nconst {name} = await client.messages.get()\nconsole.log({name})\n");
        assert!(sample.ends_with(&expected), "{sample}");
    }
    let page = "has_more: {}, data: { type: array, items: { $ref: '#/components/schemas/SimilarThing' } }, next_cursor: {}";
    let list = of(&format!("{{ type: object, properties: {{ {page} }} }}"));
    let expected = "\nfor await (const thing of client.messages.get()) {\n  console.log(thing)\n}\n";
    assert!(list.ends_with(expected), "{list}");
}
