//! Takes a retired person out of their conversations and groups.

use tokio::time::Instant;

use super::inbox::Inbox;
use crate::model::{ConversationFilter, Position};
use crate::store::error::{Result, StoreError};
use crate::store::people::retirement::RetirementWork;
use crate::store::table::{Condition, Key, Store};
use crate::store::work::{Progress, STREAM_HAS};

/// How many conversations or groups are looked up at a time.
const AT_A_TIME: usize = 25;

impl Store {
    /// Deletes the conversations of a retired person, and takes them out of groups. The indexes that list both may lag,
    /// so the work row stays until `reconcile` has looked once more.
    pub(crate) async fn retire(&self, work: &RetirementWork, until: Instant) -> Result<Progress> {
        let person = work.person_id;
        let key = Key::retirement(person);
        let everything = ConversationFilter::default();
        let mut inbox = Inbox::new(self, person, &everything, Position::Start);
        // One that fails, say because others write to it all the time, keeps nothing else waiting.
        let mut failure = Ok(());
        while let Some(participants) = inbox.next(AT_A_TIME).await? {
            for participant in participants {
                // However little time there is, what was looked up is done, so that the next run comes further.
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
