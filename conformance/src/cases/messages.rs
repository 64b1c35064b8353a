//! Messages from their sending to their end.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::{in_both, without_activity};
use crate::encoding::BOTH;
use crate::failure::{Failure, Outcome, equal, holds};
use crate::http::Request;
use crate::person::{Answers as _, at, id, id_of};
use crate::tester::{NOBODY, Tester, at_once};

pub(crate) const SECTION: Section = Section {
    title: "Messages",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "sending answers 201 with the message and where it is, the same for both",
        sent,
    ),
    case("sending means the same as JSON and as a form", sent_in_both),
    case("a text comes back byte for byte", byte_for_byte),
    case(
        "a text has 1 to 20,000 characters, some of them visible and none of them NUL",
        length_of_text,
    ),
    case(
        "a message needs a conversation of the caller's, and names what is wrong",
        where_to,
    ),
    case(
        "ids are in the order of sending, also when many send at once",
        order,
    ),
    case(
        "the embedded contact is the sender as they are now, without display_name and conversation_id",
        embedded_contact,
    ),
    case(
        "the sender was last active when they last sent something",
        last_active_at,
    ),
    case(
        "attachments that do not exist are refused, each by its place",
        attachments,
    ),
];

fn sent(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let message = kate.say(&conversation, "You're what the French call les incompétents.")?;
    let sender = without_activity(kate.get("/v1/me").answers(200)?);
    let created_at = &message["created_at"];
    let expected = json!({
        "id": message["id"],
        "conversation_id": id_of(&conversation),
        "contact": sender,
        "message": "You're what the French call les incompétents.",
        "reactions": [],
        "attachments": [],
        "read_at": null,
        "created_at": created_at,
        "updated_at": null,
    });
    equal("the message", without_activity(message.clone()), &expected)?;
    let here = SystemTime::now().duration_since(UNIX_EPOCH);
    let here = here.map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or_default());
    let age = here - created_at.as_i64().unwrap_or_default();
    holds(
        "created_at is now, in seconds, give or take what clocks differ",
        age.abs() < 300,
        age,
    )?;
    for one in [kate, kevin] {
        let found = one.get(&at(&message)).answers(200)?;
        equal("the same by its id", without_activity(found), &expected)?;
        let path = format!(
            "/v1/messages?conversation_id={}&mark_read=false",
            id_of(&conversation)
        );
        let mut page = one.get(&path).answers(200)?;
        let data = page["data"].take();
        equal(
            "the page",
            &page,
            json!({"has_more": false, "data": null, "next_cursor": null}),
        )?;
        equal("the list", without_activity(data[0].clone()), &expected)?;
    }
    Ok(())
}

fn sent_in_both(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let mut last = String::new();
    for attachments in [None, Some(Value::Null), Some(json!([]))] {
        for encoding in BOTH {
            let mut body = json!({"conversation_id": id_of(&conversation), "message": "a+b & c=d %41 é"});
            if let Some(attachments) = &attachments {
                body["attachments"] = attachments.clone();
            }
            let message = kate
                .post_in(encoding, "/v1/messages", &body)
                .created("/v1/messages")?;
            equal("message", &message["message"], "a+b & c=d %41 é")?;
            equal("attachments", &message["attachments"], json!([]))?;
            holds(
                "each is one of its own, in order",
                *id(&message) > *last,
                &message,
            )?;
            id(&message).clone_into(&mut last);
        }
    }
    Ok(())
}

fn byte_for_byte(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    for text in [
        " leading and trailing \r\n\t".to_owned(),
        "🎩 👨‍👩‍👧‍👦 🇨🇭 👍🏽 1️⃣".to_owned(),
        "שלום \u{202e}עולם\u{202c} مرحبا".to_owned(),
        "é e\u{301} Z\u{351}\u{36b}\u{343}".to_owned(),
        "日本語 한국어 中文 ｶﾅ ﬁ".to_owned(),
        "\u{feff}\u{200b}\u{2028}\u{85}\u{fffd}\u{10ffff}".to_owned(),
        "x\u{1}\u{8}\u{b}\u{1b}\u{1f}\u{7f}\u{9f}".to_owned(),
        r#""quotes" \backslash\ \u0041 </script> {"json": [1]} %41 a=b&c[]=d"#.to_owned(),
        "null".to_owned(),
        "true".to_owned(),
        "0".to_owned(),
        "a".repeat(20_000),
        "🎩".repeat(20_000),
        "e\u{301}".repeat(10_000),
    ] {
        for encoding in BOTH {
            let body = json!({"conversation_id": id_of(&conversation), "message": text});
            let sent = kate
                .post_in(encoding, "/v1/messages", &body)
                .created("/v1/messages")?;
            let found = kevin.get(&at(&sent)).answers(200)?;
            for shown in [&sent, &found] {
                if shown["message"] != text {
                    return Err(Failure::new(format!("{text:.50?} comes back as something else")));
                }
            }
        }
    }
    Ok(())
}

fn length_of_text(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let message = at(&kate.say(&conversation, "Hello")?);
    let unseen = ["", " ", "\n \u{2003}", "\u{200B}", "\u{3164}\u{FE0F}", "\u{1}"].map(Value::from);
    let others = [json!("🎩".repeat(20_001)), json!("\0"), json!("a\0b")];
    for bad in unseen.into_iter().chain(others) {
        let create = json!({"conversation_id": id_of(&conversation), "message": bad});
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/messages", &create))?;
        Ok(answer).refused(400, "parameter_invalid", Some("message"))?;
        let answer = in_both(|encoding| kate.put_in(encoding, &message, &json!({"message": bad})))?;
        Ok(answer).refused(400, "parameter_invalid", Some("message"))?;
    }
    kate.put(&message, &json!({"message": null}))
        .refused(400, "parameter_invalid", Some("message"))?;
    let all = kate.all("/v1/messages")?;
    equal("how many there are", all.len(), 1)?;
    equal("what it says", &all[0]["message"], "Hello")
}

fn where_to(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, fuller] = tester.people();
    let conversation = tester.pair()?;
    let foreign = frank.meet(fuller)?;
    for id in [NOBODY, id_of(&foreign), &kevin.id] {
        let hello = json!({"conversation_id": id, "message": "Hello"});
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/messages", &hello))?;
        Ok(answer).refused(404, "resource_missing", Some("conversation_id"))?;
        kate.get(&format!("/v1/messages?conversation_id={id}")).refused(
            404,
            "resource_missing",
            Some("conversation_id"),
        )?;
    }
    for bad in ["x", "0000-00000000000", "00000000000000000", "00000000000000 é"] {
        let hello = json!({"conversation_id": bad, "message": "Hello"});
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/messages", &hello))?;
        Ok(answer).refused(400, "parameter_invalid", Some("conversation_id"))?;
    }
    for (body, missing) in [
        (json!({}), "conversation_id"),
        (json!({"message": "Hello"}), "conversation_id"),
        (json!({"conversation_id": id_of(&conversation)}), "message"),
    ] {
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/messages", &body))?;
        Ok(answer).refused(400, "parameter_missing", Some(missing))?;
    }
    equal("nothing was sent", kate.all("/v1/messages")?, json!([]))
}

fn order(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let sent = at_once(4, |sender| {
        let one = if sender % 2 == 0 { kate } else { kevin };
        let mut ids = Vec::new();
        for number in 0..4 {
            ids.push(id(&one.say(&conversation, &format!("{sender}: {number}"))?).to_owned());
        }
        Ok(ids)
    })?;
    for ids in &sent {
        holds(
            "who sends one after the other has rising ids",
            ids.is_sorted(),
            ids,
        )?;
    }
    let all: BTreeSet<_> = sent.into_iter().flatten().collect();
    equal("how many ids there are", all.len(), 16)?;
    let path = format!("/v1/messages?conversation_id={}&limit=100", id_of(&conversation));
    let page = kevin.get(&path).answers(200)?;
    let shown: Vec<_> = page["data"].as_array().into_iter().flatten().map(id).collect();
    equal("newest first", shown, all.iter().rev().collect::<Vec<_>>())
}

fn embedded_contact(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    kate.put(&kevin.entry(), &json!({"display_name": "Kev"}))
        .answers(200)?;
    let message = kevin.say(&conversation, "Hello")?;
    kevin
        .put("/v1/me", &json!({"avatar_url": "https://example.com/now.png"}))
        .answers(200)?;
    let seen = kate.get(&at(&message)).answers(200)?;
    let keys: Vec<_> = seen["contact"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key)
        .collect();
    equal(
        "its keys",
        keys,
        [
            "avatar_url",
            "created_at",
            "id",
            "last_active_at",
            "phone_number",
            "username",
        ],
    )?;
    equal("id", &seen["contact"]["id"], &kevin.id)?;
    equal(
        "avatar_url",
        &seen["contact"]["avatar_url"],
        "https://example.com/now.png",
    )
}

fn last_active_at(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    kevin.meet(kate)?;
    // Who sent something in the case before must not be taken for active now.
    Tester::a_second_passes();
    let before = kevin.get("/v1/me").answers(200)?;
    let message = kate.say(&conversation, "Hello")?;
    let sent = &message["created_at"];
    Tester::eventually("last_active_at is when the message was sent", || {
        Ok(kate.get("/v1/me").answers(200)?["last_active_at"] == *sent)
    })?;
    let entry = kevin.get(&kate.entry()).answers(200)?;
    equal("as a contact", &entry["last_active_at"], sent)?;
    let seen = kevin.get(&at(&message)).answers(200)?;
    equal("as the sender", &seen["contact"]["last_active_at"], sent)?;
    kevin
        .put(&format!("{}/reactions/heart", at(&message)), &json!({}))
        .answers(200)?;
    let after = kevin.get("/v1/me").answers(200)?;
    equal(
        "who only reads and reacts",
        &after["last_active_at"],
        &before["last_active_at"],
    )
}

fn attachments(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let message = at(&kate.say(&conversation, "Hello")?);
    // Well-formed, and nobody's.
    let many = |count: usize| {
        (0..count)
            .map(|number| format!("{number:016}"))
            .collect::<Vec<_>>()
    };
    for (attachments, status, code, param) in [
        (json!([NOBODY]), 404, "resource_missing", "attachments[0]"),
        (json!([{"id": NOBODY}]), 404, "resource_missing", "attachments[0]"),
        (
            json!([{"sound_id": NOBODY}]),
            404,
            "resource_missing",
            "attachments[0]",
        ),
        (
            json!([{"forward_id": NOBODY}]),
            404,
            "resource_missing",
            "attachments[0]",
        ),
        (json!(many(30)), 404, "resource_missing", "attachments[0]"),
        (
            json!([NOBODY, {"id": NOBODY}]),
            400,
            "parameter_invalid",
            "attachments[1]",
        ),
        (json!(["short"]), 400, "parameter_invalid", "attachments[0]"),
        (json!([[NOBODY]]), 400, "parameter_invalid", "attachments[0]"),
        (json!(many(31)), 400, "parameter_invalid", "attachments"),
        (json!([{}]), 400, "parameter_invalid", "attachments[0]"),
        (
            json!([NOBODY, "short"]),
            400,
            "parameter_invalid",
            "attachments[1]",
        ),
        (
            json!([{"id": "short"}]),
            400,
            "parameter_invalid",
            "attachments[0][id]",
        ),
        (
            json!([{"id": NOBODY, "sound_id": NOBODY}]),
            400,
            "parameter_invalid",
            "attachments[0]",
        ),
        (
            json!([{"id": NOBODY, "forward_id": NOBODY}]),
            400,
            "parameter_invalid",
            "attachments[0]",
        ),
        (
            json!([{"file": NOBODY}]),
            400,
            "parameter_unknown",
            "attachments[0][file]",
        ),
    ] {
        let create =
            json!({"conversation_id": id_of(&conversation), "message": "Hi", "attachments": attachments});
        kate.post("/v1/messages", &create)
            .refused(status, code, Some(param))?;
        let update = json!({"message": "Hi", "attachments": attachments});
        kate.put(&message, &update).refused(status, code, Some(param))?;
    }
    // As forms write them.
    let hello = format!("conversation_id={}&message=Hi", id_of(&conversation));
    for attachments in [
        format!("attachments[]={NOBODY}&attachments[]=0000000000000001"),
        format!("attachments[][id]={NOBODY}"),
        format!("attachments[][forward_id]={NOBODY}"),
        format!("attachments[][sound_id]={NOBODY}"),
    ] {
        let form = Request::new("POST", "/v1/messages").form(format!("{hello}&{attachments}"));
        kate.send(form)
            .refused(404, "resource_missing", Some("attachments[0]"))?;
    }
    let all = kate.all("/v1/messages")?;
    equal("how many there are", all.len(), 1)?;
    equal("what it says", &all[0]["message"], "Hello")
}
