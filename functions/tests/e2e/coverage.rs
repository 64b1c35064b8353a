//! Every status that `openapi.yaml` documents for an operation is one that a caller can get.

use std::collections::BTreeSet;
use std::io::Write as _;

use local::{Fault, Rule};
use serde_json::{Value, json};

use crate::contacts::guessed_too_often;
use crate::contract::{UNREACHABLE, UNROUTED, documented, is_unreachable};
use crate::http::{Answer, Request};
use crate::races::at_once;
use crate::routes::{Ids, NOBODY, Names, ROUTES, reads};
use crate::world::{Machine, Person, at, catalogue, id_of, person, text, two_people, world};

/// The operations and their statuses that were reached.
#[derive(Default)]
struct Reached(BTreeSet<(String, u16)>);

impl Reached {
    /// `operation` is written as in the contract. What is answered is held against it when it is sent.
    fn add(&mut self, operation: &str, answer: &Answer) {
        self.0.insert((operation.to_owned(), answer.status));
    }
}

/// What goes wrong in the same way wherever it is sent.
fn of_every_operation(reached: &mut Reached) {
    let kate = person("coverage");
    let broken = person("coverage.broken");
    let mut row = world().row("token", &broken.token_id);
    row["kind"] = json!({"S": "penguin"});
    world().put_row(&row);
    // Nothing listens there.
    let dead = Machine::start(|options| options.database_endpoint = Some("http://127.0.0.1:1".to_owned()));

    for route in ROUTES {
        let operation = format!("{} {}", route.method, route.path);
        let path = route.at(NOBODY);
        let bare = |path: &str| Request::new(route.method, path);
        for answer in [
            kate.send(bare(&route.asked(NOBODY, "nonsense=1"))),
            world().send(&bare(&path)),
            kate.send(bare(&path).form(vec![b'a'; (1 << 20) + 1])),
            kate.send(bare(&path).header("content-type", "text/plain").body("a")),
            broken.send(bare(&path)),
            dead.send(&bare(&path).bearer(&kate.token)),
        ] {
            reached.add(&operation, &answer);
        }
        if route.path.contains("{id}") {
            reached.add(&operation, &kate.send(route.request(NOBODY)));
        }
    }
}

/// What is answered where there is no operation.
fn of_no_operation(reached: &mut Reached) {
    for request in [
        Request::new("GET", "/v1/nothing"),
        Request::new("PATCH", "/v1/me"),
    ] {
        reached.add(UNROUTED, &world().send(&request));
    }
}

/// What goes well, in the order in which one thing needs the other.
fn successes(reached: &mut Reached) {
    let (kate, kevin) = (person("coverage.well"), person("coverage.well.other"));
    let mut send = |method: &str, operation: &str, id: &str, body: Option<Value>| {
        let request = Request::new(method, operation.replace("{id}", id));
        let answer = kate.send(match body {
            Some(body) => request.json(&body),
            None => request,
        });
        reached.add(&format!("{method} {operation}"), &answer);
        answer
    };
    let (contacts, contact) = ("/v1/contacts", "/v1/contacts/{id}");
    let (conversations, conversation) = ("/v1/conversations", "/v1/conversations/{id}");

    for _ in 0..2 {
        send("POST", contacts, "", Some(kevin.card()));
    }
    send("PUT", contact, &kevin.id, Some(json!({"display_name": "Kev"})));

    let with_kevin = || Some(json!({"contact_id": kevin.id}));
    let id = text(&send("POST", conversations, "", with_kevin()).json()["id"]);
    send("PUT", conversation, &id, Some(json!({"is_pinned": true})));
    send("DELETE", conversation, &id, None);
    send("POST", conversations, "", with_kevin());
    send("DELETE", contact, &kevin.id, None);
    send("POST", conversations, "", with_kevin());

    send("PUT", "/v1/me", "", Some(json!({"avatar_url": null})));
}

fn keyed(caller: &Person<'_>, path: &str, body: &Value) -> Answer {
    let request = Request::new("POST", path).header("idempotency-key", "k");
    caller.send(request.json(body))
}

/// What only a create answers.
fn of_creates(reached: &mut Reached) {
    let (kate, kevin, _) = two_people("coverage.create");
    let card = kevin.card();
    let named = |name: &str| json!({"username": kevin.username, "phone_number": kevin.phone_number, "display_name": name});
    let wrong_number = json!({"username": kevin.username, "phone_number": "+1 555 123"});
    for answer in [
        kate.post("/v1/contacts", &wrong_number),
        keyed(&kate, "/v1/contacts", &card),
        keyed(&kate, "/v1/contacts", &named("Other parameters")),
    ] {
        reached.add("POST /v1/contacts", &answer);
    }
    let read = "/v1/conversations/{id}/read";
    let frank = person("coverage.create.other");
    kate.meet(&frank);
    for other in [&kevin, &frank] {
        let answer = keyed(&kate, "/v1/conversations", &json!({"contact_id": other.id}));
        reached.add("POST /v1/conversations", &answer);
    }
    // A message, and reading, in one conversation with two bodies.
    let conversation = frank.meet(&kate);
    let message = frank.say(&conversation, "Hello");
    for text in ["Hello", "Good morning"] {
        let message = json!({"conversation_id": id_of(&conversation), "message": text});
        reached.add("POST /v1/messages", &keyed(&kate, "/v1/messages", &message));
    }
    for body in [json!({}), json!({"message_id": message["id"]})] {
        let answer = keyed(&kate, &format!("{conversation}/read"), &body);
        reached.add(&format!("POST {read}"), &answer);
    }
    // The key of a contact that has been deleted since.
    kate.delete(&kevin.entry()).expect(204);
    reached.add("POST /v1/contacts", &keyed(&kate, "/v1/contacts", &card));
}

/// What goes well with a message, and what only one of the two people in its conversation may do.
fn of_messages(reached: &mut Reached) {
    let (kate, kevin, conversation) = two_people("coverage.message");
    let id = id_of(&conversation);
    let message = at(&kate.say(&conversation, "Hello"));
    let reaction = format!("{message}/reactions/heart");
    for (operation, answer) in [
        (
            "GET /v1/messages",
            kate.get(&format!("/v1/messages?conversation_id={NOBODY}")),
        ),
        (
            "GET /v1/messages/search",
            kate.get(&format!(
                "/v1/messages/search?query=hello&conversation_id={NOBODY}"
            )),
        ),
        (
            "POST /v1/messages",
            kate.post(
                "/v1/messages",
                &json!({"conversation_id": id, "message": "Hello"}),
            ),
        ),
        (
            "POST /v1/messages",
            kate.post(
                "/v1/messages",
                &json!({"conversation_id": NOBODY, "message": "Hello"}),
            ),
        ),
        (
            "POST /v1/conversations/{id}/read",
            kevin.post(&format!("{conversation}/read"), &json!({})),
        ),
        (
            "PUT /v1/messages/{id}",
            kate.put(&message, &json!({"message": "Good morning"})),
        ),
        (
            "PUT /v1/messages/{id}",
            kevin.put(&message, &json!({"message": "Good evening"})),
        ),
        (
            "PUT /v1/messages/{id}/reactions/{name}",
            kate.send(Request::new("PUT", reaction.as_str())),
        ),
        (
            "DELETE /v1/messages/{id}/reactions/{name}",
            kate.delete(&reaction),
        ),
        ("DELETE /v1/messages/{id}", kevin.delete(&message)),
        ("DELETE /v1/messages/{id}", kate.delete(&message)),
    ] {
        reached.add(operation, &answer);
    }
}

/// What goes well with an attachment, what only its uploader may do, and only once.
fn of_attachments(reached: &mut Reached) {
    let (kate, kevin, conversation) = two_people("coverage.attachment");
    let attachments = "/v1/attachments";
    let announced = |size: u32| json!({"filename": "House.mp4", "file_size": size});
    let sent = text(&kate.upload("House.txt", "Hello")["id"]);
    let attachment = format!("{attachments}/{sent}");
    let look = json!({"conversation_id": id_of(&conversation), "message": "Look", "attachments": [sent]});
    kate.post("/v1/messages", &look).expect_created("/v1/messages");
    let other = at(&kate.say(&conversation, "Hello"));
    let kept = keyed(&kate, attachments, &announced(1));
    reached.add("POST /v1/attachments", &kept);
    let kept = format!("{attachments}/{}", text(&kept.expect_created(attachments)["id"]));
    // A person may have no more than 1 GiB.
    let greedy = person("coverage.attachment.greedy");
    for _ in 0..10 {
        greedy.post(attachments, &announced(100 << 20)).expect(201);
    }
    for (operation, answer) in [
        (
            "GET /v1/attachments",
            kate.get(&format!("{attachments}?conversation_id={NOBODY}")),
        ),
        ("POST /v1/attachments", keyed(&kate, attachments, &announced(2))),
        (
            "POST /v1/attachments",
            greedy.post(attachments, &announced(100 << 20)),
        ),
        ("DELETE /v1/attachments/{id}", kate.delete(&kept)),
        // The key of an attachment that has been deleted since.
        ("POST /v1/attachments", keyed(&kate, attachments, &announced(1))),
        (
            "PUT /v1/attachments/{id}",
            kate.put(&attachment, &json!({"filename": "Hotel.txt"})),
        ),
        (
            "PUT /v1/attachments/{id}",
            kevin.put(&attachment, &json!({"filename": "Mine.txt"})),
        ),
        ("DELETE /v1/attachments/{id}", kevin.delete(&attachment)),
        (
            "PUT /v1/messages/{id}",
            kate.put(&other, &json!({"attachments": [sent]})),
        ),
        ("DELETE /v1/attachments/{id}", kate.delete(&attachment)),
    ] {
        reached.add(operation, &answer);
    }
}

/// What goes well with a group, and what only its owner may do.
fn of_groups(reached: &mut Reached) {
    let (kate, kevin, _) = two_people("coverage.group");
    let named = |name: &str| json!({"name": name, "contacts": [kevin.id]});
    let stranger = person("coverage.group.stranger");
    let id = kate.group(&[&kevin]);
    let group = format!("/v1/groups/{id}");
    let conversation = kate.get(&group).expect(200)["conversation_id"].clone();
    let conversation = format!("/v1/conversations/{}", text(&conversation));
    let message = at(&kate.say(&conversation, "Hello"));
    let leave = |person: &Person<'_>| person.send(Request::new("POST", format!("{group}/leave")));
    let keyed_leave = |path: &str, body: &str| {
        let request = Request::new("POST", format!("{path}/leave")).header("idempotency-key", "k");
        kevin.send(request.header("content-type", "application/json").body(body))
    };
    let other = format!("/v1/groups/{}", kate.group(&[&kevin]));
    for (operation, answer) in [
        ("POST /v1/groups", keyed(&kate, "/v1/groups", &named("One"))),
        ("POST /v1/groups", keyed(&kate, "/v1/groups", &named("Two"))),
        (
            "POST /v1/groups",
            kate.post("/v1/groups", &json!({"name": "Three", "contacts": [stranger.id]})),
        ),
        ("PUT /v1/groups/{id}", kate.put(&group, &json!({"name": "Four"}))),
        ("PUT /v1/groups/{id}", kevin.put(&group, &json!({"name": "Five"}))),
        ("DELETE /v1/groups/{id}", kevin.delete(&group)),
        ("DELETE /v1/conversations/{id}", kevin.delete(&conversation)),
        ("DELETE /v1/messages/{id}", kevin.delete(&message)),
        ("POST /v1/groups/{id}/leave", leave(&kate)),
        ("POST /v1/groups/{id}/leave", keyed_leave(&other, "{}")),
        ("POST /v1/groups/{id}/leave", keyed_leave(&group, "{}")),
        ("POST /v1/groups/{id}/leave", leave(&kevin)),
        ("DELETE /v1/groups/{id}", kate.delete(&group)),
    ] {
        reached.add(operation, &answer);
    }
}

/// All that can be read, where there is something.
fn of_reads(reached: &mut Reached) {
    let (kate, kevin, conversation) = two_people("coverage.reads");
    let message = at(&kate.say(&conversation, "Hello"));
    let group = kate.group(&[&kevin]);
    let attachment = text(&kate.upload("House.txt", "Hello")["id"]);
    let (sound, playlist) = (catalogue().sounds[0].id, catalogue().playlists[0].id);
    let ids = Ids {
        contact: &kevin.id,
        conversation: id_of(&conversation),
        group: &group,
        message: id_of(&message),
    };
    for (route, request) in reads(ids, &sound.to_string(), &playlist.to_string()) {
        let request = match route.names() {
            Names::Attachment => route.request(&attachment),
            _ => request,
        };
        let answer = kate.send(request);
        answer.expect(200);
        reached.add(&format!("{} {}", route.method, route.path), &answer);
    }
}

/// A key that another request holds for longer than anybody waits: some seconds.
fn of_keys_in_use(reached: &mut Reached) {
    // Each with the number of the row on which the key stands in its transaction: the last one.
    let operations = [
        ("POST /v1/conversations", 2),
        ("POST /v1/messages", 3),
        ("POST /v1/conversations/{id}/read", 1),
        ("POST /v1/groups", 4),
        ("POST /v1/groups/{id}/leave", 3),
        ("POST /v1/attachments", 4),
    ];
    let answers = at_once(operations.len(), |number| {
        let (operation, row) = operations[number];
        let (faults, machine) = Machine::with_faults(|_| ());
        let (kate, kevin) = (
            machine.person("coverage.key"),
            machine.person("coverage.key.other"),
        );
        let conversation = kate.meet(&kevin);
        kevin.meet(&kate);
        let group = format!("/v1/groups/{}", kevin.group(&[&kate]));
        faults.set(Rule::new(Fault::Conflict(Some(row))).on("TransactWriteItems"));
        let (path, body) = match number {
            0 => ("/v1/conversations".to_owned(), json!({"contact_id": kevin.id})),
            1 => (
                "/v1/messages".to_owned(),
                json!({"conversation_id": id_of(&conversation), "message": "Hello"}),
            ),
            2 => (format!("{conversation}/read"), json!({})),
            3 => (
                "/v1/groups".to_owned(),
                json!({"name": "Two", "contacts": [kevin.id]}),
            ),
            4 => (format!("{group}/leave"), json!({})),
            _ => (
                "/v1/attachments".to_owned(),
                json!({"filename": "House.txt", "file_size": 1}),
            ),
        };
        (operation, keyed(&kate, &path, &body))
    });
    for (operation, answer) in answers {
        reached.add(operation, &answer);
    }
}

#[test]
fn every_documented_status_is_reached() {
    let mut reached = Reached::default();
    of_every_operation(&mut reached);
    of_no_operation(&mut reached);
    successes(&mut reached);
    of_creates(&mut reached);
    of_messages(&mut reached);
    of_attachments(&mut reached);
    of_groups(&mut reached);
    of_reads(&mut reached);
    of_keys_in_use(&mut reached);
    reached.add(
        "POST /v1/contacts",
        &guessed_too_often(&person("coverage.guesses")),
    );

    let documented = documented();
    let (out_of_reach, missed): (Vec<_>, Vec<_>) = documented
        .difference(&reached.0)
        .partition(|(operation, status)| is_unreachable(operation, *status));
    let missed: Vec<_> = missed
        .iter()
        .map(|(operation, status)| format!("coverage.rs: reach the {status} of {operation} in openapi.yaml"))
        .collect();
    assert!(missed.is_empty(), "\n{}\n", missed.join("\n"));
    assert!(!out_of_reach.is_empty(), "it is not documented: {UNREACHABLE}");
    // Past the test harness, which keeps the output of a test that passes to itself.
    let mut output = std::io::stderr().lock();
    writeln!(
        output,
        "openapi.yaml: {} of {} documented statuses were reached, and these not: {UNREACHABLE}",
        documented.len() - out_of_reach.len(),
        documented.len(),
    )
    .unwrap();
}
