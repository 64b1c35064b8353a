//! What calls take and answer.

use super::*;

#[test]
fn a_page_is_what_has_the_attributes_of_pages() {
    let answer = |schema: &str| {
        let read = read_one(&answering("getMessage", schema)).unwrap();
        read.resources
            .into_iter()
            .next()
            .unwrap()
            .operations
            .remove(0)
            .answer
    };
    let thing = || Type::Named("Thing".to_owned());
    let data = "data: { type: array, items: { $ref: '#/components/schemas/Thing' } }";
    let page = format!("has_more: {{ type: boolean }}, {data}, next_cursor: {{ type: [string, 'null'] }}");
    let object = |properties: &str| format!("{{ type: object, properties: {{ {properties} }} }}");
    assert_eq!(
        answer(&object(&page)),
        Answer::Page {
            item: thing(),
            page: None
        }
    );
    let with_name = answer(&object(&format!("name: {{ type: string }}, {page}")));
    let named = Some(Type::Named("MessageGetAnswer".to_owned()));
    assert_eq!(
        with_name,
        Answer::Page {
            item: thing(),
            page: named
        }
    );
    assert_eq!(
        answer(&object(data)),
        Answer::One(Type::Named("MessageGetAnswer".to_owned()))
    );
    assert_eq!(
        answer("{ $ref: '#/components/schemas/Thing' }"),
        Answer::One(thing())
    );
    let broken = object(&page.replace("type: array", "type: object"));
    assert_eq!(
        problem(&answering("getMessage", &broken)),
        "getMessage: `data` of its page is no array"
    );
}

#[test]
fn successes_agree() {
    let answers =
        |responses: &str| operation("getMessage", "").replace("'204': { description: Done. }", responses);
    let json = |schema: &str| format!("{{ content: {{ application/json: {{ schema: {schema} }} }} }}");
    let both = answers(&format!("'200': {0}, '201': {0}", json("{ type: string }")));
    assert_eq!(
        read_one(&both).unwrap().operations().next().unwrap().answer,
        Answer::One(Type::Text)
    );
    assert_problems([
        (answers("'404': {}"), "getMessage: it has no success"),
        (
            answers(&format!("'200': {}, '202': {{}}", json("{ type: string }"))),
            "its successes differ",
        ),
        (
            answers("'200': { content: { text/csv: {} } }"),
            "its answer 200 is not application/json",
        ),
    ]);
}

#[test]
fn arguments_stand_in_the_order_of_the_path() {
    let parameter = |name: &str| {
        format!("{{ name: {name}, in: path, required: true, schema: {{ type: string }}, example: a }}")
    };
    let parameters = |names: &[&str]| {
        let parameters = names
            .iter()
            .map(|name| parameter(name))
            .collect::<Vec<_>>()
            .join(", ");
        operation("getMessage", &format!(", parameters: [{parameters}]"))
    };
    let at = |path: &str, names: &[&str]| api(&[("get", path, &parameters(names))], &[]);
    let read = at("/v1/{group_id}/x/{id}", &["id", "group_id"]).unwrap();
    let arguments = read
        .operations()
        .next()
        .unwrap()
        .arguments
        .iter()
        .map(Words::camel);
    assert_eq!(arguments.collect::<Vec<_>>(), ["groupId", "id"]);
    for (path, names, problem) in [
        (
            "/v1/{id}",
            &[][..],
            "getMessage: id stands in the path and is not described",
        ),
        (
            "/v1/x",
            &["id"],
            "getMessage: id is described and does not stand in the path",
        ),
        (
            "/v1/{a_id}/{a-id}",
            &["a_id", "a-id"],
            "getMessage: two are called aId",
        ),
    ] {
        assert_eq!(at(path, names).unwrap_err().to_string(), problem);
    }
}

#[test]
fn query_and_body_are_the_params() {
    let query = "{ name: limit, in: query, schema: { type: integer } }, \
                 { name: 'ids[]', in: query, required: true, example: [a], schema: { type: array, items: { type: string } } }";
    let header = "{ name: Idempotency-Key, in: header, schema: { type: string } }";
    let text = body(
        "{ type: object, required: [text], properties: { text: { type: string } } }",
        "{ text: a }",
    );
    let params = |more: &str| {
        let read = read_one(&operation("sendMessage", more)).unwrap();
        read.resources
            .into_iter()
            .next()
            .unwrap()
            .operations
            .remove(0)
            .params
    };
    let names = |properties: &[Property]| properties.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    let both = params(&format!(", parameters: [{header}, {query}]{text}")).unwrap();
    assert_eq!(both.name, "MessageSendParams");
    assert_eq!(
        (names(&both.query), names(&both.body)),
        (vec!["limit".into(), "ids".into()], vec!["text".into()])
    );
    assert!(both.is_required);
    assert!(params(&format!(", parameters: [{header}]")).is_none());
    let optional = text.replace("required: [text], ", "");
    assert!(!params(&optional).unwrap().is_required);
    assert!(
        params(&optional.replace("requestBody: {", "requestBody: { required: true,"))
            .unwrap()
            .is_required
    );
}

#[test]
fn calls_that_the_rules_do_not_express_are_errors() {
    let with = |more: &str| operation("sendMessage", more);
    let query = |name: &str, schema: &str| {
        with(&format!(
            ", parameters: [{{ name: {name}, in: query, schema: {schema} }}]"
        ))
    };
    let text = body(
        "{ type: object, properties: { text: { type: string } } }",
        "{ text: a }",
    );
    let plain = "is neither a plain value nor an array";
    assert_problems([
        (query("ids", "{ type: array, items: { type: string } }"), plain),
        (query("'id[]'", "{ type: string }"), plain),
        (query("id", "{ type: [string, 'null'] }"), plain),
        (query("id", "{ $ref: '#/components/schemas/Thing' }"), plain),
        (query("id", "{ type: object }"), plain),
        (
            query("text", "{ type: string }").replace("] }", &format!("]{text} }}")),
            "sendMessage: two are called text",
        ),
        (
            with(", parameters: [{ name: id, in: query, content: {} }]"),
            "sendMessage: id has no schema",
        ),
        (
            with(", parameters: [{ name: id, in: cookie, schema: {} }]"),
            "sendMessage: id in cookie cannot be given",
        ),
        (
            with(", parameters: [{ name: X-Id, in: header, required: true, schema: {} }]"),
            "X-Id in header",
        ),
        (
            with(&text.replace("application/json", "text/plain")),
            "its body is not application/json",
        ),
        (
            with(&body("{ type: array, items: { type: string } }", "[]")),
            "its body is no object with properties",
        ),
    ]);
}

#[test]
fn samples_have_the_first_examples() {
    let document = "paths: {}\ncomponents: { examples: { One: { value: { text: a } } } }";
    let document = Document::parse(document).unwrap();
    let sample = |parameter: &str, body: Option<&str>| {
        let parameter = Node::parse(parameter).unwrap();
        let body = body.map(|body| Node::parse(body).unwrap());
        samples::sample(&document, "x", &[&parameter], body.as_ref())
    };
    let optional = "{ name: limit, in: query, example: 1 }";
    let found = sample(
        "{ name: id, in: path, examples: { b: { value: x }, a: { value: y } } }",
        None,
    )
    .unwrap();
    assert_eq!(found.path, [("id".to_owned(), "x".to_owned())]);
    let found = sample("{ name: 'ids[]', in: query, required: true, example: [7] }", None).unwrap();
    assert_eq!(found.params(), Some(Node::parse("{ ids: [7] }").unwrap()));
    assert_eq!(sample(optional, None).unwrap().params(), None);
    let json = "content: { application/json: { examples: { a: { $ref: '#/components/examples/One' } } } }";
    let found = sample(optional, Some(&format!("{{ {json} }}"))).unwrap();
    assert_eq!(
        (found.body, found.takes_form, found.file),
        (Some(Node::parse("{ text: a }").unwrap()), false, None)
    );
    let file = "{ content: { application/x-www-form-urlencoded: {}, multipart/form-data: { schema: \
                { properties: { note: { type: string }, picture: { format: binary } } } } } }";
    let found = sample(optional, Some(file)).unwrap();
    assert_eq!(
        (found.body, found.takes_form, found.file.as_deref()),
        (None, true, Some("picture"))
    );
    for (parameter, body, problem) in [
        (
            "{ name: id, in: path }",
            None,
            "x: id has no example for the samples",
        ),
        (
            "{ name: id, in: path, example: 7 }",
            None,
            "x: id in the path is no text",
        ),
        (
            "{ name: id, in: query, required: true }",
            None,
            "x: id has no example for the samples",
        ),
        (
            optional,
            Some("{ content: { application/json: {} } }"),
            "x: its body has no example for the samples",
        ),
    ] {
        assert_eq!(sample(parameter, body).unwrap_err().to_string(), problem);
    }
}
