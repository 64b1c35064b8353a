//! A copy of the table that follows it through its stream, but shows a change only when it is told to.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::database::Database;
use crate::database::stream::{Position, Record, Source};
use crate::directory::Data;
use crate::template::Template;

/// The table at an earlier time.
pub(super) struct View {
    copy: Database,
    source: Source,
    keys: Keys,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    /// How far the stream has been read.
    position: Position,
    /// The changes that have been read and are not shown yet, in their order.
    waiting: VecDeque<Change>,
}

/// The names of the table's key attributes.
#[derive(Clone)]
pub(super) struct Keys(Vec<String>);

/// The key of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct RowKey(Vec<String>);

/// A change of one row.
pub(super) struct Change {
    pub(super) row: RowKey,
    seen_at: Instant,
    key: Value,
    /// The row after the change; `None` if it was deleted.
    image: Option<Value>,
}

impl Change {
    /// How long ago it was seen first.
    pub(super) fn age(&self) -> Duration {
        self.seen_at.elapsed()
    }
}

impl Keys {
    fn of(template: &Template) -> Result<Self> {
        let schema = template.table.create_request()?.key_schema;
        Ok(Self(schema.into_iter().map(|key| key.attribute_name).collect()))
    }

    /// The key of the row that an item or a key names.
    pub(super) fn row(&self, item: &Value) -> RowKey {
        RowKey(self.0.iter().map(|name| item[name].to_string()).collect())
    }
}

impl View {
    /// Copies the table. Nothing may write it meanwhile.
    pub(super) async fn open(template: &Template, database: &Database) -> Result<Self> {
        let source = Source::open(database.handle().clone(), database.table_name()).await?;
        let copy = Database::start(template, &Data::Memory, database.credentials()).await?;
        let progress = Progress {
            position: source.end().await?,
            ..Progress::default()
        };
        let (from, to) = (database.handle().clone(), copy.handle().clone());
        let table_name = database.table_name().to_owned();
        spawn_blocking(move || copy_rows(&from, &to, &table_name)).await??;
        Ok(Self {
            copy,
            source,
            keys: Keys::of(template)?,
            progress: Mutex::new(progress),
        })
    }

    /// The database that shows the table as it was.
    pub(super) fn handle(&self) -> &dynoxide::Database {
        self.copy.handle()
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Shows every change up to now for which `is_visible` holds. The changes of one row keep their order.
    pub(super) async fn catch_up(&self, is_visible: impl Fn(&Change) -> bool) -> Result<()> {
        let mut progress = self.progress.lock().await;
        loop {
            let records = self.source.read(progress.position).await?;
            let Some(last) = records.last() else { break };
            progress.position = last.sequence_number;
            for record in records {
                progress.waiting.push_back(self.change(record)?);
            }
        }
        let mut held_back = HashSet::new();
        let (visible, waiting) = std::mem::take(&mut progress.waiting)
            .into_iter()
            .partition(|change| {
                let is_shown = !held_back.contains(&change.row) && is_visible(change);
                if !is_shown {
                    held_back.insert(change.row.clone());
                }
                is_shown
            });
        progress.waiting = waiting;
        self.show(visible).await
    }

    fn change(&self, mut record: Record) -> Result<Change> {
        let is_removal = record.json["eventName"] == "REMOVE";
        let data = &mut record.json["dynamodb"];
        let image = Some(data["NewImage"].take()).filter(|_| !is_removal);
        ensure!(
            image != Some(Value::Null),
            "the table's stream holds no new images"
        );
        let key = data["Keys"].take();
        Ok(Change {
            row: self.keys.row(&key),
            seen_at: Instant::now(),
            key,
            image,
        })
    }

    async fn show(&self, changes: VecDeque<Change>) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let (copy, table_name) = (self.copy.handle().clone(), self.copy.table_name().to_owned());
        let show = move || {
            for Change { key, image, .. } in changes {
                if let Some(image) = image {
                    put(&copy, &table_name, &image)?;
                } else {
                    let request = json!({"TableName": table_name, "Key": key});
                    copy.delete_item(serde_json::from_value(request)?)?;
                }
            }
            Ok(())
        };
        spawn_blocking(show).await?
    }
}

fn put(database: &dynoxide::Database, table_name: &str, item: &Value) -> Result<()> {
    let request = json!({"TableName": table_name, "Item": item});
    database.put_item(serde_json::from_value(request)?)?;
    Ok(())
}

fn copy_rows(from: &dynoxide::Database, to: &dynoxide::Database, table_name: &str) -> Result<()> {
    let mut request = json!({"TableName": table_name});
    loop {
        let page = from.scan(serde_json::from_value(request.clone())?)?;
        let mut page = serde_json::to_value(page)?;
        let items = page["Items"].as_array().context("a scan gave no rows")?;
        for item in items {
            put(to, table_name, item)?;
        }
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"].take();
        if request["ExclusiveStartKey"].is_null() {
            return Ok(());
        }
    }
}
