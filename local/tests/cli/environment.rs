//! The file that tells other programs of the machine that runs.

use std::path::Path;
use std::process::Command;

use crate::common::{self, get};
use crate::{Running, text};

#[tokio::test]
async fn others_can_join_while_it_runs() {
    let running = Running::start().await;
    let file = running.directory.path().join("running.env");
    let environment = read(&file);
    let storage_url = running.ready["storage_url"].as_str().unwrap();
    assert_eq!(running.ready["bucket_name"], "media");
    for line in [
        &format!("AWS_ENDPOINT_URL_S3={storage_url}"),
        "BUCKET_NAME=media",
        "TABLE_NAME=Table",
    ] {
        assert!(
            environment.lines().any(|own| own == line),
            "{line}: {environment}"
        );
    }
    assert!(
        environment.contains("AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:"),
        "{environment}"
    );
    let unsigned = get(storage_url, "/media/key").await.unwrap();
    assert_eq!(unsigned.status(), 403);
    assert!(running.directory.path().join("storage/media").is_dir());
}

/// What a shell reads in an environment file, which has to overrule what the developer has set.
pub(crate) fn read(file: &Path) -> String {
    let output = Command::new("sh")
        .args(["-c", r#"set -a; . "$0"; exec env"#, file.to_str().unwrap()])
        .env(
            "AWS_ENDPOINT_URL_DYNAMODB",
            "https://dynamodb.us-east-1.amazonaws.com",
        )
        .env("AWS_ENDPOINT_URL_S3", "https://s3.us-east-1.amazonaws.com")
        .env("AWS_SESSION_TOKEN", "secret")
        .output()
        .unwrap();
    text(&output)
}
