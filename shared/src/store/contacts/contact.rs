//! Contacts: the caller's address book.

use serde::{Deserialize, Serialize};

use crate::model::{
    Contact, ContactPatch, DisplayName, NewContact, Page, PageRequest, PersonId, PhoneNumber, Position,
};
use crate::store::conversations::pairs::PairRow;
use crate::store::error::{Result, StoreError};
use crate::store::idempotency::{Created, Idempotency};
use crate::store::people::keys::{CONTACTS, person_partition};
use crate::store::people::person::{PersonRow, UsernameRow};
use crate::store::table::{ABSENT, EXISTS, Key, Range, ReadStore, Row, Rows, Store, UpdateExpression};

/// An entry of an address book.
#[derive(Serialize, Deserialize)]
pub(crate) struct ContactRow {
    pub(crate) person_id: PersonId,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<DisplayName>,
}

impl Row for ContactRow {
    const KIND: &'static str = "contact";
}

impl ReadStore {
    /// The caller's contacts, newest person first. Two round trips.
    pub async fn contacts(&self, caller: PersonId, page: PageRequest) -> Result<Page<Contact>> {
        let invalid = StoreError::CursorInvalid {
            param: page.position.parameter(),
        };
        let Ok(place) = page.position.try_map(|cursor| cursor.parse::<PersonId>()) else {
            return Err(invalid);
        };
        let entries = Range::new(person_partition(caller), CONTACTS)
            .from(place.map(|id| Key::contact(caller, id)))
            .limit(page.limit + 1);
        let (entries, ()) =
            tokio::try_join!(self.rows_in::<ContactRow>(entries), self.require_person(place))?;
        let keys = entries
            .iter()
            .flat_map(|entry| [Key::person(entry.person_id), Key::pair(caller, entry.person_id)]);
        let mut rows = self.rows(keys).await?;
        let contacts = entries
            .into_iter()
            .map(|entry| contact(caller, entry, &mut rows))
            .collect::<Result<Vec<_>>>()?;
        Ok(Page::of(contacts, page.limit, place.is_backwards(), |contact| {
            contact.id.to_string()
        }))
    }

    /// One contact. One round trip, three read units.
    pub async fn contact(&self, caller: PersonId, id: PersonId) -> Result<Contact> {
        let entry = Key::contact(caller, id);
        let mut rows = self
            .rows([entry.clone(), Key::person(id), Key::pair(caller, id)])
            .await?;
        let entry = rows.take(&entry)?.ok_or(StoreError::missing("contact"))?;
        contact(caller, entry, &mut rows)
    }

    /// Refuses a cursor that is not the id of a person. The person need not be a contact: a position outlives its row.
    async fn require_person(&self, place: Position<PersonId>) -> Result<()> {
        let (Position::After(id) | Position::Before(id)) = place else {
            return Ok(());
        };
        self.row::<PersonRow>(Key::person(id))
            .await?
            .map(drop)
            .ok_or(StoreError::CursorInvalid {
                param: place.parameter(),
            })
    }
}

impl Store {
    /// Adds a person to the caller's contacts. Creates the person if the username is free, and the pair's conversation
    /// if there is none. Three round trips; one more if the person is a contact already. Two more if the person exists
    /// but is no contact: the phone number is then a guess, counted until it proves right.
    pub async fn create_contact(
        &self,
        caller: PersonId,
        new: &NewContact,
        idempotency: Option<&Idempotency>,
    ) -> Result<Created<Contact>> {
        let username = Key::username(&new.username);
        self.retry(|| async {
            let keys = [username.clone()]
                .into_iter()
                .chain(idempotency.map(Idempotency::row));
            let mut rows = self.rows(keys).await?;
            if let Some(replay) = Idempotency::replay(idempotency, &mut rows, self)? {
                return Ok(replay.answer(self.contact(caller, replay.id).await?));
            }
            let existing = rows.take::<UsernameRow>(&username)?.map(|row| row.person_id);

            let mut transaction = self.transaction();
            let (id, mut rows) = if let Some(id) = existing {
                (id, self.find_known(caller, id, new).await?)
            } else {
                let (username, phone_number) = (new.username.clone(), Some(new.phone_number.clone()));
                let person = self.new_person(username, phone_number, new.avatar_url.clone(), false);
                transaction.put_person(&person)?;
                (person.person_id, Rows::default())
            };
            let entry = Key::contact(caller, id);
            let is_new = !rows.has(&entry);
            if is_new {
                let row = ContactRow {
                    person_id: id,
                    display_name: new.display_name.clone(),
                };
                transaction.put(&entry, &row, ABSENT)?;
                let pair: Option<PairRow> = rows.take(&Key::pair(caller, id))?;
                transaction.pair_conversation(caller, id, pair.as_ref())?;
            } else {
                transaction.condition_check(&entry, EXISTS)?;
            }
            let was_guess = is_new && existing.is_some();
            let take_back = async {
                if was_guess {
                    self.take_back_attempt(caller).await
                } else {
                    Ok(())
                }
            };
            // Await both: if one fails, the other still takes effect.
            let (outcome, attempt) = tokio::join!(transaction.create(idempotency, id, is_new), take_back);
            attempt?;
            outcome?;
            Created::read(self.contact(caller, id).await, is_new)
        })
        .await
    }

    /// The caller's entry for an existing person, and the pair, if any. Refuses a phone number that is not the
    /// person's. Without an entry, the attempt has been counted.
    async fn find_known(&self, caller: PersonId, id: PersonId, new: &NewContact) -> Result<Rows> {
        if id == caller {
            return Err(StoreError::invalid("username", "must not be your own"));
        }
        let person = Key::person(id);
        let entry = Key::contact(caller, id);
        let mut rows = self
            .rows([entry.clone(), person.clone(), Key::pair(caller, id)])
            .await?;
        // With an entry, the caller can read the number there.
        let is_guess = !rows.has(&entry);
        if is_guess {
            self.count_attempt(caller).await?;
        }
        let known: Option<PhoneNumber> = rows
            .take::<PersonRow>(&person)?
            .and_then(|person| person.phone_number);
        if known.is_some_and(|number| number.same_digits(&new.phone_number)) {
            return Ok(rows);
        }
        if is_guess {
            self.note_wrong_attempt(caller).await?;
        }
        Err(StoreError::UsernameTaken)
    }

    /// Changes the display name of a contact. Two round trips.
    pub async fn update_contact(
        &self,
        caller: PersonId,
        id: PersonId,
        patch: &ContactPatch,
    ) -> Result<Contact> {
        let changes = UpdateExpression::default().patch("display_name", &patch.display_name)?;
        if !changes.is_empty() {
            let row: Option<ContactRow> = self
                .update_row(&Key::contact(caller, id), &changes, EXISTS)
                .await?;
            row.ok_or(StoreError::missing("contact"))?;
        }
        self.contact(caller, id).await
    }

    /// Removes a contact and deletes the pair's conversation for both people. Two round trips.
    pub async fn delete_contact(&self, caller: PersonId, id: PersonId) -> Result<()> {
        let (entry, pair) = (Key::contact(caller, id), Key::pair(caller, id));
        self.retry(|| async {
            let mut rows = self.rows([entry.clone(), pair.clone()]).await?;
            if !rows.has(&entry) {
                return Err(StoreError::missing("contact").into());
            }
            let mut transaction = self.transaction();
            transaction.delete(&entry, EXISTS)?;
            match rows.take::<PairRow>(&pair)? {
                Some(row) => {
                    transaction.end_pair_conversation(row.conversation_id, caller, id)?;
                }
                None => _ = transaction.condition_check(&pair, ABSENT)?,
            }
            transaction.commit_or_retry().await
        })
        .await
    }
}

/// The contact, from the rows that were read for it.
fn contact(caller: PersonId, entry: ContactRow, rows: &mut Rows) -> Result<Contact> {
    let id = entry.person_id;
    let person: Option<PersonRow> = rows.take(&Key::person(id))?;
    let person = person.ok_or_else(|| StoreError::Internal(format!("a contact entry names nobody: {id}")))?;
    let pair: Option<PairRow> = rows.take(&Key::pair(caller, id))?;
    Ok(Contact::new(
        person.into(),
        entry.display_name,
        pair.map(|row| row.conversation_id),
    ))
}
