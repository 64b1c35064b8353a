//! Groups: what needs more people than the contract suite has, and the rows behind them.

use serde_json::{Value, json};

use crate::http::Request;
use crate::world::{Machine, Person, at, id_of, person, text, two_people, world};

/// An owner, two contacts, and a group of the three: its path.
fn three(prefix: &str) -> (Person<'static>, Person<'static>, Person<'static>, String) {
    let (kate, kevin, _) = two_people(prefix);
    let frank = person(prefix);
    kate.meet(&frank);
    let group = format!("/v1/groups/{}", kate.group(&[&kevin, &frank]));
    (kate, kevin, frank, group)
}

/// The path of the group's conversation, as a member sees it.
fn conversation_of(member: &Person<'_>, group: &str) -> String {
    let group = member.get(group).expect(200);
    format!("/v1/conversations/{}", text(&group["conversation_id"]))
}

fn leave(group: &str) -> Request {
    Request::new("POST", format!("{group}/leave"))
}

/// The usernames of a group's members, in their order.
fn members(group: &Value) -> Vec<&str> {
    let contacts = group["contacts"].as_array().unwrap().iter();
    contacts
        .map(|person| person["username"].as_str().unwrap())
        .collect()
}

fn ids(page: &Value) -> Vec<&str> {
    let items = page["data"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap()).collect()
}

#[test]
fn who_is_in_it() {
    let (kate, kevin, frank, group) = three("group.members");
    let buzz = person("group.members");
    kate.meet(&buzz);
    let before = kate.get(&group).expect(200);
    assert_eq!(
        members(&before),
        [&*kate.username, &*kevin.username, &*frank.username]
    );
    let put = |contacts: Value| kate.put(&group, &json!({"contacts": contacts}));

    // Ids, objects with an id, and contacts as they came; the owner, and anybody twice, make no difference.
    let as_they_came = before["contacts"].clone();
    assert_eq!(put(as_they_came).expect(200), before);
    let entry = kate.get(&buzz.entry()).expect(200);
    let mixed = json!([{"id": frank.id}, entry, buzz.id, kate.id]);
    let after = put(mixed).expect(200);
    assert_eq!(
        members(&after),
        [&*kate.username, &*frank.username, &*buzz.username]
    );
    for nobody in [json!([]), Value::Null] {
        put(json!([frank.id])).expect(200);
        assert_eq!(members(&put(nobody).expect(200)), [&*kate.username]);
    }
    // Joining again is joining last.
    put(json!([frank.id])).expect(200);
    let again = put(json!([buzz.id, frank.id])).expect(200);
    assert_eq!(
        members(&again),
        [&*kate.username, &*frank.username, &*buzz.username]
    );

    // A member need not be a contact any more; a new one must be, and nothing is done otherwise.
    kate.delete(&frank.entry()).expect(204);
    put(json!([frank.id, kevin.id])).expect(200);
    put(json!([kevin.id])).expect(200);
    let refused = put(json!([kevin.id, frank.id]));
    refused.refused(404, "resource_missing", Some("contacts[1]"));
    let stranger = person("group.members.stranger");
    let named = json!({"name": "Strangers", "contacts": [stranger.id]});
    kate.post("/v1/groups", &named)
        .refused(404, "resource_missing", Some("contacts[0]"));
    assert_eq!(members(&kate.get(&group).expect(200)).len(), 2);
    assert_eq!(
        kate.get("/v1/groups").expect(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_new_member_reads_the_whole_history_with_nothing_unread() {
    let (kate, kevin, frank, group) = three("group.join");
    let buzz = person("group.join.late");
    kate.meet(&buzz);
    let conversation = conversation_of(&kate, &group);
    let said: Vec<_> = ["One", "Two", "Three"]
        .map(|said| kevin.say(&conversation, said))
        .into();
    let unread = |person: &Person<'_>| person.get(&conversation).expect(200)["unread_count"].clone();
    assert_eq!(
        [unread(&kate), unread(&kevin), unread(&frank)],
        [json!(3), json!(0), json!(3)]
    );

    kate.put(&group, &json!({"contacts": [kevin.id, frank.id, buzz.id]}))
        .expect(200);
    assert_eq!(unread(&buzz), json!(0));
    let list = format!("/v1/messages?conversation_id={}", id_of(&conversation));
    let page = buzz.get(&format!("{list}&mark_read=false")).expect(200);
    let newest_first: Vec<_> = said
        .iter()
        .rev()
        .map(|said| said["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids(&page), newest_first);
    assert!(
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|said| said["read_at"].is_null())
    );
    let four = kate.say(&conversation, "Four");
    assert_eq!(unread(&buzz), json!(1));
    world().settle();
    let page = buzz.get(&list).expect(200);
    let read: Vec<_> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|said| &said["read_at"])
        .collect();
    assert!(
        read.iter().all(|time| time.is_i64()),
        "they are the first to open it: {page}"
    );
    // Whoever opens it later changes nothing of that.
    assert_eq!(frank.get(&list).expect(200), page);
    assert_eq!(
        [unread(&buzz), unread(&frank), unread(&kevin)],
        [json!(0), json!(0), json!(1)]
    );

    // Any member writes and reacts; a message is deleted by its sender, or by the owner of the group.
    let message = at(&four);
    buzz.send(Request::new("PUT", format!("{message}/reactions/heart")))
        .expect(200);
    frank.delete(&message).refused(403, "not_allowed", None);
    kate.delete(&message).expect(204);
    let five = buzz.say(&conversation, "Five");
    kate.put(&conversation, &json!({"pinned_message_id": five["id"]}))
        .expect(200);
    kate.delete(&at(&five)).expect(204);
    let side = frank.get(&conversation).expect(200);
    assert_eq!(
        [&side["pinned_message_id"], &side["unread_count"]],
        [&Value::Null, &json!(0)]
    );
}

/// What is left of groups and conversations that end, of people who leave and messages that go, fits together.
#[test]
fn the_table_is_consistent_afterwards() {
    let machine = Machine::start(|_| ());
    let [kate, kevin, frank] = [(); 3].map(|()| machine.person("consistent"));
    for other in [&kevin, &frank] {
        kate.meet(other);
    }
    let check = || {
        machine.settle();
        machine.assert_consistent()
    };
    let before = check();
    let group = format!("/v1/groups/{}", kate.group(&[&kevin, &frank]));
    let conversation = conversation_of(&kate, &group);
    let message = kevin.say(&conversation, "Hello");
    frank.say(&conversation, "And hello");
    kate.post(&format!("{conversation}/read"), &json!({})).expect(200);
    kate.delete(&at(&message)).expect(204);
    check();
    frank.send(leave(&group)).expect(204);
    check();
    kate.delete(&conversation).expect(204);
    check();
    kate.delete(&group).expect(204);
    assert_eq!(check(), before, "nothing is left");
}
