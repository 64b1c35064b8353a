//! Idempotency keys: a retry finds what the first request did.
//!
//! The record is written in the transaction of the effect, so there is never one without the other.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Store;
use super::error::{Result, StoreError};
use super::keys::Key;
use super::rows::{Row, Rows};
use super::transaction::{Backoff, Check, Condition, Refusal, Transaction};
use crate::model::{Id, Person};

/// How long a record counts, in seconds: the promised 24 hours and one for clocks that disagree.
const KEPT: i64 = 25 * 60 * 60;

/// The idempotency key of one request.
#[derive(Clone, Debug)]
pub struct Idempotency {
    row: Key,
    fingerprint: String,
}

/// What a key has done. Failures leave none.
#[derive(Serialize, Deserialize)]
struct Record {
    fingerprint: String,
    resource_id: String,
    is_new: bool,
    /// The table's TTL attribute.
    kept_until: i64,
}

impl Row for Record {
    const KIND: &'static str = "idempotency";
}

/// What the first request with the same key did.
pub(super) struct Replay<T> {
    pub(super) id: Id<T>,
    pub(super) is_new: bool,
}

impl Idempotency {
    /// The `key` that `caller` gave on `route` with a request of these parameters. Keys of other callers and other
    /// routes are other keys; how the body was encoded makes no difference.
    #[must_use]
    pub fn new(caller: Id<Person>, route: &str, key: &str, parameters: &impl Serialize) -> Self {
        // Parameters are plain structs: they always have a JSON form.
        let parameters = serde_json::to_vec(parameters).unwrap_or_default();
        Self {
            row: Key::idempotency(caller, route, &digest(key.as_bytes())),
            fingerprint: digest(&parameters),
        }
    }

    /// The record's key, to be read beside what the request needs.
    pub(super) fn row(&self) -> Key {
        self.row.clone()
    }

    /// What the first request with this key did, if there was one.
    pub(super) fn replay<T>(key: Option<&Self>, rows: &mut Rows, store: &Store) -> Result<Option<Replay<T>>> {
        let Some(key) = key else { return Ok(None) };
        // Expired rows are removed days late, so their time is compared here.
        let Some(record) = rows
            .take::<Record>(&key.row)?
            .filter(|record| record.kept_until > store.now().0)
        else {
            return Ok(None);
        };
        if record.fingerprint != key.fingerprint {
            return Err(StoreError::KeyReused);
        }
        let id = record.resource_id.parse().map_err(StoreError::internal)?;
        Ok(Some(Replay {
            id,
            is_new: record.is_new,
        }))
    }

    /// Adds the record to the transaction of its effect.
    pub(super) fn record<T>(
        &self,
        transaction: &mut Transaction<'_>,
        store: &Store,
        id: Id<T>,
        is_new: bool,
    ) -> Result<Check> {
        let now = store.now();
        let record = Record {
            fingerprint: self.fingerprint.clone(),
            resource_id: id.to_string(),
            is_new,
            kept_until: now.plus(KEPT).0,
        };
        let unused = Condition::new("attribute_not_exists(pk) OR kept_until <= :now").with(":now", now)?;
        transaction.put(&self.row, &record, unused)
    }
}

/// Waits until a refused create is worth another attempt. When the time is up and the key's own record was being
/// written, the caller learns that the key is in use.
pub(super) async fn wait(backoff: &mut Backoff, refusal: &Refusal, record: Option<Check>) -> Result<()> {
    backoff.wait("a race").await.map_err(|error| match record {
        Some(record) if refusal.conflicts(record) => StoreError::KeyInUse,
        _ => error,
    })
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
