//! Checks of people, usernames, contacts and tokens.

use super::look::Look;
use crate::model::PersonId;
use crate::store::contacts::contact::ContactRow;
use crate::store::conversations::pairs::PairRow;
use crate::store::conversations::purge::PurgeWork;
use crate::store::conversations::rows::ConversationRow;
use crate::store::error::Result;
use crate::store::people::person::{PersonRow, UsernameRow};
use crate::store::people::retirement::RetirementWork;
use crate::store::people::tokens::{PersonTokenRow, TokenRow};
use crate::store::table::{Item, Key, Store};

impl Store {
    pub(crate) async fn look_at_person(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(person) = look.read::<PersonRow>(key, item) else {
            return Ok(());
        };
        let username: Option<UsernameRow> = self.related(Key::username(&person.username)).await?;
        let claims = username.is_some_and(|username| username.person_id == person.person_id);
        look.check(
            claims,
            key,
            "A person has a username row that names them.",
            "Put the row USERNAME#<username> with this person_id, or give the person another username.",
        );
        Ok(())
    }

    pub(crate) async fn look_at_username(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(username) = look.read::<UsernameRow>(key, item) else {
            return Ok(());
        };
        let person: Option<PersonRow> = self.related(Key::person(username.person_id)).await?;
        let claimed = person.is_some_and(|person| Key::username(&person.username) == *key);
        look.check(
            claimed,
            key,
            "A username row names a person who has that username.",
            "Delete this row if no person has the username; otherwise correct its person_id.",
        );
        Ok(())
    }

    pub(crate) async fn look_at_contact(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(contact) = look.read::<ContactRow>(key, item) else {
            return Ok(());
        };
        let person: Option<PersonRow> = self.related(Key::person(contact.person_id)).await?;
        look.check(
            person.is_some(),
            key,
            "A contact entry names a person that exists.",
            "Delete this row.",
        );
        Ok(())
    }

    pub(crate) async fn look_at_token(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(token) = look.read::<TokenRow>(key, item) else {
            return Ok(());
        };
        let listed = Key::person_token(token.person_id, token.token_id);
        let listed: Option<PersonTokenRow> = self.related(listed).await?;
        let fits =
            listed.is_some_and(|listed| Key::token(&listed.hash) == *key && listed.revoked_at.is_none());
        look.check(
            fits,
            key,
            "A token is in its person's list, with the same hash, and not revoked there.",
            "Delete this row: the token stops working. Issue a new one.",
        );
        Ok(())
    }

    pub(crate) async fn look_at_person_token(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(listed) = look.read::<PersonTokenRow>(key, item) else {
            return Ok(());
        };
        let token: Option<TokenRow> = self.related(Key::token(&listed.hash)).await?;
        let fits = token.is_some() == listed.revoked_at.is_none();
        look.check(
            fits,
            key,
            "A token row exists for each token in a person's list that is not revoked, and for no other.",
            "If this row has revoked_at, delete the row TOKEN#<hash>; otherwise set revoked_at.",
        );
        Ok(())
    }

    pub(crate) async fn look_at_pair(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(PairRow { conversation_id: id }) = look.read::<PairRow>(key, item) else {
            return Ok(());
        };
        let conversation: Option<ConversationRow> = self.related(Key::conversation(id)).await?;
        let people: Vec<PersonId> = key.pk.split('#').filter_map(|part| part.parse().ok()).collect();
        let fits = conversation.is_some_and(|row| {
            row.is_alive(id)
                && people.len() == 2
                && people.iter().all(|person| row.sent_by.contains_key(person))
        });
        look.check(
            fits,
            key,
            "A pair names a conversation that is alive, with both people in it.",
            "Delete this row: the two can then begin a new conversation.",
        );
        Ok(())
    }

    pub(crate) async fn look_at_purge(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(work) = look.read::<PurgeWork>(key, item) else {
            return Ok(());
        };
        let id = work.conversation_id;
        let conversation: Option<ConversationRow> = self.related(Key::conversation(id)).await?;
        let fits = Key::purge(id) == *key && conversation.is_none_or(|row| !row.is_alive(id));
        look.check(
            fits,
            key,
            "A purge row stands at the id of a conversation that is deleted.",
            "Delete this row.",
        );
        Ok(())
    }

    pub(crate) async fn look_at_retirement(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(work) = look.read::<RetirementWork>(key, item) else {
            return Ok(());
        };
        let person: Option<PersonRow> = self.related(Key::person(work.person_id)).await?;
        let fits = person.is_some_and(|person| !person.is_claimed && person.phone_number.is_none());
        look.check(
            fits,
            key,
            "A retirement is of an unclaimed person without a phone number.",
            "Delete this row.",
        );
        Ok(())
    }
}
