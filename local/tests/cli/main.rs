//! The command.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, its helpers too"
)]

#[path = "../common/mod.rs"]
mod common;
mod environment;
mod program;
mod services;

use std::process::Stdio;

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use common::{is_alive, pid, wait_for, wait_for_end};
use program::{Running, command, fixture, read_environment, read_ready, signal, text};

#[test]
fn help_and_bad_options() {
    let help = command().arg("--help").output().unwrap();
    assert!(help.status.success());
    for option in [
        "--port",
        "--memory",
        "--data",
        "--reset",
        "--release",
        "--max-concurrency",
        "--no-demo",
        "--ready-file",
        "--cors",
        "--faults",
        "lose_reply=5%",
        "services",
    ] {
        assert!(text(&help).contains(option), "{option}");
    }
    for arguments in [
        &["--port", "70000"][..],
        &["--max-concurrency", "0"],
        &["--memory", "--data", "x"],
        &["--memory", "--reset"],
        &["x"],
        &["--memory", "services"],
        &["services", "--invoke-port", "0"],
        &["services", "--faults", "throttle=5%"],
        &["services", "--cors", "http://localhost"],
        &["--faults", ""],
        &["--cors", "*"],
        &["--cors", "http://localhost/"],
    ] {
        let output = command().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn what_no_deployment_takes_as_an_origin() {
    let directory = TempDir::new().unwrap();
    let output = fixture(directory.path(), directory.path())
        .args(["--cors", "http://localhost:5173", "--cors", "http://[::1]:5173"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert!(
        text.contains("CorsOrigins does not take `http://localhost:5173,http://[::1]:5173`"),
        "{text}"
    );
}

#[test]
fn faults_that_do_not_exist() {
    let output = command()
        .args(["--faults", "throttle=5%,jam:Query=1%"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = text(&output);
    assert!(
        text.contains("`jam:Query=1%`: there is no such fault") && text.contains("lose_reply"),
        "{text}"
    );
}

#[tokio::test]
async fn faults_and_origins_are_announced_and_faults_counted() {
    let directory = TempDir::new().unwrap();
    let binaries = common::binaries();
    let ready_file = directory.path().join("ready.json");
    let mut child = fixture(binaries.path(), directory.path())
        .args([
            "--port",
            "0",
            "--faults",
            "throttle:GetItem:echo=#2,seed=42",
            "--cors",
            "http://localhost:5173",
            "--ready-file",
        ])
        .arg(&ready_file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ready = read_ready(&mut child, &ready_file).await;
    let key = serde_json::json!({"TableName": "Table", "Key": {"pk": {"S": "a"}, "sk": {"S": "a"}}});
    let event = serde_json::json!({"do": "call", "calls": vec![serde_json::json!(["GetItem", key]); 3]});
    let url = format!(
        "{}/2015-03-31/functions/echo/invocations",
        ready["invoke_url"].as_str().unwrap()
    );
    let answer = common::client()
        .post(url)
        .body(event.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.text().await.unwrap(), "[200,400,200]");
    signal(&child, Signal::INT);
    let status = wait_for("the end", || child.try_wait().unwrap()).await;
    assert!(status.success(), "{status}");
    let output = text(&child.wait_with_output().unwrap());
    for line in [
        "Web pages that may call: http://localhost:5173\n",
        "What goes wrong on purpose: throttle:GetItem:echo=#2,seed=42",
        "injected fault: throttle, GetItem (call 2)",
        "Went wrong on purpose: throttle 1",
    ] {
        assert!(output.contains(line), "{line}: {output}");
    }
}

#[test]
fn a_port_that_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let directory = TempDir::new().unwrap();
    let binaries = common::binaries();
    let output = fixture(binaries.path(), directory.path())
        .args(["--port", &port])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert!(
        text.contains(&format!("the port {port} is taken")) && text.contains("--port"),
        "{text}"
    );
}

#[test]
fn functions_that_do_not_compile() {
    let root = TempDir::new().unwrap();
    let write = |path: &str, text: &str| std::fs::write(root.path().join(path), text).unwrap();
    std::fs::create_dir(root.path().join("functions")).unwrap();
    write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"functions\"]\n",
    );
    write(
        "functions/Cargo.toml",
        "[package]\nname = \"functions\"\nversion = \"0.1.0\"\n[[bin]]\nname = \"functions\"\npath = \"all.rs\"\n",
    );
    write("functions/all.rs", "fn main() { missing() }\n");
    std::fs::copy(common::template(), root.path().join("template.yaml")).unwrap();
    let output = command()
        .args(["--memory", "--port", "0"])
        .current_dir(root.path().join("functions"))
        .env("CARGO_TARGET_DIR", root.path().join("target"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert!(text.contains("cannot find function `missing`"), "{text}");
    assert!(text.contains("error: the functions do not compile"), "{text}");
}

#[tokio::test]
async fn a_signal_stops_it_in_good_order() {
    for signal in [Signal::INT, Signal::TERM] {
        let mut running = Running::start().await;
        let function = pid(&running.get("/?do=pid").await);
        running.signal(signal);
        let status = wait_for("the end", || running.child.try_wait().unwrap()).await;
        assert!(status.success(), "{status}");
        assert!(!is_alive(function));
        assert!(!running.directory.path().join("ready.json").exists());
        assert!(!running.directory.path().join("running.env").exists());
    }
}

#[tokio::test]
async fn functions_end_when_it_is_killed() {
    let mut running = Running::start().await;
    let function = pid(&running.get("/?do=pid").await);
    running.signal(Signal::KILL);
    running.child.wait().unwrap();
    wait_for_end(function).await;
}

#[tokio::test]
async fn the_ready_file_is_private_and_the_environment_clean() {
    use std::os::unix::fs::PermissionsExt as _;

    let running = Running::start().await;
    let metadata = std::fs::metadata(running.directory.path().join("ready.json")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    let environment: Value = serde_json::from_str(&running.get("/?do=environment").await).unwrap();
    let told = read_environment(&running.directory.path().join("running.env"));
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        let value = environment[name].as_str().unwrap();
        assert!(value.len() >= 20, "{name}");
        assert!(
            told.lines().any(|line| line == format!("{name}={value}")),
            "{name}"
        );
    }
    assert_eq!(environment["AWS_LAMBDA_FUNCTION_NAME"], "echo");
    assert_eq!(environment["TABLE_NAME"], "Table");
    assert_eq!(environment["BUCKET_NAME"], "media");
    assert_eq!(environment["AWS_ENDPOINT_URL_S3"], running.ready["storage_url"]);
    assert!(
        environment["AWS_ENDPOINT_URL_DYNAMODB"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
    for name in ["HOME", "AWS_SESSION_TOKEN", "CARGO_MANIFEST_DIR"] {
        assert!(environment[name].is_null(), "{name}");
    }
}
