//! Everything that takes a call to the database of its own.

use local::{Fault, Faults, Rule};
use serde_json::{Value, json};

use super::attachments;
use crate::catalog::Catalogue;
use crate::http::Request;
use crate::routes::{Ids, Names, reads};
use crate::world::{Machine, Person, at, eventually, id_of, text, wait_for};

/// Everything that can be done with messages.
fn exercise_messages(kate: &Person<'_>, kevin: &Person<'_>, conversation: &str) {
    let id = id_of(conversation);
    let read = |key: Option<&str>, body: Value| {
        let mut request = Request::new("POST", format!("{conversation}/read")).json(&body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        kate.send(request).expect(200)
    };
    let message = at(&kate.say(conversation, "Hello"));
    // The same key twice: the second time the message is read.
    for _ in 0..2 {
        let message = json!({"conversation_id": id, "message": "Hello"});
        let request = Request::new("POST", "/v1/messages").header("idempotency-key", "k");
        kate.send(request.json(&message)).expect(201);
    }
    // Nothing to read, something to read, up to one of several, and again; with a key and without one.
    read(None, json!({}));
    let first = kevin.say(conversation, "One");
    kevin.say(conversation, "Two");
    read(None, json!({"message_id": first["id"]}));
    read(Some("k"), json!({}));
    read(Some("k"), json!({}));
    // Where not even the time is to be set, only the key is written.
    let rows = kate.machine.rows_with(id);
    let mut side = rows
        .into_iter()
        .find(|row| row["kind"]["S"] == "participant" && row["person_id"]["S"] == kate.id)
        .unwrap();
    side["last_opened_at"] = json!({"N": "253402300799"});
    kate.machine.put_row(&side);
    read(Some("k2"), json!({}));

    kevin.say(conversation, "Three");
    for query in [
        format!("conversation_id={id}"),
        format!("starting_after={}", id_of(&message)),
        String::new(),
    ] {
        kate.get(&format!("/v1/messages?{query}")).expect(200);
    }
    for query in [
        format!("query=hello&conversation_id={id}"),
        "query=hello".to_owned(),
    ] {
        kate.get(&format!("/v1/messages/search?{query}")).expect(200);
    }
    kate.get(&message).expect(200);
    kate.put(&message, &json!({})).expect(200);
    kate.put(&message, &json!({"message": "Good morning"}))
        .expect(200);
    for _ in 0..2 {
        kevin
            .send(Request::new("PUT", format!("{message}/reactions/heart")))
            .expect(200);
    }
    for _ in 0..2 {
        kevin.delete(&format!("{message}/reactions/heart")).expect(204);
    }
    kate.put(conversation, &json!({"pinned_message_id": id_of(&message)}))
        .expect(200);
    // One that is pinned, and one that is not.
    kate.delete(&message).expect(204);
    let other = text(&kate.say(conversation, "A slip")["id"]);
    kate.delete(&format!("/v1/messages/{other}")).expect(204);
    // The newest of the unread ones is gone.
    kevin.say(conversation, "Four");
    let newest = text(&kevin.say(conversation, "Five")["id"]);
    kevin.delete(&format!("/v1/messages/{newest}")).expect(204);
    kate.get(&format!("/v1/messages?conversation_id={id}"))
        .expect(200);
}

/// Everything that can be done with groups. The conversations among them are left to be purged.
fn exercise_groups(kate: &Person<'_>, kevin: &Person<'_>) {
    let group = format!("/v1/groups/{}", kate.group(&[kevin]));
    let conversation = |id: &Value| format!("/v1/conversations/{}", text(id));
    let first = conversation(&kate.get(&group).expect(200)["conversation_id"]);
    let message = at(&kevin.say(&first, "Hello"));
    kate.get(&format!("/v1/messages?conversation_id={}", id_of(&first)))
        .expect(200);
    kevin.get(&message).expect(200);
    // A message of somebody else, deleted by the owner.
    kate.delete(&message).expect(204);
    kate.get("/v1/groups").expect(200);
    kate.get(&format!("/v1/groups?starting_after={}", id_of(&group)))
        .expect(200);
    // People in and out, with a conversation and without one.
    for contacts in [json!([]), json!([kevin.id])] {
        kate.put(&group, &json!({"contacts": contacts})).expect(200);
    }
    kate.delete(&first).expect(204);
    for contacts in [json!([]), json!([kevin.id])] {
        kate.put(&group, &json!({"contacts": contacts})).expect(200);
    }
    let of_group = json!({"group_id": id_of(&group)});
    for status in [201, 200] {
        kevin.post("/v1/conversations", &of_group).expect(status);
    }
    let leave = Request::new("POST", format!("{group}/leave"));
    kevin.send(leave.header("idempotency-key", "k")).expect(204);
    kate.delete(&group).expect(204);
}

/// Everything that can be read.
fn exercise_reads(kate: &Person<'_>, kevin: &Person<'_>, conversation: &str) {
    let catalogue = Catalogue::of("one", 3);
    catalogue.publish(&kate.machine.local);
    let (sound, playlist) = (catalogue.sounds[0].id, catalogue.playlists[0].id);
    let (group, message) = (kate.group(&[kevin]), at(&kate.say(conversation, "Hello")));
    let ids = Ids {
        contact: &kevin.id,
        conversation: id_of(conversation),
        group: &group,
        message: id_of(&message),
    };
    let file = text(&kate.upload("House.txt", "Hello")["id"]);
    for (route, request) in reads(ids, &sound.to_string(), &playlist.to_string()) {
        let request = match route.names() {
            Names::Attachment => route.request(&file),
            _ => request,
        };
        kate.send(request).expect(200);
    }
    for path in [
        "/v1/sounds?tag=a&theme=b",
        "/v1/sounds/search?query=squeak",
        "/v1/playlists/search?query=shelf",
    ] {
        kate.get(path).expect(200);
    }
}

/// Everything that follows when a username is handed out that a contact entry took, by `reconcile` and by `changes`.
fn exercise_retirements(kate: &Person<'_>) {
    let machine = kate.machine;
    for by_stream in [false, true] {
        let (username, phone_number) = machine.new_name("permissions.retired");
        let card = json!({"username": username, "phone_number": phone_number});
        let id = text(&kate.post("/v1/contacts", &card).expect(201)["id"]);
        kate.post("/v1/groups", &json!({"name": "Nobody's", "contacts": [id]}))
            .expect(201);
        let claim = json!({"username": username, "claim": true});
        machine.invoke("tokens-create", &claim).unwrap();
        let mut work = machine.row("retirement", &id);
        work["waiting_since"] = json!({"N": "1"});
        eventually("who is retired is in nothing any more", || {
            machine.put_row(&work);
            // On a machine that is busy it may have no time for anything, or fail.
            let _ = if by_stream {
                wait_for(machine.local.deliver()).map(drop).ok()
            } else {
                machine.invoke("reconcile", &json!({})).map(drop).ok()
            };
            machine
                .rows_with(&format!("PARTICIPANT#{id}"))
                .is_empty()
                .then_some(())
        });
    }
}

/// Makes every function do everything that takes a call of its own.
pub(super) fn exercise(faults: &Faults, machine: &Machine) {
    // People who are new, who exist, and who are claimed.
    let (kate, kevin) = (machine.person("permissions"), machine.person("permissions.other"));
    let other_token = machine.another_token(&kate.username, None);
    let (username, phone_number) = machine.new_name("permissions.claimed");
    let mut card = json!({"username": username, "phone_number": phone_number});
    kate.post("/v1/contacts", &card).expect(201);
    card["claim"] = json!(true);
    machine.invoke("tokens-create", &card).unwrap();
    machine
        .invoke("tokens-list", &json!({"username": kate.username}))
        .unwrap();
    machine
        .invoke("tokens-revoke", &json!({"token": other_token}))
        .unwrap();

    // Contacts, with a conversation that is new and one that exists.
    let first = kate.meet(&kevin);
    kevin.post("/v1/contacts", &kate.card()).expect(201);
    kate.put(&kevin.entry(), &json!({"display_name": "Kev"}))
        .expect(200);
    // An update that changes nothing only reads.
    kate.put("/v1/me", &json!({})).expect(200);
    kate.put("/v1/me", &json!({"avatar_url": null})).expect(200);
    kate.get("/v1/nothing").expect(404);

    let create = || kate.post("/v1/conversations", &json!({"contact_id": kevin.id}));
    create().expect(200);
    kate.get(&format!("/v1/conversations?starting_after={}", id_of(&first)))
        .expect(200);
    kate.put(&first, &json!({"is_muted": true})).expect(200);
    exercise_retirements(&kate);
    exercise_messages(&kate, &kevin, &first);
    exercise_groups(&kate, &kevin);
    exercise_reads(&kate, &kevin, &first);
    attachments::exercise(machine, &kate, &kevin, &first);
    wait_for(machine.local.deliver()).unwrap();
    kate.delete(&first).expect(204);
    let second = create().expect(201);
    // With a conversation, and without one.
    kate.delete(&kevin.entry()).expect(204);
    kevin.delete(&kate.entry()).expect(204);

    // One purge ends, and the other one has more rows to read than the time allows. They are of others with the same
    // tag, so that they stay.
    let second = second["id"].as_str().unwrap();
    let partition = machine.row("conversation", second)["pk"].clone();
    for number in 0..1001 {
        let sort_key = format!("MESSAGE#{number:04}");
        machine.put_row(&json!({"pk": partition, "sk": {"S": sort_key}}));
    }
    let is_called = |function: &str, operation: &str, partition: &str| {
        let calls = faults.calls();
        let mut calls = calls
            .iter()
            .filter(|call| call.function.as_deref() == Some(function));
        calls.any(|call| {
            let is_there = call.body["Key"]["pk"]["S"]
                .as_str()
                .is_none_or(|key| key.starts_with(partition));
            call.operation == operation && is_there
        })
    };
    wait_for(machine.local.deliver()).unwrap();
    assert!(is_called("changes", "UpdateItem", "WORK"), "it was interrupted");
    assert!(
        is_called("changes", "UpdateItem", "CONVERSATION#"),
        "it moved a conversation up"
    );
    assert!(is_called("changes", "BatchWriteItem", ""), "it purged messages");

    // This one is the conversation's own, for reconcile.
    let mark = json!({"pk": partition, "sk": {"S": "READ#1"}, "kind": {"S": "read_receipt"}, "conversation_id": {"S": second}});
    machine.put_row(&mark);
    let mut work = machine.row("purge", second);
    work["waiting_since"] = json!({"N": "1"});
    eventually("reconcile is interrupted", || {
        machine.put_row(&work);
        // Its first query finds the work, and the next one gets no answer. The SDK waits a second, and asks again.
        let silence = Fault::Delay(std::time::Duration::from_mins(1));
        faults.set(Rule::new(silence).on("Query").after(1).times(1));
        // On a machine that is busy it may have no time for anything, or fail.
        let _ = machine.invoke("reconcile", &json!({}));
        is_called("reconcile", "UpdateItem", "WORK").then_some(())
    });
    faults.clear();
    // Whatever it finds: some rows were put here past the functions, and what does not fit is looked at again.
    machine.put_row(&json!({"pk": {"S": "AUDIO"}, "sk": {"S": "UNUSED#1"}}));
    let is_read_again = || {
        let calls = faults.calls();
        let mut keys = calls
            .iter()
            .filter_map(|call| call.body["RequestItems"][machine.local.table_name()]["Keys"].as_array())
            .flatten();
        keys.any(|key| key["pk"]["S"] == "AUDIO")
    };
    eventually("reconcile looks at everything", || {
        let _ = machine.invoke("reconcile", &json!({"check": true}));
        (is_called("reconcile", "Scan", "") && is_read_again()).then_some(())
    });
    eventually("reconcile ends a purge", || {
        machine.put_row(&work);
        let _ = machine.invoke("reconcile", &json!({}));
        is_called("reconcile", "DeleteItem", "WORK").then_some(())
    });
}
