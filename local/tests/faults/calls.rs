//! What goes wrong with calls.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use local::{Fault, Rule};
use serde_json::json;

use crate::{Faulty, get, key, put, sort_keys, spec, transaction};

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
    let said = machine.fixture.logged("faults: injected fault: throttle");
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
