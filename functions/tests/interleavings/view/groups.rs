//! Somebody's contacts and groups.

use shared::model::GroupFilter;

use super::{Eyes, all, if_there, plain};
use crate::model::{Facts, words};
use crate::scene::Who;

pub(super) async fn look(eyes: &Eyes<'_>, who: Who, facts: &mut Facts) {
    let me = eyes.id(who);
    let contacts = eyes.store.contacts(me, all()).await.unwrap().data.into_iter();
    let contacts = contacts.map(|contact| {
        let display_name = contact.display_name.as_ref().map(plain);
        let phone = contact.phone_number.as_ref().map(plain);
        let picture = contact.avatar_url.as_ref().map(plain);
        words::contact(&words::Contact {
            name: eyes.name(contact.id),
            display_name,
            phone,
            picture,
            is_active: contact.last_active_at.is_some(),
            has_conversation: contact.conversation_id.is_some(),
        })
    });
    facts.insert(format!("{who}'s contacts"), words::list(contacts));

    let groups = eyes
        .store
        .groups(me, &GroupFilter::default(), all())
        .await
        .unwrap()
        .data
        .into_iter();
    let groups = groups.map(|group| {
        words::group(&words::Group {
            name: plain(&group.name),
            description: group.description.as_ref().map(plain),
            members: group.contacts.iter().map(|person| eyes.name(person.id)).collect(),
            is_archived: group.archived_at.is_some(),
            has_conversation: group.conversation_id.is_some(),
        })
    });
    facts.insert(format!("{who}'s groups"), words::list(groups));
    if let Some(id) = eyes.scene.group {
        let sees = if_there(eyes.store.group(me, id).await).is_some();
        facts.insert(
            format!("whether {who} may read the group House"),
            words::yes(sees),
        );
    }
}
