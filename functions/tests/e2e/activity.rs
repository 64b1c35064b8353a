//! What follows from a message: when its conversation and its sender were last active, and where the conversation
//! stands in the lists of both.

use serde_json::{Value, json};

use crate::delete::{by_hand, deliver, pair};
use crate::lists::page;
use crate::world::{Machine, Person, at, id_of, person, text, two_people, wait_for};

fn order(caller: &Person<'_>, filter: &str) -> Vec<String> {
    page(caller, "/v1/conversations", filter).ids
}

#[test]
fn a_person_was_active_when_they_last_sent_something() {
    let (kate, kevin, conversation) = two_people("active.person");
    kevin.post("/v1/contacts", &kate.card()).expect(201);
    let message = kate.say(&conversation, "Hello");
    kevin.get(&at(&message)).expect(200);
    kevin
        .put(&at(&message), &json!({"reactions": {"heart": [kevin.username]}}))
        .expect(200);
    kate.machine.settle();
    let sent = &message["created_at"];
    assert_eq!(kate.get("/v1/me").expect(200)["last_active_at"], *sent);
    assert_eq!(kevin.get(&kate.entry()).expect(200)["last_active_at"], *sent);
    assert_eq!(
        kevin.get(&at(&message)).expect(200)["contact"]["last_active_at"],
        *sent
    );
    // Who only reads and reacts was not.
    assert_eq!(kevin.get("/v1/me").expect(200)["last_active_at"], Value::Null);
    assert_eq!(
        kate.get(&kevin.entry()).expect(200)["last_active_at"],
        Value::Null
    );
    kate.delete(&at(&message)).expect(204);
    kate.machine.settle();
    assert_eq!(kate.get("/v1/me").expect(200)["last_active_at"], *sent);
}

#[test]
fn a_message_moves_its_conversation_up_for_both() {
    let (kate, kevin) = (person("up"), person("up.other"));
    let shared = kate.meet(&kevin);
    let [mine, theirs] = [kate.meet(&person("up.third")), kevin.meet(&person("up.fourth"))];
    let both = |other: &str| [id_of(other).to_owned(), id_of(&shared).to_owned()];
    assert_eq!(
        [order(&kate, ""), order(&kevin, "")],
        [both(&mine), both(&theirs)]
    );
    let up = |other: &str| [id_of(&shared).to_owned(), id_of(other).to_owned()];
    kate.say(&shared, "Hello");
    assert_eq!(order(&kate, ""), up(&mine), "at once for the one who sent it");
    kate.machine.settle();
    assert_eq!(order(&kevin, ""), up(&theirs));
    // A pin, a mark and a reaction move nothing.
    kate.say(&mine, "Hello");
    kate.put(&shared, &json!({"is_pinned": true})).expect(200);
    kate.post(&format!("{shared}/read"), &json!({})).expect(200);
    assert_eq!(order(&kate, ""), both(&mine));
}

/// Every row that there is.
fn all_rows(machine: &Machine) -> Vec<String> {
    let mut rows: Vec<_> = machine.rows_with("").iter().map(ToString::to_string).collect();
    rows.sort();
    rows
}

#[test]
fn delivered_twice_or_late_changes_nothing() {
    let machine = by_hand();
    let (kate, kevin, conversation) = pair(&machine);
    let frank = machine.person("frank");
    let other = kevin.meet(&frank);
    for number in 0..3 {
        kate.say(&conversation, &format!("Number {number}"));
        kevin.say(&other, &format!("Number {number}"));
    }
    frank.say(&other, "The last");
    let newest = [text(&kate.say(&conversation, "Newest")["id"])];
    assert_eq!(
        order(&kevin, "")[0],
        id_of(&other),
        "nothing has been delivered yet"
    );
    assert!(deliver(&machine) >= 8);
    assert_eq!(order(&kevin, ""), [id_of(&conversation), id_of(&other)]);
    let settled = all_rows(&machine);
    // Again, from the beginning: so the oldest message comes after the newest one.
    for _ in 0..2 {
        assert!(wait_for(machine.local.redeliver()).unwrap() >= 8);
        assert_eq!(all_rows(&machine), settled);
    }
    // After a delete of the newest, which takes no place back.
    kate.delete(&format!("/v1/messages/{}", newest[0])).expect(204);
    let after_delete = all_rows(&machine);
    wait_for(machine.local.redeliver()).unwrap();
    deliver(&machine);
    assert_eq!(all_rows(&machine), after_delete);
}

#[test]
fn delivered_after_a_delete_brings_nothing_back() {
    let machine = by_hand();
    let (kate, kevin, conversation) = pair(&machine);
    kate.say(&conversation, "Never delivered before the end");
    kevin.say(&conversation, "Neither");
    kate.delete(&conversation).expect(204);
    let new = kate
        .post("/v1/conversations", &json!({"contact_id": kevin.id}))
        .expect(201);
    deliver(&machine);
    let settled = all_rows(&machine);
    for _ in 0..2 {
        wait_for(machine.local.redeliver()).unwrap();
        assert_eq!(all_rows(&machine), settled);
    }
    assert_eq!(machine.rows_with(id_of(&conversation)), Vec::<Value>::new());
    for one in [&kate, &kevin] {
        assert_eq!(order(one, ""), [text(&new["id"])]);
    }
}

/// The row of somebody in a conversation.
fn side(machine: &Machine, person: &str, conversation: &str) -> Value {
    let mut rows = machine.rows_with(id_of(conversation)).into_iter();
    let sort_key = format!("PARTICIPANT#{person}");
    rows.find(|row| row["sk"]["S"] == sort_key).unwrap()
}

/// Makes a row of a participant unreadable. Gives it as it was.
fn break_side(machine: &Machine, person: &str, conversation: &str) -> Value {
    let whole = side(machine, person, conversation);
    let mut partial = whole.clone();
    partial.as_object_mut().unwrap().remove("read_others");
    machine.put_row(&partial);
    whole
}

#[test]
fn a_record_that_fails_does_not_block_the_others_of_its_batch() {
    let machine = by_hand();
    let (kate, kevin, broken) = pair(&machine);
    let other = kate.meet(&machine.person("other"));
    let third = text(&kate.get(&other).expect(200)["contact_id"]);
    let whole = break_side(&machine, &kevin.id, &broken);
    let first = kate.say(&broken, "to a row that nobody can read");
    let second = kate.say(&other, "to somebody else");
    wait_for(machine.local.deliver()).unwrap_err();
    assert_eq!(side(&machine, &third, &other)["rank"]["S"], second["id"]);

    machine.put_row(&whole);
    deliver(&machine);
    assert_eq!(side(&machine, &kevin.id, &broken)["rank"]["S"], first["id"]);
}

#[test]
fn a_record_that_was_not_reached_in_time_is_delivered_again() {
    let (_, machine) = Machine::hasty();
    let (kate, kevin, broken) = pair(&machine);
    let other = kate.meet(&machine.person("other"));
    deliver(&machine);
    let whole = break_side(&machine, &kevin.id, &broken);
    // The batch fails as a whole, and after its first record the time is up.
    kate.say(&other, "to somebody else");
    let last = kate.say(&broken, "to a row that nobody can read");
    wait_for(machine.local.deliver()).unwrap_err();

    machine.put_row(&whole);
    deliver(&machine);
    assert_eq!(side(&machine, &kevin.id, &broken)["rank"]["S"], last["id"]);
}
