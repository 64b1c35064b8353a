//! Retirement of an unclaimed person, whom a contact entry created: a new person gets the username. The retired person
//! stays in address books, without a name. No index lists those address books.

use serde::{Deserialize, Serialize};

use super::person::{PersonRow, UsernameRow};
use crate::model::{PersonId, Timestamp, Username};
use crate::store::error::Result;
use crate::store::table::{ABSENT, Condition, Key, Row, Transaction, UpdateExpression};

/// The work of removing a retired person from conversations and groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetirementWork {
    pub(crate) person_id: PersonId,
    /// When the work was left or last interrupted.
    pub(crate) waiting_since: Timestamp,
}

impl Row for RetirementWork {
    const KIND: &'static str = "retirement";
}

impl Transaction<'_> {
    /// Gives the username of `old`, who must be unclaimed, to `new`.
    pub(crate) fn replace_person(&mut self, old: &PersonRow, new: &PersonRow) -> Result<()> {
        let id = old.person_id;
        let theirs = Condition::new("person_id = :old").with(":old", id)?;
        let moved = UpdateExpression::default().set("person_id", new.person_id)?;
        self.update(&Key::username(&new.username), &moved, theirs)?;
        self.put(&Key::person(new.person_id), new, ABSENT)?;

        let nameless = Username::of_nobody(PersonId::generate((self.store.clock)()));
        let emptied = UpdateExpression::default()
            .set("username", &nameless)?
            .remove("phone_number")
            .remove("avatar_url");
        let unclaimed = Condition::new("is_claimed = :no").with(":no", false)?;
        self.update(&Key::person(id), &emptied, unclaimed)?;
        self.put(&Key::username(&nameless), &UsernameRow { person_id: id }, ABSENT)?;
        let work = RetirementWork {
            person_id: id,
            waiting_since: self.store.now(),
        };
        self.put(&Key::retirement(id), &work, Condition::none())?;
        Ok(())
    }
}
