//! What a message may say, and that it comes back byte for byte.

use serde_json::json;

use crate::encoding::BOTH;
use crate::http::Request;
use crate::world::{Person, at, id_of, text, two_people};

#[test]
fn a_text_comes_back_byte_for_byte() {
    let (kate, kevin, conversation) = two_people("text");
    let texts = [
        " ".to_owned(),
        "\n".to_owned(),
        " leading and trailing \r\n\t".to_owned(),
        "🎩 👨‍👩‍👧‍👦 🇨🇭 👍🏽 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿".to_owned(),
        // Right to left, with its marks.
        "שלום \u{202e}עולם\u{202c} مرحبا بالعالم".to_owned(),
        // The same character composed and decomposed, and more marks than anybody reads.
        "é e\u{301} Z\u{351}\u{36b}\u{343}\u{36a}\u{302}\u{36b}\u{33d}\u{34f}a\u{34c}\u{360}".to_owned(),
        "日本語 한국어 中文 ｶﾅ ﬁ".to_owned(),
        "\u{feff}\u{200b}\u{2028}\u{2029}\u{85}\u{fffd}\u{10ffff}\u{e000}".to_owned(),
        "\u{1}\u{8}\u{b}\u{1b}\u{1f}\u{7f}\u{9f}".to_owned(),
        r#""quotes" \backslash\ \u0041 </script> {"json": [1]} 'x' %41 a=b&c[]=d + #{}"#.to_owned(),
        "null".to_owned(),
        "true".to_owned(),
        "0".to_owned(),
        "a".repeat(20_000),
        "🎩".repeat(20_000),
        "e\u{301}".repeat(10_000),
    ];
    for wanted in &texts {
        for encoding in BOTH {
            let body = json!({"conversation_id": id_of(&conversation), "message": wanted});
            let sent = kate
                .post_in(encoding, "/v1/messages", &body)
                .expect_created("/v1/messages");
            let path = at(&sent);
            assert_same(&text(&sent["message"]), wanted);
            assert_same(&text(&kevin.get(&path).expect(200)["message"]), wanted);
            // And where it replaces another one.
            kate.put(&path, &json!({"message": "Something else"})).expect(200);
            let changed = kate
                .put_in(encoding, &path, &json!({"message": wanted}))
                .expect(200);
            assert_same(&text(&changed["message"]), wanted);
        }
    }
    for list in ["", &format!("&conversation_id={}", id_of(&conversation))] {
        let page = kevin.get(&format!("/v1/messages?limit=100{list}")).expect(200);
        let shown = page["data"].as_array().unwrap().iter().rev();
        let shown: Vec<_> = shown.map(|message| text(&message["message"])).collect();
        assert_eq!(shown.len(), 2 * texts.len());
        for (number, shown) in shown.iter().enumerate() {
            assert_same(shown, &texts[number / 2]);
        }
    }
}

#[track_caller]
fn assert_same(shown: &str, wanted: &str) {
    assert!(
        shown.as_bytes() == wanted.as_bytes(),
        "{:?}… is not {:?}…",
        shown.chars().take(100).collect::<String>(),
        wanted.chars().take(100).collect::<String>()
    );
}

#[test]
fn a_text_has_1_to_20_000_characters_and_no_nul() {
    let (kate, _, conversation) = two_people("text.bad");
    let message = kate.say(&conversation, "Hello");
    let (id, path) = (id_of(&conversation), at(&message));
    for bad in [
        json!(""),
        json!(null),
        json!("a".repeat(20_001)),
        json!("🎩".repeat(20_001)),
        json!("e\u{301}".repeat(10_000) + "e"),
        json!("\0"),
        json!("a\0b"),
    ] {
        let create = json!({"conversation_id": id, "message": bad});
        for encoding in BOTH {
            for answer in [
                kate.post_in(encoding, "/v1/messages", &create),
                kate.put_in(encoding, &path, &json!({"message": bad})),
            ] {
                answer.refused(400, "parameter_invalid", Some("message"));
            }
        }
    }
    kate.send(Request::new("PUT", path.as_str()).form("message=%00"))
        .refused(400, "parameter_invalid", Some("message"));
    kate.machine.settle();
    assert_eq!(kate.get(&path).expect(200)["message"], "Hello");
    let all = kate.get("/v1/messages").expect(200);
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
}

/// Sends a hundred messages of this text, and reads them in the largest pages there are, forward and backward.
fn assert_pages_of_large_messages(prefix: &str, wanted: &str) {
    let (kate, kevin, conversation) = two_people(prefix);
    let oldest_first: Vec<_> = (0..100)
        .map(|_| text(&kate.say(&conversation, wanted)["id"]))
        .collect();
    kate.machine.settle();
    for filter in [
        format!("&conversation_id={}", id_of(&conversation)),
        String::new(),
    ] {
        let newest_first: Vec<_> = oldest_first.iter().rev().cloned().collect();
        let seen = follow(&kevin, &filter, |page, ids: &[String]| {
            let next = page["next_cursor"].as_str()?;
            assert_eq!(next.trim_start_matches("cur_"), ids.last().unwrap());
            Some(format!("&starting_after={next}"))
        });
        assert_eq!(seen, newest_first);
        // Back from the oldest. A page back is in the order of the list, too.
        let first = format!("&ending_before={}", oldest_first[0]);
        let mut seen = follow(&kevin, &(filter + &first), |page, ids: &[String]| {
            (page["has_more"] == true).then(|| format!("&ending_before={}", ids[0]))
        });
        seen.sort();
        assert_eq!(seen, oldest_first[1..]);
    }
}

/// Reads page after page of up to a hundred, each of which must end early but for the last one.
fn follow(
    caller: &Person<'_>,
    filter: &str,
    next: impl Fn(&serde_json::Value, &[String]) -> Option<String>,
) -> Vec<String> {
    let mut seen = Vec::new();
    let mut query = filter.to_owned();
    loop {
        let answer = caller.get(&format!("/v1/messages?limit=100{query}"));
        let page = answer.expect(200);
        let messages = page["data"].as_array().unwrap();
        let ids: Vec<_> = messages.iter().map(|message| text(&message["id"])).collect();
        let size = answer.body.len();
        assert!(
            size <= 4_000_000,
            "a function could not answer with {size} bytes much longer"
        );
        let has_more = page["has_more"] == true;
        assert!(!has_more || size > 3_500_000, "it ended too early: {size} bytes");
        assert!(!ids.is_empty() && ids.len() < 100);
        let following = next(&page, &ids);
        seen.extend(ids);
        assert_eq!(has_more, following.is_some());
        let Some(following) = following else { return seen };
        let filter = filter.split("&ending_before").next().unwrap();
        query = format!("{filter}{following}");
    }
}

#[test]
fn a_page_of_four_byte_characters_ends_early() {
    assert_pages_of_large_messages("text.large", &"🎩".repeat(20_000));
}

#[test]
fn a_page_of_characters_that_json_escapes_ends_early() {
    assert_pages_of_large_messages("text.control", &"\u{1}".repeat(20_000));
}
