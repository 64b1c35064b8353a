//! `cargo local services`.

use std::process::Stdio;

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::common::{self, wait_for};
use crate::program::{command, read_environment, read_ready, signal, text};

#[tokio::test]
async fn services_are_a_database_and_a_file_that_tells_of_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = TempDir::new().unwrap();
    let ready_file = directory.path().join("ready.json");
    let mut child = command()
        .args(["services", "--port", "0", "--no-demo", "--template"])
        .arg(common::template())
        .arg("--ready-file")
        .arg(&ready_file)
        .arg("--data")
        .arg(directory.path().join("data"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let ready = read_ready(&mut child, &ready_file).await;
    let url = ready["database_url"].as_str().unwrap();
    let file = directory.path().join("data/services.env");
    assert_eq!(ready["env_file"], file.to_str().unwrap());
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );

    let storage_url = ready["storage_url"].as_str().unwrap();
    let variables = read_environment(&file);
    for line in [
        &format!("AWS_ENDPOINT_URL_DYNAMODB={url}"),
        &format!("AWS_ENDPOINT_URL_S3={storage_url}"),
        "BUCKET_NAME=media",
        "AWS_SESSION_TOKEN=",
        "AWS_REGION=us-east-1",
        "TABLE_NAME=Table",
    ] {
        assert!(variables.lines().any(|own| own == line), "{line}");
    }
    assert!(!variables.contains("AWS_LAMBDA_FUNCTION_NAME"), "{variables}");

    let key_id = variables
        .lines()
        .find_map(|line| line.strip_prefix("AWS_ACCESS_KEY_ID="))
        .unwrap();
    let tables = common::client()
        .post(url)
        .header("x-amz-target", "DynamoDB_20120810.ListTables")
        .header("content-type", "application/x-amz-json-1.0")
        .header("authorization", common::signed_by(key_id))
        .header("x-amz-date", "20260101T000000Z")
        .body("{}")
        .send()
        .await
        .unwrap();
    let tables: Value = serde_json::from_slice(&tables.bytes().await.unwrap()).unwrap();
    assert_eq!(tables["TableNames"], serde_json::json!(["Table"]), "{tables}");

    signal(&child, Signal::INT);
    let status = wait_for("the end", || child.try_wait().unwrap()).await;
    assert!(status.success(), "{status}");
    let output = text(&child.wait_with_output().unwrap());
    assert!(
        output.contains("cargo lambda watch -A 127.0.0.1 --env-file"),
        "{output}"
    );
    assert!(
        output.contains(&format!("S3 at {storage_url}, the bucket media")),
        "{output}"
    );
    assert!(!ready_file.exists());
    assert!(file.exists());
}

#[tokio::test]
async fn services_leave_the_files_of_others_alone() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join(".env");
    std::fs::write(&file, "SECRET=1\n").unwrap();
    let output = command()
        .args(["services", "--port", "0", "--no-demo", "--memory", "--template"])
        .arg(common::template())
        .arg("--env-file")
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("--env-file"), "{}", text(&output));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "SECRET=1\n");
}
