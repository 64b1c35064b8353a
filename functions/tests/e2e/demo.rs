//! The demo data, with which `cargo local` begins.

use std::path::Path;

use local::Data;
use serde_json::Value;

use crate::world::{Machine, Person, text, wait_for};

/// A machine that keeps its data there and has demo data.
fn start(directory: &Path) -> Machine {
    Machine::start(|options| {
        options.data = Data::Directory(directory.to_owned());
        options.demo = true;
    })
}

/// One of the demo people.
fn person<'m>(machine: &'m Machine, username: &str) -> Person<'m> {
    let people = machine.local.people();
    let found = people.iter().find(|person| person.username == username).unwrap();
    Person {
        machine,
        id: found.id.clone(),
        username: found.username.clone(),
        phone_number: String::new(),
        token: found.token.clone(),
        token_id: String::new(),
    }
}

/// What stands in all of Kate's conversations: id, text and reactions of each message.
fn written(machine: &Machine) -> Vec<[Value; 3]> {
    let page = person(machine, "KateMcCallister")
        .get("/v1/messages?limit=100")
        .expect(200);
    let messages = page["data"].as_array().unwrap().iter();
    messages
        .map(|message| ["id", "message", "reactions"].map(|name| message[name].clone()))
        .collect()
}

#[test]
fn the_demo_people_write_to_each_other_once() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
    // What a run before this one has left.
    let _ = std::fs::remove_dir_all(&directory);

    let machine = start(&directory);
    let kate = person(&machine, "KateMcCallister");
    let conversations = kate.get("/v1/conversations").expect(200);
    let unread = conversations["data"].as_array().unwrap().iter();
    let unread: Vec<_> = unread
        .map(|conversation| conversation["unread_count"].clone())
        .collect();
    assert_eq!(unread, [1, 0]);
    let offered = machine.local.conversation().unwrap();
    let page = kate
        .get(&format!("/v1/messages?conversation_id={offered}&limit=10"))
        .expect(200);
    let messages = page["data"].as_array().unwrap();
    let from = |sender: &str| {
        messages
            .iter()
            .filter(|message| message["contact"]["username"] == sender)
            .count()
    };
    assert!(
        from("KateMcCallister") > 1 && from("KevinMcCallister") > 1,
        "{page}"
    );
    assert!(
        messages.iter().all(|message| message["read_at"].is_i64()),
        "{page}"
    );
    assert_eq!(messages[0]["reactions"][0]["scream"][0], "KateMcCallister");
    let first = written(&machine);
    wait_for(machine.local.stop());

    let machine = start(&directory);
    assert_eq!(written(&machine), first);
    for username in ["KateMcCallister", "KevinMcCallister", "FrankMcCallister"] {
        let person = person(&machine, username);
        for message in person.get("/v1/messages?limit=100").expect(200)["data"]
            .as_array()
            .unwrap()
        {
            if message["contact"]["username"] == username {
                person
                    .delete(&format!("/v1/messages/{}", text(&message["id"])))
                    .expect(204);
            }
        }
    }
    wait_for(machine.local.stop());

    // An empty conversation is not one in which nobody has ever written.
    let machine = start(&directory);
    assert_eq!(written(&machine), [] as [[Value; 3]; 0]);
    let kate = person(&machine, "KateMcCallister");
    let offered = machine.local.conversation().unwrap().to_owned();
    kate.delete(&format!("/v1/conversations/{offered}")).expect(204);
    wait_for(machine.local.stop());

    let machine = start(&directory);
    assert!(machine.local.conversation().is_some_and(|other| other != offered));
    assert_eq!(written(&machine), [] as [[Value; 3]; 0]);
    wait_for(machine.local.stop());
}
