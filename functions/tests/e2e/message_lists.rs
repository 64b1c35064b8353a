//! Long pages of messages, and what becomes of a cursor.

use crate::lists::page;
use crate::world::{Person, id_of, person, text, two_people};

/// Sends so many messages, of which every third is the second person's, and gives their ids, newest first.
fn write(people: [&Person<'_>; 2], conversation: &str, count: usize) -> Vec<String> {
    let message = |number: usize| {
        let sender = people[usize::from(number.is_multiple_of(3))];
        text(&sender.say(conversation, &format!("Number {number}"))["id"])
    };
    let mut ids: Vec<_> = (0..count).map(message).collect();
    assert!(ids.is_sorted(), "ids are in the order of sending: {ids:?}");
    ids.reverse();
    ids
}

fn of(conversation: &str) -> String {
    format!("conversation_id={}&mark_read=false", id_of(conversation))
}

#[test]
fn ten_messages_are_a_page_and_a_hundred_the_most() {
    let (kate, kevin, conversation) = two_people("pages.default");
    let ids = write([&kate, &kevin], &conversation, 101);
    kate.machine.settle();
    for filter in [of(&conversation), String::new()] {
        let first = page(&kevin, "/v1/messages", &filter);
        assert_eq!((&first.ids[..], first.has_more), (&ids[..10], true), "{filter}");
        let most = page(&kevin, "/v1/messages", &format!("limit=100&{filter}"));
        assert_eq!((&most.ids[..], most.has_more), (&ids[..100], true), "{filter}");
        let cursor = most.next_cursor.unwrap();
        let rest = page(
            &kevin,
            "/v1/messages",
            &format!("limit=100&starting_after={cursor}&{filter}"),
        );
        assert_eq!(
            (&rest.ids[..], rest.has_more, rest.next_cursor),
            (&ids[100..], false, None)
        );
        let back = page(
            &kevin,
            "/v1/messages",
            &format!("limit=100&ending_before={}&{filter}", ids[100]),
        );
        assert_eq!((&back.ids[..], back.has_more), (&ids[..100], false), "{filter}");
    }
}

#[test]
fn a_position_in_the_merged_list_outlives_what_stood_there() {
    let kate = person("merged.gone");
    let conversations = [(); 3].map(|()| kate.meet(&person("merged.gone.other")));
    let mut ids: Vec<_> = (0..9)
        .map(|number| text(&kate.say(&conversations[number % 3], &format!("Number {number}"))["id"]))
        .collect();
    ids.reverse();
    let first = page(&kate, "/v1/messages", "limit=4");
    assert_eq!(first.ids, ids[..4]);
    let next = first.next_cursor.unwrap();
    assert!(next.starts_with("cur_"), "{next}");
    // A message that was deleted is a place as well as its cursor is.
    kate.delete(&format!("/v1/messages/{}", ids[3])).expect(204);
    for cursor in [&next, &ids[3]] {
        let found = page(&kate, "/v1/messages", &format!("limit=2&starting_after={cursor}"));
        assert_eq!((&found.ids[..], found.has_more), (&ids[4..6], true));
        let found = page(&kate, "/v1/messages", &format!("ending_before={cursor}"));
        assert_eq!(found.ids, ids[..3]);
    }
    // The conversation in which the page ended goes. A reader who follows goes on with the others, and misses nothing.
    let gone = conversations.iter().position(|path| {
        let message = kate
            .get(&format!("/v1/messages?conversation_id={}", id_of(path)))
            .expect(200);
        !message.to_string().contains(&ids[0]) && !message.to_string().contains(&ids[1])
    });
    let gone = gone.unwrap();
    kate.delete(&conversations[gone]).expect(204);
    let left: Vec<_> = (0..9)
        .filter(|number| (8 - number) % 3 != gone)
        .map(|number| ids[number].clone())
        .filter(|id| *id != ids[3])
        .collect();
    let mut seen = Vec::new();
    let mut cursor = Some(next.clone());
    while let Some(place) = cursor {
        let found = page(&kate, "/v1/messages", &format!("limit=2&starting_after={place}"));
        seen.extend(found.ids);
        cursor = found.next_cursor;
    }
    let expected: Vec<_> = left.iter().filter(|id| **id < ids[3]).cloned().collect();
    assert_eq!(seen, expected);
    assert_eq!(
        page(&kate, "/v1/messages", &format!("ending_before={next}")).ids,
        left[..left.len() - expected.len()]
    );
    // By its id, a message of a conversation that has gone is no place.
    let of_gone = (4..9).find(|number| (8 - number) % 3 == gone).unwrap();
    for param in ["starting_after", "ending_before"] {
        kate.get(&format!("/v1/messages?{param}={}", ids[of_gone]))
            .refused(400, "cursor_invalid", Some(param));
    }
}
