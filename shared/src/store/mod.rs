//! The table. One file per resource, each an `impl Store` block; keys stand in `keys.rs`, transactions in
//! `transaction.rs`. `docs/DATA-MODEL.md` lists every row and every access pattern.

mod activity;
mod all_messages;
mod attempts;
mod batch;
mod catalog;
mod catalog_audio;
mod catalog_import;
mod catalog_keys;
mod catalog_removal;
mod changes;
mod consistency;
mod contacts;
mod conversations;
mod error;
mod groups;
mod idempotency;
mod inbox;
mod keys;
mod memberships;
mod messages;
mod meter;
mod people;
mod playlists;
mod purge;
mod read_times;
mod reading;
mod retirement;
mod rows;
mod search;
mod search_all;
mod sides;
mod sounds;
mod timeline;
mod tokens;
mod transaction;
mod work;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, config};

pub use activity::SentMessage;
pub use catalog::Published;
pub use catalog_audio::{StoredAudio, UnusedAudio};
pub use catalog_import::{CatalogContent, Draft, Publishing};
pub use consistency::{Consistency, Problem, TablePlace};
pub use error::{Result, StoreError};
pub use idempotency::Idempotency;
pub use meter::Usage;
pub use search::SearchBounds;
pub use sounds::Neighbour;
pub use tokens::{NewToken, WhichToken};
pub use work::{Progress, Work};

use crate::aws;
use crate::model::{Millis, TagCount, Theme, Timestamp};
use catalog::{Kept, Pointer, WholeList};
use keys::Key;
use meter::Meter;

/// A row as DynamoDB returns it.
type Item = HashMap<String, AttributeValue>;

/// Tells the time. Tests give their own.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// The door to the table. Cheap to clone: clones share one client and its connections.
#[derive(Clone)]
pub struct Store {
    client: Client,
    table: Arc<str>,
    clock: Clock,
    meter: Meter,
    pointer: Kept<Pointer>,
    tags: Kept<WholeList<TagCount>>,
    themes: Kept<WholeList<Theme>>,
}

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

impl Store {
    /// A store on `table`, reached by a client with this configuration.
    pub fn new(config: config::Builder, table: impl Into<Arc<str>>, clock: Clock) -> Self {
        let meter = Meter::default();
        let client = Client::from_conf(config.interceptor(meter.clone()).build());
        Self {
            client,
            table: table.into(),
            clock,
            meter,
            pointer: Kept::default(),
            tags: Kept::default(),
            themes: Kept::default(),
        }
    }

    /// What the database calls since the last time have come to.
    #[must_use]
    pub fn take_usage(&self) -> Usage {
        self.meter.take()
    }

    /// The store that the environment names: the table in `TABLE_NAME`, region, credentials and endpoint as in
    /// every AWS SDK. The connection is opened here, during init, where Lambda gives a full CPU.
    pub async fn from_env() -> Result<Self> {
        let table = std::env::var("TABLE_NAME")
            .map_err(|_| StoreError::Internal("the environment variable TABLE_NAME is not set".to_owned()))?;
        let config = aws::config()
            .timeout_config(
                // As a rule a request ends long before the function's 15 s: 2 for the token, 5 of `Backoff` with two
                // calls after it, and 2 to read what came out. Where more comes together, `api` ends it.
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(1))
                    .operation_attempt_timeout(Duration::from_secs(1))
                    .operation_timeout(Duration::from_secs(2))
                    .build(),
            )
            .load()
            .await;
        let store = Self::new(config::Builder::from(&config), table, Arc::new(system_clock));
        store.warm_up().await;
        store.meter.take();
        Ok(store)
    }

    /// Reads a row that never exists. Only the open connection matters: a failure shows in the first real call.
    async fn warm_up(&self) {
        let key = Key::warm_up().attributes();
        let outcome = self
            .client
            .get_item()
            .table_name(&*self.table)
            .set_key(Some(key))
            .send()
            .await;
        if let Err(error) = outcome {
            tracing::warn!(error = %StoreError::from(error), "could not warm the connection");
        }
    }

    fn now(&self) -> Timestamp {
        (self.clock)().into()
    }
}

/// The machine's clock.
#[must_use]
pub fn system_clock() -> Millis {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
}
