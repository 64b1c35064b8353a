//! Deleting a conversation: gone for everybody at once, purged in the background, and never in the way of a new one.

use local::{Delivery, Fault, Rule};
use serde_json::{Value, json};

use crate::world::{Machine, Person, id_of, text, two_people, wait_for, world};

/// A machine whose stream moves only when it is told to.
pub(crate) fn by_hand() -> Machine {
    Machine::start(|options| options.stream = Delivery::Manual)
}

pub(crate) fn deliver(machine: &Machine) -> usize {
    wait_for(machine.local.deliver()).unwrap()
}

/// Two people who have each other as contacts, and the path of their conversation.
pub(crate) fn pair(machine: &Machine) -> (Person<'_>, Person<'_>, String) {
    let (kate, kevin) = (machine.person("kate"), machine.person("kevin"));
    let conversation = kate.meet(&kevin);
    kevin.post("/v1/contacts", &kate.card()).expect(201);
    (kate, kevin, conversation)
}

/// Asserts that nobody reads or writes anything of the conversation by any route.
#[track_caller]
pub(crate) fn assert_gone(people: [&Person<'_>; 2], conversation: &str) {
    let id = id_of(conversation);
    for one in people {
        one.get(conversation).refused(404, "resource_missing", None);
        one.put(conversation, &json!({"is_muted": true}))
            .refused(404, "resource_missing", None);
        one.put(conversation, &json!({}))
            .refused(404, "resource_missing", None);
        one.delete(conversation).refused(404, "resource_missing", None);
        for filter in [
            "",
            "&archived=true",
            "&archived=false",
            "&muted=true",
            "&muted=false",
            "&pinned=true",
            "&pinned=false",
        ] {
            let list = one
                .get(&format!("/v1/conversations?limit=100{filter}"))
                .expect(200);
            assert!(!list.to_string().contains(id), "{filter}: {list}");
        }
        for param in ["starting_after", "ending_before"] {
            one.get(&format!("/v1/conversations?{param}={id}"))
                .refused(400, "cursor_invalid", Some(param));
        }
        assert!(!one.get("/v1/contacts").expect(200).to_string().contains(id));
        one.post(&format!("{conversation}/read"), &json!({}))
            .refused(404, "resource_missing", None);
        one.post(
            "/v1/messages",
            &json!({"conversation_id": id, "message": "Hello"}),
        )
        .refused(404, "resource_missing", Some("conversation_id"));
        one.get(&format!("/v1/messages?conversation_id={id}")).refused(
            404,
            "resource_missing",
            Some("conversation_id"),
        );
        assert!(
            !one.get("/v1/messages?limit=100")
                .expect(200)
                .to_string()
                .contains(id)
        );
    }
}

#[test]
fn from_the_204_on_nothing_of_it_is_left_for_anybody() {
    // Nothing is purged here, so only the mark keeps everybody out.
    let machine = by_hand();
    let (kate, kevin, conversation) = pair(&machine);
    kate.put(&conversation, &json!({"is_pinned": true, "archived_at": 5}))
        .expect(200);
    kevin.put(&conversation, &json!({"is_muted": true})).expect(200);
    // Not only who made it may delete it.
    kevin.delete(&conversation).expect(204);
    assert_gone([&kate, &kevin], &conversation);
    for (one, other) in [(&kate, &kevin), (&kevin, &kate)] {
        assert_eq!(
            one.get(&other.entry()).expect(200)["conversation_id"],
            Value::Null
        );
    }
    assert!(
        !machine.rows_with(id_of(&conversation)).is_empty(),
        "its rows wait for the purge"
    );

    // A new one can be made at once, with nothing of the old one in it.
    let new = kate
        .post("/v1/conversations", &json!({"contact_id": kevin.id}))
        .expect_created("/v1/conversations");
    assert_ne!(new["id"], json!(id_of(&conversation)));
    assert_eq!(
        [&new["is_pinned"], &new["archived_at"]],
        [&json!(false), &Value::Null]
    );
    assert_gone([&kate, &kevin], &conversation);
}

#[test]
fn its_rows_are_gone_after_the_purge_and_the_new_one_is_untouched() {
    let machine = by_hand();
    let (kate, kevin, old) = pair(&machine);
    kate.delete(&old).expect(204);
    let new = kevin
        .post("/v1/conversations", &json!({"contact_id": kate.id}))
        .expect_created("/v1/conversations");
    let new = format!("/v1/conversations/{}", text(&new["id"]));
    kate.put(&new, &json!({"is_muted": true, "archived_at": 5}))
        .expect(200);
    let people = [&kate, &kevin];
    let before = people.map(|one| {
        (
            one.get(&new).expect(200),
            one.get("/v1/conversations").expect(200),
        )
    });
    let rows = machine.rows_with(id_of(&new));

    assert!(deliver(&machine) >= 1);
    let untouched = || {
        assert_eq!(machine.rows_with(id_of(&old)), Vec::<Value>::new());
        assert_eq!(machine.rows_with(id_of(&new)), rows);
        let after = people.map(|one| {
            (
                one.get(&new).expect(200),
                one.get("/v1/conversations").expect(200),
            )
        });
        assert_eq!(after, before);
    };
    untouched();
    // Once more, as Lambda may: at least once means sometimes twice.
    for _ in 0..2 {
        assert!(wait_for(machine.local.redeliver()).unwrap() >= 1);
        untouched();
    }
    assert_gone(people, &old);
}

#[test]
fn the_stream_brings_the_purge_by_itself() {
    let (kate, kevin, conversation) = two_people("purge");
    kate.delete(&conversation).expect(204);
    world().settle();
    assert_eq!(world().rows_with(id_of(&conversation)), Vec::<Value>::new());
    assert_gone([&kate, &kevin], &conversation);
}

#[test]
fn deleting_a_contact_purges_its_conversation_too() {
    let machine = by_hand();
    let (kate, kevin, conversation) = pair(&machine);
    kate.delete(&kevin.entry()).expect(204);
    assert_gone([&kate, &kevin], &conversation);
    deliver(&machine);
    assert_eq!(machine.rows_with(id_of(&conversation)), Vec::<Value>::new());
}

#[test]
fn a_purge_that_fails_half_way_is_finished_by_the_next_delivery() {
    let (faults, machine) = Machine::with_faults(|options| options.stream = Delivery::Manual);
    let (kate, kevin, conversation) = pair(&machine);
    kate.delete(&conversation).expect(204);
    let all = machine.rows_with(id_of(&conversation)).len();
    faults.set(Rule::new(Fault::Internal).on("DeleteItem").after(1));
    wait_for(machine.local.deliver()).unwrap_err();
    let left = machine.rows_with(id_of(&conversation)).len();
    assert!(0 < left && left < all, "{left} of {all}: it stopped half-way");
    assert_gone([&kate, &kevin], &conversation);
    let new = kate
        .post("/v1/conversations", &json!({"contact_id": kevin.id}))
        .expect(201);

    faults.clear();
    assert!(deliver(&machine) >= 1);
    assert_eq!(machine.rows_with(id_of(&conversation)), Vec::<Value>::new());
    assert_eq!(
        kate.get(&format!("/v1/conversations/{}", text(&new["id"])))
            .expect(200),
        new
    );
}

#[test]
fn reconcile_finishes_a_purge_that_the_stream_never_brought() {
    let machine = by_hand();
    let (kate, kevin, conversation) = pair(&machine);
    kate.delete(&conversation).expect(204);
    let rows = || machine.rows_with(id_of(&conversation)).len();
    let before = rows();
    // The stream has two minutes; until then the work is not reconcile's.
    let summary = machine.invoke("reconcile", &json!({})).unwrap();
    assert_eq!((&summary["missed"], rows()), (&json!(0), before));

    let mut work = machine.row("purge", id_of(&conversation));
    let since: i64 = text(&work["waiting_since"]["N"]).parse().unwrap();
    work["waiting_since"] = json!({"N": (since - 150).to_string()});
    machine.put_row(&work);
    let summary = machine.invoke("reconcile", &json!({})).unwrap();
    assert_eq!(
        (summary, rows()),
        (json!({"missed": 1, "expired": 0, "failed": 0}), 0)
    );
    // When the stream comes after all, there is nothing left to do.
    assert!(deliver(&machine) >= 1);
    let summary = machine.invoke("reconcile", &json!({})).unwrap();
    assert_eq!(summary, json!({"missed": 0, "expired": 0, "failed": 0}));
    assert_gone([&kate, &kevin], &conversation);
}

#[test]
fn one_purge_that_fails_keeps_no_other_from_reconcile() {
    let (faults, machine) = Machine::with_faults(|options| options.stream = Delivery::Manual);
    let conversations = [(); 2].map(|()| {
        let (kate, _, conversation) = pair(&machine);
        kate.delete(&conversation).expect(204);
        let mut work = machine.row("purge", id_of(&conversation));
        work["waiting_since"] = json!({"N": "1"});
        machine.put_row(&work);
        conversation
    });
    let is_left = || {
        conversations
            .each_ref()
            .map(|conversation| !machine.rows_with(id_of(conversation)).is_empty())
    };
    // The first query finds the work, the next one begins a purge: it fails as often as the SDK asks.
    faults.set(Rule::new(Fault::Internal).on("Query").after(1).times(4));
    machine.invoke("reconcile", &json!({})).unwrap_err();
    assert_eq!(is_left().iter().filter(|left| **left).count(), 1);
    let summary = machine.invoke("reconcile", &json!({})).unwrap();
    assert_eq!(summary, json!({"missed": 1, "expired": 0, "failed": 0}));
    assert_eq!(is_left(), [false, false]);
}
