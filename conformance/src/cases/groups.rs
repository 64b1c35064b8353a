//! Groups: what they are, and who is in them.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::{in_both, view, walk_states, without_activity};
use crate::encoding::BOTH;
use crate::failure::{Outcome, equal};
use crate::http::{Exchange, Request};
use crate::person::{Answers as _, Person, id};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Groups",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "a create answers 201 with the group and where it is, the same for all members",
        created,
    ),
    case("a create means the same as JSON and as a form", created_in_both),
    case(
        "contacts takes ids, objects with an id and contacts as they came, and replaces the set",
        who_is_in_it,
    ),
    case(
        "who comes in must be one of the owner's contacts, or nothing is done",
        only_contacts,
    ),
    case(
        "name, description, avatar_url and archived_at are set, changed and cleared by the owner",
        states,
    ),
    case(
        "parameters are validated, each named by its place",
        bad_parameters,
    ),
    case("with a key it is created once, and left once", idempotent),
];

/// Kate has three contacts, and a group with two of them.
pub(super) fn gathered(tester: &Tester) -> Outcome<String> {
    let [kate, kevin, frank, fuller] = tester.people();
    for other in [kevin, frank, fuller] {
        kate.meet(other)?;
    }
    kate.gather(&[kevin, frank])
}

pub(super) fn members(group: &Value) -> Vec<&str> {
    group["contacts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(id)
        .collect()
}

#[track_caller]
pub(super) fn leave(member: &Person, group: &str) -> Outcome<Exchange> {
    member.send(Request::new("POST", format!("{group}/leave")))
}

/// The path of a group's conversation.
#[track_caller]
pub(super) fn conversation_of(member: &Person, group: &str) -> Outcome<String> {
    let group = member.get(group).answers(200)?;
    let id = group["conversation_id"].as_str().unwrap_or_default();
    Ok(format!("/v1/conversations/{id}"))
}

fn created(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    kate.meet(kevin)?;
    kate.meet(frank)?;
    let body = json!({"name": "Paris", "description": "Who goes?", "contacts": [kevin.id, frank.id]});
    let group = kate.post("/v1/groups", &body).created("/v1/groups")?;
    let mut people = Vec::new();
    for person in [kate, kevin, frank] {
        people.push(without_activity(person.get("/v1/me").answers(200)?));
    }
    let expected = json!({
        "id": group["id"],
        "name": "Paris",
        "description": "Who goes?",
        "avatar_url": null,
        "conversation_id": group["conversation_id"],
        "contacts": people,
        "created_at": group["created_at"],
        "archived_at": null,
    });
    equal("the group", without_activity(group.clone()), &expected)?;
    let conversation = group["conversation_id"].as_str().unwrap_or_default();
    for one in [kate, kevin, frank] {
        let path = format!("/v1/groups/{}", id(&group));
        equal(
            "the same by its id",
            without_activity(one.get(&path).answers(200)?),
            &expected,
        )?;
        let side = one
            .get(&format!("/v1/conversations/{conversation}"))
            .answers(200)?;
        let seen = [&side["group_id"], &side["contact_id"], &side["unread_count"]];
        equal("its conversation", seen, json!([group["id"], null, 0]))?;
        Tester::eventually("the list has it", || {
            let list = one.get("/v1/groups").answers(200)?;
            Ok(without_activity(list["data"].clone()) == json!([expected]))
        })?;
    }
    Ok(())
}

fn created_in_both(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    kate.meet(kevin)?;
    let body = json!({
        "name": "Paris & back",
        "description": null,
        "avatar_url": "https://example.com/?a=1&b=2",
        "contacts": [kevin.id],
    });
    let mut shown = Vec::new();
    for encoding in BOTH {
        let mut group = kate
            .post_in(encoding, "/v1/groups", &body)
            .created("/v1/groups")?;
        for own in ["id", "conversation_id", "created_at"] {
            group[own].take();
        }
        shown.push(group);
    }
    equal("as a form and as JSON", &shown[0], &shown[1])?;
    equal("its members", members(&shown[0]), [&kate.id, &kevin.id])
}

fn who_is_in_it(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, fuller] = tester.people();
    let group = gathered(tester)?;
    let before = kate.get(&group).answers(200)?;
    equal(
        "the owner comes first",
        members(&before),
        [&kate.id, &kevin.id, &frank.id],
    )?;
    let entry = kate.get(&fuller.entry()).answers(200)?;
    for (contacts, expected) in [
        (before["contacts"].clone(), vec![kate, kevin, frank]),
        // The owner, and anybody twice, make no difference; who is new comes last.
        (
            json!([{"id": frank.id}, entry, fuller.id, kate.id]),
            vec![kate, frank, fuller],
        ),
        (json!([kevin.id, fuller.id]), vec![kate, fuller, kevin]),
        (json!([]), vec![kate]),
        (json!([frank.id]), vec![kate, frank]),
        (Value::Null, vec![kate]),
    ] {
        let changed = kate.put(&group, &json!({"contacts": contacts})).answers(200)?;
        let expected: Vec<_> = expected.iter().map(|person| &person.id).collect();
        equal("who is in it", members(&changed), &expected)?;
        equal(
            "who is in it afterwards",
            members(&kate.get(&group).answers(200)?),
            &expected,
        )?;
    }
    Ok(())
}

fn only_contacts(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, fuller] = tester.people();
    kate.meet(kevin)?;
    kate.meet(frank)?;
    let group = kate.gather(&[kevin, frank])?;
    let bad = json!({"name": "Strangers", "contacts": [kevin.id, fuller.id]});
    kate.post("/v1/groups", &bad)
        .refused(404, "resource_missing", Some("contacts[1]"))?;
    let before = view(kate, &[&group])?;
    for stranger in [&fuller.id, NOBODY] {
        let change = json!({"name": "Strangers", "contacts": [frank.id, kevin.id, stranger]});
        let answer = in_both(|encoding| kate.put_in(encoding, &group, &change))?;
        Ok(answer).refused(404, "resource_missing", Some("contacts[2]"))?;
    }
    equal("nothing was done", view(kate, &[&group])?, before)?;
    // A member need not be a contact any more, but who was put out has to be.
    kate.delete(&frank.entry()).answers(204)?;
    let both = json!({"contacts": [kevin.id, frank.id]});
    kate.put(&group, &both).answers(200)?;
    kate.put(&group, &json!({"contacts": [kevin.id]})).answers(200)?;
    kate.put(&group, &both)
        .refused(404, "resource_missing", Some("contacts[1]"))?;
    Tester::eventually("there is one group", || Ok(kate.all("/v1/groups")?.len() == 1))
}

fn states(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let group = gathered(tester)?;
    walk_states(kate, &group, "name", &[json!("Paris"), json!("パリ 🎩")], false)?;
    walk_states(
        kate,
        &group,
        "description",
        &[json!("Who goes?"), json!("a\nb")],
        true,
    )?;
    let urls = [
        json!("https://example.com/a.png"),
        json!("http://example.com/b.png?c=d&e=f"),
    ];
    walk_states(kate, &group, "avatar_url", &urls, true)?;
    walk_states(
        kate,
        &group,
        "archived_at",
        &[json!(1_700_000_000), json!(0)],
        true,
    )?;
    kate.put(&group, &json!({"archived_at": 5})).answers(200)?;
    let seen = kevin.get(&group).answers(200)?;
    equal("all members see the same", &seen["archived_at"], 5)
}

fn bad_parameters(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    kate.meet(kevin)?;
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
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/groups", &body))?;
        Ok(answer).refused(400, code, Some(param))?;
    }
    for name in [Value::Null, json!(""), json!("   "), json!("\u{3164}")] {
        kate.post("/v1/groups", &json!({"name": name}))
            .refused(400, "parameter_invalid", Some("name"))?;
    }
    let group = kate.gather(&[kevin])?;
    let before = view(kate, &[&group])?;
    for (body, param) in [
        (json!({"name": null}), "name"),
        (json!({"archived_at": -1}), "archived_at"),
        (json!({"contacts": "x"}), "contacts"),
    ] {
        kate.put(&group, &body)
            .refused(400, "parameter_invalid", Some(param))?;
    }
    kate.get("/v1/groups?archived=maybe")
        .refused(400, "parameter_invalid", Some("archived"))?;
    equal("nothing was done", view(kate, &[&group])?, before)
}

fn idempotent(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    kate.meet(kevin)?;
    let (key, body) = (tester.key(), json!({"name": "Once", "contacts": [kevin.id]}));
    let first = kate
        .post_with_key(&key, "/v1/groups", &body)
        .created("/v1/groups")?;
    let group = format!("/v1/groups/{}", id(&first));
    kate.put(&group, &json!({"name": "Changed since"})).answers(200)?;
    let again = kate.post_with_key(&key, "/v1/groups", &body)?;
    equal(
        "idempotent-replayed",
        again.answer.header("idempotent-replayed"),
        "true",
    )?;
    let again = Ok(again).created("/v1/groups")?;
    equal(
        "as it is now",
        [&again["id"], &again["name"]],
        [id(&first), "Changed since"],
    )?;
    kate.post_with_key(
        &key,
        "/v1/groups",
        &json!({"name": "Twice", "contacts": [kevin.id]}),
    )
    .refused(422, "idempotency_key_reused", None)?;
    let leave = || {
        let request = Request::new("POST", format!("{group}/leave"));
        kevin.send(request.header("idempotency-key", &key))
    };
    leave().answers(204)?;
    kate.put(&group, &json!({"contacts": [kevin.id]})).answers(200)?;
    let again = leave()?;
    equal(
        "idempotent-replayed",
        again.answer.header("idempotent-replayed"),
        "true",
    )?;
    Ok(again).answers(204)?;
    let seen = kevin.get(&group).answers(200)?;
    equal(
        "he is back, and not gone again",
        members(&seen),
        [&kate.id, &kevin.id],
    )
}
