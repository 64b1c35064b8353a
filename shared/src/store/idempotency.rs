//! Idempotency keys: a retry finds what the first request did.
//!
//! The record is written in the transaction of the effect, so there is never one without the other.

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use crate::model::{Id, PersonId, sha256};
use crate::store::error::Result;
use crate::store::table::{
    Again, Attempt, Cancellation, Check, Condition, Key, Outcome, ReadStore, Row, Rows, Transaction,
};

/// How long a record counts, in seconds: the promised 24 hours and one for clocks that disagree.
const KEPT: i64 = 25 * 60 * 60;

/// What a create did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created<T> {
    /// The resource as it is now.
    pub resource: T,
    /// Whether it was created, by this request or by the first one with the same idempotency key.
    pub is_new: bool,
    /// Whether a request with the same idempotency key had done it before.
    pub replayed: bool,
}

/// The idempotency key of one request.
#[derive(Clone, Debug)]
pub struct Idempotency {
    row: Key,
    fingerprint: String,
}

/// What a key has done. Failures leave none.
#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
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
pub(crate) struct Replay<T> {
    pub(crate) id: Id<T>,
    pub(crate) is_new: bool,
}

impl<T> Replay<T> {
    /// The answer of the first request, with the resource as it is now.
    pub(crate) fn answer<R>(&self, resource: R) -> Created<R> {
        Created {
            resource,
            is_new: self.is_new,
            replayed: true,
        }
    }
}

impl Key {
    /// What an idempotency key has done.
    pub(crate) fn idempotency(caller: PersonId, route: &str, digest: &str) -> Self {
        Self::new(
            format_args!("IDEMPOTENCY#{caller}"),
            format_args!("{route}#{digest}"),
        )
    }
}

impl Idempotency {
    /// The `key` that `caller` gave on `route` with a request of these parameters. Keys of other callers and other
    /// routes are other keys; how the body was encoded makes no difference.
    #[must_use]
    pub fn new(caller: PersonId, route: &str, key: &str, parameters: &impl Serialize) -> Self {
        // Parameters are plain structs: they always have a JSON form.
        let parameters = serde_json::to_vec(parameters).unwrap_or_default();
        Self {
            row: Key::idempotency(caller, route, &sha256(key.as_bytes())),
            fingerprint: sha256(&parameters),
        }
    }

    /// The record's key, to be read beside what the request needs.
    pub(crate) fn row(&self) -> Key {
        self.row.clone()
    }

    /// What the first request with this key did, if there was one.
    pub(crate) fn replay<T>(
        key: Option<&Self>,
        rows: &mut Rows,
        store: &ReadStore,
    ) -> Result<Option<Replay<T>>> {
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
    pub(crate) fn record<T>(
        &self,
        transaction: &mut Transaction<'_>,
        id: Id<T>,
        is_new: bool,
    ) -> Result<Check> {
        let now = transaction.store.now();
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

impl Transaction<'_> {
    /// Commits a create with the record of its key, if there is one. If the time for attempts ends while another request
    /// writes that record, the key is in use.
    pub(crate) async fn create<T>(
        mut self,
        key: Option<&Idempotency>,
        id: Id<T>,
        is_new: bool,
    ) -> Attempt<()> {
        let record = key.map(|key| key.record(&mut self, id, is_new)).transpose()?;
        if self.only_checks() {
            return Ok(());
        }
        let Outcome::Cancelled(cancellation) = self.commit().await? else {
            return Ok(());
        };
        Err(cancellation.lost_race(record).into())
    }
}

impl Cancellation {
    /// Another attempt. If none succeeds in time, and another request was writing the record of the same key, the key is
    /// in use.
    pub(crate) fn lost_race(&self, record: Option<Check>) -> Again {
        let in_use = record.filter(|record| self.conflicts(*record));
        Again::after("a race").out_of_time(in_use.map(|_| StoreError::KeyInUse))
    }
}
