//! The clients and the document of the reference: what `codegen` makes from `openapi.yaml` and `docs/ERRORS.md`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::written::{UPDATE, is_update, write_or_compare};
use crate::{none, path, read};

/// A folder of this name has only what is generated.
const GENERATED: &str = "generated";

#[test]
fn what_is_generated_is_what_the_contract_makes() {
    let files = codegen::generate(&read("openapi.yaml"), &read("docs/ERRORS.md"));
    let files = files.unwrap_or_else(|error| panic!("openapi.yaml: {error}"));
    let folders = files.iter().flat_map(|file| Path::new(&file.path).ancestors());
    let folders: BTreeSet<_> = folders.filter(|folder| folder.ends_with(GENERATED)).collect();
    let mut problems = Vec::new();
    for name in folders.into_iter().flat_map(files_in) {
        if files.iter().any(|file| file.path == name) {
            continue;
        }
        if is_update() {
            std::fs::remove_file(path(&name)).unwrap();
        } else {
            problems.push(format!("{name} is not generated any more. `{UPDATE}` removes it"));
        }
    }
    none(&problems);
    for file in files {
        write_or_compare(&file.path, &file.content);
    }
}

/// By their paths from the root, however deep; none where there is no such folder.
fn files_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path(folder.to_str().unwrap()))
        .into_iter()
        .flatten();
    // Python leaves what it has compiled beside what it imports.
    let entries = entries
        .map(Result::unwrap)
        .filter(|entry| entry.file_name() != "__pycache__");
    let found = entries.flat_map(|entry| {
        let inner = folder.join(entry.file_name());
        if entry.path().is_dir() {
            files_in(&inner)
        } else {
            vec![inner.to_str().unwrap().to_owned()]
        }
    });
    found.collect()
}
