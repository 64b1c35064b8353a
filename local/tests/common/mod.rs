//! What the tests of the local machine share.
#![allow(dead_code, reason = "every test binary uses its own part")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use dynoxide::actions::put_item::PutItemRequest;
use dynoxide::types::AttributeValue;
use local::{Credentials, Functions, Local, Options};
use reqwest::{Client, Response};
use rustix::process::{Pid, test_kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take that happens by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// The fixture's template.
pub(crate) fn template() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/template.yaml")
}

/// A directory that holds the fixture under the name of every function.
pub(crate) fn binaries() -> TempDir {
    let tests = std::env::current_exe().unwrap();
    let profile = tests.parent().and_then(Path::parent).unwrap();
    let function = profile.join("examples/function");
    assert!(
        function.is_file(),
        "build the fixture first: cargo build -p local --examples"
    );
    let directory = TempDir::new().unwrap();
    for name in ["echo", "impatient", "broken", "records"] {
        std::os::unix::fs::symlink(&function, directory.path().join(name)).unwrap();
    }
    directory
}

/// The fixture, running.
pub(crate) struct Fixture {
    pub(crate) local: Local,
    _binaries: TempDir,
}

impl Fixture {
    pub(crate) async fn start(change: impl FnOnce(&mut Options)) -> Self {
        let binaries = binaries();
        let mut options = Options::new(template(), Functions::Prebuilt(binaries.path().to_owned()));
        change(&mut options);
        Self {
            local: Local::start(options).await.unwrap(),
            _binaries: binaries,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let response = get(self.local.url(), path).await.unwrap();
        let status = response.status().as_u16();
        (
            status,
            serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default(),
        )
    }

    /// Inserts a row.
    pub(crate) fn put(&self, pk: &str, sk: &str, poison: bool) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let mut item = HashMap::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))]);
        if poison {
            item.insert("poison".to_owned(), AttributeValue::BOOL(true));
        }
        let table_name = self.local.table_name().to_owned();
        let request = PutItemRequest {
            table_name,
            item,
            ..Default::default()
        };
        self.local.database().put_item(request).unwrap();
    }

    /// The log lines of a function that start with a text, without it.
    pub(crate) fn logged(&self, prefix: &str) -> Vec<String> {
        let logs = self.local.captured_logs();
        logs.iter()
            .filter_map(|line| line.strip_prefix(prefix))
            .map(|rest| rest.trim().to_owned())
            .collect()
    }

    /// The first log line that starts with a text, without it.
    pub(crate) async fn wait_for_log(&self, prefix: &str) -> String {
        wait_for(prefix, || self.logged(prefix).into_iter().next()).await
    }
}

/// What names somebody's credentials in a call to DynamoDB. The embedded database looks no further.
pub(crate) fn authorization(credentials: &Credentials) -> String {
    signed_by(credentials.access_key_id())
}

/// The same for the id of any key.
pub(crate) fn signed_by(key_id: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={key_id}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
    )
}

/// A client that no proxy of the machine stands between.
pub(crate) fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// Requests a path.
pub(crate) fn get(url: &str, path: &str) -> impl Future<Output = reqwest::Result<Response>> + Send + 'static {
    client().get(format!("{url}{path}")).send()
}

/// Looks until there is something, or fails.
pub(crate) async fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until there is no such process.
pub(crate) async fn wait_for_end(pid: i32) {
    wait_for(&format!("the end of {pid}"), || (!is_alive(pid)).then_some(())).await;
}

/// Whether there is such a process. One that waits to be reaped is none.
pub(crate) fn is_alive(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let is_zombie = stat
        .rsplit_once(") ")
        .is_some_and(|(_, rest)| rest.starts_with('Z'));
    test_kill_process(Pid::from_raw(pid).unwrap()).is_ok() && !is_zombie
}

/// A process id from an answer or a log line.
pub(crate) fn pid(text: &str) -> i32 {
    text.trim().parse().unwrap()
}
