//! Batch requests that are done in part.

use serde_json::Value;

/// How many rows a batch reads or writes.
pub(super) fn len(request: &Value) -> usize {
    let tables = request["RequestItems"].as_object();
    tables
        .into_iter()
        .flat_map(|tables| tables.values())
        .map(|table| rows(table).map_or(0, Vec::len))
        .sum()
}

/// Leaves the first `kept` rows in a batch, and returns the rest in the same form.
pub(super) fn cut(request: &mut Value, kept: usize) -> Value {
    let mut rest = request["RequestItems"].clone();
    let (mut to_keep, mut to_drop) = (kept, kept);
    for table in tables(&mut request["RequestItems"]) {
        if let Some(rows) = rows_mut(table) {
            rows.truncate(to_keep);
            to_keep -= rows.len();
        }
    }
    for table in tables(&mut rest) {
        if let Some(rows) = rows_mut(table) {
            let dropped = to_drop.min(rows.len());
            rows.drain(..dropped);
            to_drop -= dropped;
        }
    }
    drop_empty(&mut request["RequestItems"]);
    drop_empty(&mut rest);
    rest
}

/// Adds rows to those that a reply returns as unprocessed, under the name that the operation has for them.
pub(super) fn return_rest(operation: &str, reply: &mut Value, rest: Value) {
    let name = if operation == "BatchWriteItem" {
        "UnprocessedItems"
    } else {
        "UnprocessedKeys"
    };
    // The embedded database leaves nothing unprocessed itself.
    reply[name] = rest;
}

/// Drops empty lists, which DynamoDB refuses.
fn drop_empty(items: &mut Value) {
    if let Some(tables) = items.as_object_mut() {
        tables.retain(|_, table| rows(table).is_some_and(|rows| !rows.is_empty()));
    }
}

fn tables(items: &mut Value) -> impl Iterator<Item = &mut Value> {
    items
        .as_object_mut()
        .into_iter()
        .flat_map(|tables| tables.values_mut())
}

/// Requests to write, or keys to read.
fn rows(table: &Value) -> Option<&Vec<Value>> {
    table.as_array().or_else(|| table["Keys"].as_array())
}

fn rows_mut(table: &mut Value) -> Option<&mut Vec<Value>> {
    if table.is_array() {
        table.as_array_mut()
    } else {
        table["Keys"].as_array_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_batch_is_cut_into_what_is_done_and_the_rest() {
        let whole =
            json!({"RequestItems": {"A": {"Keys": [1, 2], "ConsistentRead": true}, "B": {"Keys": [3]}}});
        assert_eq!(len(&whole), 3);
        for (kept, done, left) in [
            (
                1,
                json!({"A": {"Keys": [1], "ConsistentRead": true}}),
                json!({"A": {"Keys": [2], "ConsistentRead": true}, "B": {"Keys": [3]}}),
            ),
            (
                2,
                json!({"A": {"Keys": [1, 2], "ConsistentRead": true}}),
                json!({"B": {"Keys": [3]}}),
            ),
        ] {
            let mut request = whole.clone();
            assert_eq!(cut(&mut request, kept), left);
            assert_eq!(request["RequestItems"], done);
        }
        let mut writes = json!({"RequestItems": {"A": ["x", "y", "z"]}});
        assert_eq!(cut(&mut writes, 2), json!({"A": ["z"]}));
        let mut reply = json!({});
        return_rest("BatchWriteItem", &mut reply, json!({"A": ["z"]}));
        assert_eq!(reply, json!({"UnprocessedItems": {"A": ["z"]}}));
    }
}
