//! Limit on guesses of phone numbers. An attempt is counted before the numbers are compared. Afterwards a right guess
//! is uncounted and a wrong one is counted as wrong. So concurrent guesses get no extra comparisons.

use serde::{Deserialize, Serialize};

use crate::model::PersonId;
use crate::store::error::{Result, StoreError};
use crate::store::table::{Again, Condition, EXISTS, Key, Row, Store, UpdateExpression, decode};

/// The most wrong phone numbers of a caller per hour.
const MOST: u32 = 10;
/// How long after the last wrong guess the counts expire, in seconds. No hour has more than `MOST` wrong guesses.
const KEPT: i64 = 60 * 60;

/// A caller's guesses of the phone numbers of people who are not their contacts.
#[derive(Serialize, Deserialize)]
pub(crate) struct AttemptsRow {
    /// Guesses that were wrong or are still being compared.
    tries: u32,
    /// Guesses that were wrong.
    #[serde(default)]
    wrong: u32,
    /// When the counts expire. The table's TTL attribute.
    kept_until: i64,
}

impl Row for AttemptsRow {
    const KIND: &'static str = "attempts";
}

impl Store {
    /// Counts an attempt, or refuses it. One round trip and one write unit; two of each if the counts have expired and
    /// the row still exists. Waits while attempts in progress fill the limit.
    pub(crate) async fn count_attempt(&self, caller: PersonId) -> Result<()> {
        let key = Key::attempts(caller);
        self.retry(|| async {
            let now = self.now();
            let row = UpdateExpression::for_row::<AttemptsRow>()?;
            let more = row
                .clone()
                .count("tries")
                .set_once("kept_until", now.plus(KEPT))?;
            let room = "attribute_not_exists(pk) OR (kept_until > :now AND tries < :most AND \
                 (attribute_not_exists(wrong) OR wrong < :most))";
            let room = Condition::new(room).with(":now", now)?.with(":most", MOST)?;
            let found: AttemptsRow = match self.try_update::<AttemptsRow>(&key, &more, room).await? {
                Ok(_) => return Ok(()),
                Err(refused_by) => decode(refused_by)?,
            };
            if found.kept_until <= now.0 {
                let first = row
                    .set("tries", 1)?
                    .set("wrong", 0)?
                    .set("kept_until", now.plus(KEPT))?;
                let expired = Condition::new("kept_until <= :now").with(":now", now)?;
                let counted: Option<AttemptsRow> = self.update_row(&key, &first, expired).await?;
                return counted
                    .map(drop)
                    .ok_or_else(|| Again::after("other tries").into());
            }
            let retry_after = found.kept_until.saturating_sub(now.0);
            let too_many = StoreError::TooManyAttempts { retry_after };
            if found.wrong >= MOST {
                return Err(too_many.into());
            }
            Err(Again::after("other tries").out_of_time(Some(too_many)).into())
        })
        .await
    }

    /// Uncounts a right guess. One round trip, one write unit.
    pub(crate) async fn take_back_attempt(&self, caller: PersonId) -> Result<()> {
        let some = Condition::new("tries > :none").with(":none", 0)?;
        self.change_attempts(caller, UpdateExpression::default().count_down("tries"), some)
            .await
    }

    /// Counts a guess as wrong. One round trip, one write unit.
    pub(crate) async fn note_wrong_attempt(&self, caller: PersonId) -> Result<()> {
        let kept_until = self.now().plus(KEPT);
        let wrong = UpdateExpression::default()
            .count("wrong")
            .set("kept_until", kept_until)?;
        self.change_attempts(caller, wrong, EXISTS).await
    }

    async fn change_attempts(
        &self,
        caller: PersonId,
        changes: UpdateExpression,
        condition: impl Into<Condition>,
    ) -> Result<()> {
        self.update_row::<AttemptsRow>(&Key::attempts(caller), &changes, condition)
            .await
            .map(drop)
    }
}
