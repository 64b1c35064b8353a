//! Removes a retired person from their conversations and groups.

use tokio::time::Instant;

use super::inbox::Inbox;
use crate::model::{ConversationFilter, Position};
use crate::store::error::{Result, StoreError};
use crate::store::people::retirement::RetirementWork;
use crate::store::table::{Condition, Key, Store};
use crate::store::work::{Progress, STREAM_HAS};

/// Conversations or groups looked up at a time.
const AT_A_TIME: usize = 25;

impl Store {
    /// Deletes the conversations of a retired person, and removes them from groups. The indexes that list both may lag,
    /// so the work row stays until `reconcile` has checked once more.
    pub(crate) async fn retire(&self, work: &RetirementWork, until: Instant) -> Result<Progress> {
        let person = work.person_id;
        let key = Key::retirement(person);
        let everything = ConversationFilter::default();
        let mut inbox = Inbox::new(self, person, &everything, Position::Start);
        // One failure, such as constant writes by others, does not stop the rest.
        let mut failure = Ok(());
        while let Some(participants) = inbox.next(AT_A_TIME).await? {
            for participant in participants {
                // Every item that was looked up is done, even if time is short, so that each run makes progress.
                failure = failure.and(match participant.group_id {
                    Some(group) => unless_gone(self.leave_group(person, group, None).await),
                    None => unless_gone(
                        self.delete_conversation(person, participant.conversation_id)
                            .await,
                    ),
                });
            }
            if Instant::now() >= until {
                return self.interrupt::<RetirementWork>(&key).await;
            }
        }
        // The inbox does not list groups without a conversation.
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

/// Ignores a missing item: the index may list items that are gone.
fn unless_gone<T>(outcome: Result<T>) -> Result<()> {
    match outcome {
        Ok(_) | Err(StoreError::Missing { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
