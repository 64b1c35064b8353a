//! Retiring a person whom a contact entry created and whom nobody has claimed: somebody else gets the username. The
//! person stays, without a name, for entries in address books that nobody can find show it.

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::Store;
use super::changes::Changes;
use super::error::{Result, StoreError};
use super::inbox::Inbox;
use super::keys::Key;
use super::people::{PersonRow, UsernameRow};
use super::rows::Row;
use super::transaction::{ABSENT, Condition, Transaction};
use super::work::{Progress, STREAM_HAS};
use crate::model::{ConversationFilter, Id, Patch, Person, Position, Timestamp, Username};

/// How many conversations or groups are looked up at a time.
const AT_A_TIME: usize = 25;

/// A retired person who still takes part in conversations and groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RetirementWork {
    pub(super) person_id: Id<Person>,
    /// When the work was left, or last interrupted.
    pub(super) waiting_since: Timestamp,
}

impl Row for RetirementWork {
    const KIND: &'static str = "retirement";
}

impl Transaction<'_> {
    /// Gives the username of `old`, whom nobody has claimed, to `new`.
    pub(super) fn replace_person(&mut self, old: &PersonRow, new: &PersonRow) -> Result<()> {
        let id = old.person_id;
        let theirs = Condition::new("person_id = :old").with(":old", id)?;
        let moved = Changes::default().set("person_id", new.person_id)?;
        self.update(&Key::username(&new.username), &moved, theirs)?;
        self.put(&Key::person(new.person_id), new, ABSENT)?;

        let nameless = Username::of_nobody(Id::<Person>::generate((self.store.clock)()));
        let emptied = Changes::default()
            .set("username", &nameless)?
            .patch("phone_number", &Patch::<()>::Null)?
            .patch("avatar_url", &Patch::<()>::Null)?;
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

impl Store {
    /// Deletes the conversations of a retired person, and takes them out of groups. The indexes that list both may lag,
    /// so the work row stays until `reconcile` has looked once more.
    pub(super) async fn retire(&self, work: &RetirementWork, until: Instant) -> Result<Progress> {
        let person = work.person_id;
        let key = Key::retirement(person);
        let everything = ConversationFilter::default();
        let mut inbox = Inbox::new(self, person, &everything, Position::Start);
        // One that fails, say because others write to it all the time, keeps nothing else waiting.
        let mut failure = Ok(());
        while let Some(sides) = inbox.next(AT_A_TIME).await? {
            for side in sides {
                // However little time there is, what was looked up is done, so that the next run comes further.
                failure = failure.and(match side.group_id {
                    Some(group) => unless_gone(self.leave_group(person, group, None).await),
                    None => unless_gone(self.delete_conversation(person, side.conversation_id).await),
                });
            }
            if Instant::now() >= until {
                return self.interrupt::<RetirementWork>(&key).await;
            }
        }
        // Groups without a conversation are in no inbox.
        let mut start = None;
        loop {
            let (groups, next) = self
                .memberships(person, Position::Start, AT_A_TIME, start)
                .await?;
            for group in groups {
                failure = failure.and(unless_gone(self.leave_group(person, group, None).await));
            }
            start = next;
            if start.is_none() {
                break;
            }
            if Instant::now() >= until {
                return self.interrupt::<RetirementWork>(&key).await;
            }
        }
        failure?;
        let looked_again =
            Condition::new("waiting_since <= :then").with(":then", self.now().plus(-STREAM_HAS))?;
        self.remove(&key, looked_again).await?;
        Ok(Progress::Done)
    }
}

/// What an index proposes may have gone.
fn unless_gone<T>(outcome: Result<T>) -> Result<()> {
    match outcome {
        Ok(_) | Err(StoreError::Missing { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
