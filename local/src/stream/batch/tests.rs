use std::sync::Mutex;

use serde_json::json;

use super::*;
use crate::template::{Pattern, StartingPosition};

fn mapping() -> StreamMapping {
    StreamMapping {
        name: "Stream".to_owned(),
        starting_position: StartingPosition::TrimHorizon,
        batch_size: 4,
        batching_window: Duration::ZERO,
        filters: Vec::new(),
        maximum_retry_attempts: Some(2),
        maximum_record_age: None,
        bisect_on_error: false,
        reports_item_failures: true,
    }
}

fn records(numbers: impl IntoIterator<Item = Position>) -> Vec<Record> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs_f64();
    let record = |number| Record {
        sequence_number: number,
        created_at: now,
        json: json!({"number": number}),
    };
    numbers.into_iter().map(record).collect()
}

fn numbers(records: &[Record]) -> Vec<Position> {
    records.iter().map(|record| record.sequence_number).collect()
}

/// Fails on some records, and reports which one or not.
struct Fake {
    poison: Vec<Position>,
    reports: bool,
    attempts: Mutex<Vec<Vec<Position>>>,
    given_up: Mutex<Vec<Position>>,
    position: Mutex<Position>,
}

impl Fake {
    fn new(poison: &[Position], reports: bool) -> Self {
        Self {
            poison: poison.to_vec(),
            reports,
            attempts: Mutex::default(),
            given_up: Mutex::default(),
            position: Mutex::default(),
        }
    }

    async fn deliver(&self, mapping: &StreamMapping) {
        deliver(records(1..=4), mapping, self).await;
    }

    fn attempts(&self) -> Vec<Vec<Position>> {
        self.attempts.lock().unwrap().clone()
    }

    fn given_up(&self) -> Vec<Position> {
        self.given_up.lock().unwrap().clone()
    }
}

impl Target for Fake {
    async fn attempt(&self, records: &[Record]) -> Outcome {
        self.attempts.lock().unwrap().push(numbers(records));
        let failed = records
            .iter()
            .position(|record| self.poison.contains(&record.sequence_number));
        match failed {
            None => Outcome::Delivered,
            Some(index) if self.reports && index > 0 => Outcome::DeliveredUntil(index),
            Some(_) => Outcome::Failed(FunctionError::from_mapping("poison")),
        }
    }

    async fn advance(&self, position: Position) {
        *self.position.lock().unwrap() = position;
    }

    async fn give_up(&self, records: &[Record], _error: &FunctionError) {
        self.given_up.lock().unwrap().extend(numbers(records));
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_batch_is_tried_again_and_then_given_up() {
    let fake = Fake::new(&[3], false);
    fake.deliver(&mapping()).await;
    assert_eq!(fake.attempts(), vec![vec![1, 2, 3, 4]; 3]);
    assert_eq!(fake.given_up(), [1, 2, 3, 4]);
    assert_eq!(*fake.position.lock().unwrap(), 4);
}

#[tokio::test(start_paused = true)]
async fn halving_finds_the_bad_record_and_delivers_the_others_in_order() {
    let fake = Fake::new(&[3], false);
    fake.deliver(&StreamMapping {
        bisect_on_error: true,
        ..mapping()
    })
    .await;
    let attempts = fake.attempts();
    assert_eq!(
        attempts,
        [
            vec![1, 2, 3, 4],
            vec![1, 2],
            vec![3, 4],
            vec![3],
            vec![3],
            vec![3],
            vec![4]
        ]
    );
    assert_eq!(fake.given_up(), [3]);
}

#[tokio::test(start_paused = true)]
async fn a_reported_record_is_where_it_goes_on() {
    let fake = Fake::new(&[3], true);
    fake.deliver(&StreamMapping {
        bisect_on_error: true,
        ..mapping()
    })
    .await;
    let attempts = fake.attempts();
    assert_eq!(
        attempts,
        [vec![1, 2, 3, 4], vec![3, 4], vec![3], vec![3], vec![3], vec![4]]
    );
    assert_eq!(fake.given_up(), [3]);
}

#[tokio::test(start_paused = true)]
async fn only_a_failure_makes_a_record_too_old() {
    let mapping = StreamMapping {
        maximum_record_age: Some(Duration::from_mins(1)),
        ..mapping()
    };
    let mut old = records(1..=4);
    old[0].created_at -= 100.0;
    old[1].created_at -= 100.0;
    let fake = Fake::new(&[], false);
    deliver(old.clone(), &mapping, &fake).await;
    assert_eq!((fake.attempts().len(), fake.given_up().len()), (1, 0));

    let fake = Fake::new(&[2], false);
    deliver(old, &mapping, &fake).await;
    assert_eq!(fake.attempts(), [vec![1, 2, 3, 4], vec![3, 4]]);
    assert_eq!(fake.given_up(), [1, 2]);
}

#[test]
fn batches_are_cut_by_number_filter_and_size() {
    let cut = |records, mapping: &StreamMapping| -> Vec<_> {
        batches(records, mapping)
            .iter()
            .map(|batch| (numbers(&batch.records), batch.end))
            .collect()
    };
    assert_eq!(
        cut(records(1..=5), &mapping()),
        [(vec![1, 2, 3, 4], 4), (vec![5], 5)]
    );
    let filters = vec![Pattern::parse(r#"{"number": [1, 6]}"#).unwrap()];
    let filtered = StreamMapping {
        filters,
        batch_size: 1,
        ..mapping()
    };
    assert_eq!(cut(records(1..=7), &filtered), [(vec![1], 5), (vec![6], 7)]);
    let mut large = records(1..=3);
    for record in &mut large {
        record.json = json!("x".repeat(4_000_000));
    }
    assert_eq!(cut(large, &mapping()), [(vec![1], 1), (vec![2], 2), (vec![3], 3)]);
}

#[test]
fn what_an_answer_means() {
    let records = records(11..=13);
    let means = |answer: &str, expected: &str| {
        let outcome = outcome(&records, answer.as_bytes(), true);
        let outcome = match outcome {
            Outcome::Delivered => "delivered".to_owned(),
            Outcome::DeliveredUntil(index) => format!("until {index}"),
            Outcome::Failed(_) => "failed".to_owned(),
        };
        assert_eq!(outcome, expected, "{answer}");
    };
    for answer in [
        "null",
        "{}",
        "",
        r#"{"batchItemFailures": null}"#,
        r#"{"batchItemFailures": []}"#,
    ] {
        means(answer, "delivered");
    }
    let failures = |identifiers: &str| format!(r#"{{"batchItemFailures": [{identifiers}]}}"#);
    means(
        &failures(r#"{"itemIdentifier": "13"}, {"itemIdentifier": "12"}"#),
        "until 1",
    );
    means(&failures(r#"{"itemIdentifier": "11"}"#), "failed");
    for malformed in [
        r#"{"itemIdentifier": ""}"#,
        r#"{"itemIdentifier": null}"#,
        r#"{"id": "12"}"#,
        r#"{"itemIdentifier": "99"}"#,
    ] {
        means(&failures(malformed), "failed");
    }
    means(r#"{"batchItemFailures": "12"}"#, "failed");
    assert_eq!(
        super::outcome(
            &records,
            failures(r#"{"itemIdentifier": "12"}"#).as_bytes(),
            false
        ),
        Outcome::Delivered
    );
}
