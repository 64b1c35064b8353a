//! From schemas to types.

use super::*;

/// The type of this schema as an attribute of an answer, beside all types of the document.
fn typed(schema: &str) -> Result<(Type, Vec<Definition>)> {
    let answer = answering("getMessage", "{ $ref: '#/components/schemas/Answer' }");
    let schema = format!("{{ type: object, properties: {{ x: {schema} }} }}");
    let others = [
        ("Answer", schema.as_str()),
        ("Thing", THING),
        ("Id", "{ type: string }"),
        ("IdOrNull", "{ type: [string, 'null'] }"),
        ("Map", "{ type: object, additionalProperties: { type: integer } }"),
        ("Color", "{ type: string, enum: [red, green] }"),
    ];
    let api = api(&[("get", "/v1/x", &answer)], &others)?;
    let Shape::Structure { properties, .. } = &api.types[0].shape else {
        panic!("{:?}", api.types);
    };
    Ok((properties[0].kind.clone(), api.types))
}

fn nullable(kind: Type) -> Type {
    Type::Nullable(Box::new(kind))
}

#[test]
fn schemas_are_types() {
    let text = || Type::Text;
    let named = |name: &str| Type::Named(name.to_owned());
    let colors = || Type::Enum(vec!["red".to_owned(), "green".to_owned()]);
    for (schema, expected) in [
        ("{ type: string, format: uri }", text()),
        ("{ type: integer }", Type::Integer),
        ("{ type: number }", Type::Number),
        ("{ type: boolean }", Type::Boolean),
        ("{ description: Whatever. }", Type::Anything),
        ("{ type: [string, 'null'] }", nullable(text())),
        (
            "{ type: [integer, string] }",
            Type::Union(vec![Type::Integer, text()]),
        ),
        ("{ $ref: '#/components/schemas/Id' }", text()),
        ("{ $ref: '#/components/schemas/IdOrNull' }", nullable(text())),
        ("{ $ref: '#/components/schemas/Thing' }", named("Thing")),
        ("{ $ref: '#/components/schemas/Map' }", named("Map")),
        ("{ $ref: '#/components/schemas/Color' }", named("Color")),
        ("{ type: string, $ref: '#/components/schemas/Id' }", text()),
        (
            "{ anyOf: [{ $ref: '#/components/schemas/Thing' }, { type: 'null' }] }",
            nullable(named("Thing")),
        ),
        (
            "{ anyOf: [{ type: string }, { $ref: '#/components/schemas/IdOrNull' }] }",
            nullable(text()),
        ),
        (
            "{ oneOf: [{ type: array, items: { type: string } }, { anyOf: [{ type: integer }, { type: boolean }] }] }",
            Type::Union(vec![Type::List(Box::new(text())), Type::Integer, Type::Boolean]),
        ),
        ("{ type: [array, 'null'], items: { type: [string, 'null'] } }", {
            nullable(Type::List(Box::new(nullable(text()))))
        }),
        ("{ type: array }", Type::List(Box::new(Type::Anything))),
        ("{ type: object }", Type::Map(Box::new(Type::Anything))),
        (
            "{ type: object, additionalProperties: { type: string } }",
            Type::Map(Box::new(text())),
        ),
        ("{ enum: [red, green] }", colors()),
        (
            "{ type: [string, 'null'], enum: [red, green, null] }",
            nullable(colors()),
        ),
        ("{ type: string, const: red }", Type::Enum(vec!["red".to_owned()])),
    ] {
        assert_eq!(typed(schema).unwrap().0, expected, "{schema}");
    }
}

#[test]
fn schemas_without_a_type_are_errors() {
    for (schema, problem) in [
        ("{ allOf: [{ type: string }] }", "Answer.x: no type for allOf"),
        ("{ type: text }", "Answer.x: no type for text"),
        (
            "{ type: integer, enum: [1, 2] }",
            "Answer.x: a constant that is no text",
        ),
        (
            "{ type: string, enum: [1] }",
            "Answer.x: a constant that is no text",
        ),
        ("{ anyOf: [{ type: 'null' }] }", "Answer.x: a type of nothing"),
        (
            "{ type: object, additionalProperties: false }",
            "Answer.x: an object without properties",
        ),
        (
            "{ type: object, properties: { a: { type: string } }, additionalProperties: { type: string } }",
            { "AnswerX: no type for properties beside a map" },
        ),
        (
            "{ $ref: '#/components/schemas/Gone' }",
            "#/components/schemas/Gone: there is nothing",
        ),
    ] {
        assert_eq!(typed(schema).unwrap_err().to_string(), problem, "{schema}");
    }
}

#[test]
fn an_object_in_an_object_has_both_names_and_stands_behind_it() {
    let inner = "{ type: [object, 'null'], properties: { thing: { $ref: '#/components/schemas/Thing' } } }";
    let (kind, types) = typed(inner).unwrap();
    assert_eq!(kind, nullable(Type::Named("AnswerX".to_owned())));
    let names: Vec<_> = types.iter().map(|definition| definition.name.as_str()).collect();
    assert_eq!(names, ["Answer", "AnswerX", "Thing"]);
    let get = answering("getMessage", "{ $ref: '#/components/schemas/Outer' }");
    let outer = format!("{{ type: object, properties: {{ thing: {THING} }} }}");
    let found = api(
        &[("get", "/v1/x", &get)],
        &[("Outer", &outer), ("OuterThing", THING)],
    )
    .unwrap_err();
    assert_eq!(
        found.to_string(),
        "OuterThing: two are called so: an object in another one, and a schema"
    );
}

#[test]
fn only_what_is_used_is_defined_and_a_schema_may_lead_to_itself() {
    let tree = "{ type: object, properties: { children: { type: array, items: { $ref: '#/components/schemas/Tree' } } } }";
    let get = answering("getMessage", "{ $ref: '#/components/schemas/Tree' }");
    let read = api(&[("get", "/v1/x", &get)], &[("Thing", THING), ("Tree", tree)]).unwrap();
    assert_eq!(
        read.types.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["Tree"]
    );
}

#[test]
fn the_enums_of_errors_are_defined_and_errors_are_not() {
    let error = "{ type: object, properties: { code: { $ref: '#/components/schemas/Code' } } }";
    let content =
        format!("{{ content: {{ application/json: {{ schema: {{ oneOf: [{error}, {THING}] }} }} }} }}");
    let get =
        answering("getMessage", "{ type: string }").replace("'200'", &format!("'500': {content}, '200'"));
    let read = api(
        &[("get", "/v1/x", &get)],
        &[("Code", "{ type: string, enum: [a] }")],
    )
    .unwrap();
    assert_eq!(
        read.types.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["Code"]
    );
}

#[test]
fn a_type_that_begins_as_another_one_and_says_so_has_its_properties_from_there() {
    let more = "{ type: object, properties: { id: { type: string }, more: { type: string } } }";
    let get = |name: &str| {
        answering(
            &format!("get{name}"),
            &format!("{{ $ref: '#/components/schemas/{name}' }}"),
        )
    };
    let operations = ["Thing", "SimilarThing", "Other"].map(get);
    let operations = [
        ("get", "/v1/x", operations[0].as_str()),
        ("put", "/v1/x", &operations[1]),
        ("post", "/v1/x", &operations[2]),
    ];
    let schemas = [("Thing", THING), ("SimilarThing", more), ("Other", more)];
    let read = api(&operations, &schemas).unwrap();
    let bases = read.types.iter().map(|definition| match &definition.shape {
        Shape::Structure { base, properties } => (base.as_deref(), properties.len()),
        Shape::Alias(_) => panic!("{definition:?}"),
    });
    assert_eq!(
        bases.collect::<Vec<_>>(),
        [(None, 1), (Some("Thing"), 1), (None, 2)]
    );
    // Where the descriptions differ, they are two things.
    let other = more.replacen("type: string", "type: string, description: Another one.", 1);
    let schemas = [("Thing", THING), ("SimilarThing", &other), ("Other", more)];
    let read = api(&operations, &schemas).unwrap();
    assert!(matches!(
        &read.types[1].shape,
        Shape::Structure { base: None, .. }
    ));
}

#[test]
fn a_property_without_a_description_has_that_of_what_it_refers_to() {
    let outer = "{ type: object, required: [b], properties: { a: { $ref: '#/components/schemas/Id' }, \
                  b: { $ref: '#/components/schemas/Id', description: Its own. } } }";
    let get = answering("getMessage", "{ $ref: '#/components/schemas/Outer' }");
    let id = "{ type: string, description: An id. }";
    let read = api(&[("get", "/v1/x", &get)], &[("Outer", outer), ("Id", id)]).unwrap();
    let Shape::Structure { properties, .. } = &read.types[0].shape else {
        panic!("{:?}", read.types);
    };
    let found = properties
        .iter()
        .map(|one| (one.description.as_str(), one.is_required));
    assert_eq!(found.collect::<Vec<_>>(), [("An id.", false), ("Its own.", true)]);
}

#[test]
fn what_was_read_may_be_given_where_all_its_attributes_stand() {
    let of = |names: &[&str]| {
        let properties: Vec<_> = names
            .iter()
            .map(|name| format!("{name}: {{ type: string }}"))
            .collect();
        format!("{{ type: object, properties: {{ {} }} }}", properties.join(", "))
    };
    let schemas = [
        ("Thing", of(&["id", "name"])),
        ("Ref", of(&["id", "sound_id"])),
        ("Whole", of(&["id", "name", "x"])),
    ];
    let schemas: Vec<_> = schemas
        .iter()
        .map(|(name, schema)| (*name, schema.as_str()))
        .collect();
    let answer = |name: &str| {
        answering(
            &format!("get{name}"),
            &format!("{{ $ref: '#/components/schemas/{name}' }}"),
        )
    };
    let (thing, reference, whole) = (answer("Thing"), answer("Ref"), answer("Whole"));
    let calls = [
        ("get", "/v1/x", &*thing),
        ("put", "/v1/x", &*reference),
        ("post", "/v1/x", &*whole),
    ];
    let api = api(&calls, &schemas).unwrap();
    let takes = ["Thing", "Ref", "Whole"].map(|name| api.takes_others(name));
    assert_eq!(takes, [false, false, true]);
}
