//! Building the functions with cargo.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::files;
use crate::template::Template;

/// The binary that has all functions.
const ALL: &str = "functions";

/// The feature that builds a binary for each function.
const SINGLE: &str = "functions/lambda";

/// Where the functions' binaries come from.
#[derive(Debug, Clone)]
pub enum Functions {
    /// They are built already: each is in this directory under its name, or all are in this one binary.
    Prebuilt(PathBuf),
    /// Cargo builds them now.
    Build {
        /// Whether with the release profile.
        release: bool,
    },
}

/// A line of `cargo build --message-format=json`.
#[derive(Deserialize)]
struct Message {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// The binary of every function of the template. The template is in the workspace's directory.
pub(crate) async fn binaries(
    template: &Template,
    functions: &Functions,
    template_path: &Path,
) -> Result<BTreeMap<String, PathBuf>> {
    let names = template.functions.iter().map(|function| function.name.as_str());
    let (built, place) = match functions {
        Functions::Prebuilt(path) => (prebuilt(names.clone(), path), path.display().to_string()),
        Functions::Build { release } => {
            let root = files::directory_of(template_path);
            let built = build(root, *release, names.clone()).await?;
            (built, "functions/Cargo.toml".to_owned())
        }
    };
    for function in &template.functions {
        if !built.get(&function.name).is_some_and(|path| path.is_file()) {
            bail!(
                "the template's function {} has no binary {} in {place}",
                function.logical_id,
                function.name
            );
        }
    }
    Ok(built)
}

/// One binary for all functions, or a directory with one for each.
fn prebuilt<'a>(names: impl Iterator<Item = &'a str>, path: &Path) -> BTreeMap<String, PathBuf> {
    let binary = |name| {
        if path.is_dir() {
            path.join(name)
        } else {
            path.to_owned()
        }
    };
    names.map(|name| (name.to_owned(), binary(name))).collect()
}

/// The directory of the workspace that the current directory is in.
pub async fn workspace_root() -> Result<PathBuf> {
    let output = Command::new(cargo())
        .args(["locate-project", "--workspace", "--message-format=plain"])
        .stderr(Stdio::inherit())
        .output()
        .await
        .context("can't run cargo")?;
    if !output.status.success() {
        bail!("run this inside the repository");
    }
    let manifest = PathBuf::from(String::from_utf8(output.stdout)?.trim_end());
    Ok(manifest
        .parent()
        .context("the workspace has no directory")?
        .to_owned())
}

/// Builds the one binary that has all functions; with the release profile, the binaries that are deployed. Cargo is run
/// in the root with the names of binaries, not of their package: so it chooses the same features as for this program,
/// and compiles no dependency a second time.
async fn build<'a>(
    root: &Path,
    release: bool,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Result<BTreeMap<String, PathBuf>> {
    let mut command = Command::new(cargo());
    command.args(["build", "--message-format=json-render-diagnostics"]);
    if release {
        command
            .args(["--release", "--features", SINGLE])
            .args(names.clone().flat_map(|name| ["--bin", name]));
    } else {
        command.args(["--bin", ALL]);
    }
    command
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_package(name)) {
        command.env_remove(name);
    }
    let mut cargo = command.spawn().context("can't run cargo")?;
    let output = cargo.stdout.take().context("cargo has no output")?;
    let mut lines = BufReader::new(output).lines();
    let mut binaries = BTreeMap::new();
    while let Some(line) = lines.next_line().await? {
        let message: Message = serde_json::from_str(&line).with_context(|| format!("cargo wrote {line}"))?;
        if let (Some(target), Some(executable)) = (message.target, message.executable)
            && target.kind.iter().any(|kind| kind == "bin")
        {
            binaries.insert(target.name, executable);
        }
    }
    if !cargo.wait().await?.success() {
        bail!("the functions do not compile: correct the errors above, and start again");
    }
    if let Some(all) = binaries.remove(ALL) {
        binaries.extend(names.map(|name| (name.to_owned(), all.clone())));
    }
    Ok(binaries)
}

/// Whether `cargo run` and `cargo test` set the variable to describe the package that they run. Some build scripts read
/// such variables, and would run again whenever they change.
fn is_of_package(variable: &OsStr) -> bool {
    let prefixes = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
        "CARGO_PRIMARY_",
    ];
    variable
        .to_str()
        .is_some_and(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
}

/// The cargo that runs us, or the one in the path.
fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
