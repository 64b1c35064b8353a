//! Stores on one table and one bucket, all in this process, and the way back to how the table was.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{AppName, Credentials, SharedCredentialsProvider};
use local::database::Database;
use local::storage::Storage;
use local::template::{Pattern, Template};
use local::{Data, Faults, InProcess};
use serde_json::{Value, json};
use shared::model::Millis;
use shared::store::bucket::Bucket;
use shared::store::{Clock, Store, system_clock};
use tokio::time::Instant;

use crate::connector::Connector;
use crate::{changes, reconcile};

/// A table and a bucket.
pub(crate) struct Machine {
    pub(crate) faults: Faults,
    pub(crate) database: Database,
    pub(crate) bucket: Bucket,
    /// How often something was written to the bucket.
    pub(crate) bucket_changes: Arc<AtomicU64>,
    connector: Connector,
    /// Made once each: a client is a heavy thing.
    stores: Mutex<HashMap<&'static str, Store>>,
    clock: Arc<AtomicU64>,
    /// Those of the mapping of `changes`.
    filters: Vec<Pattern>,
    /// Whether time has passed by which something may be due.
    is_later: AtomicBool,
    /// The stream and its only shard.
    shard: OnceLock<(String, String)>,
    /// The functions behind the HTTP API.
    routes: HashSet<String>,
    /// The number of the last record of the stream that was delivered.
    delivered: Mutex<Option<String>>,
    snapshots: tempfile::TempDir,
    count: AtomicU64,
    empty: OnceLock<Snapshot>,
}

/// A table as it was once.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    name: String,
    clock: u64,
    is_later: bool,
    delivered: Option<String>,
}

impl Machine {
    pub(crate) async fn start() -> Self {
        let template =
            Template::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml")).unwrap();
        let credentials = local::Credentials::draw();
        let faults = Faults::new(1).keeping_calls();
        let database = Database::start(&template, &Data::Memory, &credentials)
            .await
            .unwrap();
        let storage = Storage::start(&template, &Data::Memory, &credentials)
            .await
            .unwrap();
        let connector = Connector::Database(Arc::new(InProcess::new(&faults, &database)));
        let bucket_changes = Arc::<AtomicU64>::default();
        let name = storage.bucket_name().unwrap().to_owned();
        let signer = Credentials::new(
            credentials.access_key_id(),
            credentials.secret_access_key(),
            None,
            None,
            "these tests",
        );
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(storage.url())
            .credentials_provider(SharedCredentialsProvider::new(signer))
            .http_client(Connector::Storage(Arc::new(storage), Arc::clone(&bucket_changes)))
            .build();
        Self {
            faults,
            // Signed by the real time: the storage looks at its own clock.
            bucket_changes,
            bucket: Bucket::new(&config, name, Arc::new(system_clock)),
            database,
            connector,
            stores: Mutex::default(),
            clock: Arc::new(AtomicU64::new(1_800_000_000_000)),
            is_later: AtomicBool::default(),
            shard: OnceLock::new(),
            routes: routes(&template),
            filters: filters(template),
            delivered: Mutex::default(),
            snapshots: tempfile::tempdir().unwrap(),
            count: AtomicU64::default(),
            empty: OnceLock::new(),
        }
    }

    /// Goes back to an empty table.
    pub(crate) fn clear(&self) {
        let empty = self.empty.get_or_init(|| self.snapshot());
        self.restore(empty);
    }

    /// A store whose calls the faults know by this name.
    pub(crate) fn store(&self, name: &'static str) -> Store {
        let mut stores = self.stores.lock().unwrap();
        stores.entry(name).or_insert_with(|| self.new_store(name)).clone()
    }

    /// Lets stores be made anew, which remember nothing.
    pub(crate) fn forget_stores(&self) {
        self.stores.lock().unwrap().clear();
    }

    fn new_store(&self, name: &'static str) -> Store {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .allow_no_auth()
            .app_name(AppName::new(name).unwrap())
            .http_client(self.connector.clone())
            .endpoint_url("http://127.0.0.1");
        let clock = Arc::clone(&self.clock);
        // Each look at it is a millisecond later, so that later ids sort later.
        let clock: Clock = Arc::new(move || Millis(clock.fetch_add(1, Ordering::Relaxed)));
        Store::new(config, self.database.table_name(), clock)
    }

    /// Keeps the table as it is now.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let file = self.snapshots.path().join(number.to_string());
        // The database's own file system knows only what is open.
        let name = format!("file:{}?vfs=unix", file.to_str().unwrap());
        self.database.handle().vacuum_into(&name).unwrap();
        Snapshot {
            name,
            clock: self.clock.load(Ordering::Relaxed),
            is_later: self.is_later.load(Ordering::Relaxed),
            delivered: self.delivered.lock().unwrap().clone(),
        }
    }

    /// Goes back to how the table was. The bucket stays.
    pub(crate) fn restore(&self, snapshot: &Snapshot) {
        self.database.handle().restore_from(&snapshot.name).unwrap();
        self.clock.store(snapshot.clock, Ordering::Relaxed);
        self.is_later.store(snapshot.is_later, Ordering::Relaxed);
        self.delivered.lock().unwrap().clone_from(&snapshot.delivered);
    }

    /// Whether the function checks a token first.
    pub(crate) fn needs_token(&self, function: &str) -> bool {
        self.routes.contains(function)
    }

    /// Lets time pass.
    pub(crate) fn advance(&self, seconds: u64) {
        self.is_later.store(true, Ordering::Relaxed);
        self.clock.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    /// Every row of the table.
    pub(crate) fn rows(&self) -> Vec<Value> {
        let request = json!({"TableName": self.database.table_name()});
        let page = self
            .database
            .handle()
            .scan(serde_json::from_value(request).unwrap())
            .unwrap();
        let mut page = serde_json::to_value(page).unwrap();
        assert!(page["LastEvaluatedKey"].is_null(), "a scene is small");
        serde_json::from_value(page["Items"].take()).unwrap()
    }

    /// Delivers what is in the stream to `changes`, once: the records that its mapping's filter passes, in one batch.
    /// Gives how many there were.
    pub(crate) async fn deliver(&self, store: &Store) -> Result<usize, String> {
        let mut taken = Taken {
            delivered: &self.delivered,
            before: self.delivered.lock().unwrap().clone(),
            are_done: false,
        };
        let records = self.take_records();
        let count = records.len();
        if count > 0 {
            let event = serde_json::from_value(json!({ "Records": records })).unwrap();
            let response = changes::follow(store.clone(), event, later(), self.bucket.clone()).await;
            let failures = response.map_err(|error| error.to_string())?.batch_item_failures;
            if !failures.is_empty() {
                return Err(format!("changes fails at {} records", failures.len()));
            }
        }
        taken.are_done = true;
        Ok(count)
    }

    /// Does what `reconcile` does by its schedule.
    pub(crate) async fn reconcile(&self, store: &Store) -> Result<(), String> {
        let outcome = reconcile::finish_work(store, false, &self.bucket, later()).await;
        outcome
            .map(drop)
            .map_err(|error| format!("reconcile fails: {error}"))
    }

    /// Delivers the stream until nothing is left, and lets `reconcile` finish the work that waits for it. Gives the rows
    /// that there are then.
    pub(crate) async fn settle(&self, store: &Store) -> Result<Vec<Value>, String> {
        while self.deliver(store).await? > 0 {}
        let rows = self.rows();
        let is_due = self.is_later.swap(false, Ordering::Relaxed);
        if !is_due && rows.iter().all(|row| row["pk"]["S"] != "WORK") {
            return Ok(rows);
        }
        self.advance(300);
        self.reconcile(store).await?;
        while self.deliver(store).await? > 0 {}
        Ok(self.rows())
    }

    /// The records that have come since the last delivery and pass the filter.
    fn take_records(&self) -> Vec<Value> {
        let database = self.database.handle();
        let (arn, shard) = self.shard.get_or_init(|| {
            let streams = database
                .list_streams(serde_json::from_value(json!({})).unwrap())
                .unwrap()
                .streams;
            let arn = streams[0].stream_arn.clone();
            let described = database
                .describe_stream(serde_json::from_value(json!({"StreamArn": arn})).unwrap())
                .unwrap();
            (arn, described.stream_description.shards[0].shard_id.clone())
        });
        let mut delivered = self.delivered.lock().unwrap();
        let mut request = json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
        if let Some(number) = &*delivered {
            request["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
            request["SequenceNumber"] = json!(number);
        }
        let iterator = database
            .get_shard_iterator(serde_json::from_value(request).unwrap())
            .unwrap();
        let request = json!({"ShardIterator": iterator.shard_iterator});
        let records = database
            .get_records(serde_json::from_value(request).unwrap())
            .unwrap()
            .records;
        if let Some(last) = records.last() {
            *delivered = Some(last.dynamodb.sequence_number.clone());
        }
        let records = records
            .into_iter()
            .map(|record| serde_json::to_value(record).unwrap());
        records
            .filter(|record| self.filters.iter().any(|filter| filter.matches(record)))
            .collect()
    }
}

/// Records that were taken from the stream: they come again if whoever has them dies.
struct Taken<'a> {
    delivered: &'a Mutex<Option<String>>,
    /// The last record before them.
    before: Option<String>,
    are_done: bool,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.are_done {
            *self.delivered.lock().unwrap() = self.before.take();
        }
    }
}

fn routes(template: &Template) -> HashSet<String> {
    let routes = template
        .functions
        .iter()
        .filter(|function| !function.events.routes.is_empty());
    routes.map(|function| function.name.clone()).collect()
}

fn filters(template: Template) -> Vec<Pattern> {
    let changes = template
        .functions
        .into_iter()
        .find(|function| function.name == "changes");
    let streams = changes.unwrap().events.streams;
    streams.into_iter().flat_map(|mapping| mapping.filters).collect()
}

/// A time that does not come.
pub(crate) fn later() -> Instant {
    Instant::now() + Duration::from_hours(1)
}
