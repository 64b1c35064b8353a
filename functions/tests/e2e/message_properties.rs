//! Whatever is sent, deleted and read, lists and counts agree with a plain model.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

use crate::lists::assert_pages;
use crate::world::{Person, id_of, person, text};

/// A message of the model.
struct Sent {
    id: String,
    /// The number of the sender.
    by: usize,
    is_deleted: bool,
}

proptest! {
    // A case is some hundred requests.
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn pages_are_what_a_plain_model_says(
        steps in prop::collection::vec((0..4_usize, any::<Index>()), 1..9),
    ) {
        let kate = person("model.pages");
        let others = [(); 2].map(|()| person("model.pages.other"));
        let conversations = others.each_ref().map(|other| kate.meet(other));
        // By the number of the conversation.
        let mut ids = [Vec::new(), Vec::new()];
        for (step, index) in &steps {
            let number = step % 2;
            if *step < 3 {
                let sender = if *step == 0 { &kate } else { &others[number] };
                ids[number].insert(0, text(&sender.say(&conversations[number], "Hello")["id"]));
            } else if !ids[number].is_empty() {
                let id = ids[number].remove(index.index(ids[number].len()));
                let path = format!("/v1/messages/{id}");
                if kate.delete(&path).status == 403 {
                    others[number].delete(&path).expect(204);
                }
            }
        }
        kate.machine.settle();
        for (conversation, ids) in conversations.iter().zip(&ids) {
            let filter = format!("mark_read=false&conversation_id={}", id_of(conversation));
            assert_pages(&kate, "/v1/messages", &filter, ids);
        }
        let mut all = ids.concat();
        all.sort_unstable_by(|one, other| other.cmp(one));
        assert_pages(&kate, "/v1/messages", "", &all);
    }

    #[test]
    fn unread_is_what_a_plain_model_says(
        steps in prop::collection::vec((0..8_usize, any::<Index>()), 1..16),
    ) {
        let people = [person("model.unread"), person("model.unread.other")];
        let conversation = people[0].meet(&people[1]);
        let mut sent: Vec<Sent> = Vec::new();
        // How many messages each of the two has read, of all that were ever sent.
        let mut read = [0, 0];
        for (step, index) in &steps {
            let who = step % 2;
            let one = &people[who];
            match step / 2 {
                0 => {
                    let id = text(&one.say(&conversation, "Hello")["id"]);
                    sent.push(Sent { id, by: who, is_deleted: false });
                }
                1 if !sent.is_empty() => {
                    let number = index.index(sent.len());
                    let message = &mut sent[number];
                    let status = people[message.by].delete(&format!("/v1/messages/{}", message.id)).status;
                    prop_assert_eq!(status, if message.is_deleted { 404 } else { 204 });
                    message.is_deleted = true;
                }
                2 if !sent.is_empty() => {
                    let number = index.index(sent.len());
                    let body = json!({"message_id": sent[number].id});
                    let answer = one.post(&format!("{conversation}/read"), &body);
                    if sent[number].is_deleted {
                        answer.refused(404, "resource_missing", Some("message_id"));
                    } else {
                        answer.expect(200);
                        read[who] = read[who].max(number + 1);
                    }
                }
                3 => {
                    one.get(&format!("/v1/messages?limit=1&conversation_id={}", id_of(&conversation))).expect(200);
                    read[who] = sent.len();
                }
                _ => {}
            }
            assert_counts(&people, &conversation, &sent, read);
        }
    }
}

/// Asserts what both see of it all.
fn assert_counts(people: &[Person<'_>; 2], conversation: &str, sent: &[Sent], read: [usize; 2]) {
    let exists = || sent.iter().enumerate().filter(|(_, message)| !message.is_deleted);
    for who in [0, 1] {
        let unread = exists().filter(|(number, message)| message.by != who && *number >= read[who]);
        let shown = people[who].get(conversation).expect(200)["unread_count"].clone();
        assert_eq!(shown, json!(unread.count()), "of {who}");
    }
    let path = format!(
        "/v1/messages?limit=100&mark_read=false&conversation_id={}",
        id_of(conversation)
    );
    let page = people[0].get(&path).expect(200);
    let shown = page["data"].as_array().unwrap().iter().rev();
    let shown: Vec<_> = shown
        .map(|message| (text(&message["id"]), message["read_at"].is_i64()))
        .collect();
    let expected: Vec<_> = exists()
        .map(|(number, message)| (message.id.clone(), number < read[1 - message.by]))
        .collect();
    assert_eq!(shown, expected);
}
