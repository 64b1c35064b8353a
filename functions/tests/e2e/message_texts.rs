//! Pages of messages that are as large as messages get.

use crate::world::{Person, id_of, text, two_people};

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
    assert_pages_of_large_messages("text.control", &format!(".{}", "\u{1}".repeat(19_999)));
}
