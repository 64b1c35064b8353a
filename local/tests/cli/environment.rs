//! The file that tells other programs of the machine that runs.

use std::path::Path;

use rustix::process::Signal;

use crate::common::{self, get};
use crate::program::{Running, read_environment};

#[tokio::test]
async fn others_can_join_while_it_runs() {
    let running = Running::start().await;
    let file = running.directory.path().join("running.env");
    let environment = read_environment(&file);
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

#[tokio::test]
async fn a_second_one_does_not_speak_for_the_first() {
    let mut first = Running::start().await;
    let file = first.directory.path().join("running.env");
    let told = std::fs::read_to_string(&file).unwrap();
    // As `--memory`, whose file is in the same directory while its data is nowhere.
    let options = |binaries: &Path| {
        let mut options = local::Options::new(
            common::template(),
            local::Functions::Prebuilt(binaries.to_owned()),
        );
        options.environment_file = Some(file.clone());
        options
    };
    let binaries = common::binaries();
    let other = local::Local::start(options(binaries.path())).await.unwrap();
    assert_eq!(other.taken_file(), Some(&*file));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), told);
    other.stop().await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), told);
    // Whoever is killed leaves the file.
    first.signal(Signal::KILL);
    first.child.wait().unwrap();
    assert!(file.exists());
    let next = local::Local::start(options(binaries.path())).await.unwrap();
    assert_eq!(next.taken_file(), None);
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .contains(next.storage_url())
    );
    next.stop().await;
    assert!(!file.exists());
}
