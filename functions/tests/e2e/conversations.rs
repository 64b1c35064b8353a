//! The five routes of conversations, when everything goes well.

use serde_json::json;

use crate::encoding::{BOTH, in_both};
use crate::shape::{assert_conversation, assert_page};
use crate::world::{id_of, now, person, two_people};

#[test]
fn a_conversation_from_its_creation_to_its_end() {
    let (kate, kevin, first) = two_people("life");
    kate.delete(&first).expect(204);

    let created = kate.post("/v1/conversations", &json!({"contact_id": kevin.id}));
    let conversation = created.expect_created("/v1/conversations");
    assert_conversation(&conversation);
    let created_at = conversation["created_at"].as_i64().unwrap();
    assert!((now() - 60..=now()).contains(&created_at), "{conversation}");
    let expected = json!({
        "id": conversation["id"],
        "contact_id": kevin.id,
        "group_id": null,
        "pinned_message_id": null,
        "is_pinned": false,
        "is_muted": false,
        "last_active_at": null,
        "last_opened_at": null,
        "created_at": created_at,
        "archived_at": null,
        "unread_count": 0,
    });
    assert_eq!(conversation, expected);

    let path = created.header("location").unwrap();
    assert_eq!(kate.get(path).expect(200), expected);
    let page = kate.get("/v1/conversations").expect(200);
    assert_page(&page, assert_conversation);
    assert_eq!(
        page,
        json!({"has_more": false, "data": [expected], "next_cursor": null})
    );

    let updated = kate.put(path, &json!({"is_muted": true})).expect(200);
    let mut muted = expected;
    muted["is_muted"] = json!(true);
    assert_eq!(updated, muted);
    assert_eq!(kate.get(path).expect(200), muted);

    kate.delete(path).expect(204);
    kate.get(path).refused(404, "resource_missing", None);
    assert_eq!(
        kate.get("/v1/conversations").expect(200),
        json!({"has_more": false, "data": [], "next_cursor": null})
    );
}

#[test]
fn creating_one_that_exists_finds_it() {
    let (kate, kevin, conversation) = two_people("exists");
    kevin.post("/v1/contacts", &kate.card()).expect(201);
    let answer =
        in_both(|encoding| kate.post_in(encoding, "/v1/conversations", &json!({"contact_id": kevin.id})));
    assert_eq!(answer.expect(200), kate.get(&conversation).expect(200));
    assert_eq!(answer.header("location"), None);
    // From the other side it is the same one.
    let other = kevin
        .post("/v1/conversations", &json!({"contact_id": kate.id}))
        .expect(200);
    assert_eq!(
        (&other["id"], &other["contact_id"]),
        (&json!(id_of(&conversation)), &json!(kate.id))
    );
}

#[test]
fn creating_one_is_the_same_in_both_encodings() {
    let (kate, kevin, mut path) = two_people("encoded");
    let [json, form] = BOTH.map(|encoding| {
        kate.delete(&path).expect(204);
        let answer = kate.post_in(encoding, "/v1/conversations", &json!({"contact_id": kevin.id}));
        let mut conversation = answer.expect_created("/v1/conversations");
        path = answer.header("location").unwrap().to_owned();
        // Each is one of its own.
        assert_ne!(conversation["id"].take(), conversation["created_at"].take());
        conversation
    });
    assert_eq!(json, form);
}

#[test]
fn each_sees_it_from_their_own_side() {
    let (kate, kevin, path) = two_people("sides");
    let theirs = kevin.get(&path).expect(200);
    assert_conversation(&theirs);
    assert_eq!(theirs["contact_id"], json!(kate.id));
    // Kevin takes part although he has no entry for Kate.
    kevin.get(&kate.entry()).refused(404, "resource_missing", None);

    kate.put(
        &path,
        &json!({"is_muted": true, "is_pinned": true, "archived_at": 1_700_000_000}),
    )
    .expect(200);
    assert_eq!(
        kevin.get(&path).expect(200),
        theirs,
        "what Kate set is hers alone"
    );
    let mine = kate.get(&path).expect(200);
    assert_eq!(
        [&mine["id"], &mine["created_at"], &mine["contact_id"]],
        [&theirs["id"], &theirs["created_at"], &json!(kevin.id)]
    );
}

#[test]
fn a_contact_id_must_be_one_of_the_callers_contacts() {
    let (kate, kevin) = (person("knows.nobody"), person("unknown"));
    for id in [&kevin.id, &kate.id] {
        let answer =
            in_both(|encoding| kate.post_in(encoding, "/v1/conversations", &json!({"contact_id": id})));
        answer.refused(404, "resource_missing", Some("contact_id"));
    }
    let answer =
        in_both(|encoding| kate.post_in(encoding, "/v1/conversations", &json!({"group_id": kevin.id})));
    answer.refused(404, "resource_missing", Some("group_id"));
    assert_eq!(kate.get("/v1/conversations").expect(200)["data"], json!([]));
}

#[test]
fn the_newest_comes_first_and_pins_do_not_reorder() {
    let kate = person("order");
    let paths = [(); 4].map(|()| kate.meet(&person("order.other")));
    kate.put(&paths[0], &json!({"is_pinned": true})).expect(200);
    let page = kate.get("/v1/conversations").expect(200);
    let ids: Vec<_> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    let newest_first: Vec<_> = paths.iter().rev().map(|path| id_of(path)).collect();
    assert_eq!(ids, newest_first);
}
