//! People's own data, and whether their tokens are valid.

use serde_json::Value;
use shared::model::MessageId;
use shared::store::StoreError;

use super::{Eyes, plain, text};
use crate::model::people::NOBODY;
use crate::model::{Facts, words};
use crate::scene::{EVERYBODY, Scene, Who};

/// Looks at everybody there is.
pub(super) async fn look_at_everybody(eyes: &Eyes<'_>, facts: &mut Facts) {
    for (id, name) in eyes.everybody() {
        let person = eyes.store.person(id).await.unwrap();
        let username = plain(&person.username);
        let username = if username.starts_with("deleted-") {
            NOBODY.to_owned()
        } else {
            username
        };
        let (phone, picture) = (
            person.phone_number.as_ref().map(plain),
            person.avatar_url.as_ref().map(plain),
        );
        let data = words::person(&username, phone, picture, person.last_active_at.is_some());
        facts.insert(format!("{name}'s own data"), data);
    }
}

pub(super) async fn look(eyes: &Eyes<'_>, who: Who, facts: &mut Facts) {
    if let Some(issued) = eyes.scene.tokens.get(&who) {
        let is_valid = match eyes.store.authenticate(&issued.token).await {
            Ok(()) => true,
            Err(StoreError::TokenInvalid) => false,
            Err(error) => panic!("{error}"),
        };
        facts.insert(format!("whether {who}'s token is valid"), words::yes(is_valid));
    }
}

/// Compares when people sent their newest message with what is told of when they were active.
pub(crate) fn look_at_activity(scene: &Scene, rows: &[Value], facts: &mut Facts) {
    for who in EVERYBODY {
        let id = scene.id(who).to_string();
        let own = rows.iter().filter(|row| text(row, "sender_id") == Some(&id));
        let sent = own.map(|row| text(row, "message_id").unwrap().parse::<MessageId>().unwrap());
        let newest = sent.max().map(|message| message.created_at().0);
        let person = rows
            .iter()
            .find(|row| text(row, "kind") == Some("person") && text(row, "person_id") == Some(&id));
        let active = person.and_then(|row| row["last_active_at"]["N"].as_str());
        let active = active.map(|time| time.parse::<i64>().unwrap());
        facts.insert(
            format!("whether {who} was active when their newest message was sent"),
            words::yes(newest <= active),
        );
    }
}
