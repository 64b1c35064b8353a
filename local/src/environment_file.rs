//! Environment files: they tell other programs where the database and the storage are, in the variables that functions
//! get. `cargo lambda watch --env-file` reads them, and so does every other program that works on the data. A shell can
//! read them, too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::files;

/// The beginning of a file that may be replaced.
const MARK: &str = "# Written by `cargo local";

/// The first line of a file that stays.
const OF_SERVICES: &str = "# Written by `cargo local services`, which replaces it at each start.";

/// The first line of a file that exists while the machine runs.
const WHILE_RUNNING: &str = "# Written by `cargo local`, which removes it when it stops.";

/// Variables that hide the developer's own AWS settings from functions that inherit the developer's environment.
const STRANGERS: [(&str, &str); 3] = [
    ("AWS_CONFIG_FILE", "/dev/null"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ("AWS_SESSION_TOKEN", ""),
];

/// Fails if something else has written the file.
pub(crate) fn ensure_replaceable(path: &Path) -> Result<()> {
    match std::fs::read(path) {
        Ok(content) => ensure!(
            content.is_empty() || content.starts_with(MARK.as_bytes()),
            "{} was not written by `cargo local`, so it is not replaced: move it away",
            path.display()
        ),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("can't read {}", path.display())),
    }
    Ok(())
}

/// Writes a file that stays, readable for its owner only.
pub(crate) fn write(path: &Path, variables: &BTreeMap<String, String>) -> Result<()> {
    write_text(path, &text(OF_SERVICES, variables)?)
}

fn write_text(path: &Path, text: &str) -> Result<()> {
    ensure_replaceable(path)?;
    files::create_private_directory(files::directory_of(path))?;
    files::write_private(path, text.as_bytes())
}

/// An environment file that exists as long as this value. No other machine replaces it meanwhile.
pub(crate) struct WhileRunning {
    path: PathBuf,
    lock: File,
}

impl WhileRunning {
    /// Writes the file, readable for its owner only. `None` if the file of a machine that still runs is there.
    pub(crate) fn write(path: PathBuf, variables: &BTreeMap<String, String>) -> Result<Option<Self>> {
        let text = text(WHILE_RUNNING, variables)?;
        files::create_private_directory(files::directory_of(&path))?;
        // The lock ends with the process, however that ends, and so tells a running machine from a crashed one.
        let lock_path = path.with_added_extension("lock");
        let context = || format!("can't lock {}", lock_path.display());
        let lock = File::create(&lock_path).with_context(context)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error).with_context(context),
        }
        write_text(&path, &text)?;
        Ok(Some(Self { path, lock }))
    }
}

impl Drop for WhileRunning {
    fn drop(&mut self) {
        // Somebody may have removed it already.
        let _ = std::fs::remove_file(&self.path);
        // Closing the file does not unlock it while a process that is just being started still has it open.
        let _ = self.lock.unlock();
    }
}

fn text(first_line: &str, variables: &BTreeMap<String, String>) -> Result<String> {
    let mut text = format!("{first_line}\n");
    let variables = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in variables.chain(STRANGERS) {
        if value.contains(['\'', '\\', '\n', '\r']) {
            bail!("the value of {name} can't be written to an environment file");
        }
        writeln!(text, "{name}='{value}'")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn variables(value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("A".to_owned(), value.to_owned())])
    }

    #[test]
    fn values_are_quoted_or_refused() {
        let text = text(OF_SERVICES, &variables("x y #$z")).unwrap();
        assert!(text.starts_with("# Written by `cargo local services`"), "{text}");
        assert!(text.contains("\nA='x y #$z'\n"), "{text}");
        for value in ["it's", "a\\b", "a\nB=c"] {
            assert!(super::text(OF_SERVICES, &variables(value)).is_err(), "{value}");
        }
    }

    #[test]
    fn the_file_of_somebody_else_stays() {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("new/own.env");
        write(&path, &variables("1")).unwrap();
        write(&path, &variables("2")).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("A='2'"));
        std::fs::write(&path, "SECRET=1\n").unwrap();
        assert!(write(&path, &variables("3")).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "SECRET=1\n");
    }

    #[test]
    fn the_file_of_a_machine_that_runs_stays() {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("new/running.env");
        let write = |value: &str| WhileRunning::write(path.clone(), &variables(value)).unwrap();
        let tells_of = |value: &str| {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            text.contains(&format!("A='{value}'"))
        };
        let first = write("1");
        assert!(first.is_some() && write("2").is_none() && tells_of("1"));
        drop(first);
        assert!(!path.exists());
        let third = write("3");
        assert!(tells_of("3"));
        // The file of a machine that was killed.
        drop(third);
        write_text(&path, &text(WHILE_RUNNING, &variables("4")).unwrap()).unwrap();
        let fifth = write("5");
        assert!(tells_of("5"));
        drop(fifth);
        assert!(!path.exists());
    }
}
