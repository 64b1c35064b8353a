//! Who sees an attachment, renames it and deletes it.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::in_both;
use super::files::{PATH, at, ids, leads_to, send, unlinked, upload};
use super::groups::{conversation_of, gathered, leave};
use crate::encoding::BOTH;
use crate::failure::{Outcome, equal, holds};
use crate::person::{self, Answers as _, Person, id, id_of};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Attachments",
    cases: CASES,
};

const CASES: &[Case] = &[
    case("until it is sent only its uploader sees it", unsent),
    case(
        "once it is sent everybody in the conversation sees the same, and nobody else anything",
        sent,
    ),
    case("who has left a group does not see its attachments", left),
    case(
        "with its conversation it is gone, for all and by every route",
        conversation_deleted,
    ),
    case(
        "its uploader renames it, and it is saved under that name",
        renamed,
    ),
    case(
        "a new name changes the message, and the same name nothing",
        renamed_when_sent,
    ),
    case("a new name is as valid as the first", bad_names),
    case(
        "its uploader deletes it before it is sent, and then it is gone",
        deleted,
    ),
    case(
        "nobody but its uploader renames or deletes it: 403 not_allowed",
        not_the_uploader,
    ),
];

/// Asserts that somebody sees nothing of an attachment, as if it did not exist.
#[track_caller]
fn sees_nothing(one: &Person, path: &str) -> Outcome {
    let nobodys = format!("{PATH}/{NOBODY}");
    let name = json!({"filename": "Mine.txt"});
    for (seen, expected) in [
        (one.get(path)?, one.get(&nobodys)?),
        (one.put(path, &name)?, one.put(&nobodys, &name)?),
        (one.delete(path)?, one.delete(&nobodys)?),
    ] {
        equal("the answer", seen.answer.essence(), expected.answer.essence())
            .map_err(|failure| failure.seen_in(&seen))?;
        Ok(seen).refused(404, "resource_missing", None)?;
    }
    Ok(())
}

/// Asserts that somebody can neither send nor forward an attachment.
#[track_caller]
fn sends_nothing(one: &Person, conversation: &str, path: &str) -> Outcome {
    for key in ["id", "forward_id"] {
        let message = json!({
            "conversation_id": id_of(conversation),
            "message": "",
            "attachments": [{key: id_of(path)}],
        });
        one.post("/v1/messages", &message)
            .refused(404, "resource_missing", Some("attachments[0]"))?;
    }
    Ok(())
}

fn unsent(tester: &Tester) -> Outcome {
    let [kate, kevin, _, fuller] = tester.people();
    let conversation = tester.pair()?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let path = at(&uploaded);
    for one in [kevin, fuller] {
        sees_nothing(one, &path)?;
    }
    sends_nothing(kevin, &conversation, &path)?;
    let found = kate.get(&path).answers(200)?;
    equal("it is as it was", unlinked(&found), unlinked(&uploaded))
}

fn sent(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, fuller] = tester.people();
    let conversation = tester.pair()?;
    let elsewhere = frank.meet(fuller)?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let message = send(kate, &conversation, "Look", &json!([uploaded["id"]]))?;
    let mut expected = unlinked(&uploaded);
    expected["message_id"] = message["id"].clone();
    for one in [kate, kevin] {
        let found = one.get(&at(&uploaded)).answers(200)?;
        equal("the attachment", unlinked(&found), &expected)?;
        leads_to(tester, &found, b"Hello")?;
        let seen = one.get(&person::at(&message)).answers(200)?;
        equal("in the message", unlinked(&seen["attachments"][0]), &expected)?;
    }
    for one in [frank, fuller] {
        sees_nothing(one, &at(&uploaded))?;
    }
    sends_nothing(frank, &elsewhere, &at(&uploaded))
}

fn left(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, fuller] = tester.people();
    let group = gathered(tester)?;
    let conversation = conversation_of(kate, &group)?;
    let elsewhere = kevin.meet(fuller)?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    send(kate, &conversation, "Look", &json!([uploaded["id"]]))?;
    kevin.get(&at(&uploaded)).answers(200)?;
    leave(kevin, &group).answers(204)?;
    sees_nothing(kevin, &at(&uploaded))?;
    sends_nothing(kevin, &elsewhere, &at(&uploaded))?;
    kevin
        .get(&format!("{PATH}?conversation_id={}", id_of(&conversation)))
        .refused(404, "resource_missing", Some("conversation_id"))?;
    frank.get(&at(&uploaded)).answers(200)?;
    Ok(())
}

fn conversation_deleted(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    send(kate, &conversation, "Look", &json!([uploaded["id"]]))?;
    kevin.delete(&conversation).answers(204)?;
    for one in [kate, kevin] {
        sees_nothing(one, &at(&uploaded))?;
        one.get(&format!("{PATH}?conversation_id={}", id_of(&conversation)))
            .refused(404, "resource_missing", Some("conversation_id"))?;
    }
    Tester::eventually("it is no upload of Kate's any more", || {
        Ok(kate.all(PATH)?.is_empty())
    })
}

fn renamed(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let path = at(&uploaded);
    let mut expected = unlinked(&uploaded);
    for (encoding, name) in BOTH.into_iter().zip(["say \"hi\" & a=b.txt", "ホテル.txt"]) {
        expected["filename"] = json!(name);
        let changed = kate.put_in(encoding, &path, &json!({"filename": name}));
        equal("the attachment", unlinked(&changed.answers(200)?), &expected)?;
        let found = kate.get(&path).answers(200)?;
        equal("the attachment afterwards", unlinked(&found), &expected)?;
    }
    let name = json!({"filename": "  Hotel.txt "});
    let changed = kate.put(&path, &name).answers(200)?;
    let saved = tester.follow(changed["file_url"].as_str().unwrap_or_default())?;
    let disposition = saved.header("content-disposition").unwrap_or_default();
    holds(
        "it is saved under it",
        disposition.contains("Hotel.txt"),
        disposition,
    )?;
    let message = send(kate, &conversation, "", &json!([uploaded["id"]]))?;
    let sent = &message["attachments"][0];
    equal("filename in the message", &sent["filename"], "Hotel.txt")
}

fn renamed_when_sent(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let message = send(kate, &conversation, "", &json!([uploaded["id"]]))?;
    let updated_at = || -> Outcome<Value> {
        let seen = kevin.get(&person::at(&message)).answers(200)?;
        Ok(seen["updated_at"].clone())
    };
    for same in [json!({}), json!({"filename": "House.txt"})] {
        kate.put(&at(&uploaded), &same).answers(200)?;
        equal("updated_at", updated_at()?, Value::Null)?;
    }
    let name = json!({"filename": "Hotel.txt"});
    let changed = kate.put(&at(&uploaded), &name).answers(200)?;
    equal("message_id", &changed["message_id"], &message["id"])?;
    let seen = kevin.get(&person::at(&message)).answers(200)?;
    equal("filename", &seen["attachments"][0]["filename"], "Hotel.txt")?;
    holds("updated_at is set", updated_at()?.is_i64(), &seen)
}

fn bad_names(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let path = at(&uploaded);
    for bad in [
        json!(null),
        json!(" "),
        json!("."),
        json!(".."),
        json!("../a.txt"),
        json!("a\\b.txt"),
        json!("a\nb.txt"),
        json!("\u{3164}"),
        json!("a\u{2066}b.txt"),
        json!("x".repeat(256)),
    ] {
        let body = json!({"filename": bad});
        for encoding in BOTH {
            kate.put_in(encoding, &path, &body)
                .refused(400, "parameter_invalid", Some("filename"))?;
        }
    }
    let others = json!({"filename": "Hotel.txt", "file_type": "text/html"});
    let answer = in_both(|encoding| kate.put_in(encoding, &path, &others))?;
    Ok(answer).refused(400, "parameter_unknown", Some("file_type"))?;
    let found = kate.get(&path).answers(200)?;
    equal("it is as it was", unlinked(&found), unlinked(&uploaded))
}

fn deleted(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let uploaded = upload(kate, "House.txt", b"Hello")?;
    let stays = upload(kate, "Hotel.txt", b"Hello")?;
    kate.delete(&at(&uploaded)).answers(204)?;
    sees_nothing(kate, &at(&uploaded))?;
    sends_nothing(kate, &conversation, &at(&uploaded))?;
    Tester::eventually("the list is without it", || {
        let page = kate.get(PATH).answers(200)?;
        Ok(ids(&page["data"]) == [id(&stays)])
    })
}

fn not_the_uploader(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let group = gathered(tester)?;
    let conversation = conversation_of(kevin, &group)?;
    let uploaded = upload(kevin, "House.txt", b"Hello")?;
    let path = at(&uploaded);
    let message = send(kevin, &conversation, "Look", &json!([uploaded["id"]]))?;
    // The group is Kate's, and so is the right to delete the message.
    kate.put(&path, &json!({"filename": "Mine.txt"}))
        .refused(403, "not_allowed", None)?;
    kate.delete(&path).refused(403, "not_allowed", None)?;
    let seen = kate.get(&person::at(&message)).answers(200)?;
    equal(
        "nothing was done",
        [&seen["attachments"][0]["filename"], &seen["updated_at"]],
        json!(["House.txt", null]),
    )?;
    kate.delete(&person::at(&message)).answers(204)?;
    sees_nothing(kevin, &path)
}
