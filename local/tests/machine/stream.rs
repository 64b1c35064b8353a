//! The table's stream and its event source mapping.

use std::path::Path;

use local::{Data, Delivery};
use tempfile::TempDir;

use crate::common::{Fixture, wait_for};

async fn automatic() -> Fixture {
    Fixture::start(|_| {}).await
}

async fn manual() -> Fixture {
    Fixture::start(|options| options.stream = Delivery::Manual).await
}

async fn kept_in(directory: &Path) -> Fixture {
    Fixture::start(|options| options.data = Data::Directory(directory.to_owned())).await
}

#[tokio::test]
async fn rows_are_delivered_in_order_and_filtered() {
    let fixture = automatic().await;
    for number in 0..10 {
        fixture.put("WORK", &number.to_string(), false);
        fixture.put("OTHER", "x", false);
    }
    fixture.local.settle().await.unwrap();
    let batches = fixture.logged("records: took");
    let all: Vec<_> = batches.iter().flat_map(|batch| batch.split(' ')).collect();
    assert_eq!(all, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert!(
        batches.iter().all(|batch| batch.split(' ').count() <= 3),
        "{batches:?}"
    );
}

#[tokio::test]
async fn by_hand_and_again() {
    let fixture = manual().await;
    for number in 0..4 {
        fixture.put("WORK", &number.to_string(), false);
    }
    assert_eq!(fixture.local.deliver().await.unwrap(), 4);
    assert_eq!(fixture.local.deliver().await.unwrap(), 0);
    assert_eq!(fixture.local.redeliver().await.unwrap(), 4);
    assert_eq!(fixture.logged("records: took"), ["0 1 2", "3", "0 1 2", "3"]);
    assert!(fixture.local.settle().await.is_err());
}

#[tokio::test]
async fn by_hand_a_failed_record_stays_the_next_one() {
    let fixture = manual().await;
    fixture.put("WORK", "good", false);
    fixture.put("WORK", "bad", true);
    for _ in 0..2 {
        assert!(fixture.local.deliver().await.is_err());
    }
    assert_eq!(fixture.logged("records: took"), ["good bad", "bad"]);
}

#[tokio::test]
async fn a_poison_record_is_given_up_and_kept_and_holds_nothing_back() {
    let directory = TempDir::new().unwrap();
    let fixture = kept_in(directory.path()).await;
    for (sk, poison) in [("a", false), ("bad", true), ("b", false), ("c", false)] {
        fixture.put("WORK", sk, poison);
    }
    fixture.local.settle().await.unwrap();
    let batches = fixture.logged("records: took");
    assert_eq!(
        batches.iter().filter(|batch| *batch == "bad").count(),
        2,
        "{batches:?}"
    );
    assert!(batches.iter().any(|batch| batch.ends_with('c')), "{batches:?}");
    let failed: Vec<_> = std::fs::read_dir(directory.path().join("failed-records"))
        .unwrap()
        .collect();
    let [Ok(file)] = &failed[..] else {
        panic!("{failed:?}")
    };
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert!(text.contains("poison") && !text.contains("\"a\""), "{text}");
}

#[tokio::test]
async fn a_restart_goes_on_where_it_was() {
    let directory = TempDir::new().unwrap();
    let fixture = kept_in(directory.path()).await;
    fixture.put("WORK", "first", false);
    fixture.local.settle().await.unwrap();
    fixture.local.stop().await;

    let offline = Fixture::start(|options| {
        options.data = Data::Directory(directory.path().to_owned());
        options.stream = Delivery::Manual;
    })
    .await;
    offline.put("WORK", "second", false);
    offline.local.stop().await;

    let fixture = kept_in(directory.path()).await;
    let took = wait_for("the second row", || {
        fixture.logged("records: took").into_iter().next()
    })
    .await;
    assert_eq!(took, "second");
}

#[tokio::test]
async fn a_write_does_not_read_the_whole_stream() {
    let directory = TempDir::new().unwrap();
    kept_in(directory.path()).await.local.stop().await;
    let file = rusqlite::Connection::open(directory.path().join("dynamodb.sqlite")).unwrap();
    // What dynoxide asks before each write, and when it reads records.
    for question in [
        "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1",
        "SELECT new_image FROM _stream_records
         WHERE table_name = ?1 AND shard_id = ?2 AND CAST(sequence_number AS INTEGER) > ?3
         ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT ?4",
    ] {
        let mut plan = file.prepare(&format!("EXPLAIN QUERY PLAN {question}")).unwrap();
        let given = rusqlite::params_from_iter(std::iter::repeat_n(1, plan.parameter_count()));
        let steps = plan.query_map(given, |row| row.get::<_, String>("detail"));
        let steps: Vec<_> = steps.unwrap().map(Result::unwrap).collect();
        assert!(
            steps.len() == 1 && steps[0].contains("INDEX stream_records_by_number (table_name=?"),
            "{steps:?}"
        );
    }
}
