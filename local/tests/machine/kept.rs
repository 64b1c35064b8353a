//! What is kept in a directory, and which data is refused.

use std::path::Path;

use local::{Data, Local, Options};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::common::{self, Fixture, wait_for};

/// So many that they go in several batches.
const WRITES: usize = 2_500;

async fn kept_in(directory: &Path) -> Fixture {
    Fixture::start(|options| options.data = Data::Directory(directory.to_owned())).await
}

#[tokio::test]
async fn one_machine_for_one_directory() {
    let directory = TempDir::new().unwrap();
    let fixture = kept_in(directory.path()).await;
    let options = |binaries: &Path| {
        let mut options = local::Options::new(
            common::template(),
            local::Functions::Prebuilt(binaries.to_owned()),
        );
        options.data = Data::Directory(directory.path().to_owned());
        options
    };
    let binaries = common::binaries();
    let message = local::Local::start(options(binaries.path()))
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(message.contains("another `cargo local`"), "{message}");
    fixture.local.stop().await;
    local::Local::start(options(binaries.path()))
        .await
        .unwrap()
        .stop()
        .await;
}

#[tokio::test]
async fn a_table_that_differs_is_not_touched() {
    let directory = TempDir::new().unwrap();
    kept_in(directory.path()).await.local.stop().await;
    let text = std::fs::read_to_string(common::template()).unwrap();
    let changed = directory.path().join("template.yaml");
    std::fs::write(&changed, text.replace("NEW_AND_OLD_IMAGES", "NEW_IMAGE")).unwrap();
    let template = local::template::Template::load(&changed).unwrap();
    let data = Data::Directory(directory.path().to_owned());
    let credentials = local::Credentials::draw();
    let message = local::database::Database::start(&template, &data, &credentials)
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(
        message.contains("StreamSpecification") && message.contains("--reset"),
        "{message}"
    );
}

fn records(directory: &Path) -> usize {
    let database = Connection::open(directory.join("dynamodb.sqlite")).unwrap();
    let count = database.query_row("SELECT count(*) FROM _stream_records", [], |row| row.get(0));
    count.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_delivered_go_and_the_next_one_follows() {
    let directory = TempDir::new().unwrap();
    let fixture = kept_in(directory.path()).await;
    for number in 0..WRITES {
        fixture.put("OTHER", &(number % 10).to_string(), false);
    }
    fixture.local.settle().await.unwrap();
    let all_but_the_last = || (records(directory.path()) == 1).then_some(());
    wait_for("the stream is trimmed", all_but_the_last).await;
    fixture.local.stop().await;
    // Neither is what was delivered delivered again, nor is what comes lost.
    let fixture = kept_in(directory.path()).await;
    fixture.put("WORK", "next", false);
    fixture.local.settle().await.unwrap();
    assert_eq!(fixture.logged("records: took"), ["next"]);
}

#[tokio::test]
async fn data_of_another_shape_is_refused_until_it_is_reset() {
    let directory = TempDir::new().unwrap();
    let fixture = kept_in(directory.path()).await;
    fixture.put("OTHER", "kept", false);
    fixture.local.stop().await;
    let own = directory.path().join("own.txt");
    std::fs::write(&own, "stays").unwrap();
    let shape = directory.path().join("shape");
    let binaries = common::binaries();
    let start = async |reset| {
        let functions = local::Functions::Prebuilt(binaries.path().to_owned());
        let mut options = Options::new(common::template(), functions);
        (options.data, options.reset) = (Data::Directory(directory.path().to_owned()), reset);
        Local::start(options).await
    };
    for (other, said) in [(Some("0"), "of another version"), (None, "of an older version")] {
        match other {
            Some(other) => std::fs::write(&shape, other).unwrap(),
            None => std::fs::remove_file(&shape).unwrap(),
        }
        let message = start(false).await.err().unwrap().to_string();
        assert!(message.contains(said) && message.contains("--reset"), "{message}");
    }
    let local = start(true).await.unwrap();
    let rows = local.database().describe_table(
        serde_json::from_value(serde_json::json!({"TableName": local.table_name()})).unwrap(),
    );
    assert_eq!(rows.unwrap().table.item_count, Some(0));
    local.stop().await;
    assert_eq!(std::fs::read_to_string(own).unwrap(), "stays");
    start(false).await.unwrap().stop().await;
}
