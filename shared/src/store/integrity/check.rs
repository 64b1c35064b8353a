//! The integrity check: whether the rows of the table match each other. An operator runs it after an incident or a
//! restore, and tests run it at their end. It reads the whole table, so no request and no schedule runs it.
//!
//! Writes go on meanwhile, and rows are read one after the other. So each mismatch is looked at again, and reported
//! only if it persists.

use std::time::Duration;

use tokio::time::Instant;

use super::look::Look;
use super::report::{IntegrityReport, TablePlace};
use crate::store::attachments::rows::{AttachmentRow, ObjectRow, ReleaseWork, UploadRow};
use crate::store::catalog::audio::{ReferenceRow, StoredAudio, UnusedAudio};
use crate::store::catalog::keys::is_of_catalog;
use crate::store::contacts::attempts::AttemptsRow;
use crate::store::contacts::contact::ContactRow;
use crate::store::conversations::pairs::PairRow;
use crate::store::conversations::purge::PurgeWork;
use crate::store::error::{Result, StoreError};
use crate::store::idempotency::Record;
use crate::store::people::person::{PersonRow, UsernameRow};
use crate::store::people::retirement::RetirementWork;
use crate::store::people::tokens::{PersonTokenRow, TokenRow};
use crate::store::table::{Item, Key, Row, Store};

/// Looks at a mismatch before it is reported.
const LOOKS: usize = 3;
/// Pause between two looks, in which a write in progress can finish.
const PAUSE: Duration = Duration::from_millis(100);
/// The most problems in one report. More would not fit into an answer.
const MOST_PROBLEMS: usize = 1000;

impl Store {
    /// Checks every row of the table, starting from a place, until the time is up.
    pub async fn check_integrity(&self, from: Option<TablePlace>, until: Instant) -> Result<IntegrityReport> {
        let mut start = from.map(|TablePlace { pk, sk }| Key { pk, sk }.attributes());
        let mut report = IntegrityReport {
            rows: 0,
            raised: 0,
            problems: Vec::new(),
            continue_from: None,
        };
        let mut last_partition = None;
        loop {
            let page = self
                .client
                .scan()
                .table_name(&*self.table)
                .set_exclusive_start_key(start)
                .send()
                .await?;
            for item in page.items.unwrap_or_default() {
                report.rows += 1;
                let key =
                    Key::of(&item).ok_or_else(|| StoreError::Internal("a row has no key".to_owned()))?;
                if last_partition.as_ref() == Some(&key.pk) && key.is_of_conversation() {
                    // Already checked with the first row of its partition: a scan reads partition by partition.
                    continue;
                }
                last_partition = Some(key.pk.clone());
                let look = self.look_at(&key, item).await?;
                report.raised += look.raised;
                report.problems.extend(look.problems);
            }
            start = page.last_evaluated_key;
            let Some(next) = &start else {
                return Ok(report);
            };
            if Instant::now() >= until || report.problems.len() >= MOST_PROBLEMS {
                report.continue_from = Key::of(next).map(|Key { pk, sk }| TablePlace { pk, sk });
                return Ok(report);
            }
        }
    }

    /// The persistent problems of the row, or of the whole partition if it is a conversation's.
    async fn look_at(&self, key: &Key, item: Item) -> Result<Look> {
        let mut found = self.look(key, item).await?;
        for _ in 1..LOOKS {
            if found.problems.is_empty() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
            let Some(item) = self.item(key).await? else {
                return Ok(Look::default());
            };
            let again = self.look(key, item).await?;
            found.problems.retain(|problem| again.problems.contains(problem));
            found.raised += again.raised;
        }
        Ok(found)
    }

    async fn look(&self, key: &Key, item: Item) -> Result<Look> {
        if key.is_of_conversation() {
            return self.look_at_conversation(key).await;
        }
        let mut look = Look::default();
        if is_of_catalog(key) {
            self.look_at_catalog(&mut look, key, item).await?;
            return Ok(look);
        }
        let kind = item
            .get("kind")
            .and_then(|kind| kind.as_s().ok())
            .cloned()
            .unwrap_or_default();
        match kind.as_str() {
            PersonRow::KIND => self.look_at_person(&mut look, key, item).await?,
            UsernameRow::KIND => self.look_at_username(&mut look, key, item).await?,
            ContactRow::KIND => self.look_at_contact(&mut look, key, item).await?,
            TokenRow::KIND => self.look_at_token(&mut look, key, item).await?,
            PersonTokenRow::KIND => self.look_at_person_token(&mut look, key, item).await?,
            PairRow::KIND => self.look_at_pair(&mut look, key, item).await?,
            PurgeWork::KIND => self.look_at_purge(&mut look, key, item).await?,
            AttachmentRow::KIND => self.look_at_attachment(&mut look, key, item).await?,
            ObjectRow::KIND | ReferenceRow::KIND => self.look_at_object(&mut look, key, item).await?,
            UploadRow::KIND => self.look_at_upload(&mut look, key, item).await?,
            ReleaseWork::KIND => _ = look.read::<ReleaseWork>(key, item),
            RetirementWork::KIND => self.look_at_retirement(&mut look, key, item).await?,
            AttemptsRow::KIND => _ = look.read::<AttemptsRow>(key, item),
            UnusedAudio::KIND => _ = look.read::<UnusedAudio>(key, item),
            // Only the import reads what it contains.
            StoredAudio::<()>::KIND => {}
            Record::KIND => _ = look.read::<Record>(key, item),
            _ => look.report(
                key,
                "A row is of a kind that belongs where it stands.",
                "Delete this row if no program of yours needs it.",
            ),
        }
        Ok(look)
    }

    /// A row that another row refers to. If it can't be decoded, its own check reports that.
    pub(crate) async fn related<R: Row>(&self, key: Key) -> Result<Option<R>> {
        let row = self.rows([key.clone()]).await?.take(&key);
        Ok(row.unwrap_or_default())
    }

    /// One row as it stands in the table.
    async fn item(&self, key: &Key) -> Result<Option<Item>> {
        Ok(self.rows([key.clone()]).await?.take_item(key))
    }
}
