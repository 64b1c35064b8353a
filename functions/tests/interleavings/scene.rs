//! The people, and what there is before two of them write at once.

use serde_json::json;
use shared::model::{ConversationId, MessageId, PersonId};

use crate::machine::Machine;

/// Somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Who {
    Kate,
    Kevin,
}

/// What is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    /// A conversation of two.
    Pair,
    /// A group with its conversation.
    Group,
}

pub(crate) struct Scene {
    pub(crate) place: Place,
    people: [PersonId; 2],
    pub(crate) conversation: ConversationId,
    pub(crate) message: MessageId,
    tokens: [shared::model::Secret; 2],
}

impl Scene {
    pub(crate) async fn build(machine: &Machine, place: Place) -> Self {
        let store = machine.store("scene");
        let new = serde_json::from_value(json!({"username": "kate", "phone_number": "+1 555 1"})).unwrap();
        let issued = store.create_token(&new).await.unwrap();
        let kate = issued.person.id;
        let contact = json!({"username": "kevin", "phone_number": "1-800-759-3000"});
        let contact = serde_json::from_value(contact).unwrap();
        let kevin = store.create_contact(kate, &contact, None).await.unwrap().resource;
        let conversation = match place {
            Place::Pair => kevin.conversation_id.unwrap(),
            Place::Group => {
                let group = serde_json::from_value(json!({"name": "Group", "contacts": [kevin.id]})).unwrap();
                let group = store.create_group(kate, &group, None).await.unwrap();
                group.resource.conversation_id.unwrap()
            }
        };
        let message = json!({"conversation_id": conversation, "message": "Kate's first"});
        let message = serde_json::from_value(message).unwrap();
        let message = store
            .send_message(kate, &message, None, &machine.bucket)
            .await
            .unwrap();
        machine.deliver(&store).await;
        let new = serde_json::from_value(
            json!({"username": "kevin", "phone_number": "1-800-759-3000", "claim": true}),
        )
        .unwrap();
        let kevins = store.create_token(&new).await.unwrap();
        Self {
            tokens: [issued.token, kevins.token],
            place,
            people: [kate, kevin.id],
            conversation,
            message: message.resource.id,
        }
    }

    pub(crate) fn id(&self, who: Who) -> PersonId {
        self.people[who as usize]
    }

    pub(crate) fn token(&self, who: Who) -> &shared::model::Secret {
        &self.tokens[who as usize]
    }
}
