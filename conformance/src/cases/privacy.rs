//! People see only their own: what is somebody else's looks exactly like what does not exist.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::without_activity;
use super::files;
use crate::encoding::BOTH;
use crate::failure::{Outcome, equal, holds};
use crate::http::{Exchange, Request};
use crate::person::{Answers as _, Person, at, id, id_of};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Everybody sees only their own",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "every operation with an id of somebody else's answers as with one that does not exist",
        every_operation,
    ),
    case(
        "every parameter that takes an id answers to somebody else's as to one that does not exist",
        every_parameter,
    ),
    case(
        "the caller's own ids of another kind name nothing",
        own_ids_elsewhere,
    ),
    case("lists hold nothing of anybody else", lists),
];

/// Kate and Kevin have a conversation with messages. Frank and Fuller have another one, and nothing with them.
struct Scene {
    conversation: String,
    message: String,
    /// Of Kate and Kevin: what Frank must not see.
    foreign: Vec<String>,
    /// Of Frank and Fuller.
    own: String,
    own_message: String,
    own_group: String,
}

fn scene(tester: &Tester) -> Outcome<Scene> {
    let [kate, kevin, frank, fuller] = tester.people();
    let conversation = tester.pair()?;
    kate.put(&conversation, &json!({"archived_at": 1})).answers(200)?;
    let message = id(&kate.say(&conversation, "To a friend")?).to_owned();
    let back = id(&kevin.say(&conversation, "And back")?).to_owned();
    let slip = kate.say(&conversation, "A slip")?;
    kate.delete(&at(&slip)).answers(204)?;
    let unsent = files::upload(kate, "unsent.txt", b"Unsent")?;
    let sent = files::upload(kate, "sent.txt", b"Sent")?;
    files::send(kate, &conversation, "With a file", &json!([sent["id"]]))?;
    let group = kate.gather(&[kevin])?;
    let own = frank.meet(fuller)?;
    let own_group = frank.gather(&[fuller])?;
    let own_message = id(&frank.say(&own, "Something else")?).to_owned();
    Tester::eventually("everybody's lists show their messages and uploads", || {
        for (one, messages, uploads) in [(kate, 3, 2), (kevin, 3, 0), (frank, 1, 0), (fuller, 1, 0)] {
            let seen = [one.all("/v1/messages")?.len(), one.all("/v1/attachments")?.len()];
            if seen != [messages, uploads] {
                return Ok(false);
            }
        }
        Ok(true)
    })?;
    Ok(Scene {
        foreign: vec![
            id_of(&conversation).to_owned(),
            kevin.id.clone(),
            kate.id.clone(),
            id_of(&group).to_owned(),
            message.clone(),
            back,
            id(&slip).to_owned(),
            id(&unsent).to_owned(),
            id(&sent).to_owned(),
        ],
        conversation,
        message,
        own,
        own_message,
        own_group,
    })
}

/// Everything that the two can see, without what changes by itself.
fn view(tester: &Tester) -> Outcome<Vec<Value>> {
    let mut seen = Vec::new();
    for one in tester.people() {
        for path in ["/v1/attachments", "/v1/contacts", "/v1/messages"] {
            seen.extend(one.all(path)?.into_iter().map(without_activity));
        }
    }
    Ok(seen)
}

/// What changes something if it is let through.
fn request(method: &str, path: &str) -> Request {
    let request = Request::new(method, path.replace("{name}", "heart"));
    match (method, path.split('/').nth(2)) {
        ("PUT", _) if path.contains("{name}") => request,
        ("PUT", Some("attachments")) => request.json(&json!({"filename": "Somebody else's"})),
        ("PUT", Some("contacts")) => request.json(&json!({"display_name": "Somebody"})),
        ("PUT", Some("groups")) => request.json(&json!({"name": "Somebody else's"})),
        ("PUT", Some("conversations")) => request.json(&json!({"is_muted": true})),
        ("PUT", Some("messages")) => request.json(&json!({"message": "Somebody else's"})),
        _ => request,
    }
}

fn every_operation(tester: &Tester) -> Outcome {
    let [_, _, frank, fuller] = tester.people();
    let scene = scene(tester)?;
    let before = view(tester)?;
    for (method, path) in tester.operations() {
        if !path.contains("{id}") {
            continue;
        }
        let ask = |id: &str| {
            let request = request(&method, &path);
            let path = request.path.replace("{id}", id);
            frank.send(Request { path, ..request })
        };
        let nobodys = ask(NOBODY)?;
        let essence = nobodys.answer.essence();
        Ok(nobodys).refused(404, "resource_missing", None)?;
        // And Frank's own ids of other kinds.
        let others: [&str; 3] = match path.split('/').nth(2) {
            Some("contacts") => [id_of(&scene.own), &scene.own_message, &frank.id],
            Some("conversations") => [&fuller.id, &scene.own_message, &frank.id],
            Some("groups") => [id_of(&scene.own), &scene.own_message, &fuller.id],
            _ => [id_of(&scene.own), &fuller.id, id_of(&scene.own_group)],
        };
        for id in scene.foreign.iter().map(String::as_str).chain(others) {
            let exchange = ask(id)?;
            equal("the answer", exchange.answer.essence(), &essence)
                .map_err(|failure| failure.seen_in(&exchange))?;
        }
    }
    equal("nothing was done", view(tester)?, before)
}

fn every_parameter(tester: &Tester) -> Outcome {
    let frank = &tester.frank;
    let scene = scene(tester)?;
    let before = view(tester)?;
    let (own, mine) = (&scene.own, format!("/v1/messages/{}", scene.own_message));
    let alike = |ask: &dyn Fn(&str) -> Outcome<Exchange>| -> Outcome {
        let nobodys = ask(NOBODY)?.answer.essence();
        holds("it is refused", [400, 404].contains(&nobodys.0), &nobodys)?;
        for id in &scene.foreign {
            let exchange = ask(id)?;
            equal("the answer", exchange.answer.essence(), &nobodys)
                .map_err(|failure| failure.seen_in(&exchange))?;
        }
        Ok(())
    };
    for encoding in BOTH {
        for param in ["contact_id", "group_id"] {
            alike(&|id| frank.post_in(encoding, "/v1/conversations", &json!({param: id})))?;
        }
        alike(&|id| frank.put_in(encoding, own, &json!({"pinned_message_id": id})))?;
        let group = &scene.own_group;
        alike(&|id| frank.put_in(encoding, group, &json!({"contacts": [id]})))?;
        alike(&|id| {
            let group = json!({"name": "Not mine", "contacts": [id]});
            frank.post_in(encoding, "/v1/groups", &group)
        })?;
        alike(&|id| frank.post_in(encoding, &format!("{own}/read"), &json!({"message_id": id})))?;
        alike(&|id| {
            let message = json!({"conversation_id": id, "message": "Hello"});
            frank.post_in(encoding, "/v1/messages", &message)
        })?;
        for param in ["id", "forward_id", "sound_id"] {
            alike(&|id| frank.put_in(encoding, &mine, &json!({"attachments": [{param: id}]})))?;
        }
    }
    alike(&|id| frank.get(&format!("/v1/messages?conversation_id={id}")))?;
    alike(&|id| frank.get(&format!("/v1/attachments?conversation_id={id}")))?;
    for param in ["starting_after", "ending_before"] {
        alike(&|id| frank.get(&format!("/v1/conversations?{param}={id}")))?;
        alike(&|id| frank.get(&format!("/v1/messages?{param}={id}")))?;
        alike(&|id| frank.get(&format!("/v1/attachments?{param}={id}")))?;
        alike(&|id| {
            frank.get(&format!(
                "/v1/messages?conversation_id={}&{param}={id}",
                id_of(own)
            ))
        })?;
        // With a valid cursor it is the conversation that matters.
        alike(&|id| {
            frank.get(&format!(
                "/v1/messages?conversation_id={id}&{param}={}",
                scene.own_message
            ))
        })?;
    }
    equal("nothing was done", view(tester)?, before)
}

fn own_ids_elsewhere(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let Scene {
        conversation,
        message,
        ..
    } = scene(tester)?;
    let before = view(tester)?;
    for id in [&message, &kate.id, &kevin.id] {
        kate.get(&format!("/v1/messages?conversation_id={id}")).refused(
            404,
            "resource_missing",
            Some("conversation_id"),
        )?;
        kate.post(
            "/v1/messages",
            &json!({"conversation_id": id, "message": "Hello"}),
        )
        .refused(404, "resource_missing", Some("conversation_id"))?;
    }
    for id in [id_of(&conversation), &kate.id, &kevin.id] {
        kate.post(&format!("{conversation}/read"), &json!({"message_id": id}))
            .refused(404, "resource_missing", Some("message_id"))?;
        kate.put(&conversation, &json!({"pinned_message_id": id}))
            .refused(404, "resource_missing", Some("pinned_message_id"))?;
    }
    equal("nothing was done", view(tester)?, before)
}

fn lists(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, fuller] = tester.people();
    let scene = scene(tester)?;
    let ids = |one: &Person, path: &str| -> Outcome<Vec<String>> {
        Ok(one.all(path)?.iter().map(|item| id(item).to_owned()).collect())
    };
    equal("Frank's contacts", ids(frank, "/v1/contacts")?, [&fuller.id])?;
    equal("Fuller's contacts", ids(fuller, "/v1/contacts")?, json!([]))?;
    let shows = |one: &Person, conversation: &str| {
        // The one with the other, and that of their group.
        Tester::eventually("the list has their two conversations, and no other", || {
            let seen = ids(one, "/v1/conversations")?;
            Ok(seen.len() == 2 && seen.iter().any(|id| id == id_of(conversation)))
        })
    };
    for one in [frank, fuller] {
        equal("their messages", ids(one, "/v1/messages")?, [&scene.own_message])?;
        shows(one, &scene.own)?;
    }
    for one in [kate, kevin] {
        equal(
            "how many messages the others have",
            ids(one, "/v1/messages")?.len(),
            3,
        )?;
        shows(one, &scene.conversation)?;
    }
    Ok(())
}
