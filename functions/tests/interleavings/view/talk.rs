//! The conversations and messages that somebody sees.

use std::collections::HashMap;

use serde_json::json;
use shared::model::{ConversationFilter, ConversationId, Message, MessageId};
use shared::store::SearchBounds;

use super::{Eyes, all, if_there, plain};
use crate::model::{Facts, words};
use crate::scene::{Who, given};

pub(super) async fn look(eyes: &Eyes<'_>, who: Who, facts: &mut Facts) {
    let me = eyes.id(who);
    let mut labels = HashMap::new();
    for (id, conv) in &eyes.conversations {
        let sees = conversation(eyes, who, *id, conv, &mut labels, facts).await;
        facts.insert(format!("whether {who} may read {conv}"), words::yes(sees));
    }
    let first = eyes
        .scene
        .pairs
        .iter()
        .map(|(pair, id)| (words::of_people(vec![pair.0.to_owned(), pair.1.to_owned()]), *id));
    let of_group = eyes
        .scene
        .group
        .map(|_| (words::of_group("House"), eyes.scene.conversation));
    for (conv, id) in first.chain(of_group) {
        let sees = if_there(eyes.store.conversation(me, id).await).is_some();
        facts.insert(
            format!("whether {who} may read what was {conv} at first"),
            words::yes(sees),
        );
    }
    for (label, id) in &eyes.scene.messages {
        let sees = labels.contains_key(id) || if_there(eyes.store.message(me, *id).await).is_some();
        facts.insert(
            format!("whether {who} may read the message \"{label}\""),
            words::yes(sees),
        );
    }

    let list = eyes
        .store
        .conversations(me, &ConversationFilter::default(), all())
        .await
        .unwrap()
        .data;
    let list = list
        .iter()
        .map(|conversation| match eyes.conversations.get(&conversation.id) {
            Some(name) => name.clone(),
            None => "a deleted conversation".to_owned(),
        });
    facts.insert(format!("{who}'s list of conversations"), words::list(list));

    let label_of = |message: &Message| {
        labels
            .get(&message.id)
            .map_or_else(|| shown(message), Clone::clone)
    };
    let feed = eyes.store.feed(me, all()).await.unwrap().data;
    facts.insert(
        format!("{who}'s list of all messages"),
        words::list(feed.iter().map(label_of)),
    );
    let query = given(json!({"query": "house"}));
    let found = eyes
        .store
        .search(me, &query, all(), SearchBounds::CALL)
        .await
        .unwrap()
        .data;
    facts.insert(
        format!("what {who} finds"),
        words::list(found.iter().map(label_of)),
    );
}

/// Looks into a conversation, and gives its messages their labels. Says whether there is anything to see.
async fn conversation(
    eyes: &Eyes<'_>,
    who: Who,
    id: ConversationId,
    conv: &str,
    labels: &mut HashMap<MessageId, String>,
    facts: &mut Facts,
) -> bool {
    let me = eyes.id(who);
    let seen = if_there(eyes.store.conversation(me, id).await);
    let messages = if_there(eyes.store.messages(me, id, all()).await);
    assert_eq!(seen.is_some(), messages.is_some(), "{who} sees half of {conv}");
    let (Some(seen), Some(messages)) = (seen, messages) else {
        return false;
    };
    let mut own: Vec<(MessageId, String)> = Vec::new();
    for message in messages.data.iter().rev() {
        let known = eyes.scene.messages.iter().find(|(_, id)| **id == message.id);
        let first = known.map_or_else(|| shown(message), |(label, _)| (*label).to_owned());
        let before = own
            .iter()
            .filter(|(_, label)| words::is_again(label, &first))
            .count();
        own.push((message.id, words::again(&first, before)));
    }
    own.reverse();
    let list = own.iter().map(|(_, label)| label.clone());
    facts.insert(format!("{who}'s list of messages in {conv}"), words::list(list));
    labels.extend(own);
    for message in &messages.data {
        let label = &labels[&message.id];
        let reactions = serde_json::to_value(&message.reactions).unwrap();
        let reactions = reactions
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|one| one.as_object().unwrap());
        let look = words::Message {
            sender: eyes.name(message.contact.id),
            text: shown(message),
            reactions: reactions
                .map(|(name, people)| {
                    let people = people.as_array().unwrap().iter();
                    (
                        name.clone(),
                        people
                            .map(|name| super::newcomer_or_not(name.as_str().unwrap()))
                            .collect(),
                    )
                })
                .collect(),
            files: message
                .attachments
                .iter()
                .map(|file| plain(&file.filename))
                .collect(),
            is_read: message.read_at.is_some(),
            is_changed: message.updated_at.is_some(),
        };
        facts.insert(words::message_in(conv, label, who), words::message(&look));
    }

    facts.insert(
        format!("{who}'s unread count in {conv}"),
        seen.unread_count.to_string(),
    );
    let settings = words::settings(
        seen.is_pinned,
        seen.is_muted,
        seen.archived_at.is_some(),
        seen.last_opened_at.is_some(),
    );
    facts.insert(format!("{who}'s settings of {conv}"), settings);
    let pin = seen.pinned_message_id.map(|id| {
        let label = labels.get(&id).cloned();
        label.unwrap_or_else(|| "a message that is gone".to_owned())
    });
    facts.insert(format!("the pin that {who} sees in {conv}"), words::maybe(pin));
    true
}

/// The text of a message, without " house".
fn shown(message: &Message) -> String {
    let text = message.message.as_ref().map(plain).unwrap_or_default();
    text.strip_suffix(" house").unwrap_or(&text).to_owned()
}
