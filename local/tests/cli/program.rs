//! The command as a process.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::common::{self, get, wait_for};

pub(crate) fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_local"))
}

pub(crate) fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The command with the fixture, started and ready.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) directory: TempDir,
    _binaries: TempDir,
    pub(crate) ready: Value,
}

impl Running {
    pub(crate) async fn start() -> Self {
        let directory = TempDir::new().unwrap();
        let binaries = common::binaries();
        let ready_file = directory.path().join("ready.json");
        let mut child = fixture(binaries.path(), directory.path())
            .args(["--port", "0"])
            .arg("--ready-file")
            .arg(&ready_file)
            .env("AWS_SESSION_TOKEN", "secret")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let ready = read_ready(&mut child, &ready_file).await;
        Self {
            child,
            directory,
            _binaries: binaries,
            ready,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> String {
        let url = self.ready["url"].as_str().unwrap();
        get(url, path).await.unwrap().text().await.unwrap()
    }

    pub(crate) fn signal(&self, with: Signal) {
        signal(&self.child, with);
    }
}

/// What the ready file says, as soon as it is there.
pub(crate) async fn read_ready(child: &mut Child, file: &Path) -> Value {
    let ready = wait_for("the ready file", || {
        assert!(child.try_wait().unwrap().is_none(), "it has ended");
        std::fs::read(file).ok()
    });
    serde_json::from_slice(&ready.await).unwrap()
}

pub(crate) fn signal(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id()).unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn fixture(binaries: &Path, data: &Path) -> Command {
    let mut command = command();
    command.arg("--no-demo").arg("--template").arg(common::template());
    command.arg("--prebuilt").arg(binaries).arg("--data").arg(data);
    command
}

/// What a shell reads from an environment file, which must overrule the developer's own settings.
pub(crate) fn read_environment(file: &Path) -> String {
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
