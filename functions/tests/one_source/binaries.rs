//! `functions/Cargo.toml`: a binary for each function, and for each file.

use std::collections::BTreeSet;

use local::template::Function;
use serde::Deserialize;

use crate::{differences, functions, missed, none, path, read};

#[derive(Deserialize)]
struct Manifest {
    bin: Vec<Binary>,
}

#[derive(Deserialize)]
struct Binary {
    name: String,
    path: String,
}

/// A binary is named as its file is: `contacts/list.rs` is `contacts-list`.
fn binary_name(file: &str) -> String {
    file.trim_end_matches(".rs").replace('/', "-")
}

/// The file of a binary: the first of its possible names that exists.
fn binary_file(name: &str) -> String {
    let nested = name.replacen('-', "/", 1) + ".rs";
    if path("functions").join(&nested).is_file() {
        nested
    } else {
        format!("{name}.rs")
    }
}

fn problems_of_binaries(functions: &[Function], manifest: &str, files: &BTreeSet<String>) -> Vec<String> {
    let binaries = toml::from_str::<Manifest>(manifest).unwrap().bin;
    let in_template = functions.iter().map(|function| function.name.clone()).collect();
    let names = binaries.iter().map(|binary| binary.name.clone()).collect();
    let paths = binaries.iter().map(|binary| binary.path.clone()).collect();
    let entry = |name: &str, file: &str| format!("[[bin]] name = \"{name}\" path = \"{file}\" test = false");
    let mut problems: Vec<_> = differences(
        &in_template,
        &names,
        |name| format!("functions/Cargo.toml: add {}", entry(name, &binary_file(name))),
        |name| {
            format!("template.yaml: add a function with `CodeUri: target/lambda/{name}/`, or remove {name} from functions/Cargo.toml")
        },
    )
    .collect();
    problems.extend(differences(
        files,
        &paths,
        |file| format!("functions/Cargo.toml: add {}", entry(&binary_name(file), file)),
        |file| format!("functions/{file} is missing, and functions/Cargo.toml names it"),
    ));
    problems.extend(
        binaries
            .iter()
            .filter(|binary| binary.name != binary_name(&binary.path))
            .map(|binary| {
                let right = entry(&binary_name(&binary.path), &binary.path);
                format!(
                    "functions/Cargo.toml: write {right} in place of the name {}",
                    binary.name
                )
            }),
    );
    problems.sort();
    // A file and its binary may both be missed, by the same line.
    problems.dedup();
    problems
}

/// The files of functions, as `functions/Cargo.toml` names them.
fn function_files() -> BTreeSet<String> {
    let root = path("functions");
    let folders = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir() && !path.ends_with("tests"));
    folders
        .chain([root.clone()])
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_function_has_its_binary() {
    let manifest = read("functions/Cargo.toml");
    none(&problems_of_binaries(&functions(), &manifest, &function_files()));
}

#[test]
fn a_problem_says_what_to_write() {
    let functions = functions();
    let problems = |text: &str| problems_of_binaries(&functions, text, &function_files());
    let manifest = read("functions/Cargo.toml");
    let entry = "[[bin]]\nname = \"me-get\"\npath = \"me/get.rs\"\ntest = false\n";
    let add = r#"functions/Cargo.toml: add [[bin]] name = "me-get" path = "me/get.rs" test = false"#;
    missed(&manifest, (entry, ""), problems, &[add]);
    let other = entry.replace("me-get", "me");
    let add_function = "template.yaml: add a function with `CodeUri: target/lambda/me/`, or remove me from functions/Cargo.toml";
    let rename = r#"functions/Cargo.toml: write [[bin]] name = "me-get" path = "me/get.rs" test = false in place of the name me"#;
    missed(&manifest, (entry, &other), problems, &[add, rename, add_function]);
}
