//! Who may know whom. Reads the `use` lines of all crates: nothing imports what imports it back, and the rooms of
//! `docs/ARCHITECTURE.md` know only what they may.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::{functions, none, read, sources};

/// The members of the workspace, and which others each may know outside of its tests.
const CRATES: &[(&str, &[&str])] = &[
    ("shared", &[]),
    ("search", &["shared"]),
    ("reference", &[]),
    ("functions", &["reference", "shared", "search"]),
    ("catalog", &["shared", "search"]),
    ("synth", &[]),
    ("local", &[]),
    ("conformance", &[]),
    ("codegen", &[]),
];

/// The rooms of `shared`, and which others each may know.
const ROOMS: &[(&str, &[&str])] = &[
    ("aws", &[]),
    ("model", &[]),
    ("store/error", &["aws"]),
    ("store/table", &["aws", "model", "store/error"]),
    ("store/bucket", &["aws", "model", "store/error", "store/table"]),
    ("store/idempotency", &["model", "store/error", "store/table"]),
    ("store/work", &["model", "store/error", "store/table"]),
    (
        "store/people",
        &["model", "store/error", "store/table", "store/work"],
    ),
    ("store/catalog", &["model", "store/error", "store/table"]),
    (
        "store/attachments",
        &[
            "model",
            "store/bucket",
            "store/catalog",
            "store/error",
            "store/table",
            "store/work",
        ],
    ),
    (
        "store/conversations",
        &[
            "model",
            "store/attachments",
            "store/bucket",
            "store/error",
            "store/idempotency",
            "store/people",
            "store/table",
            "store/work",
        ],
    ),
    (
        "store/contacts",
        &[
            "model",
            "store/conversations",
            "store/error",
            "store/idempotency",
            "store/people",
            "store/table",
        ],
    ),
    (
        "store/messages",
        &[
            "model",
            "store/attachments",
            "store/bucket",
            "store/catalog",
            "store/conversations",
            "store/error",
            "store/idempotency",
            "store/people",
            "store/table",
        ],
    ),
    ("store/integrity", &["model", "store"]),
    ("store/stream", &["model", "store"]),
    ("store/environment", &["aws", "store"]),
    ("store", &["store"]),
    ("api", &["model", "store"]),
];

/// The folders of which each is compiled by itself, with `main.rs` or `lib.rs` as its root.
fn roots() -> BTreeSet<PathBuf> {
    let all = CRATES.iter().flat_map(|(name, _)| sources(name).into_keys());
    let is_root = |file: &PathBuf| file.ends_with("main.rs") || file.ends_with("lib.rs");
    all.filter(is_root)
        .filter_map(|file| Some(file.parent()?.to_owned()))
        .collect()
}

/// One source of a crate: where its module stands, and the paths that its `use` lines name.
struct Source {
    module: Vec<String>,
    imports: Vec<Vec<String>>,
    text: String,
}

/// The sources of the crate in this folder, by their paths in it.
fn crate_in(root: &Path) -> BTreeMap<PathBuf, Source> {
    let folder = root.to_str().unwrap();
    let found = sources(folder).into_iter().map(|(file, text)| {
        let file = file.strip_prefix(root).unwrap().to_owned();
        let mut module: Vec<_> = file
            .with_extension("")
            .iter()
            .map(|part| part.to_str().unwrap().to_owned())
            .collect();
        if module
            .last()
            .is_some_and(|last| ["lib", "main", "mod"].contains(&&**last))
        {
            module.pop();
        }
        let imports = imports(&text);
        (
            file,
            Source {
                module,
                imports,
                text,
            },
        )
    });
    found.collect()
}

/// The paths that the `use` lines of a source name, but for those of its unit tests.
fn imports(text: &str) -> Vec<Vec<String>> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("use ") {
        let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at];
        let is_use = line.trim().is_empty() || line.trim_start().starts_with("pub");
        if let Some((tree, _)) = text[at + 4..].split_once(';').filter(|_| is_use) {
            expand(tree, &[], &mut found);
        }
    }
    found
}

/// Adds each path of a tree such as `a::{b, c::{d, e}}`.
fn expand(tree: &str, before: &[String], found: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let (head, group) = tree.split_once('{').unwrap_or((tree, ""));
    let head = head.split(" as ").next().unwrap_or_default();
    let parts = head
        .split("::")
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty());
    let path: Vec<_> = before.iter().cloned().chain(parts).collect();
    let Some(group) = group.strip_suffix('}') else {
        found.push(path);
        return;
    };
    let (mut depth, mut start) = (0, 0);
    for (at, sign) in group.char_indices().chain([(group.len(), ',')]) {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !group[start..at].trim().is_empty() {
                    expand(&group[start..at], &path, found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// Which files of a crate each file imports.
fn graph(sources: &BTreeMap<PathBuf, Source>) -> BTreeMap<&Path, BTreeSet<&Path>> {
    let files: BTreeMap<_, _> = sources
        .iter()
        .map(|(file, source)| (&source.module[..], &**file))
        .collect();
    let own = |source: &Source, import: &[String]| -> Option<&Path> {
        let mut base = source.module.clone();
        let rest = match &**import.first()? {
            "crate" => {
                base.clear();
                &import[1..]
            }
            "self" => &import[1..],
            "super" => {
                let up = import.iter().take_while(|part| *part == "super").count();
                base.truncate(base.len().checked_sub(up)?);
                &import[up..]
            }
            child => {
                base.push(child.to_owned());
                files.get(&base[..])?;
                base.pop();
                import
            }
        };
        base.extend(rest.iter().cloned());
        let length = (0..=base.len())
            .rev()
            .find(|length| files.contains_key(&base[..*length]))?;
        let file = files[&base[..length]];
        // A module with a `#[path]` stands in another folder.
        let is_elsewhere = base
            .get(length)
            .is_some_and(|name| sources[file].text.contains(&format!("mod {name};")));
        Some(file).filter(|_| !is_elsewhere)
    };
    let imported = sources.iter().map(|(file, source)| {
        let others = source.imports.iter().filter_map(|import| own(source, import));
        (&**file, others.filter(|other| other != file).collect())
    });
    imported.collect()
}

/// All that a file reaches over its imports.
fn reached<'a>(graph: &BTreeMap<&'a Path, BTreeSet<&'a Path>>, from: &'a Path) -> BTreeSet<&'a Path> {
    let mut reached = BTreeSet::new();
    let mut left = vec![from];
    while let Some(file) = left.pop() {
        left.extend(graph[file].iter().filter(|next| reached.insert(**next)));
    }
    reached
}

#[test]
fn no_file_imports_what_imports_it_back() {
    let mut problems = Vec::new();
    for root in roots() {
        let sources = crate_in(&root);
        let graph = graph(&sources);
        let circles = graph.keys().filter(|file| reached(&graph, file).contains(*file));
        for file in circles.clone() {
            let back = graph[file]
                .iter()
                .filter(|next| reached(&graph, next).contains(file));
            let back: Vec<_> = back.map(|next| next.display().to_string()).collect();
            problems.push(format!(
                "{}/{} is in a circle over {}",
                root.display(),
                file.display(),
                back.join(", ")
            ));
        }
    }
    none(&problems);
}

#[test]
fn rooms_know_only_what_they_may() {
    let root = Path::new("shared/src");
    let room_of = |file: &Path| {
        let file = file.with_extension("");
        let around = ROOMS.iter().filter(|(room, _)| file.starts_with(room));
        around.max_by_key(|(room, _)| room.len())
    };
    let sources = crate_in(root);
    let mut problems = Vec::new();
    for (file, others) in graph(&sources)
        .into_iter()
        .filter(|(file, _)| !file.ends_with("lib.rs"))
    {
        let Some((own, may_know)) = room_of(file) else {
            problems.push(format!(
                "rooms.rs: add the room of shared/src/{} to ROOMS",
                file.display()
            ));
            continue;
        };
        for other in others {
            let is_known = other.starts_with(own)
                || may_know
                    .iter()
                    .any(|known| other.with_extension("").starts_with(known));
            if !is_known {
                problems.push(format!(
                    "shared/src/{}: {own} must not know {}",
                    file.display(),
                    other.display()
                ));
            }
        }
    }
    none(&problems);
}

#[test]
fn crates_know_only_what_they_may() {
    let mut problems = Vec::new();
    for (name, may_know) in CRATES {
        let manifest = read(&format!("{name}/Cargo.toml"));
        let (_, rest) = manifest.split_once("\n[dependencies]\n").unwrap_or_default();
        let dependencies = rest.lines().take_while(|line| !line.starts_with('['));
        let known: BTreeSet<_> = dependencies
            .filter_map(|line| line.split([' ', '.']).next())
            .collect();
        let others = CRATES.iter().map(|(other, _)| other);
        for other in others.filter(|other| known.contains(*other) && !may_know.contains(other)) {
            problems.push(format!("{name}/Cargo.toml: {name} must not know {other}"));
        }
    }
    none(&problems);
}

/// Listing messages opens their conversation.
const READS_AND_WRITES: &str = "messages-list";

#[test]
fn handlers_that_read_cannot_write() {
    let mut problems = Vec::new();
    for function in functions() {
        let mut routes = function.events.routes.iter().map(ToString::to_string);
        // Pages know no store.
        if !routes.any(|route| route.starts_with("GET /v1/")) || function.name == READS_AND_WRITES {
            continue;
        }
        let file = format!("functions/{}.rs", function.name.replacen('-', "/", 1));
        let code = read(&file);
        if !code.contains("call: Read") || code.contains("Store>") {
            problems.push(format!(
                "{file}: take a `Read` for a GET: its store has no writes"
            ));
        }
    }
    none(&problems);
}

#[test]
fn a_use_line_is_read_with_all_its_paths() {
    let text = "use a::b as c;\npub(crate) use super::{d, e::{self, f}};\n    use g;\n#[cfg(test)]\nmod tests {\n    use h;\n}\n";
    let read: Vec<_> = imports(text).iter().map(|path| path.join("::")).collect();
    assert_eq!(read, ["a::b", "super::d", "super::e::self", "super::e::f", "g"]);
}
