//! People and their usernames.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::{AvatarUrl, Id, Person, PersonId, PersonPatch, PhoneNumber, Timestamp, Username};
use crate::store::error::{Result, StoreError};
use crate::store::table::{
    ABSENT, Condition, EXISTS, Key, ReadConsistency, ReadStore, Row, Store, Transaction, UpdateExpression,
};

/// A person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PersonRow {
    pub(crate) person_id: PersonId,
    pub(crate) username: Username,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number: Option<PhoneNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) avatar_url: Option<AvatarUrl>,
    /// Whether an operator has issued a token for the person. False for a person whom a contact entry created.
    pub(crate) is_claimed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_active_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
}

impl Row for PersonRow {
    const KIND: &'static str = "person";
}

/// The claim on a username.
#[derive(Serialize, Deserialize)]
pub(crate) struct UsernameRow {
    pub(crate) person_id: PersonId,
}

impl Row for UsernameRow {
    const KIND: &'static str = "username";
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self {
            id: row.person_id,
            username: row.username,
            phone_number: row.phone_number,
            avatar_url: row.avatar_url,
            last_active_at: row.last_active_at,
            created_at: row.created_at,
        }
    }
}

impl ReadStore {
    /// One person. One round trip.
    pub async fn person(&self, id: PersonId) -> Result<Person> {
        let row: PersonRow = self
            .row(Key::person(id))
            .await?
            .ok_or(StoreError::missing("person"))?;
        Ok(row.into())
    }

    /// People, eventually consistent, in one round trip. People who are too new to be visible are read again.
    pub(crate) async fn people(
        &self,
        ids: impl IntoIterator<Item = PersonId>,
    ) -> Result<HashMap<PersonId, Person>> {
        let mut people = HashMap::new();
        let mut left: Vec<_> = ids.into_iter().collect();
        for consistency in [ReadConsistency::Eventual, ReadConsistency::Strong] {
            let mut rows = self
                .rows_with(left.iter().copied().map(Key::person), consistency)
                .await?;
            for id in std::mem::take(&mut left) {
                match rows.take::<PersonRow>(&Key::person(id))? {
                    Some(row) => _ = people.insert(id, row.into()),
                    None => left.push(id),
                }
            }
        }
        Ok(people)
    }

    /// The person with this username. One round trip.
    pub(crate) async fn person_named(&self, username: &Username) -> Result<Option<PersonId>> {
        let row: Option<UsernameRow> = self.row(Key::username(username)).await?;
        Ok(row.map(|row| row.person_id))
    }

    /// A new person, not yet written.
    pub(crate) fn new_person(
        &self,
        username: Username,
        phone_number: Option<PhoneNumber>,
        avatar_url: Option<AvatarUrl>,
        is_claimed: bool,
    ) -> PersonRow {
        PersonRow {
            person_id: Id::generate((self.clock)()),
            username,
            phone_number,
            avatar_url,
            is_claimed,
            last_active_at: None,
            created_at: self.now(),
        }
    }
}

impl Store {
    /// Changes a person. One round trip.
    pub async fn update_person(&self, id: PersonId, patch: &PersonPatch) -> Result<Person> {
        let changes = UpdateExpression::default()
            .patch("phone_number", &patch.phone_number)?
            .patch("avatar_url", &patch.avatar_url)?;
        if changes.is_empty() {
            return self.person(id).await;
        }
        let row: Option<PersonRow> = self.update_row(&Key::person(id), &changes, EXISTS).await?;
        row.map(Person::from).ok_or(StoreError::missing("person"))
    }

    /// Sets `last_active_at`, unless a later time is stored.
    pub(crate) async fn note_activity(&self, id: PersonId, at: Timestamp) -> Result<()> {
        let later = Condition::new(
            "attribute_exists(pk) AND (attribute_not_exists(last_active_at) OR last_active_at < :last_active_at)",
        );
        let changes = UpdateExpression::default().set("last_active_at", at)?;
        self.update_row::<PersonRow>(&Key::person(id), &changes, later)
            .await?;
        Ok(())
    }
}

impl Transaction<'_> {
    /// Adds a person and the claim on the username. Refused if the username is taken.
    pub(crate) fn put_person(&mut self, person: &PersonRow) -> Result<()> {
        self.put(
            &Key::username(&person.username),
            &UsernameRow {
                person_id: person.person_id,
            },
            ABSENT,
        )?;
        self.put(&Key::person(person.person_id), person, ABSENT)?;
        Ok(())
    }
}
