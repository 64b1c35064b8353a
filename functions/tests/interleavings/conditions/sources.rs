//! The conditions that stand in the store's sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The texts of all conditions in the store.
pub(crate) fn conditions() -> BTreeSet<String> {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/src/store");
    let mut found = BTreeSet::new();
    for file in sources(&store) {
        let text = fs::read_to_string(file).unwrap();
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        found.extend(
            literals(product)
                .into_iter()
                .filter(|literal| is_condition(literal)),
        );
    }
    found
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .collect()
}

/// The string literals of a source, without the breaks in them.
fn literals(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n");
    let parts = code.split('"').skip(1).step_by(2);
    parts
        .map(|literal| {
            literal
                .replace('\\', "")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

/// Whether it is a condition of a write, and not one of a query.
fn is_condition(literal: &str) -> bool {
    let compares = [
        "attribute_exists(",
        "attribute_not_exists(",
        " = :",
        " < :",
        " <= :",
        " > :",
    ];
    let of_queries = [
        "pk = :pk",
        "member_id = :member",
        "inbox = :inbox",
        "sender_id <> :person",
        "kind = :message",
    ];
    compares.iter().any(|part| literal.contains(part))
        && !literal.contains('{')
        && !literal.starts_with("AND ")
        && !of_queries.iter().any(|part| literal.contains(part))
}
