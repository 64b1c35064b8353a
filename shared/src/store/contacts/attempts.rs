//! Guesses at phone numbers. A try is counted before the numbers are compared. It is taken back when it was right, and
//! counted as wrong otherwise: so of many at once no more are compared than one after the other.

use serde::{Deserialize, Serialize};

use crate::model::PersonId;
use crate::store::error::{Result, StoreError};
use crate::store::table::{Again, Condition, EXISTS, Key, Row, Store, UpdateExpression, decode};

/// The most wrong phone numbers that a caller may give in an hour.
const MOST: u32 = 10;
/// How long after the last wrong one all are forgotten, in seconds: so that no hour has more than `MOST`.
const KEPT: i64 = 60 * 60;

/// The phone numbers that a caller has given for people who are no contacts of theirs.
#[derive(Serialize, Deserialize)]
pub(crate) struct AttemptsRow {
    /// How many were wrong, or are being compared.
    tries: u32,
    /// How many were wrong.
    #[serde(default)]
    wrong: u32,
    /// The table's TTL attribute.
    kept_until: i64,
}

impl Row for AttemptsRow {
    const KIND: &'static str = "attempts";
}

impl Store {
    /// Counts a try, or refuses it. One round trip and one write unit; two of each where earlier tries have expired and
    /// their row has not been removed yet. Where others that are being compared take up the room, it waits for them.
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

    /// Takes back a try that was right. One round trip, one write unit.
    pub(crate) async fn take_back_attempt(&self, caller: PersonId) -> Result<()> {
        let some = Condition::new("tries > :none").with(":none", 0)?;
        self.change_attempts(caller, UpdateExpression::default().count_down("tries"), some)
            .await
    }

    /// Notes that a try was wrong. One round trip, one write unit.
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
