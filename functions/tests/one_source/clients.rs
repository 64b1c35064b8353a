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
    let folders = files.iter().filter_map(|file| Path::new(&file.path).parent());
    let folders: BTreeSet<_> = folders.filter(|folder| folder.ends_with(GENERATED)).collect();
    let mut problems = Vec::new();
    for folder in folders {
        let folder = folder.to_str().unwrap();
        // Absent before the first time.
        let entries = std::fs::read_dir(path(folder)).into_iter().flatten();
        for entry in entries.map(Result::unwrap) {
            let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if files.iter().any(|file| file.path == name) {
                continue;
            }
            if is_update() {
                std::fs::remove_file(entry.path()).unwrap();
            } else {
                problems.push(format!("{name} is not generated any more. `{UPDATE}` removes it"));
            }
        }
    }
    none(&problems);
    for file in files {
        write_or_compare(&file.path, &file.content);
    }
}
