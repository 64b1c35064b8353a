//! `template.yaml` says what is deployed. Other files repeat parts of it for those who read them; here they are compared
//! with it, and each problem says which line to write where.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop at the first surprise, its helpers too"
)]

mod binaries;
mod events;
mod routes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use local::template::{Function, Template};

/// A file of the repository.
fn path(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect(name)
}

fn functions() -> Vec<Function> {
    Template::load(&path("template.yaml")).unwrap().functions
}

/// Fails with everything that is wrong at once.
#[track_caller]
fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// What has to be added to and removed from `found`, so that it is `expected`.
fn differences<'a>(
    expected: &'a BTreeSet<String>,
    found: &'a BTreeSet<String>,
    add: impl Fn(&str) -> String + 'a,
    remove: impl Fn(&str) -> String + 'a,
) -> impl Iterator<Item = String> + 'a {
    let missing = expected.difference(found).map(move |name| add(name));
    missing.chain(found.difference(expected).map(move |name| remove(name)))
}

/// Replaces a text in a file's content, and compares what is said about it.
#[track_caller]
fn missed(
    content: &str,
    (from, to): (&str, &str),
    problems: impl Fn(&str) -> Vec<String>,
    expected: &[&str],
) {
    assert!(content.contains(from), "{from:?} is not in it");
    assert_eq!(problems(&content.replacen(from, to, 1)), expected);
}
