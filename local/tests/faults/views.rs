//! What readers see that is not what the table is.

use std::time::{Duration, Instant};

use local::Faults;
use serde_json::{Value, json};

use crate::common::{Fixture, client};
use crate::{Faulty, call, get, key, put, sort_keys, transaction};

/// A row of the index, and a query that finds it.
fn indexed(sk: &str, rank: &str) -> Value {
    let mut item = put(sk);
    item["Item"]["shelf"] = json!({"S": "books"});
    item["Item"]["rank"] = json!({"S": rank});
    item
}

/// The sort keys of the index's rows, in its order.
async fn in_order_of_the_index(machine: &Faulty) -> Vec<String> {
    let query = json!({
        "TableName": "Table",
        "IndexName": "shelves",
        "KeyConditionExpression": "shelf = :shelf",
        "ExpressionAttributeValues": {":shelf": {"S": "books"}},
    });
    let (status, found) = machine.call("Query", &query).await;
    assert_eq!(status, 200, "{found}");
    let items = found["Items"].as_array().unwrap().iter();
    items
        .map(|item| item["sk"]["S"].as_str().unwrap().to_owned())
        .collect()
}

/// Asks until the index shows this.
async fn wait_for_order(machine: &Faulty, order: &[&str]) {
    let start = Instant::now();
    while in_order_of_the_index(machine).await != order {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "it never shows {order:?}"
        );
    }
}

#[tokio::test]
async fn an_index_lags_behind_its_table() {
    let for_ever = Duration::from_hours(1);
    let directory = tempfile::TempDir::new().unwrap();
    let kept = |options: &mut local::Options| {
        options.data = local::Data::Directory(directory.path().to_owned());
    };
    // What was there before is in the index.
    let before = Fixture::start(kept).await;
    let (database, credentials) = (before.local.database_url(), before.local.credentials());
    for (sk, rank) in [("a", "1"), ("b", "2"), ("c", "3")] {
        call(&client(), database, credentials, "PutItem", &indexed(sk, rank))
            .await
            .unwrap();
    }
    before.local.stop().await;
    let faults = Faults::new(1);
    faults.set_index_lag(for_ever);
    let machine = Faulty::start_with(faults.clone(), kept).await;
    assert_eq!(in_order_of_the_index(&machine).await, ["a", "b", "c"]);

    // What changes shows in the table at once, in the index later: a move, a removal, a new row.
    machine.call("PutItem", &indexed("a", "4")).await;
    let delete = json!({"TableName": "Table", "Key": key("b")});
    machine.call("DeleteItem", &delete).await;
    machine
        .call(
            "TransactWriteItems",
            &json!({"TransactItems": [{"Put": indexed("d", "5")}]}),
        )
        .await;
    assert_eq!(
        machine.call("GetItem", &get("a")).await.1["Item"]["rank"],
        json!({"S": "4"})
    );
    assert_eq!(machine.call("GetItem", &get("b")).await.1, json!({}));
    assert_eq!(in_order_of_the_index(&machine).await, ["a", "b", "c"]);
    faults.set_index_lag(Duration::ZERO);
    wait_for_order(&machine, &["c", "a", "d"]).await;

    // With a lag of some time it follows by itself.
    faults.set_index_lag(Duration::from_millis(50));
    machine.call("PutItem", &indexed("c", "6")).await;
    wait_for_order(&machine, &["a", "d", "c"]).await;
}

#[tokio::test]
async fn the_rows_of_a_transaction_become_visible_one_by_one() {
    let faults = Faults::new(1);
    faults.set_torn_transactions(Duration::from_secs(4));
    let machine = Faulty::start(faults.clone()).await;
    let old = transaction(&["a", "b", "c"]);
    faults.set_torn_transactions(Duration::ZERO);
    assert_eq!(machine.call("TransactWriteItems", &old).await.0, 200);
    faults.set_torn_transactions(Duration::from_secs(4));
    let mut changes = transaction(&["a", "b", "c"]);
    for part in changes["TransactItems"].as_array_mut().unwrap() {
        part["Put"]["Item"]["new"] = json!({"BOOL": true});
    }
    let delete = json!({"Delete": {"TableName": "Table", "Key": key("x")}});
    changes["TransactItems"].as_array_mut().unwrap().push(delete);
    changes["ClientRequestToken"] = json!("token");

    let keys: Vec<_> = ["a", "b", "c"].map(key).into();
    let read = json!({"RequestItems": {"Table": {"Keys": keys, "ConsistentRead": true}}});
    let count_new = async || {
        let found = machine.call("BatchGetItem", &read).await.1;
        let rows = found["Responses"]["Table"].as_array().unwrap().clone();
        assert_eq!(rows.len(), 3);
        rows.iter().filter(|row| row["new"]["BOOL"] == true).count()
    };
    let commit = machine.call("TransactWriteItems", &changes);
    let mut seen = vec![0];
    let watch = async {
        while *seen.last().unwrap() < 3 {
            let new = count_new().await;
            if seen.last() == Some(&new) {
                continue;
            }
            seen.push(new);
            if new == 1 {
                // Its rows belong to it until it is answered, whether they show or not.
                for sk in ["a", "b", "c", "x"] {
                    machine
                        .refused("PutItem", &put(sk), 400, "TransactionConflictException")
                        .await;
                }
                let other = machine
                    .call("TransactWriteItems", &transaction(&["y", "c"]))
                    .await
                    .1;
                let reasons = json!([{"Code": "None"}, {"Code": "TransactionConflict"}]);
                assert_eq!(other["CancellationReasons"], reasons);
                machine
                    .refused(
                        "TransactWriteItems",
                        &changes,
                        400,
                        "TransactionInProgressException",
                    )
                    .await;
                assert_eq!(machine.call("PutItem", &put("z")).await.0, 200);
                assert_eq!(machine.call("GetItem", &get("z")).await.1["Item"], key("z"));
            }
        }
    };
    let (answer, ()) = tokio::join!(commit, watch);
    assert_eq!(answer.0, 200);
    assert_eq!(seen, [0, 1, 2, 3]);
    // It is over, and whoever got the answer reads what was written.
    faults.set_torn_transactions(Duration::from_millis(20));
    let query = json!({
        "TableName": "Table",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "P"}},
        "ConsistentRead": true,
    });
    assert_eq!(
        machine
            .call("TransactWriteItems", &transaction(&["b", "d"]))
            .await
            .0,
        200
    );
    let found = machine.call("Query", &query).await.1;
    assert_eq!(sort_keys(&found["Items"]), ["a", "b", "c", "d", "z"]);
    assert_eq!(found["Items"][1], key("b"));
    // One that is refused hides nothing and holds nothing.
    let mut refused = transaction(&["a"]);
    refused["TransactItems"][0]["Put"]["ConditionExpression"] = json!("attribute_not_exists(pk)");
    machine
        .refused(
            "TransactWriteItems",
            &refused,
            400,
            "TransactionCanceledException",
        )
        .await;
    assert_eq!(machine.call("PutItem", &put("a")).await.0, 200);
    assert_eq!(machine.call("GetItem", &get("a")).await.1["Item"], key("a"));
}
