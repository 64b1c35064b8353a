//! Many callers at the same moment.

use std::collections::HashSet;
use std::sync::Barrier;
use std::thread;

use serde_json::json;

use crate::http::Answer;
use crate::world::{Person, person, text, two_people, world};

/// Does something in so many threads at the same moment.
pub(crate) fn at_once<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (ready, act) = (Barrier::new(count), &act);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|number| {
                let ready = &ready;
                scope.spawn(move || {
                    ready.wait();
                    act(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// How many answers have each of these statuses; there must be no others.
#[track_caller]
fn count<const N: usize>(answers: &[Answer], statuses: [u16; N]) -> [usize; N] {
    let counts = statuses.map(|status| answers.iter().filter(|answer| answer.status == status).count());
    assert_eq!(counts.iter().sum::<usize>(), answers.len(), "{answers:?}");
    counts
}

fn ids<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> HashSet<String> {
    answers
        .into_iter()
        .map(|answer| text(&answer.json()["id"]))
        .collect()
}

#[test]
fn two_people_race_for_their_one_conversation() {
    let (kate, kevin, conversation) = two_people("race.pair");
    kevin.post("/v1/contacts", &kate.card()).expect(201);
    kate.delete(&conversation).expect(204);
    let answers = at_once(32, |number| {
        let (one, other) = if number % 2 == 0 {
            (&kate, &kevin)
        } else {
            (&kevin, &kate)
        };
        one.post("/v1/conversations", &json!({"contact_id": other.id}))
    });
    assert_eq!(count(&answers, [201, 200]), [1, 31]);
    let ids = ids(&answers);
    assert_eq!(ids.len(), 1);
    for one in [&kate, &kevin] {
        let list = one.get("/v1/conversations").expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        assert!(ids.contains(&text(&list["data"][0]["id"])));
    }
}

#[test]
fn two_people_add_each_other_at_the_same_moment() {
    let (kate, kevin) = (person("race.contacts"), person("race.contacts.other"));
    let answers = at_once(32, |number| {
        let (one, other) = if number % 2 == 0 {
            (&kate, &kevin)
        } else {
            (&kevin, &kate)
        };
        one.post("/v1/contacts", &other.card())
    });
    assert_eq!(
        count(&answers, [201, 200]),
        [2, 30],
        "one entry for each of the two"
    );
    let conversations: HashSet<_> = answers
        .iter()
        .map(|answer| text(&answer.json()["conversation_id"]))
        .collect();
    assert_eq!(conversations.len(), 1, "and one conversation of both");
}

#[test]
fn callers_who_type_the_same_number_make_one_person() {
    let callers = callers();
    let (username, phone_number) = world().new_name("race.same");
    let card = json!({"username": username, "phone_number": phone_number});
    let answers = at_once(32, |number| callers[number].post("/v1/contacts", &card));
    assert_eq!(count(&answers, [201]), [32]);
    assert_eq!(ids(&answers).len(), 1);
    let usernames = world().rows_with(&username.to_lowercase());
    assert_eq!(
        usernames
            .iter()
            .filter(|row| row["kind"]["S"] == "person")
            .count(),
        1
    );
}

#[test]
fn callers_who_type_other_numbers_get_one_winner() {
    let callers = callers();
    let (username, _) = world().new_name("race.other");
    let answers = at_once(32, |number| {
        let card = json!({"username": username, "phone_number": format!("+1 555 777 {number:04}")});
        callers[number].post("/v1/contacts", &card)
    });
    assert_eq!(count(&answers, [201, 409]), [1, 31]);
    for (caller, answer) in callers.iter().zip(&answers) {
        let contacts = caller.get("/v1/contacts").expect(200)["data"]
            .as_array()
            .unwrap()
            .len();
        let conversations = caller.get("/v1/conversations").expect(200)["data"]
            .as_array()
            .unwrap()
            .len();
        let expected = usize::from(answer.status == 201);
        assert_eq!(
            (contacts, conversations),
            (expected, expected),
            "whoever lost has nothing"
        );
        if answer.status == 409 {
            answer.refused(409, "username_taken", Some("username"));
        }
    }
}

fn callers() -> Vec<Person<'static>> {
    (0..32).map(|_| person("race.caller")).collect()
}

#[test]
fn creating_and_deleting_at_once_leaves_all_or_nothing() {
    let (kate, kevin, _) = two_people("race.delete");
    kevin.post("/v1/contacts", &kate.card()).expect(201);
    let answers = at_once(24, |number| {
        let conversation = kate.get(&kevin.entry()).expect(200)["conversation_id"].clone();
        match (number % 3, conversation.as_str()) {
            (0, Some(id)) => kevin.delete(&format!("/v1/conversations/{id}")),
            (1, Some(id)) => kate.put(&format!("/v1/conversations/{id}"), &json!({"is_muted": true})),
            _ => kate.post("/v1/conversations", &json!({"contact_id": kevin.id})),
        }
    });
    count(&answers, [200, 201, 204, 404]);
    // Both see the same afterwards: one conversation that works, or none.
    let [mine, theirs] = [(&kate, &kevin), (&kevin, &kate)]
        .map(|(one, other)| one.get(&other.entry()).expect(200)["conversation_id"].clone());
    assert_eq!(mine, theirs);
    let list = kate.get("/v1/conversations").expect(200);
    let listed: Vec<_> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].clone())
        .collect();
    assert_eq!(
        listed,
        mine.as_str().map(|id| json!(id)).into_iter().collect::<Vec<_>>()
    );
}

#[test]
fn changes_of_different_fields_at_once_are_all_kept() {
    let (kate, kevin, conversation) = two_people("race.fields");
    let answers = at_once(16, |number| {
        let caller = if number < 12 { &kate } else { &kevin };
        let change = [
            json!({"is_muted": true}),
            json!({"is_pinned": true}),
            json!({"archived_at": 5}),
        ];
        caller.put(&conversation, &change[number % 3])
    });
    assert_eq!(count(&answers, [200]), [16]);
    for one in [&kate, &kevin] {
        let it = one.get(&conversation).expect(200);
        assert_eq!(
            [&it["is_muted"], &it["is_pinned"], &it["archived_at"]],
            [&json!(true), &json!(true), &json!(5)]
        );
    }
}

#[test]
fn a_contact_deleted_by_many_is_deleted_once() {
    let (kate, kevin, _) = two_people("race.deletes");
    let answers = at_once(16, |_| kate.delete(&kevin.entry()));
    assert_eq!(count(&answers, [204, 404]), [1, 15]);
    let (frank, _, conversation) = two_people("race.deletes");
    let answers = at_once(16, |_| frank.delete(&conversation));
    assert_eq!(count(&answers, [204, 404]), [1, 15]);
}
