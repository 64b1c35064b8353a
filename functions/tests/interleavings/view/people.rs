//! People's own data, and whether their tokens are valid.

use shared::store::StoreError;

use super::{Eyes, all, if_there, plain};
use crate::model::{Facts, NOBODY, words};
use crate::scene::Who;

/// Looks at everybody there is.
pub(super) async fn look_at_everybody(eyes: &Eyes<'_>, facts: &mut Facts) {
    for (id, name) in eyes.everybody() {
        let person = eyes.store.person(id).await.unwrap();
        let username = plain(&person.username);
        let username = if username.starts_with("deleted-") { NOBODY.to_owned() } else { username };
        let (phone, picture) = (person.phone_number.as_ref().map(plain), person.avatar_url.as_ref().map(plain));
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
    let (me, active) = (eyes.id(who), eyes.store.person(eyes.id(who)).await.unwrap().last_active_at);
    let messages = if_there(eyes.store.messages(eyes.id(Who::Kate), eyes.scene.conversation, all()).await);
    let newest = messages.and_then(|messages| {
        let mut own = messages.data.iter().filter(|message| message.contact.id == me);
        own.next().map(|message| message.created_at)
    });
    facts.insert(
        format!("whether {who} was active when their newest message was sent"),
        words::yes(newest <= active),
    );
}
