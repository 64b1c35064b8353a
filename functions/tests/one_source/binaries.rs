//! `functions/Cargo.toml` and `functions/all.rs`: a binary for each function, and all in one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::written::{with_body, write_or_compare};
use crate::{differences, functions, none, path, read};

/// The files beside those of functions: the binary that has all, and a module.
const OTHERS: [&str; 2] = ["all.rs", "routes.rs"];

/// A function is named as its file is: `contacts/list.rs` is `contacts-list`.
fn name_of(file: &str) -> String {
    file.trim_end_matches(".rs").replace('/', "-")
}

/// The files of functions.
fn files() -> BTreeSet<String> {
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
        .filter(|file| !OTHERS.contains(&file.as_str()))
        .collect()
}

fn problems_of_files(files: &BTreeSet<String>) -> Vec<String> {
    let expected = functions().into_iter().map(|function| function.name).collect();
    let found = files.iter().map(|file| name_of(file)).collect();
    let add = |name: &str| {
        let file = name.replacen('-', "/", 1);
        format!("functions/{file}.rs: write the handler of {name}, which template.yaml names")
    };
    let remove = |name: &str| {
        format!("template.yaml: add a function with `CodeUri: target/lambda/{name}/`, or remove its file")
    };
    differences(&expected, &found, add, remove).collect()
}

#[test]
fn every_function_has_its_file() {
    none(&problems_of_files(&files()));
    let mut others = files();
    others.remove("me/get.rs");
    others.insert("me/forget.rs".to_owned());
    let expected = [
        "functions/me/get.rs: write the handler of me-get, which template.yaml names",
        "template.yaml: add a function with `CodeUri: target/lambda/me-forget/`, or remove its file",
    ];
    assert_eq!(problems_of_files(&others), expected);
}

fn with_binaries(manifest: &str, files: &BTreeSet<String>) -> String {
    let mut binaries = String::new();
    for file in files {
        let name = name_of(file);
        writeln!(
            binaries,
            "[[bin]]\nname = {name:?}\npath = {file:?}\nrequired-features = [\"lambda\"]\ntest = false\n"
        )
        .unwrap();
    }
    with_body(
        manifest,
        ("the rest is seen from outside.\n", "[[bench]]"),
        &binaries,
    )
}

fn with_modules(source: &str, files: &BTreeSet<String>) -> String {
    let mut modules = String::new();
    for file in files {
        let name = name_of(file);
        let module = name.replace('-', "_");
        writeln!(modules, "    {name:?} = {module} in {file:?},").unwrap();
    }
    with_body(source, ("\nfunctions! {\n", "}\n"), &modules)
}

#[test]
fn every_function_is_a_binary_and_in_the_one_that_has_all() {
    let manifest = "functions/Cargo.toml";
    write_or_compare(manifest, &with_binaries(&read(manifest), &files()));
    let all = "functions/all.rs";
    write_or_compare(all, &with_modules(&read(all), &files()));
}

#[test]
fn a_new_function_is_written() {
    let files = files();
    let mut more = files.clone();
    more.insert("me/forget.rs".to_owned());
    let manifest = read("functions/Cargo.toml");
    let binary = "[[bin]]\nname = \"me-forget\"\npath = \"me/forget.rs\"\nrequired-features = [\"lambda\"]\ntest = false\n\n";
    let without = with_binaries(&manifest, &more).replace(binary, "");
    assert_eq!(without, with_binaries(&manifest, &files));
    let all = read("functions/all.rs");
    let line = "    \"me-forget\" = me_forget in \"me/forget.rs\",\n";
    let without = with_modules(&all, &more).replace(line, "");
    assert_eq!(without, with_modules(&all, &files));
}
