//! Groups: their six routes, and what they change for conversations and messages.

use serde_json::{Value, json};

use crate::encoding::{BOTH, in_both};
use crate::http::Request;
use crate::shape::{assert_group, assert_page};
use crate::world::{Machine, Person, at, id_of, now, person, text, two_people, world};

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
fn a_group_from_its_creation_to_its_end() {
    let (kate, kevin, _) = two_people("group.life");
    let body = json!({"name": "Plants vs People", "contacts": [kevin.id]});
    let created = kate.post("/v1/groups", &body);
    let group = created.expect_created("/v1/groups");
    assert_group(&group);
    let created_at = group["created_at"].as_i64().unwrap();
    assert!((now() - 60..=now()).contains(&created_at), "{group}");
    let embedded = |person: &Person<'_>| {
        let mut me = person.get("/v1/me").expect(200);
        me["last_active_at"] = Value::Null;
        me
    };
    let expected = json!({
        "id": group["id"],
        "name": "Plants vs People",
        "description": null,
        "avatar_url": null,
        "conversation_id": group["conversation_id"],
        "contacts": [embedded(&kate), embedded(&kevin)],
        "created_at": created_at,
        "archived_at": null,
    });
    assert_eq!(group, expected);
    let path = created.header("location").unwrap();
    for member in [&kate, &kevin] {
        assert_eq!(member.get(path).expect(200), expected);
        let page = member.get("/v1/groups").expect(200);
        assert_page(&page, assert_group);
        assert_eq!(
            page,
            json!({"has_more": false, "data": [expected], "next_cursor": null})
        );
    }

    // The conversation came with it.
    let conversation = conversation_of(&kevin, path);
    let side = kevin.get(&conversation).expect(200);
    assert_eq!(
        [&side["group_id"], &side["contact_id"], &side["unread_count"]],
        [&group["id"], &Value::Null, &json!(0)]
    );

    let changed = json!({
        "name": "People vs Plants", "description": "Who waters\nwhom", "avatar_url": "https://example.com/p.png",
        "archived_at": 1_700_000_000,
    });
    let updated = kate.put(path, &changed).expect(200);
    for (name, value) in changed.as_object().unwrap() {
        assert_eq!(&updated[name], value);
    }
    assert_eq!(kevin.get(path).expect(200), updated);
    let cleared = json!({"description": null, "avatar_url": null, "archived_at": null});
    let answer = in_both(|encoding| kate.put_in(encoding, path, &cleared)).expect(200);
    assert_eq!(
        [
            &answer["description"],
            &answer["avatar_url"],
            &answer["archived_at"]
        ],
        [&Value::Null; 3]
    );

    kate.delete(path).expect(204);
    for member in [&kate, &kevin] {
        member.get(path).refused(404, "resource_missing", None);
        member.get(&conversation).refused(404, "resource_missing", None);
        assert_eq!(member.get("/v1/groups").expect(200)["data"], json!([]));
        let left = member.get("/v1/conversations").expect(200);
        assert!(!ids(&left).contains(&id_of(&conversation)));
    }
}

#[test]
fn creating_one_is_the_same_in_both_encodings() {
    let (kate, kevin, _) = two_people("group.encoded");
    let body = json!({"name": "Plants vs People", "description": "Ours", "contacts": [kevin.id, kevin.id]});
    let [json, form] = BOTH.map(|encoding| {
        let mut group = kate
            .post_in(encoding, "/v1/groups", &body)
            .expect_created("/v1/groups");
        for own in ["id", "conversation_id", "created_at"] {
            assert!(!group[own].take().is_null());
        }
        group
    });
    assert_eq!(json, form);
    assert_eq!(members(&json), [&*kate.username, &*kevin.username]);
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
fn only_the_owner_changes_and_deletes_it_and_only_others_leave() {
    let (kate, kevin, frank, group) = three("group.owner");
    let conversation = conversation_of(&kevin, &group);
    let before = kate.get(&group).expect(200);
    for body in [
        json!({"name": "Mine"}),
        json!({"archived_at": 1}),
        json!({"contacts": []}),
        json!({}),
    ] {
        kevin.put(&group, &body).refused(403, "not_allowed", None);
    }
    kevin.delete(&group).refused(403, "not_allowed", None);
    kevin.delete(&conversation).refused(403, "not_allowed", None);
    kate.send(leave(&group)).refused(403, "not_allowed", None);
    assert_eq!(frank.get(&group).expect(200), before);

    kevin.send(leave(&group)).expect(204);
    kevin.send(leave(&group)).refused(404, "resource_missing", None);
    assert_eq!(
        members(&kate.get(&group).expect(200)),
        [&*kate.username, &*frank.username]
    );
}

#[test]
fn leaving_with_a_key_is_done_once() {
    let (kate, kevin, _, group) = three("group.leave.key");
    let leave = || {
        let request = leave(&group).header("idempotency-key", "k");
        kevin.send(request)
    };
    let first = leave();
    first.expect(204);
    assert_eq!(first.header("idempotent-replayed"), None);
    kate.put(&group, &json!({"contacts": [kevin.id]})).expect(200);
    let again = leave();
    again.expect(204);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(
        members(&kevin.get(&group).expect(200)).len(),
        2,
        "back, and not gone again"
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

#[test]
fn reading_counts_when_it_is_somebody_elses() {
    let (kate, kevin, frank, group) = three("group.read");
    let conversation = conversation_of(&kate, &group);
    let message = at(&kevin.say(&conversation, "Has anybody seen this?"));
    let open = |person: &Person<'_>| {
        person
            .post(&format!("{conversation}/read"), &json!({}))
            .expect(200)
    };
    let read_at = || kate.get(&message).expect(200)["read_at"].clone();
    open(&kevin);
    assert_eq!(read_at(), Value::Null, "the sender's own reading");
    assert_eq!(open(&frank)["unread_count"], json!(0));
    let first = read_at();
    assert!(first.is_i64());
    open(&kate);
    assert_eq!(read_at(), first);
    frank.send(leave(&group)).expect(204);
    assert_eq!(read_at(), first);
}

#[test]
fn its_conversation_is_deleted_and_created_again() {
    let (kate, kevin, frank, group) = three("group.again");
    let old = conversation_of(&kate, &group);
    let message = at(&kevin.say(&old, "Soon gone"));
    kate.delete(&old).expect(204);
    for member in [&kate, &kevin, &frank] {
        assert_eq!(member.get(&group).expect(200)["conversation_id"], Value::Null);
        member.get(&old).refused(404, "resource_missing", None);
        member.get(&message).refused(404, "resource_missing", None);
    }
    // People come and go meanwhile.
    kate.put(&group, &json!({"contacts": [kevin.id]})).expect(200);
    let of_group = json!({"group_id": id_of(&group)});
    let created = kevin.post("/v1/conversations", &of_group);
    let new = created.expect_created("/v1/conversations");
    assert_eq!(
        kate.post("/v1/conversations", &of_group).expect(200)["id"],
        new["id"]
    );
    frank
        .post("/v1/conversations", &of_group)
        .refused(404, "resource_missing", Some("group_id"));
    let path = conversation_of(&kate, &group);
    assert_eq!(json!(id_of(&path)), new["id"]);
    let list = format!("/v1/messages?conversation_id={}", id_of(&path));
    assert_eq!(kevin.get(&list).expect(200)["data"], json!([]));
    let said = kate.say(&path, "Again");
    assert_eq!(ids(&kevin.get(&list).expect(200)), [said["id"].as_str().unwrap()]);
    world().settle();
    let page = kevin
        .get(&format!("/v1/conversations?group_id={}", id_of(&group)))
        .expect(200);
    assert_eq!(ids(&page), [id_of(&path)]);
}

#[test]
fn the_list_goes_both_ways_and_by_the_archive() {
    let (kate, kevin, _) = two_people("group.list");
    let mut groups: Vec<_> = (0..5).map(|_| kate.group(&[&kevin])).collect();
    groups.reverse();
    let stranger = person("group.list.stranger");
    stranger.group(&[]);
    for index in [1, 3] {
        kate.put(
            &format!("/v1/groups/{}", groups[index]),
            &json!({"archived_at": 1}),
        )
        .expect(200);
    }
    let list = |query: &str| kevin.get(&format!("/v1/groups?{query}")).expect(200);
    for (archived, expected) in [
        ("", vec![0, 1, 2, 3, 4]),
        ("archived=true&", vec![1, 3]),
        ("archived=false&", vec![0, 2, 4]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|index| groups[index].as_str()).collect();
        for limit in 1..=6 {
            let mut found = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = list(&format!("{archived}limit={limit}{cursor}"));
                let shown: Vec<_> = ids(&page).into_iter().map(str::to_owned).collect();
                assert!(shown.len() == limit || page["has_more"] == false);
                assert_eq!(page["has_more"], !page["next_cursor"].is_null());
                found.extend(shown);
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&starting_after={next}"),
                    None => break,
                }
            }
            assert_eq!(found, expected, "{archived} by {limit}");
            let oldest = groups.last().unwrap();
            let back = list(&format!("{archived}limit={limit}&ending_before={oldest}"));
            let before: Vec<_> = expected.iter().copied().filter(|id| id != oldest).collect();
            assert_eq!(ids(&back), before[before.len().saturating_sub(limit)..]);
            assert_eq!(back["has_more"], before.len() > limit);
        }
    }

    // A deleted group is a position; what never was a group is none.
    kate.delete(&format!("/v1/groups/{}", groups[2])).expect(204);
    let page = list(&format!("starting_after={}", groups[2]));
    assert_eq!(ids(&page), [&groups[3], &groups[4]]);
    let conversation = conversation_of(&kate, &format!("/v1/groups/{}", groups[0]));
    let message = text(&kate.say(&conversation, "Hello")["id"]);
    for bad in [&kate.id, id_of(&conversation), &message, "x", "cur_x"] {
        for param in ["starting_after", "ending_before"] {
            kevin
                .get(&format!("/v1/groups?{param}={bad}"))
                .refused(400, "cursor_invalid", Some(param));
        }
    }
}

#[test]
fn bad_parameters_are_named() {
    let (kate, kevin, _, group) = three("group.bad");
    for (body, code, param) in [
        (json!({}), "parameter_missing", "name"),
        (json!({"name": "x".repeat(101)}), "parameter_invalid", "name"),
        (json!({"name": "a\u{7}b"}), "parameter_invalid", "name"),
        (
            json!({"name": "x", "description": "x".repeat(1001)}),
            "parameter_invalid",
            "description",
        ),
        (
            json!({"name": "x", "avatar_url": "kate.png"}),
            "parameter_invalid",
            "avatar_url",
        ),
        (
            json!({"name": "x", "contacts": ["x"]}),
            "parameter_invalid",
            "contacts[0]",
        ),
        (
            json!({"name": "x", "contacts": [kevin.id, "y"]}),
            "parameter_invalid",
            "contacts[1]",
        ),
        (
            json!({"name": "x", "contacts": vec![kevin.id.as_str(); 91]}),
            "parameter_invalid",
            "contacts",
        ),
        (
            json!({"name": "x", "archived_at": 1}),
            "parameter_unknown",
            "archived_at",
        ),
        (
            json!({"name": "x", "owner": kevin.id}),
            "parameter_unknown",
            "owner",
        ),
    ] {
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/groups", &body));
        answer.refused(400, code, Some(param));
    }
    for nothing in [json!(""), Value::Null] {
        kate.post("/v1/groups", &json!({"name": nothing}))
            .refused(400, "parameter_invalid", Some("name"));
    }
    let extra = json!({"name": "x", "contacts": [{"id": kevin.id, "nickname": "Kev"}]});
    kate.post("/v1/groups", &extra)
        .refused(400, "parameter_unknown", Some("contacts[0][nickname]"));
    for (body, param) in [
        (json!({"name": null}), "name"),
        (json!({"archived_at": -1}), "archived_at"),
        (json!({"contacts": "x"}), "contacts"),
    ] {
        kate.put(&group, &body)
            .refused(400, "parameter_invalid", Some(param));
    }
    kate.get("/v1/groups?archived=maybe")
        .refused(400, "parameter_invalid", Some("archived"));
    assert_eq!(
        kate.get("/v1/groups").expect(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        1
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
