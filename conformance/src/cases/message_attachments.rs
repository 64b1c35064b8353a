//! Sending attachments.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::catalog::sounds;
use super::files::{at, ids, leads_to, send, unlinked, upload};
use super::sounds::NO_SOUNDS;
use crate::encoding::BOTH;
use crate::failure::{Outcome, equal, holds};
use crate::http::{Exchange, Request};
use crate::person::{self, Answers as _, Person, id, id_of};
use crate::tester::{NOBODY, Tester, at_once};

pub(crate) const SECTION: Section = Section {
    title: "Sending attachments",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "an upload is sent by its id, in JSON and as a form, in the given order",
        sent,
    ),
    case("every list and search of messages shows the attachments", shown),
    case(
        "with an attachment the text may be empty or null, but not unseen",
        without_text,
    ),
    case("a forward is a new attachment of the same file", forwarded),
    case("a sound is sent as it is in the catalogue", sound),
    case("an upload is sent once: 409 attachment_used", used),
    case("the same file or sound twice is refused, by its place", twice),
    case("what is refused leaves every upload to be sent", refused),
    case("of many messages that race for an upload one gets it", race),
    case("a message has up to 30 attachments", most),
    case(
        "with a key a message is sent once, with all its attachments",
        replayed,
    ),
];

/// Sends a message with these attachments, whatever is answered.
#[track_caller]
fn try_to_send(caller: &Person, conversation: &str, attachments: &Value) -> Outcome<Exchange> {
    let message = json!({
        "conversation_id": id_of(conversation),
        "message": "Look",
        "attachments": attachments,
    });
    caller.post("/v1/messages", &message)
}

fn sent(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let mut uploads = Vec::new();
    for number in 0..8 {
        let bytes = format!("Number {number}");
        let uploaded = upload(kate, &format!("{number}.txt"), bytes.as_bytes())?;
        uploads.push(id(&uploaded).to_owned());
    }
    let hello = format!("conversation_id={}&message=hi", id_of(&conversation));
    let form = |name: &str, first: &str, second: &str| {
        let body = format!("{hello}&{name}={first}&{name}={second}");
        kate.send(Request::new("POST", "/v1/messages").form(body))
    };
    for (way, own) in uploads.chunks(2).enumerate() {
        let (one, other) = (&own[1], &own[0]);
        let answer = match way {
            0 => try_to_send(kate, &conversation, &json!([one, other])),
            1 => try_to_send(
                kate,
                &conversation,
                &json!([{"id": one}, {"id": other, "sound_id": null}]),
            ),
            2 => form("attachments[]", one, other),
            _ => form("attachments[][id]", one, other),
        };
        let message = answer.created("/v1/messages")?;
        let seen = kevin.get(&person::at(&message)).answers(200)?;
        for shown in [&message, &seen] {
            equal("the attachments", ids(&shown["attachments"]), [one, other])?;
            equal("updated_at", &shown["updated_at"], Value::Null)?;
            for attachment in shown["attachments"].as_array().into_iter().flatten() {
                equal("message_id", &attachment["message_id"], &message["id"])?;
                let name = attachment["filename"].as_str().unwrap_or_default();
                let bytes = format!("Number {}", name.trim_end_matches(".txt"));
                leads_to(tester, attachment, bytes.as_bytes())?;
            }
        }
    }
    Ok(())
}

fn shown(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let message = send(kate, &conversation, "Alone at home", &json!([uploaded["id"]]))?;
    let expected = unlinked(&message["attachments"][0]);
    equal("message_id", &expected["message_id"], &message["id"])?;
    let of = format!("conversation_id={}", id_of(&conversation));
    for path in [
        format!("/v1/messages?{of}"),
        "/v1/messages?limit=1".to_owned(),
        format!("/v1/messages/search?query=home&{of}"),
        "/v1/messages/search?query=home".to_owned(),
    ] {
        for one in [kate, kevin] {
            // Of what somebody else has just sent, the search of all conversations may know a second later.
            let mut seen = Value::Null;
            Tester::eventually("the message is there", || {
                seen = one.get(&path).answers(200)?["data"][0].clone();
                Ok(seen["id"] == message["id"])
            })?;
            equal("the attachments", seen["attachments"].as_array().map(Vec::len), 1)?;
            equal("the attachment", unlinked(&seen["attachments"][0]), &expected)?;
            leads_to(tester, &seen["attachments"][0], b"Hello")?;
        }
    }
    let reaction = format!("{}/reactions/heart", person::at(&message));
    let reacted = kevin.send(Request::new("PUT", reaction)).answers(200)?;
    equal("after a reaction", unlinked(&reacted["attachments"][0]), expected)
}

fn without_text(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    for text in [json!(""), Value::Null] {
        for encoding in BOTH {
            let uploaded = upload(kate, "House.txt", b"Hello")?;
            let body = json!({
                "conversation_id": id_of(&conversation),
                "message": text,
                "attachments": [uploaded["id"]],
            });
            let message = kate.post_in(encoding, "/v1/messages", &body);
            let message = message.created("/v1/messages")?;
            let seen = kevin.get(&person::at(&message)).answers(200)?;
            for shown in [&message, &seen] {
                equal("message", &shown["message"], "")?;
            }
        }
    }
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let id = id_of(&conversation);
    let attachments = json!([uploaded["id"]]);
    for (text, attachments) in [
        (json!(" "), &attachments),
        (json!("\u{200b}"), &attachments),
        (json!(""), &json!([])),
        (json!(""), &Value::Null),
        (Value::Null, &json!([])),
    ] {
        let body = json!({"conversation_id": id, "message": text, "attachments": attachments});
        for encoding in BOTH {
            kate.post_in(encoding, "/v1/messages", &body).refused(
                400,
                "parameter_invalid",
                Some("message"),
            )?;
        }
    }
    let body = json!({"conversation_id": id, "attachments": attachments});
    kate.post("/v1/messages", &body)
        .refused(400, "parameter_missing", Some("message"))
}

fn forwarded(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let conversation = tester.pair()?;
    let elsewhere = kevin.meet(frank)?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let original = send(kate, &conversation, "", &json!([uploaded["id"]]))?;
    let forward = json!([{"forward_id": uploaded["id"]}]);
    let message = send(kevin, &elsewhere, "Look", &forward)?;
    let sent = &message["attachments"][0];
    holds("it is a new one", id(sent) != id(&uploaded), sent)?;
    let mut expected = unlinked(&uploaded);
    for key in ["id", "message_id", "created_at"] {
        expected[key] = sent[key].clone();
    }
    equal("but for that it is the same", unlinked(sent), expected)?;
    equal("message_id", &sent["message_id"], &message["id"])?;
    // Again, with what was forwarded, and the same once more.
    let form = format!(
        "conversation_id={}&message=Again&attachments[][forward_id]={}",
        id_of(&elsewhere),
        id(sent)
    );
    let again = frank.send(Request::new("POST", "/v1/messages").form(form));
    let again = again.created("/v1/messages")?;
    send(kevin, &elsewhere, "", &forward)?;
    kate.delete(&person::at(&original)).answers(204)?;
    kevin.delete(&person::at(&message)).answers(204)?;
    for one in [kevin, frank] {
        let left = one.get(&at(&again["attachments"][0])).answers(200)?;
        leads_to(tester, &left, b"Hello")?;
    }
    Ok(())
}

fn sound(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let Some(sound) = sounds(tester)?.into_iter().next() else {
        tester.leave_unchecked(NO_SOUNDS);
        return Ok(());
    };
    let conversation = tester.pair()?;
    let message = send(kate, &conversation, "", &json!([{"sound_id": sound["id"]}]))?;
    let seen = kevin.get(&at(&message["attachments"][0])).answers(200)?;
    let download = kate
        .get(&format!("/v1/sounds/{}/download", id(&sound)))
        .answers(200)?;
    let file = tester.follow(download["url"].as_str().unwrap_or_default())?;
    for shown in [&message["attachments"][0], &seen] {
        for (key, expected) in [
            ("sound_id", &sound["id"]),
            ("message_id", &message["id"]),
            ("file_type", &sound["file_type"]),
            ("file_size", &sound["file_size"]),
            ("width", &Value::Null),
        ] {
            equal(key, &shown[key], expected)?;
        }
        let (name, title) = (&shown["filename"], sound["title"].as_str().unwrap_or_default());
        let is_plain = title
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == ' ');
        let named = name.as_str().unwrap_or_default();
        holds("it has the title", !is_plain || named.starts_with(title), name)?;
        leads_to(tester, shown, &file.body)?;
        let preview = tester.follow(shown["preview_url"].as_str().unwrap_or_default())?;
        equal("the status of the preview", preview.status, 200)?;
    }
    // Another message may have it, too.
    send(kevin, &conversation, "", &json!([{"sound_id": sound["id"]}]))?;
    try_to_send(
        kate,
        &conversation,
        &json!([{"sound_id": sound["id"]}, {"sound_id": sound["id"]}]),
    )
    .refused(400, "parameter_invalid", Some("attachments[1]"))
}

fn used(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let uploads = [upload(kate, "a.txt", b"Hello")?, upload(kate, "b.txt", b"Hello")?];
    let [used, unused] = uploads.each_ref().map(|uploaded| &uploaded["id"]);
    send(kate, &conversation, "", &json!([used]))?;
    for (attachments, place) in [
        (json!([used]), "attachments[0]"),
        (json!([{"id": used}]), "attachments[0]"),
        (json!([unused, used]), "attachments[1]"),
    ] {
        try_to_send(kate, &conversation, &attachments).refused(409, "attachment_used", Some(place))?;
    }
    // It is seen, but is not Kevin's to send.
    try_to_send(kevin, &conversation, &json!([used])).refused(
        404,
        "resource_missing",
        Some("attachments[0]"),
    )?;
    send(kate, &conversation, "", &json!([unused]))?;
    Ok(())
}

fn twice(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let uploaded = upload(kate, "a.txt", b"Hello")?;
    let message = send(kate, &conversation, "", &json!([uploaded["id"]]))?;
    let first = json!({"forward_id": uploaded["id"]});
    let forward = send(kate, &conversation, "", &json!([first]))?;
    let second = json!({"forward_id": forward["attachments"][0]["id"]});
    let unsent = upload(kate, "b.txt", b"Hello")?;
    let unsent = &unsent["id"];
    for attachments in [
        json!([unsent, unsent]),
        json!([unsent, {"id": unsent}]),
        json!([first, first]),
        json!([first, second]),
    ] {
        try_to_send(kate, &conversation, &attachments).refused(
            400,
            "parameter_invalid",
            Some("attachments[1]"),
        )?;
        kate.put(&person::at(&message), &json!({"attachments": attachments}))
            .refused(400, "parameter_invalid", Some("attachments[1]"))?;
    }
    // Two files with the same bytes are two.
    send(kate, &conversation, "", &json!([unsent, first]))?;
    Ok(())
}

fn refused(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let own = &uploaded["id"];
    for (attachments, place) in [
        (json!([own, NOBODY]), "attachments[1]"),
        (json!([NOBODY, own]), "attachments[0]"),
        (json!([own, {"forward_id": NOBODY}]), "attachments[1]"),
        (json!([own, {"sound_id": NOBODY}]), "attachments[1]"),
    ] {
        try_to_send(kate, &conversation, &attachments).refused(404, "resource_missing", Some(place))?;
    }
    let nowhere = format!("/v1/conversations/{NOBODY}");
    try_to_send(kate, &nowhere, &json!([own])).refused(404, "resource_missing", Some("conversation_id"))?;
    let found = kate.get(&at(&uploaded)).answers(200)?;
    equal("it is as it was", unlinked(&found), unlinked(&uploaded))?;
    equal("nothing was sent", kevin.all("/v1/messages")?, json!([]))?;
    send(kate, &conversation, "", &json!([own]))?;
    Ok(())
}

fn race(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let answers = at_once(6, |_| try_to_send(kate, &conversation, &json!([uploaded["id"]])))?;
    let mut sent = Vec::new();
    for answer in answers {
        if answer.answer.status == 201 {
            sent.push(Ok(answer).created("/v1/messages")?);
        } else {
            Ok(answer).refused(409, "attachment_used", Some("attachments[0]"))?;
        }
    }
    equal("how many got it", sent.len(), 1)?;
    equal("how many messages there are", kate.all("/v1/messages")?.len(), 1)?;
    let found = kevin.get(&at(&uploaded)).answers(200)?;
    equal("message_id", &found["message_id"], &sent[0]["id"])
}

fn most(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let uploads = at_once(30, |number| upload(kate, &format!("{number}.txt"), b"Hello"))?;
    let all: Vec<_> = uploads.iter().map(|uploaded| id(uploaded).to_owned()).collect();
    let message = send(kate, &conversation, "", &json!(all))?;
    let seen = kevin.get(&person::at(&message)).answers(200)?;
    equal("the attachments", ids(&seen["attachments"]), &all)?;
    kate.delete(&person::at(&message)).answers(204)?;
    for id in &all {
        kevin
            .get(&format!("/v1/attachments/{id}"))
            .refused(404, "resource_missing", None)?;
    }
    Ok(())
}

fn replayed(tester: &Tester) -> Outcome {
    let [kate, ..] = tester.people();
    let conversation = tester.pair()?;
    let uploads = [upload(kate, "a.txt", b"Hello")?, upload(kate, "b.txt", b"Hello")?];
    let [own, original] = uploads.each_ref().map(|uploaded| &uploaded["id"]);
    send(kate, &conversation, "", &json!([original]))?;
    let (key, body) = (
        tester.key(),
        json!({
            "conversation_id": id_of(&conversation),
            "message": "",
            "attachments": [own, {"forward_id": original}],
        }),
    );
    let post = || kate.post_with_key(&key, "/v1/messages", &body);
    let first = post().created("/v1/messages")?;
    let expected = ids(&first["attachments"]);
    equal("how many it has", expected.len(), 2)?;
    for _ in 0..2 {
        let again = post()?;
        let header = again.answer.header("idempotent-replayed");
        equal("idempotent-replayed", header, "true")?;
        let again = Ok(again).created("/v1/messages")?;
        equal("id", id(&again), id(&first))?;
        equal("the attachments", ids(&again["attachments"]), &expected)?;
    }
    equal("how many messages there are", kate.all("/v1/messages")?.len(), 2)?;
    let mut other = body.clone();
    other["attachments"] = json!([own]);
    kate.post_with_key(&key, "/v1/messages", &other)
        .refused(422, "idempotency_key_reused", None)
}
