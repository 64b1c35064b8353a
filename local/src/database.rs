//! The embedded DynamoDB: dynoxide in this process, with the template's table and an HTTP endpoint for the functions.

mod access;
pub(crate) mod protocol;
pub(crate) mod stream;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use dynoxide::actions::describe_table::DescribeTableRequest;
use dynoxide::actions::update_time_to_live::{TimeToLiveSpecification, UpdateTimeToLiveRequest};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::{JoinSet, spawn_blocking};
use uuid::Uuid;

pub(crate) use access::restrict;

use crate::credentials::Credentials;
use crate::directory::{self, Data};
use crate::server::Server;
use crate::template::{Table, Template};

/// The file of a kept database, in the data directory.
const FILE: &str = "dynamodb.sqlite";

/// How often expired rows are removed. DynamoDB takes days; here a developer can watch it.
const SWEEP_PERIOD: Duration = Duration::from_mins(1);

/// The shortest rest after a sweep, as a multiple of its duration.
const SWEEP_REST: u32 = 20;

/// How long requests in flight may take when the database stops.
const STOP_TIME: Duration = Duration::from_secs(1);

/// A running database with the template's table.
pub struct Database {
    handle: dynoxide::Database,
    /// The file that keeps it.
    file: Option<PathBuf>,
    url: String,
    table_name: String,
    credentials: Credentials,
    server: Server,
    _sweeper: JoinSet<()>,
}

impl Database {
    /// Starts the database on a free port of 127.0.0.1, and creates the table if it isn't there. Only callers with the
    /// credentials are admitted.
    pub async fn start(template: &Template, data: &Data, credentials: &Credentials) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Self::start_on(listener, template, data, credentials).await
    }

    pub(crate) async fn start_on(
        listener: TcpListener,
        template: &Template,
        data: &Data,
        credentials: &Credentials,
    ) -> Result<Self> {
        let path = match data {
            Data::Memory => None,
            Data::Directory(directory) => Some(directory.join(FILE)),
        };
        let table = template.table.clone();
        let table_name = table.name.clone();
        let file = path.clone();
        let handle = spawn_blocking(move || open(path.as_deref(), &table)).await??;
        let address = listener.local_addr()?;
        let service = restrict(protocol::service(handle.clone()), address, credentials);
        let mut sweeper = JoinSet::new();
        sweeper.spawn(sweep(handle.clone()));
        Ok(Self {
            handle,
            file,
            url: format!("http://{address}"),
            table_name,
            credentials: credentials.clone(),
            server: Server::start(listener, service),
            _sweeper: sweeper,
        })
    }

    /// The database itself. Its calls block; from asynchronous code go through the URL or `spawn_blocking`.
    #[must_use]
    pub fn handle(&self) -> &dynoxide::Database {
        &self.handle
    }

    /// The file that keeps it, if there is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The endpoint that speaks DynamoDB's protocol.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The table's name.
    #[must_use]
    pub fn table_name(&self) -> &str {
        &self.table_name
    }

    /// The credentials that it accepts.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Stops serving, after the requests in flight.
    pub async fn stop(self) {
        self.server.stop(STOP_TIME).await;
    }
}

fn open(path: Option<&Path>, table: &Table) -> Result<dynoxide::Database> {
    let name = match path {
        // In memory. Every connection of this process that knows the name can reach it. A gigabyte at most:
        // https://www.sqlite.org/compile.html#memdb_default_maxsize.
        None => format!("file:/{}?vfs=memdb", Uuid::new_v4()),
        Some(path) => path
            .to_str()
            .with_context(|| format!("{} is not a usable path", path.display()))?
            .to_owned(),
    };
    let database = dynoxide::Database::new(&name).with_context(|| format!("can't open {name}"))?;
    index_stream(&name).with_context(|| format!("can't change {name}"))?;
    // Its name does not say that writes no longer wait for the disk. The file is in WAL mode, so a crash of the process
    // loses nothing, and a power failure loses only the last writes
    // (https://www.sqlite.org/pragma.html#pragma_synchronous).
    database.disable_bulk_loading()?;
    let exists = database.list_tables(dynoxide::actions::list_tables::ListTablesRequest::default())?;
    if exists.table_names.contains(&table.name) {
        ensure_same(&database, table).map_err(|difference| {
            anyhow!(
                "the stored table {} is not the template's: {difference}.\n{}",
                table.name,
                directory::ADVICE
            )
        })?;
    } else {
        database.create_table(table.create_request()?)?;
    }
    if let Some(attribute_name) = table.ttl_attribute.clone() {
        database.update_time_to_live(UpdateTimeToLiveRequest {
            table_name: table.name.clone(),
            time_to_live_specification: TimeToLiveSpecification {
                attribute_name,
                enabled: true,
            },
        })?;
    }
    Ok(database)
}

/// Without an index on the numbers of the stream's records, dynoxide reads all records for each write, to find the last.
fn index_stream(name: &str) -> rusqlite::Result<()> {
    rusqlite::Connection::open(name)?.execute_batch(
        "CREATE INDEX IF NOT EXISTS stream_records_by_number
         ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
    )
}

/// Compares what a stored table is with what the template would create.
fn ensure_same(database: &dynoxide::Database, table: &Table) -> Result<()> {
    let stored = describe(database, &table.name)?;
    let fresh = dynoxide::Database::memory()?;
    fresh.create_table(table.create_request()?)?;
    let wanted = describe(&fresh, &table.name)?;
    for part in [
        "KeySchema",
        "AttributeDefinitions",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
        "StreamSpecification",
    ] {
        ensure!(stored[part] == wanted[part], "its {part} differs");
    }
    Ok(())
}

/// A table's definition, without what depends on its content and age.
fn describe(database: &dynoxide::Database, name: &str) -> Result<Value> {
    let request = DescribeTableRequest {
        table_name: name.to_owned(),
    };
    let mut description = serde_json::to_value(database.describe_table(request)?.table)?;
    for kind in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let indexes = description[kind]
            .as_array_mut()
            .map(std::mem::take)
            .unwrap_or_default();
        let definitions = indexes
            .iter()
            .map(|index| json!([index["IndexName"], index["KeySchema"], index["Projection"]]));
        description[kind] = definitions.collect();
    }
    Ok(description)
}

async fn sweep(database: dynoxide::Database) {
    let mut pause = SWEEP_PERIOD;
    loop {
        tokio::time::sleep(pause).await;
        let (database, started) = (database.clone(), Instant::now());
        // The next sweep makes up for one that fails.
        let _ = spawn_blocking(move || database.sweep_ttl()).await;
        // A sweep reads the whole table, and other calls wait for it.
        pause = SWEEP_PERIOD.max(started.elapsed() * SWEEP_REST);
    }
}
