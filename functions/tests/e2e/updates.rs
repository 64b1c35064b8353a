//! Updates know three states of a parameter: absent, null, and a value.

use serde_json::{Value, json};

use crate::encoding::{BOTH, Encoding, in_both};
use crate::http::Answer;
use crate::world::{Person, person, two_people};

/// A parameter of an update: two values that it takes, and whether it takes null.
struct Field {
    name: &'static str,
    values: [Value; 2],
    is_nullable: bool,
}

impl Field {
    fn new(name: &'static str, values: [Value; 2], is_nullable: bool) -> Self {
        Self {
            name,
            values,
            is_nullable,
        }
    }
}

/// Walks one field through its states, in both encodings, and asserts that the others never move.
fn walk(caller: &Person<'_>, path: &str, field: &Field) {
    let mut expected = caller.get(path).expect(200);
    let put = |encoding: Encoding, value: &Value| caller.put_in(encoding, path, &json!({field.name: value}));
    for encoding in BOTH {
        for value in &field.values {
            expected[field.name] = value.clone();
            assert_eq!(put(encoding, value).expect(200), expected, "{encoding:?}");
            // Absent: nothing changes, whether there is an empty body or none.
            assert_eq!(caller.put_in(encoding, path, &json!({})).expect(200), expected);
            assert_eq!(caller.get(path).expect(200), expected);
        }
        if field.is_nullable {
            expected[field.name] = Value::Null;
            assert_eq!(put(encoding, &Value::Null).expect(200), expected, "{encoding:?}");
            assert_eq!(
                put(encoding, &Value::Null).expect(200),
                expected,
                "clearing twice changes nothing"
            );
        } else {
            put(encoding, &Value::Null).refused(400, "parameter_invalid", Some(field.name));
        }
        assert_eq!(caller.get(path).expect(200), expected);
    }
}

#[test]
fn every_field_of_every_update() {
    let (kate, kevin, conversation) = two_people("states");
    let is = [json!(true), json!(false)];
    for field in [
        Field::new("is_muted", is.clone(), false),
        Field::new("is_pinned", is, false),
        Field::new("archived_at", [json!(1_700_000_000), json!(0)], true),
    ] {
        walk(&kate, &conversation, &field);
    }
    // With the other fields set, too.
    let all = json!({"is_muted": true, "is_pinned": true, "archived_at": 1_700_000_000});
    kate.put(&conversation, &all).expect(200);
    walk(
        &kate,
        &conversation,
        &Field::new("archived_at", [json!(5), json!(6)], true),
    );

    let display_name = Field::new("display_name", [json!("Kev"), json!("ケビン 🎩")], true);
    walk(&kate, &kevin.entry(), &display_name);

    let numbers = [json!("+1 (555) 123-4567"), json!("5551234567")];
    walk(&kate, "/v1/me", &Field::new("phone_number", numbers, true));
    let urls = [
        json!("https://example.com/a.png"),
        json!("http://example.com/b.png?c=d&e=f"),
    ];
    walk(&kate, "/v1/me", &Field::new("avatar_url", urls, true));
}

#[test]
fn several_fields_change_together() {
    let (kate, _, conversation) = two_people("together");
    let change =
        json!({"is_muted": true, "is_pinned": true, "archived_at": 1_700_000_001, "pinned_message_id": null});
    let answer = in_both(|encoding| kate.put_in(encoding, &conversation, &change)).expect(200);
    for (param, value) in change.as_object().unwrap() {
        assert_eq!(answer[param], *value, "{param}");
    }
}

#[test]
fn a_refused_update_changes_nothing() {
    let (kate, _, conversation) = two_people("refused.update");
    let before = kate.get(&conversation).expect(200);
    let refused = |change: &Value, status: u16, code: &str, param: &str| {
        let answer: Answer = in_both(|encoding| kate.put_in(encoding, &conversation, change));
        answer.refused(status, code, Some(param));
        assert_eq!(kate.get(&conversation).expect(200), before, "{change}");
    };
    for (param, value) in [
        ("is_muted", json!("yes")),
        ("is_muted", json!("True")),
        ("is_muted", json!(1)),
        ("is_pinned", json!(0)),
        ("archived_at", json!(-1)),
        ("archived_at", json!("-0")),
        ("archived_at", json!("tomorrow")),
        ("archived_at", json!(1.5)),
        ("archived_at", json!(253_402_300_800_i64)),
        ("archived_at", json!(u64::MAX)),
        ("archived_at", json!(true)),
        ("pinned_message_id", json!("short")),
        ("pinned_message_id", json!("0000-00000000000")),
    ] {
        refused(
            &json!({"is_pinned": true, param: value}),
            400,
            "parameter_invalid",
            param,
        );
    }
    // A message that does not exist can't be pinned, and one of another conversation neither.
    for id in ["0000000000000000", before["id"].as_str().unwrap()] {
        let change = json!({"is_muted": true, "pinned_message_id": id});
        refused(&change, 404, "resource_missing", "pinned_message_id");
    }
    for param in [
        "id",
        "contact_id",
        "group_id",
        "unread_count",
        "last_active_at",
        "created_at",
        "muted",
    ] {
        refused(
            &json!({"is_muted": true, param: "x"}),
            400,
            "parameter_unknown",
            param,
        );
    }
}

#[test]
fn archiving_and_back_is_seen_in_the_list() {
    let kate = person("archive");
    let paths = [(); 3].map(|()| kate.meet(&person("archive.other")));
    let count = |filter: &str| {
        kate.get(&format!("/v1/conversations?{filter}")).expect(200)["data"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(
        [count("archived=true"), count("archived=false"), count("")],
        [0, 3, 3]
    );
    kate.put(&paths[1], &json!({"archived_at": 1_700_000_000}))
        .expect(200);
    assert_eq!(
        [count("archived=true"), count("archived=false"), count("")],
        [1, 2, 3]
    );
    kate.put(&paths[1], &json!({"archived_at": null})).expect(200);
    assert_eq!(
        [count("archived=true"), count("archived=false"), count("")],
        [0, 3, 3]
    );
}
