//! The faults that are injected between the functions and the database, as a function meets them.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, its helpers too"
)]

mod common;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use local::{Fault, FaultSpec, Faults, Moment, Rule};
use reqwest::Client;
use serde_json::{Value, json};

use common::{Fixture, client};

/// The fixture with faults, spoken to at the endpoint that its functions are given.
struct Faulty {
    fixture: Fixture,
    faults: Faults,
    endpoint: String,
    client: Client,
}

impl Faulty {
    async fn start(faults: Faults) -> Self {
        Self::start_with(faults, |_| ()).await
    }

    async fn start_with(faults: Faults, change: impl FnOnce(&mut local::Options)) -> Self {
        let fixture = Fixture::start(|options| {
            options.faults = Some(faults.clone());
            change(options);
        })
        .await;
        let environment = fixture
            .local
            .invoke("echo", &json!({"do": "environment"}))
            .await
            .unwrap();
        Self {
            endpoint: environment["AWS_ENDPOINT_URL_DYNAMODB"]
                .as_str()
                .unwrap()
                .to_owned(),
            fixture,
            faults,
            client: client(),
        }
    }

    async fn try_call(&self, operation: &str, body: &Value) -> reqwest::Result<(u16, Value)> {
        call(&self.client, &self.endpoint, operation, body).await
    }

    async fn call(&self, operation: &str, body: &Value) -> (u16, Value) {
        self.try_call(operation, body).await.unwrap()
    }

    /// Calls, and expects an error of this code. Gives the whole answer.
    async fn refused(&self, operation: &str, body: &Value, status: u16, code: &str) -> Value {
        let answer = self.call(operation, body).await;
        assert_eq!(answer.0, status, "{answer:?}");
        let kind = answer.1["__type"].as_str().unwrap();
        assert_eq!(kind, format!("com.amazonaws.dynamodb.v20120810#{code}"));
        answer.1
    }

    /// The sort keys of the rows that are in the database, whatever the faults say.
    async fn rows(&self) -> Vec<String> {
        let scan = json!({"TableName": "Table"});
        let (_, found) = call(&self.client, self.fixture.local.database_url(), "Scan", &scan)
            .await
            .unwrap();
        sort_keys(&found["Items"])
    }
}

async fn call(client: &Client, url: &str, operation: &str, body: &Value) -> reqwest::Result<(u16, Value)> {
    let request = client
        .post(url)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .header("x-amz-date", "20260101T000000Z")
        .header("authorization", SIGNATURE);
    let answer = request.body(body.to_string()).send().await?;
    let status = answer.status().as_u16();
    Ok((status, serde_json::from_slice(&answer.bytes().await?).unwrap()))
}

/// The embedded database reads the form of it and nothing else.
const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";

fn sort_keys(items: &Value) -> Vec<String> {
    let mut keys: Vec<_> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["sk"]["S"].as_str().unwrap().to_owned())
        .collect();
    keys.sort();
    keys
}

fn key(sk: &str) -> Value {
    json!({"pk": {"S": "P"}, "sk": {"S": sk}})
}

fn put(sk: &str) -> Value {
    json!({"TableName": "Table", "Item": key(sk)})
}

fn get(sk: &str) -> Value {
    json!({"TableName": "Table", "Key": key(sk), "ConsistentRead": true})
}

fn transaction(sks: &[&str]) -> Value {
    let puts: Vec<_> = sks.iter().map(|sk| json!({ "Put": put(sk) })).collect();
    json!({ "TransactItems": puts })
}

fn spec(text: &str) -> Faults {
    Faults::from_spec(&text.parse::<FaultSpec>().unwrap())
}

#[tokio::test]
async fn throttling_in_all_its_forms() {
    let machine = Faulty::start(spec("throttle=100%,seed=7")).await;
    let mut forms = BTreeSet::new();
    for _ in 0..40 {
        for (operation, body) in [
            ("PutItem", put("a")),
            ("TransactWriteItems", transaction(&["a", "b"])),
        ] {
            let (status, answer) = machine.call(operation, &body).await;
            assert_eq!(status, 400);
            let code = answer["__type"].as_str().unwrap().rsplit('#').next().unwrap();
            let reasons = answer["CancellationReasons"].as_array();
            let reasons: Vec<_> = reasons
                .into_iter()
                .flatten()
                .map(|reason| reason["Code"].as_str().unwrap())
                .collect();
            forms.insert(format!("{operation} {code} {}", reasons.join(" ")));
        }
    }
    let forms: Vec<_> = forms.iter().map(|form| form.trim_end()).collect();
    assert_eq!(
        forms,
        [
            "PutItem ProvisionedThroughputExceededException",
            "PutItem ThrottlingException",
            "TransactWriteItems ProvisionedThroughputExceededException",
            "TransactWriteItems ThrottlingException",
            "TransactWriteItems TransactionCanceledException None ProvisionedThroughputExceeded",
            "TransactWriteItems TransactionCanceledException None ThrottlingError",
            "TransactWriteItems TransactionCanceledException ProvisionedThroughputExceeded None",
            "TransactWriteItems TransactionCanceledException ThrottlingError None",
        ]
    );
    assert_eq!(machine.rows().await, Vec::<String>::new());
    assert_eq!(machine.faults.injected()["throttle"], 80);
    let said = machine.fixture.logged("faults: on purpose: throttle");
    assert_eq!(said.len(), 80);
}

#[tokio::test]
async fn conflicts_on_any_row() {
    let machine = Faulty::start(spec("conflict=100%")).await;
    let mut rows = BTreeSet::new();
    for _ in 0..40 {
        let answer = machine
            .refused(
                "TransactWriteItems",
                &transaction(&["a", "b", "c"]),
                400,
                "TransactionCanceledException",
            )
            .await;
        let reasons = answer["CancellationReasons"].as_array().unwrap();
        assert_eq!(reasons.len(), 3);
        let conflicts: Vec<_> = (0..3)
            .filter(|row| reasons[*row]["Code"] == "TransactionConflict")
            .collect();
        assert_eq!(conflicts.len(), 1);
        rows.extend(conflicts);
    }
    assert_eq!(rows, BTreeSet::from([0, 1, 2]));
    machine
        .refused("PutItem", &put("a"), 400, "TransactionConflictException")
        .await;
    assert_eq!(machine.rows().await, Vec::<String>::new());
    // A read has no conflicts.
    assert_eq!(machine.call("GetItem", &get("a")).await, (200, json!({})));

    machine.faults.set(Rule::new(Fault::Conflict(Some(1))));
    let answer = machine
        .call("TransactWriteItems", &transaction(&["a", "b"]))
        .await
        .1;
    assert_eq!(
        answer["CancellationReasons"],
        json!([{"Code": "None"}, {"Code": "TransactionConflict"}])
    );
}

#[tokio::test]
async fn errors_of_the_database() {
    let machine = Faulty::start(spec("internal:PutItem=100%")).await;
    machine
        .refused("PutItem", &put("a"), 500, "InternalServerError")
        .await;
    assert_eq!(machine.call("GetItem", &get("a")).await, (200, json!({})));
    let limit = Rule::new(Fault::Refuse("RequestLimitExceeded".to_owned()));
    machine.faults.set(limit);
    machine
        .refused("GetItem", &get("a"), 400, "RequestLimitExceeded")
        .await;
    machine.faults.clear();
    assert_eq!(machine.call("PutItem", &put("a")).await.0, 200);
    assert_eq!(machine.rows().await, ["a"]);
}

#[tokio::test]
async fn a_lost_reply_is_of_something_that_was_done() {
    let machine = Faulty::start(spec("lose_reply=#2")).await;
    assert_eq!(machine.call("PutItem", &put("a")).await.0, 200);
    let error = machine.try_call("PutItem", &put("b")).await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!(machine.call("PutItem", &put("c")).await.0, 200);
    assert_eq!(machine.rows().await, ["a", "b", "c"]);
}

#[tokio::test]
async fn batches_are_done_in_part() {
    let machine = Faulty::start(spec("unprocessed=100%")).await;
    let sks = ["a", "b", "c", "d"];
    let mut writes: Vec<_> = sks
        .iter()
        .map(|sk| json!({"PutRequest": {"Item": key(sk)}}))
        .collect();
    let mut trips = 0;
    while !writes.is_empty() {
        let (status, answer) = machine
            .call("BatchWriteItem", &json!({"RequestItems": {"Table": writes}}))
            .await;
        assert_eq!(status, 200);
        let left = answer["UnprocessedItems"]["Table"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        assert!(left.len() < writes.len(), "something is done every time");
        // A single row is done or not done.
        assert_eq!(left.is_empty(), writes.len() == 1);
        writes = left;
        trips += 1;
        assert_eq!(machine.rows().await.len(), 4 - writes.len());
    }
    assert!(trips > 1);
    let keys: Vec<_> = sks.iter().map(|sk| key(sk)).collect();
    let request = json!({"RequestItems": {"Table": {"Keys": keys, "ConsistentRead": true}}});
    let answer = machine.call("BatchGetItem", &request).await.1;
    let found = sort_keys(&answer["Responses"]["Table"]);
    let left = sort_keys(&answer["UnprocessedKeys"]["Table"]["Keys"]);
    assert_eq!(answer["UnprocessedKeys"]["Table"]["ConsistentRead"], true);
    assert!(!found.is_empty() && !left.is_empty(), "{answer}");
    assert_eq!([found, left].concat(), sks);
}

#[tokio::test]
async fn delays_let_other_faults_follow() {
    let machine = Faulty::start(spec("delay=30ms,delay=20ms,internal:PutItem=100%")).await;
    let since = Instant::now();
    machine
        .refused("PutItem", &put("a"), 500, "InternalServerError")
        .await;
    assert!(since.elapsed() >= Duration::from_millis(50));
    assert_eq!(machine.faults.injected()["delay"], 2);
}

#[tokio::test]
async fn the_same_seed_draws_the_same() {
    let mut sequences = Vec::new();
    for seed in [1, 1, 2] {
        let machine = Faulty::start(spec(&format!("internal=30%,seed={seed}"))).await;
        let mut statuses = Vec::new();
        for _ in 0..200 {
            statuses.push(machine.call("GetItem", &get("a")).await.0);
        }
        let struck = statuses.iter().filter(|status| **status == 500).count();
        assert!((30..90).contains(&struck), "{struck} of 200 are about 30 %");
        assert_eq!(machine.faults.injected()["internal"], struck);
        sequences.push(statuses);
    }
    assert_eq!(sequences[0], sequences[1]);
    assert_ne!(sequences[0], sequences[2]);
}

#[tokio::test]
async fn a_script_strikes_the_calls_that_it_names() {
    let faults = Faults::new(1).keeping_calls();
    let machine = Faulty::start(faults.clone()).await;
    let internal = Rule::new(Fault::Internal);
    faults.add(internal.clone().on("GetItem").of("echo").after(1).times(2));
    let calls: Vec<_> = (0..5).map(|_| json!(["GetItem", get("a")])).collect();
    let event = json!({"do": "call", "calls": calls});
    let statuses = machine.fixture.local.invoke("echo", &event).await.unwrap();
    assert_eq!(statuses, json!([200, 500, 500, 200, 200]));
    let seen = faults.calls();
    assert!(seen.iter().all(|call| call.function.as_deref() == Some("echo")));
    assert!(
        seen.iter()
            .all(|call| call.operation == "GetItem" && call.body == get("a"))
    );
    let numbers: Vec<_> = seen.iter().map(|call| call.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);

    // In every invocation.
    faults.set(internal.at_call(2));
    for _ in 0..2 {
        let statuses = machine.fixture.local.invoke("echo", &event).await.unwrap();
        assert_eq!(statuses, json!([200, 500, 200, 200, 200]));
    }
    // And nobody else's calls.
    faults.set(Rule::new(Fault::Internal).of("echo"));
    assert_eq!(machine.call("GetItem", &get("a")).await.0, 200);
}

#[tokio::test]
async fn a_function_is_killed_between_two_calls() {
    let faults = Faults::new(1);
    let machine = Faulty::start(faults.clone()).await;
    let calls: Vec<_> = ["a", "b", "c"].map(|sk| json!(["PutItem", put(sk)])).into();
    let event = json!({"do": "call", "calls": calls});
    for (moment, rows) in [(Moment::Before, vec!["a"]), (Moment::After, vec!["a", "b"])] {
        for sk in machine.rows().await {
            let delete = json!({"TableName": "Table", "Key": key(&sk)});
            machine.call("DeleteItem", &delete).await;
        }
        faults.set(Rule::new(Fault::Kill(moment)).of("echo").at_call(2).times(1));
        let error = machine.fixture.local.invoke("echo", &event).await.unwrap_err();
        assert_eq!(error.error_type, "Runtime.ExitError");
        assert!(error.error_message.contains("signal: 9"), "{error}");
        assert_eq!(machine.rows().await, rows);
        // The next invocation has another process.
        let statuses = machine.fixture.local.invoke("echo", &event).await.unwrap();
        assert_eq!(statuses, json!([200, 200, 200]));
    }
    // Whoever calls from elsewhere cannot be killed, and over HTTP it is a 502.
    faults.set(Rule::new(Fault::Kill(Moment::Before)));
    assert_eq!(machine.call("GetItem", &get("a")).await.0, 200);
    assert_eq!(faults.injected().values().sum::<usize>(), 2);
}

#[tokio::test]
async fn a_batch_of_the_stream_comes_twice_and_late() {
    let machine = Faulty::start(spec("stream_twice:records=#1,stream_late:records=40ms@#2")).await;
    let put_work = |sk: &str| machine.fixture.put("WORK", sk, false);
    put_work("first");
    machine.fixture.local.settle().await.unwrap();
    let since = Instant::now();
    put_work("second");
    machine.fixture.local.settle().await.unwrap();
    assert!(since.elapsed() >= Duration::from_millis(40));
    let took = machine.fixture.logged("records: took");
    assert_eq!(took, ["first", "first", "second"]);
    let said = machine.fixture.logged("records: on purpose:");
    assert_eq!(said, ["records come twice", "records come 40 ms late"]);
}

#[tokio::test]
async fn without_faults_there_is_no_layer() {
    let fixture = Fixture::start(|_| ()).await;
    let environment = fixture.local.invoke("echo", &json!({"do": "environment"})).await;
    let environment = environment.unwrap();
    assert_eq!(
        environment["AWS_ENDPOINT_URL_DYNAMODB"],
        fixture.local.database_url()
    );
    assert_eq!(environment["AWS_SDK_UA_APP_ID"], "echo");
}

#[tokio::test]
async fn a_function_that_does_not_exist_is_refused() {
    let mut options = local::Options::new(
        common::template(),
        local::Functions::Prebuilt(common::binaries().path().to_owned()),
    );
    options.faults = Some(spec("kill:nobody=1%"));
    let error = local::Local::start(options).await.err().unwrap();
    assert!(error.to_string().contains("does not have: nobody"), "{error}");
}

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
    let database = before.local.database_url();
    for (sk, rank) in [("a", "1"), ("b", "2"), ("c", "3")] {
        call(&client(), database, "PutItem", &indexed(sk, rank))
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

#[tokio::test]
async fn a_transaction_that_is_done_is_not_cancelled() {
    let machine = Faulty::start(spec("lose_reply=#1,conflict=100%")).await;
    let mut commit = transaction(&["a", "b"]);
    commit["ClientRequestToken"] = json!("token");
    machine.try_call("TransactWriteItems", &commit).await.unwrap_err();
    assert_eq!(machine.rows().await, ["a", "b"]);
    // DynamoDB knows the token, and says that it is done.
    assert_eq!(machine.call("TransactWriteItems", &commit).await.0, 200);
    commit["ClientRequestToken"] = json!("another");
    machine
        .refused("TransactWriteItems", &commit, 400, "TransactionCanceledException")
        .await;
}
