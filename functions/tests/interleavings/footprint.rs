//! The rows that a database call reads and writes. Two calls without a row in common have the same effects in either
//! order, so only those that have one are tried in both.

use local::Call;
use serde_json::Value;

/// Rows that calls read and write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Footprint {
    reads: Vec<Rows>,
    writes: Vec<Key>,
    /// How many calls there are.
    pub(crate) calls: usize,
}

/// The partition key and the sort key.
type Key = (String, String);

/// Some rows of the table.
#[derive(Clone, Debug, PartialEq)]
enum Rows {
    One(Key),
    Partition(String),
    /// Those of an index may be any.
    All,
}

impl Rows {
    fn has(&self, key: &Key) -> bool {
        match self {
            Self::One(own) => own == key,
            Self::Partition(partition) => *partition == key.0,
            Self::All => true,
        }
    }
}

impl Footprint {
    pub(crate) fn of<'a>(calls: impl IntoIterator<Item = &'a Call>) -> Self {
        let mut footprint = Self::default();
        calls.into_iter().for_each(|call| footprint.add(call));
        footprint
    }

    /// Both together.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.reads.extend(other.reads.iter().cloned());
        self.writes.extend(other.writes.iter().cloned());
        self.calls += other.calls;
        self
    }

    /// Whether one of the two writes a row that the other reads or writes.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.overwrites(other) || other.overwrites(self)
    }

    fn overwrites(&self, other: &Self) -> bool {
        self.writes
            .iter()
            .any(|key| other.writes.contains(key) || other.reads.iter().any(|rows| rows.has(key)))
    }

    fn add(&mut self, call: &Call) {
        self.calls += 1;
        let body = &call.body;
        match call.operation.as_str() {
            "GetItem" => self.reads.push(Rows::One(key(&body["Key"]))),
            "BatchGetItem" => {
                let keys = lists(&body["RequestItems"]).flat_map(|table| list(&table["Keys"]));
                self.reads.extend(keys.map(|item| Rows::One(key(item))));
            }
            "BatchWriteItem" => {
                let requests = lists(&body["RequestItems"]).flat_map(list);
                for request in requests {
                    let row = [&request["PutRequest"]["Item"], &request["DeleteRequest"]["Key"]];
                    self.writes
                        .extend(row.into_iter().filter(|row| row.is_object()).map(key));
                }
            }
            "PutItem" | "UpdateItem" | "DeleteItem" => self.write(body),
            "TransactWriteItems" => {
                for item in list(&body["TransactItems"]) {
                    for (kind, part) in item.as_object().into_iter().flatten() {
                        if kind == "ConditionCheck" {
                            self.reads.push(Rows::One(key(&part["Key"])));
                        } else {
                            self.write(part);
                        }
                    }
                }
            }
            "Query" if body["IndexName"].is_null() => {
                let partition = &body["ExpressionAttributeValues"][":pk"]["S"];
                self.reads
                    .push(Rows::Partition(partition.as_str().unwrap().to_owned()));
            }
            _ => self.reads.push(Rows::All),
        }
    }

    /// A write reads the row for its condition, too.
    fn write(&mut self, part: &Value) {
        let row = [&part["Key"], &part["Item"]]
            .into_iter()
            .find(|row| row.is_object());
        self.writes.push(key(row.unwrap()));
    }
}

fn key(row: &Value) -> Key {
    let text = |name: &str| row[name]["S"].as_str().unwrap().to_owned();
    (text("pk"), text("sk"))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn lists(tables: &Value) -> impl Iterator<Item = &Value> {
    tables.as_object().into_iter().flat_map(|tables| tables.values())
}
