//! `template.yaml` says what is deployed, `openapi.yaml` what can be called. What repeats them in other files is written
//! from them, with `UPDATE=1 cargo test -p functions --test one_source`; without `UPDATE` these tests compare, and show
//! the difference.
//! What only a person can write is compared, too: each problem says what to write where.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop at the first surprise, its helpers too"
)]

mod binaries;
mod clients;
mod cors;
mod events;
mod rooms;
mod routes;
mod shape;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use local::template::{Function, Template};

/// A file of the repository.
fn path(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect(name)
}

/// The Rust sources in a folder of the repository, by their paths in it.
fn sources(folder: &str) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(path(folder)).expect(folder) {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            found.extend(sources(&name));
        } else if Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "rs")
        {
            found.insert(PathBuf::from(&name), read(&name));
        }
    }
    found
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
