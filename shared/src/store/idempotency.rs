//! Idempotency keys: a retry gets the result of the first request.
//!
//! One transaction writes the record and the effect, so neither exists without the other.

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use crate::model::{Id, PersonId, sha256};
use crate::store::error::Result;
use crate::store::table::{
    Again, Attempt, Cancellation, Check, Condition, Key, Outcome, ReadStore, Row, Rows, Transaction,
};

/// How long a record is valid, in seconds: the promised 24 hours, plus one hour for clock differences.
const KEPT: i64 = 25 * 60 * 60;

/// The result of a create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created<T> {
    /// The resource as it is now.
    pub resource: T,
    /// Whether this request, or the first one with the same idempotency key, created the resource.
    pub is_new: bool,
    /// Whether an earlier request with the same idempotency key had done the work.
    pub replayed: bool,
}

impl<T> Created<T> {
    /// The same result with another form of the resource.
    pub fn showing<U>(self, resource: U) -> Created<U> {
        Created {
            resource,
            is_new: self.is_new,
            replayed: self.replayed,
        }
    }

    /// The resource as it was read after the commit. One that was found and deleted since is worth another attempt, which
    /// creates a new one.
    pub(crate) fn read(resource: Result<T>, is_new: bool) -> Attempt<Self> {
        match resource {
            Err(StoreError::Missing { .. }) if !is_new => Err(Again::after("a delete").into()),
            resource => Ok(Self {
                resource: resource?,
                is_new,
                replayed: false,
            }),
        }
    }
}

/// The idempotency key of one request.
#[derive(Clone, Debug)]
pub struct Idempotency {
    row: Key,
    fingerprint: String,
}

/// The record of a successful request. Failed requests leave none.
#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    fingerprint: String,
    resource_id: String,
    is_new: bool,
    /// When the record expires. The table's TTL attribute.
    kept_until: i64,
}

impl Row for Record {
    const KIND: &'static str = "idempotency";
}

/// The result of the first request with the same key.
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
    /// The record of an idempotency key.
    pub(crate) fn idempotency(caller: PersonId, route: &str, digest: &str) -> Self {
        Self::new(
            format_args!("IDEMPOTENCY#{caller}"),
            format_args!("{route}#{digest}"),
        )
    }
}

impl Idempotency {
    /// The `key` that `caller` sent on `route` with these parameters. The same key of another caller or on another
    /// route is a different key. The encoding of the body makes no difference.
    #[must_use]
    pub fn new(caller: PersonId, route: &str, key: &str, parameters: &impl Serialize) -> Self {
        // Parameters are plain structs and always serialize to JSON.
        let parameters = serde_json::to_vec(parameters).unwrap_or_default();
        Self {
            row: Key::idempotency(caller, route, &sha256(key.as_bytes())),
            fingerprint: sha256(&parameters),
        }
    }

    /// The record's key. Read it with the request's other rows.
    pub(crate) fn row(&self) -> Key {
        self.row.clone()
    }

    /// The result of the first request with this key, if there was one.
    pub(crate) fn replay<T>(
        key: Option<&Self>,
        rows: &mut Rows,
        store: &ReadStore,
    ) -> Result<Option<Replay<T>>> {
        let Some(key) = key else { return Ok(None) };
        // DynamoDB removes expired rows days late, so the time is checked here.
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

    /// Adds the record to the transaction that writes the effect.
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
    /// Commits a create, with the record of its key if there is one. If time runs out while another request writes that
    /// record, the error is `KeyInUse`.
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
    /// Asks for another attempt. If time runs out and another request was writing the record of the same key, the error
    /// is `KeyInUse`.
    pub(crate) fn lost_race(&self, record: Option<Check>) -> Again {
        let in_use = record.filter(|record| self.conflicts(*record));
        Again::after("a race").out_of_time(in_use.map(|_| StoreError::KeyInUse))
    }
}
