//! Files that are announced, and sent to the storage.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::files::{PATH, PNG, ahead, announce, at, file, leads_to, send, store, unlinked};
use crate::encoding::BOTH;
use crate::failure::{Outcome, equal, holds};
use crate::http::Exchange;
use crate::person::{self, Answers as _, id, id_of};
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "Uploading to the storage",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "a file that is announced has an address to send it to, in both encodings",
        announced,
    ),
    case(
        "a file of any size is sent there, and comes back the same",
        stored,
    ),
    case("it is looked at when it is sent in a message", looked_at),
    case("what was stored is not exchanged", once),
    case(
        "the storage takes only the size, the type and the condition that were announced",
        exactly,
    ),
    case(
        "of a file that was not stored no message is sent, and it stays",
        not_stored,
    ),
    case("the parameters are validated, each by its name", bad_parameters),
    case(
        "with a key it is announced once, with a new address until it is stored",
        replayed_announcement,
    ),
    case("with a key a file is uploaded once", replayed_upload),
];

fn announced(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    for (given, file_type) in [
        (json!("Video/MP4; codecs=avc1"), "video/mp4"),
        (json!("image/svg+xml"), "image/svg+xml"),
        (Value::Null, "application/octet-stream"),
    ] {
        for encoding in BOTH {
            let body = json!({"filename": " House.MP4 ", "file_type": given, "file_size": 5});
            let mut shown = kate.post_in(encoding, PATH, &body).created(PATH)?;
            let upload = shown["upload"].take();
            let seen = [&upload["method"], &upload["headers"]];
            let headers = json!({"content-type": file_type, "content-length": "5", "if-none-match": "*"});
            equal("method and headers", seen, json!(["PUT", headers]))?;
            let left = ahead(&upload["expires_at"]);
            holds(
                "it can be sent for 15 minutes",
                (300.0..=1_500.0).contains(&left),
                left,
            )?;
            let expected = json!({
                "id": shown["id"],
                "message_id": null,
                "filename": "House.MP4",
                "file_url": null,
                "file_type": file_type,
                "file_size": 5,
                "width": null,
                "height": null,
                "preview_url": null,
                "sound_id": null,
                "expires_at": null,
                "created_at": shown["created_at"],
            });
            equal("the attachment, without links", unlinked(&shown), &expected)?;
            let found = kate.get(&at(&shown)).answers(200)?;
            equal("preview_url", &found["preview_url"], Value::Null)?;
            equal("the same by its id", unlinked(&found), expected)?;
        }
    }
    let body = json!({"filename": "House.bin", "file_size": 5});
    let shown = kate.post(PATH, &body).created(PATH)?;
    equal("file_type", &shown["file_type"], "application/octet-stream")
}

fn stored(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    for size in [1, (4 << 20) + 1] {
        let bytes: Vec<u8> = (0..=250).cycle().take(size).collect();
        let announced = announce(kate, "House.bin", "application/octet-stream", size)?;
        store(tester, &announced, &bytes)?;
        let found = kate.get(&at(&announced)).answers(200)?;
        leads_to(tester, &found, &bytes)?;
        let message = send(kate, &conversation, "", &json!([announced["id"]]))?;
        let sent = &message["attachments"][0];
        equal("file_size", &sent["file_size"], size)?;
        leads_to(tester, sent, &bytes)?;
    }
    Ok(())
}

fn looked_at(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let announced = announce(kate, "Kevin.txt", "text/plain", PNG.len())?;
    store(tester, &announced, PNG)?;
    let message = send(kate, &conversation, "", &json!([announced["id"]]))?;
    let found = kevin.get(&at(&announced)).answers(200)?;
    for shown in [&message["attachments"][0], &found] {
        let keys = ["filename", "file_type", "width", "height", "message_id"];
        let expected = json!(["Kevin.txt", "image/png", 3, 2, message["id"]]);
        equal("what it is", keys.map(|key| &shown[key]), expected)?;
        let preview = tester.follow(shown["preview_url"].as_str().unwrap_or_default())?;
        equal(
            "the type of the preview",
            preview.header("content-type"),
            "image/png",
        )?;
        equal("whether it is the file", preview.body == PNG, true)?;
    }
    // Whatever it was announced as.
    let page = b"<!DOCTYPE html><script>alert(1)</script>";
    let announced = announce(kate, "Kevin.png", "image/png", page.len())?;
    store(tester, &announced, page)?;
    let message = send(kate, &conversation, "", &json!([announced["id"]]))?;
    let sent = &message["attachments"][0];
    equal("preview_url", &sent["preview_url"], Value::Null)?;
    let answer = tester.follow(sent["file_url"].as_str().unwrap_or_default())?;
    let served = answer.header("content-type");
    equal("the type of a page", served, "application/octet-stream")
}

fn once(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let announced = announce(kate, "House.txt", "text/plain", 5)?;
    store(tester, &announced, b"First")?;
    let upload = &announced["upload"];
    let again = || {
        tester.store(
            upload["url"].as_str().unwrap_or_default(),
            &upload["headers"],
            b"Other",
        )
    };
    equal("the status of another PUT", again()?.status, 412)?;
    let message = send(kate, &conversation, "", &json!([announced["id"]]))?;
    equal("the status after it was sent", again()?.status, 412)?;
    leads_to(tester, &message["attachments"][0], b"First")
}

fn exactly(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let announced = announce(kate, "House.txt", "text/plain", 5)?;
    let upload = &announced["upload"];
    let (url, headers) = (upload["url"].as_str().unwrap_or_default(), &upload["headers"]);
    let mut other_type = headers.clone();
    other_type["content-type"] = json!("text/html");
    let unconditional = json!({"content-type": "text/plain"});
    for (headers, bytes) in [
        (headers, &b"Four"[..]),
        (headers, b"Six six"),
        (headers, b""),
        (&other_type, b"Fives"),
        (&unconditional, b"Fives"),
    ] {
        let answer = tester.store(url, headers, bytes)?;
        let is_refused = (400..500).contains(&answer.status);
        holds("the storage refuses it", is_refused, answer.status)?;
    }
    let message = json!({
        "conversation_id": id_of(&conversation),
        "message": "",
        "attachments": [announced["id"]],
    });
    kate.post("/v1/messages", &message)
        .refused(400, "parameter_invalid", Some("attachments[0]"))?;
    store(tester, &announced, b"Fives")?;
    kate.post("/v1/messages", &message).created("/v1/messages")?;
    Ok(())
}

fn not_stored(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let announced = announce(kate, "House.txt", "text/plain", 5)?;
    for attachment in [json!(announced["id"]), json!({"id": announced["id"]})] {
        let body = json!({
            "conversation_id": id_of(&conversation),
            "message": "It is not there yet",
            "attachments": [attachment],
        });
        kate.post("/v1/messages", &body)
            .refused(400, "parameter_invalid", Some("attachments[0]"))?;
    }
    equal("nothing was sent", kate.all("/v1/messages")?, json!([]))?;
    let found = kate.get(&at(&announced)).answers(200)?;
    equal("it is as it was", unlinked(&found), unlinked(&announced))
}

fn bad_parameters(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let refused = |body: &Value, code: &str, param: &str| -> Outcome {
        for encoding in BOTH {
            kate.post_in(encoding, PATH, body)
                .refused(400, code, Some(param))?;
        }
        Ok(())
    };
    refused(&json!({}), "parameter_missing", "filename")?;
    refused(&json!({"filename": "a.txt"}), "parameter_missing", "file_size")?;
    refused(&json!({"file_size": 1}), "parameter_missing", "filename")?;
    let others = json!({"filename": "a.txt", "file_size": 1, "file": "Hello"});
    refused(&others, "parameter_unknown", "file")?;
    for bad in [
        json!(null),
        json!(" "),
        json!("."),
        json!(".."),
        json!("../a.txt"),
        json!("House/a.txt"),
        json!("House\\a.txt"),
        json!("a\r\nb.txt"),
        json!("a\nb.txt"),
        json!("a\tb.txt"),
        json!("\u{200b}"),
        json!("a\u{202e}gnp.exe"),
        json!("x".repeat(256)),
        json!("x".repeat(300)),
        json!("é".repeat(128)),
    ] {
        let body = json!({"filename": bad, "file_size": 1});
        refused(&body, "parameter_invalid", "filename")?;
    }
    for bad in [json!(null), json!(0), json!(-1), json!(104_857_601), json!(1.5)] {
        let body = json!({"filename": "a.txt", "file_size": bad});
        refused(&body, "parameter_invalid", "file_size")?;
    }
    for bad in [
        "png",
        "image/",
        "/png",
        "image/png/x",
        "im age/png",
        "é/x",
        "a/b\nc",
    ] {
        let body = json!({"filename": "a.txt", "file_type": bad, "file_size": 1});
        refused(&body, "parameter_invalid", "file_type")?;
    }
    let text = json!({"filename": "a.txt", "file_size": "1"});
    kate.post(PATH, &text)
        .refused(400, "parameter_invalid", Some("file_size"))?;
    // What a name may be.
    for name in [
        "a b.txt",
        "%41.txt",
        "say \"hi\".txt",
        "留守番.wav",
        "🎩",
        &"é".repeat(127),
    ] {
        for encoding in BOTH {
            let body = json!({"filename": name, "file_size": 1});
            let shown = kate.post_in(encoding, PATH, &body).created(PATH)?;
            equal("filename", &shown["filename"], name)?;
        }
    }
    Ok(())
}

/// Whether the answer was made by an earlier request.
#[track_caller]
fn is_replay(exchange: &Exchange, expected: bool) -> Outcome {
    let header = exchange.answer.header("idempotent-replayed");
    equal("idempotent-replayed", header, expected.then_some("true"))
}

fn replayed_announcement(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let key = tester.key();
    let body = json!({"filename": "House.txt", "file_type": "text/plain", "file_size": 5});
    let first = kate.post_with_key(&key, PATH, &body).created(PATH)?;
    let again = || -> Outcome<Value> {
        let again = kate.post_with_key(&key, PATH, &body)?;
        is_replay(&again, true)?;
        let again = Ok(again).created(PATH)?;
        equal("id", id(&again), id(&first))?;
        Ok(again)
    };
    let second = again()?;
    equal(
        "headers",
        &second["upload"]["headers"],
        &first["upload"]["headers"],
    )?;
    let other = json!({"filename": "House.txt", "file_type": "text/plain", "file_size": 6});
    kate.post_with_key(&key, PATH, &other)
        .refused(422, "idempotency_key_reused", None)?;
    store(tester, &second, b"Hello")?;
    equal("upload, once it is stored", &again()?["upload"], Value::Null)?;
    let message = send(kate, &conversation, "", &json!([first["id"]]))?;
    let third = again()?;
    equal("upload, once it is sent", &third["upload"], Value::Null)?;
    equal("message_id", &third["message_id"], &message["id"])?;
    kate.delete(&person::at(&message)).answers(204)?;
    kate.post_with_key(&key, PATH, &body)
        .refused(404, "resource_missing", None)
}

fn replayed_upload(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let key = tester.key();
    let upload = |name: &str, bytes: &[u8]| {
        let request = file(name, "text/plain", bytes);
        kate.send(request.header("idempotency-key", &key))
    };
    let first = upload("House.txt", b"Hello")?;
    is_replay(&first, false)?;
    let first = Ok(first).created(PATH)?;
    kate.put(&at(&first), &json!({"filename": "Hotel.txt"}))
        .answers(200)?;
    for _ in 0..2 {
        let again = upload("House.txt", b"Hello")?;
        is_replay(&again, true)?;
        let again = Ok(again).created(PATH)?;
        equal("id", id(&again), id(&first))?;
        let seen = [&again["filename"], &again["upload"]];
        equal("as it is now", seen, json!(["Hotel.txt", null]))?;
    }
    for (name, bytes) in [("House.txt", b"hello"), ("Hotel.txt", b"Hello")] {
        upload(name, bytes).refused(422, "idempotency_key_reused", None)?;
    }
    Tester::eventually("there is one upload", || Ok(kate.all(PATH)?.len() == 1))?;
    kate.delete(&at(&first)).answers(204)?;
    upload("House.txt", b"Hello").refused(404, "resource_missing", None)
}
