//! `functions/Cargo.toml` and `functions/all.rs`: a binary for each function, and for each file; and all in one.

use std::collections::BTreeSet;

use local::template::Function;
use serde::Deserialize;

use crate::{differences, functions, missed, none, path, read};

#[derive(Deserialize)]
struct Manifest {
    bin: Vec<Binary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Binary {
    name: String,
    path: String,
    #[serde(default)]
    required_features: Vec<String>,
}

/// The file of the binary that has all functions.
const ALL: &str = "all.rs";

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

/// What keeps the binary of a single function out of other builds than those of `cargo lambda`.
const FEATURE: &str = r#"required-features = ["lambda"]"#;

fn problems_of_binaries(functions: &[Function], manifest: &str, files: &BTreeSet<String>) -> Vec<String> {
    let mut binaries = toml::from_str::<Manifest>(manifest).unwrap().bin;
    binaries.retain(|binary| binary.path != ALL);
    let in_template = functions.iter().map(|function| function.name.clone()).collect();
    let names = binaries.iter().map(|binary| binary.name.clone()).collect();
    let paths = binaries.iter().map(|binary| binary.path.clone()).collect();
    let entry = |name: &str, file: &str| {
        format!("[[bin]] name = \"{name}\" path = \"{file}\" {FEATURE} test = false")
    };
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
    let anywhere = binaries
        .iter()
        .filter(|binary| binary.required_features != ["lambda"]);
    problems.extend(anywhere.map(|binary| format!("functions/Cargo.toml: add {FEATURE} to {}", binary.name)));
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
        .filter(|file| file != ALL)
        .collect()
}

#[test]
fn every_function_has_its_binary() {
    let manifest = read("functions/Cargo.toml");
    none(&problems_of_binaries(&functions(), &manifest, &function_files()));
}

/// What `functions/all.rs` must name, and what it does.
fn problems_of_all(files: &BTreeSet<String>, source: &str) -> Vec<String> {
    let line = |file: &String| {
        let name = binary_name(file);
        format!("\"{name}\" = {} in \"{file}\",", name.replace('-', "_"))
    };
    let expected = files.iter().map(line).collect();
    let (_, list) = source.split_once("\nfunctions! {").unwrap();
    let lines = list.lines().map(str::trim).filter(|line| line.starts_with('"'));
    let (add, remove) = (
        |line: &str| format!("functions/{ALL}: add {line}"),
        |line: &str| format!("functions/{ALL}: remove {line}"),
    );
    differences(&expected, &lines.map(str::to_owned).collect(), add, remove).collect()
}

#[test]
fn every_function_is_in_the_binary_that_has_all() {
    let source = read("functions/all.rs");
    none(&problems_of_all(&function_files(), &source));
    let line = "    \"me-get\" = me_get in \"me/get.rs\",\n";
    let problems = |text: &str| problems_of_all(&function_files(), text);
    let add = r#"functions/all.rs: add "me-get" = me_get in "me/get.rs","#;
    missed(&source, (line, ""), problems, &[add]);
}

/// `cargo local` knows nothing of rows, and refuses kept data of another shape.
#[test]
fn the_shape_of_kept_data_rises_with_the_versions_of_rows() {
    let number = |text: &str, before: &str| -> u32 {
        let (_, rest) = text.split_once(before).unwrap();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    let store = std::fs::read_dir(path("shared/src/store")).unwrap();
    let sources = store.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default());
    let risen: u32 = sources
        .flat_map(|source| {
            let rows = source.split("    const VERSION: u32 = ").skip(1);
            rows.map(|text| number(&format!(" {text}"), " ") - 1)
                .collect::<Vec<_>>()
        })
        .sum();
    let shape = number(&read("local/src/directory.rs"), "const SHAPE: &str = \"");
    assert_eq!(
        shape,
        1 + risen,
        "local/src/directory.rs: write `SHAPE: &str = \"{}\"`",
        1 + risen
    );
}

#[test]
fn a_problem_says_what_to_write() {
    let functions = functions();
    let problems = |text: &str| problems_of_binaries(&functions, text, &function_files());
    let manifest = read("functions/Cargo.toml");
    let entry =
        "[[bin]]\nname = \"me-get\"\npath = \"me/get.rs\"\nrequired-features = [\"lambda\"]\ntest = false\n";
    let add = r#"functions/Cargo.toml: add [[bin]] name = "me-get" path = "me/get.rs" required-features = ["lambda"] test = false"#;
    missed(&manifest, (entry, ""), problems, &[add]);
    let other = entry.replace("me-get", "me");
    let add_function = "template.yaml: add a function with `CodeUri: target/lambda/me/`, or remove me from functions/Cargo.toml";
    let rename = r#"functions/Cargo.toml: write [[bin]] name = "me-get" path = "me/get.rs" required-features = ["lambda"] test = false in place of the name me"#;
    missed(&manifest, (entry, &other), problems, &[add, rename, add_function]);
}
