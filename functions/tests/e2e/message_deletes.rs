//! What was deleted is gone at once by every route, and its rows are gone in the end.

use local::{Delivery, Fault, Rule};
use serde_json::{Value, json};

use crate::delete::{assert_gone, by_hand, deliver, pair};
use crate::http::Request;
use crate::world::{Machine, Person, at, id_of, text, two_people, wait_for};

/// Asserts that nobody reads or writes the message by any route.
#[track_caller]
fn assert_message_gone(people: [&Person<'_>; 2], conversation: &str, message: &str) {
    for one in people {
        for request in [
            Request::new("GET", message),
            Request::new("PUT", message).json(&json!({})),
            Request::new("PUT", message).json(&json!({"message": "Back again"})),
            Request::new("PUT", message).json(&json!({"reactions": {"heart": [one.username]}})),
            Request::new("DELETE", message),
            Request::new("PUT", format!("{message}/reactions/heart")),
            Request::new("DELETE", format!("{message}/reactions/heart")),
        ] {
            one.send(request).refused(404, "resource_missing", None);
        }
        let id = id_of(message);
        let read = one.post(&format!("{conversation}/read"), &json!({"message_id": id}));
        let pin = one.put(conversation, &json!({"pinned_message_id": id}));
        for answer in [&read, &pin] {
            assert_eq!(answer.expect(404)["code"], "resource_missing");
        }
        let list = one.get("/v1/messages?limit=100").expect(200);
        assert!(!list.to_string().contains(id), "{list}");
    }
}

/// The rows that mention `text`, but for those of idempotency keys, which keep the id until their time is over.
fn rows(machine: &Machine, text: &str) -> Vec<Value> {
    let mut rows = machine.rows_with(text);
    rows.retain(|row| row["kind"]["S"] != "idempotency");
    rows
}

#[test]
fn nothing_of_a_message_is_left() {
    let (kate, kevin, conversation) = two_people("gone.message");
    for is_read in [false, true] {
        let secret = format!("gone for good {is_read} {}", kate.id);
        let message = at(&kate.say(&conversation, &secret));
        let other = kate.say(&conversation, "Stays");
        kevin
            .send(Request::new("PUT", format!("{message}/reactions/heart")))
            .expect(200);
        if is_read {
            kevin
                .post(&format!("{conversation}/read"), &json!({}))
                .expect(200);
        }
        kate.delete(&message).expect(204);
        assert_message_gone([&kate, &kevin], &conversation, &message);
        assert_eq!(
            kate.machine.rows_with(&secret),
            Vec::<Value>::new(),
            "not even its text"
        );
        for one in [&kate, &kevin] {
            one.get(&at(&other)).expect(200);
            let path = format!(
                "/v1/messages?conversation_id={}&mark_read=false",
                id_of(&conversation)
            );
            let list = one.get(&path).expect(200);
            assert_eq!(list["data"][0]["id"], other["id"]);
            assert!(!list.to_string().contains(id_of(&message)));
        }
    }
}

#[test]
fn a_conversation_goes_with_all_its_messages() {
    let machine = by_hand();
    let (kate, kevin, conversation) = pair(&machine);
    let sent: Vec<_> = (0..70)
        .map(|number| {
            let sender = if number % 2 == 0 { &kate } else { &kevin };
            at(&sender.say(&conversation, "Going, going"))
        })
        .collect();
    for (number, message) in sent.iter().enumerate().step_by(10) {
        kevin
            .send(Request::new("PUT", format!("{message}/reactions/heart")))
            .expect(200);
        let up_to = json!({"message_id": id_of(message)});
        let reader = if number % 20 == 0 { &kevin } else { &kate };
        reader.post(&format!("{conversation}/read"), &up_to).expect(200);
    }
    kate.delete(&sent[4]).expect(204);
    kate.put(&conversation, &json!({"pinned_message_id": id_of(&sent[5])}))
        .expect(200);
    let keyed = || {
        let message = json!({"conversation_id": id_of(&conversation), "message": "With a key"});
        kate.send(
            Request::new("POST", "/v1/messages")
                .header("idempotency-key", "k")
                .json(&message),
        )
    };
    keyed().expect(201);
    kevin.delete(&conversation).expect(204);

    // Nothing has been purged, and nobody sees anything.
    assert!(rows(&machine, id_of(&conversation)).len() > 70);
    let new = kate
        .post("/v1/conversations", &json!({"contact_id": kevin.id}))
        .expect(201);
    let new = format!("/v1/conversations/{}", text(&new["id"]));
    let hello = kate.say(&new, "In the new one");
    let gone = || {
        assert_gone([&kate, &kevin], &conversation);
        for message in [&sent[0], &sent[5], &sent[69]] {
            assert_message_gone([&kate, &kevin], &conversation, message);
            for param in ["starting_after", "ending_before"] {
                let id = id_of(message);
                kate.get(&format!("/v1/messages?{param}={id}"))
                    .refused(400, "cursor_invalid", Some(param));
                let in_new = format!("/v1/messages?conversation_id={}&{param}={id}", id_of(&new));
                kate.get(&in_new).refused(400, "cursor_invalid", Some(param));
                let place = kate.get(&format!("/v1/messages?{param}=cur_{id}")).expect(200);
                assert!(!place.to_string().contains("Going"), "{place}");
            }
        }
        keyed().refused(404, "resource_missing", None);
        kevin
            .put(&new, &json!({"pinned_message_id": id_of(&sent[5])}))
            .refused(404, "resource_missing", Some("pinned_message_id"));
    };
    gone();
    deliver(&machine);
    assert_eq!(rows(&machine, id_of(&conversation)), Vec::<Value>::new());
    assert_eq!(machine.rows_with("Going, going"), Vec::<Value>::new());
    gone();
    // What is new is untouched, also by a second delivery.
    let untouched = rows(&machine, id_of(&new));
    wait_for(machine.local.redeliver()).unwrap();
    assert_eq!(rows(&machine, id_of(&new)), untouched);
    assert_eq!(kevin.get(&at(&hello)).expect(200)["message"], "In the new one");
}

#[test]
fn deleting_a_contact_deletes_the_messages() {
    let machine = by_hand();
    let (kate, kevin, conversation) = pair(&machine);
    let message = at(&kevin.say(&conversation, "Unfriendly"));
    kate.delete(&kevin.entry()).expect(204);
    for one in [&kate, &kevin] {
        one.get(&message).refused(404, "resource_missing", None);
        assert_eq!(one.get("/v1/messages").expect(200)["data"], json!([]));
    }
    deliver(&machine);
    assert_eq!(rows(&machine, id_of(&conversation)), Vec::<Value>::new());
}

#[test]
fn a_purge_goes_on_where_the_database_left_off() {
    let (faults, machine) = Machine::with_faults(|options| options.stream = Delivery::Manual);
    let (kate, _, conversation) = pair(&machine);
    // Two calls of BatchWriteItem. What one of them leaves is one call.
    for _ in 0..30 {
        kate.say(&conversation, "Going");
    }
    deliver(&machine);
    kate.delete(&conversation).expect(204);
    let left = || machine.rows_with("Going").len();
    // First it fails half-way.
    faults.set(Rule::new(Fault::Internal).on("BatchWriteItem").after(1));
    wait_for(machine.local.deliver()).unwrap_err();
    let rest = left();
    assert!([5, 25].contains(&rest), "{rest} of 30: it stopped half-way");
    // Then the database does a batch only in part, which is no failure.
    faults.set(Rule::new(Fault::Unprocessed).on("BatchWriteItem").times(1));
    deliver(&machine);
    assert_eq!(faults.injected()["unprocessed"], 1);
    assert_eq!(left(), 0);
    assert_eq!(rows(&machine, id_of(&conversation)), Vec::<Value>::new());
}
