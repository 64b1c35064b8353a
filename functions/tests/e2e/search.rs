//! Searching messages.

use conformance::probes::pages::Page;
use serde_json::{Value, json};

use crate::http::Request;
use crate::lists::page;
use crate::search_judged::query_for;
use crate::shape::{assert_message, assert_page};
use crate::world::{Person, at, id_of, person, text, two_people};

const PATH: &str = "/v1/messages/search";

/// The ids that a search finds on its first page.
#[track_caller]
fn found(caller: &Person<'_>, words: &str, more: &str) -> Vec<String> {
    page(caller, PATH, &format!("{}&limit=100&{more}", query_for(words))).ids
}

/// All pages of a search, in the direction of travel.
fn follow(caller: &Person<'_>, query: &str, param: &str, from: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut from = from.to_owned();
    loop {
        let Page {
            mut ids,
            has_more,
            next_cursor,
        } = page(caller, PATH, &format!("{query}{from}"));
        assert_eq!(has_more, next_cursor.is_some());
        if param == "ending_before" {
            ids.reverse();
        }
        seen.extend(ids);
        match next_cursor {
            Some(next) => from = format!("&{param}={next}"),
            None => return seen,
        }
    }
}

fn of(conversation: &str) -> String {
    format!("conversation_id={}", id_of(conversation))
}

#[test]
fn every_word_is_in_the_message_in_any_case_and_order() {
    let (kate, kevin, conversation) = two_people("words");
    let first = text(&kate.say(&conversation, "The café at the corner is closed, sadly")["id"]);
    let second = text(&kevin.say(&conversation, "Which CAFE?  The one in Köln…\nor another corner?")["id"]);
    kate.say(&conversation, "Neither nor");
    for (words, expected) in [
        ("cafe", vec![&second, &first]),
        ("CAFÉ corner", vec![&second, &first]),
        ("corner,cafe", vec![]),
        ("afe", vec![&second, &first]),
        ("closed cafe", vec![&first]),
        ("koln another", vec![&second]),
        ("koln closed", vec![]),
        ("corners", vec![]),
        ("a", vec![&second, &first]),
    ] {
        for filter in [of(&conversation), String::new()] {
            for one in [&kate, &kevin] {
                one.machine.settle();
                assert_eq!(
                    found(one, words, &filter).iter().collect::<Vec<_>>(),
                    expected,
                    "{words} {filter}"
                );
            }
        }
    }
    // What is found looks as it does in a list.
    let listed = kate
        .get(&format!(
            "/v1/messages?mark_read=false&limit=3&{}",
            of(&conversation)
        ))
        .expect(200);
    let searched = kate
        .get(&format!("{PATH}?query=corner&{}", of(&conversation)))
        .expect(200);
    assert_page(&searched, assert_message);
    assert_eq!(
        searched["data"].as_array().unwrap(),
        &listed["data"].as_array().unwrap()[1..]
    );
}

#[test]
fn a_search_is_of_one_conversation_or_of_all() {
    let kate = person("scope");
    let others = [(); 3].map(|()| person("scope.other"));
    let conversations = others.each_ref().map(|other| kate.meet(other));
    kate.put(&conversations[1], &json!({"archived_at": 1}))
        .expect(200);
    let mut ids: Vec<_> = (0..7)
        .map(|number| {
            let place = number % 3;
            let sender = if number % 2 == 0 { &kate } else { &others[place] };
            sender.say(&conversations[place], "Hay");
            text(&sender.say(&conversations[place], "A needle")["id"])
        })
        .collect();
    ids.reverse();
    kate.machine.settle();
    assert_eq!(found(&kate, "needle", ""), ids);
    for (place, other) in others.iter().enumerate() {
        let own: Vec<_> = (0..7)
            .filter(|at| (6 - at) % 3 == place)
            .map(|at| ids[at].clone())
            .collect();
        assert_eq!(found(&kate, "needle", &of(&conversations[place])), own);
        assert_eq!(found(other, "needle", ""), own, "others find only what is theirs");
    }
    // By pages of any size, in both directions, from every place.
    for scope in ["", &of(&conversations[0])] {
        let all = found(&kate, "needle", scope);
        for limit in 1..=all.len() + 1 {
            let query = format!("query=needle&limit={limit}&{scope}");
            assert_eq!(follow(&kate, &query, "starting_after", ""), all, "{query}");
            for (at, id) in all.iter().enumerate() {
                let after = follow(&kate, &query, "starting_after", &format!("&starting_after={id}"));
                assert_eq!(after, all[at + 1..], "{query} after {at}");
                let mut before = follow(&kate, &query, "ending_before", &format!("&ending_before={id}"));
                before.reverse();
                assert_eq!(before, all[..at], "{query} before {at}");
            }
        }
    }
}

#[test]
fn what_is_sent_changed_or_deleted_counts_at_once() {
    let (kate, kevin, conversation) = two_people("fresh");
    for filter in [of(&conversation), String::new()] {
        let message = kate.say(&conversation, "Meet me at noon");
        let path = at(&message);
        let is_found = |words: &str| {
            let ids = found(&kate, words, &filter);
            ids.contains(&text(&message["id"]))
        };
        assert!(is_found("noon"));
        kate.put(&path, &json!({"message": "Meet me at midnight"}))
            .expect(200);
        assert!(!is_found("noon") && is_found("midnight"));
        kevin
            .send(Request::new("PUT", format!("{path}/reactions/noon")))
            .expect(200);
        assert!(!is_found("noon"), "a reaction is no text");
        kate.delete(&path).expect(204);
        assert!(!is_found("midnight"));
    }
}

#[test]
fn nobody_finds_what_is_not_theirs() {
    let (kate, kevin, conversation) = two_people("theirs");
    let secret = kate.say(&conversation, "The combination is 1-2-3");
    let stranger = person("theirs.stranger");
    kate.machine.settle();
    assert_eq!(found(&stranger, "combination", ""), [""; 0]);
    stranger
        .get(&format!("{PATH}?query=combination&{}", of(&conversation)))
        .refused(404, "resource_missing", Some("conversation_id"));
    // A cursor that says otherwise changes nothing.
    let (id, first, last) = (text(&secret["id"]), "0".repeat(16), "z".repeat(16));
    let made_up = format!("{PATH}?query=combination&starting_after=cur_{first}{last}{last}{first}{id}");
    assert_eq!(stranger.get(&made_up).expect(200)["data"], json!([]));
    assert_eq!(kevin.get(&made_up).expect(200)["data"][0]["id"], json!(id));
    // From the delete on, nobody finds it any more, and a later conversation of the two begins with nothing.
    kate.delete(&conversation).expect(204);
    for one in [&kate, &kevin] {
        assert_eq!(found(one, "combination", ""), [""; 0]);
        one.get(&format!("{PATH}?query=combination&{}", of(&conversation)))
            .refused(404, "resource_missing", Some("conversation_id"));
    }
    let again = kate
        .post("/v1/conversations", &json!({"contact_id": kevin.id}))
        .expect(201);
    let again = format!("conversation_id={}", text(&again["id"]));
    assert_eq!(found(&kevin, "combination", &again), [""; 0]);
}

#[test]
fn members_find_what_is_in_their_groups_and_former_members_nothing() {
    let (kate, kevin, _) = two_people("group.search");
    let frank = person("group.search.other");
    kate.meet(&frank);
    let group = format!("/v1/groups/{}", kate.group(&[&kevin]));
    let conversation = |person: &Person<'_>| {
        let group = person.get(&group).expect(200);
        format!("conversation_id={}", text(&group["conversation_id"]))
    };
    let first = conversation(&kate);
    let path = format!("/v1/conversations/{}", first.split_once('=').unwrap().1);
    let said = [text(&kevin.say(&path, "A needle")["id"])];
    // Whoever joins finds what was said before, and whoever has left nothing.
    kate.put(&group, &json!({"contacts": [kevin.id, frank.id]}))
        .expect(200);
    kate.machine.settle();
    for one in [&kate, &kevin, &frank] {
        assert_eq!(
            (found(one, "needle", ""), found(one, "needle", &first)),
            (said.to_vec(), said.to_vec())
        );
    }
    kevin
        .send(Request::new("POST", format!("{group}/leave")))
        .expect(204);
    assert_eq!(found(&kevin, "needle", ""), [""; 0]);
    kevin.get(&format!("{PATH}?query=needle&{first}")).refused(
        404,
        "resource_missing",
        Some("conversation_id"),
    );
    // The group's next conversation stands in the same partition, and begins with nothing.
    kate.delete(&path).expect(204);
    let made = json!({"group_id": id_of(&group)});
    kate.post("/v1/conversations", &made).expect(201);
    let next = conversation(&kate);
    assert_ne!(next, first);
    for filter in ["", &next] {
        assert_eq!(found(&frank, "needle", filter), [""; 0]);
    }
    frank.get(&format!("{PATH}?query=needle&{first}")).refused(
        404,
        "resource_missing",
        Some("conversation_id"),
    );
}

#[test]
fn searching_marks_nothing_as_read() {
    let (kate, kevin, conversation) = two_people("unread.search");
    let message = at(&kate.say(&conversation, "Hello there"));
    kate.machine.settle();
    let view = || kevin.get(&conversation).expect(200);
    let before = view();
    assert_eq!(before["unread_count"], 1);
    for filter in [of(&conversation), String::new()] {
        assert_eq!(found(&kevin, "hello", &filter).len(), 1);
    }
    assert_eq!(view(), before);
    assert_eq!(kevin.get(&message).expect(200)["read_at"], Value::Null);
}

#[test]
fn ten_is_a_page_and_a_hundred_the_most() {
    let (kate, _, conversation) = two_people("search.limit");
    for number in 0..11 {
        kate.say(&conversation, &format!("Needle {number}"));
    }
    for filter in [of(&conversation), String::new()] {
        let first = page(&kate, PATH, &format!("query=needle&{filter}"));
        assert_eq!((first.ids.len(), first.has_more), (10, true));
        for limit in ["0", "101", "-1", "abc", "", "05"] {
            kate.get(&format!("{PATH}?query=needle&limit={limit}&{filter}"))
                .refused(400, "parameter_invalid", Some("limit"));
        }
    }
}

#[test]
fn bad_parameters_are_named() {
    let (kate, _, conversation) = two_people("search.bad");
    let message = text(&kate.say(&conversation, "Hello")["id"]);
    kate.get(PATH).refused(400, "parameter_missing", Some("query"));
    kate.get(&format!("{PATH}?{}", of(&conversation)))
        .refused(400, "parameter_missing", Some("query"));
    for bad in ["", " ", "?!", "…", "\n", "\u{301}", "\0", "a\0", &"a".repeat(201)] {
        kate.get(&format!("{PATH}?{}", query_for(bad)))
            .refused(400, "parameter_invalid", Some("query"));
    }
    kate.get(&format!("{PATH}?{}", query_for(&"漢".repeat(200))))
        .expect(200);
    kate.get(&format!("{PATH}?query=%FF"))
        .refused(400, "parameter_invalid", None);
    kate.get(&format!("{PATH}?query=a&query=b"))
        .refused(400, "parameter_invalid", Some("query"));
    kate.get(&format!("{PATH}?query=a&mark_read=false"))
        .refused(400, "parameter_unknown", Some("mark_read"));
    kate.get(&format!("{PATH}?query=a&conversation_id=x")).refused(
        400,
        "parameter_invalid",
        Some("conversation_id"),
    );
    let (first, last) = ("0".repeat(16), "z".repeat(16));
    for param in ["starting_after", "ending_before"] {
        for bad in [
            "",
            "x",
            "cur_",
            &kate.id,
            id_of(&conversation),
            &format!("cur_{first}{last}"),
            &format!("cur_{first}{last}{last}"),
            &format!("cur_{last}{first}{first}{first}"),
            &format!("cur_{first}{last}{last}{first}0"),
        ] {
            kate.get(&format!("{PATH}?query=a&{param}={bad}"))
                .refused(400, "cursor_invalid", Some(param));
        }
        // In one conversation, every place is a message's id.
        for bad in [
            &format!("cur_{message}"),
            &format!("cur_{first}{last}{last}{first}"),
        ] {
            kate.get(&format!("{PATH}?query=a&{param}={bad}&{}", of(&conversation)))
                .refused(400, "cursor_invalid", Some(param));
        }
    }
    kate.get(&format!(
        "{PATH}?query=a&starting_after={message}&ending_before={message}"
    ))
    .refused(400, "parameter_invalid", Some("ending_before"));
}

#[test]
fn it_is_not_the_message_of_that_name() {
    let kate = person("search.route");
    for method in ["PUT", "DELETE", "POST", "PATCH"] {
        let answer = kate.send(Request::new(method, PATH));
        answer.refused(405, "method_not_allowed", None);
        assert_eq!(answer.header("allow"), Some("GET"));
    }
    kate.get("/v1/messages/search/")
        .refused(404, "route_missing", None);
    kate.get("/v1/messages/Search")
        .refused(404, "resource_missing", None);
}
