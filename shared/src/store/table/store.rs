//! The DynamoDB client of the store.

use std::ops::Deref;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::{Client, config};

use super::cache::Cache;
use super::meter::{Meter, Usage};
use crate::model::{Millis, Timestamp};

/// A source of the current time. Tests pass their own.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// Read access to the table. Cheap to clone: clones share one client and its connections.
#[derive(Clone)]
pub struct ReadStore {
    pub(crate) client: Client,
    pub(crate) table: Arc<str>,
    pub(crate) clock: Clock,
    pub(crate) meter: Meter,
    pub(crate) cache: Cache,
}

/// Read and write access to the table.
#[derive(Clone)]
pub struct Store(ReadStore);

impl Store {
    /// A store on `table`, with a client of this configuration.
    pub fn new(config: config::Builder, table: impl Into<Arc<str>>, clock: Clock) -> Self {
        let meter = Meter::default();
        let client = Client::from_conf(config.interceptor(meter.clone()).build());
        Self(ReadStore {
            client,
            table: table.into(),
            clock,
            meter,
            cache: Cache::default(),
        })
    }
}

impl Deref for Store {
    type Target = ReadStore;

    fn deref(&self) -> &ReadStore {
        &self.0
    }
}

impl From<Store> for ReadStore {
    fn from(store: Store) -> Self {
        store.0
    }
}

impl ReadStore {
    /// The calls and capacity units since the last `take_usage`, which resets them.
    #[must_use]
    pub fn take_usage(&self) -> Usage {
        self.meter.take()
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)().into()
    }
}

/// The system clock.
#[must_use]
pub fn system_clock() -> Millis {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
}
