//! Guesses at phone numbers. A try is counted before the numbers are compared, and taken back when it was right: so of
//! many at once no more are compared than one after the other.

use serde::{Deserialize, Serialize};

use super::Store;
use super::changes::Changes;
use super::error::{Result, StoreError};
use super::keys::Key;
use super::rows::{Row, decode};
use super::transaction::{Backoff, Condition};
use crate::model::{Id, Person};

/// The most wrong phone numbers that a caller may give in an hour.
const MOST: u32 = 10;
/// How long after the last try all are forgotten, in seconds: so that no hour has more than `MOST`.
const KEPT: i64 = 60 * 60;

/// How many phone numbers a caller has given that were wrong, or are being compared.
#[derive(Serialize, Deserialize)]
pub(super) struct AttemptsRow {
    tries: u32,
    /// The table's TTL attribute.
    kept_until: i64,
}

impl Row for AttemptsRow {
    const KIND: &'static str = "attempts";
}

impl Store {
    /// Counts a try, or refuses it. One round trip and one write unit; two of each where earlier tries have expired and
    /// their row has not been removed yet.
    pub(super) async fn count_attempt(&self, caller: Id<Person>) -> Result<()> {
        let key = Key::attempts(caller);
        let now = self.now();
        let kept = Changes::for_row::<AttemptsRow>()?.set("kept_until", now.plus(KEPT))?;
        let mut backoff = Backoff::default();
        loop {
            let room = Condition::new("attribute_not_exists(pk) OR (kept_until > :now AND tries < :most)")
                .with(":now", now)?
                .with(":most", MOST)?;
            let more = kept.clone().count("tries");
            let row: AttemptsRow = match self.try_update::<AttemptsRow>(&key, &more, room).await? {
                Ok(_) => return Ok(()),
                Err(refused_by) => decode(refused_by)?,
            };
            if row.kept_until > now.0 {
                let retry_after = row.kept_until.saturating_sub(now.0);
                return Err(StoreError::TooManyAttempts { retry_after });
            }
            let expired = Condition::new("kept_until <= :now").with(":now", now)?;
            let first = kept.clone().set("tries", 1)?;
            if self
                .update_row::<AttemptsRow>(&key, &first, expired)
                .await?
                .is_some()
            {
                return Ok(());
            }
            backoff.wait("a race").await?;
        }
    }

    /// Takes back a try that was right. One round trip, one write unit.
    pub(super) async fn take_back_attempt(&self, caller: Id<Person>) -> Result<()> {
        let some = Condition::new("tries > :none").with(":none", 0)?;
        let less = Changes::default().count_down("tries");
        self.update_row::<AttemptsRow>(&Key::attempts(caller), &less, some)
            .await
            .map(drop)
    }
}
