//! The file that `cargo lambda watch --env-file` reads. A shell can read it, too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::files;

/// How a file begins that may be replaced.
const MARK: &str = "# Written by `cargo local services`";

/// What keeps a developer's own settings of AWS out of the functions, which inherit the developer's environment there.
const STRANGERS: [(&str, &str); 3] = [
    ("AWS_CONFIG_FILE", "/dev/null"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ("AWS_SESSION_TOKEN", ""),
];

/// Fails where a file is that something else has written.
pub(crate) fn ensure_replaceable(path: &Path) -> Result<()> {
    match std::fs::read(path) {
        Ok(content) => ensure!(
            content.is_empty() || content.starts_with(MARK.as_bytes()),
            "{} is not of `cargo local services`: choose another file with --env-file",
            path.display()
        ),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("can't read {}", path.display())),
    }
    Ok(())
}

/// Writes the file, readable for its owner only.
pub(crate) fn write(path: &Path, variables: &BTreeMap<String, String>) -> Result<()> {
    ensure_replaceable(path)?;
    files::create_private_directory(files::directory_of(path))?;
    files::write_private(path, text(variables)?.as_bytes())
}

fn text(variables: &BTreeMap<String, String>) -> Result<String> {
    let mut text = format!("{MARK}, which replaces it at each start.\n");
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
    use super::*;

    fn variables(value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("A".to_owned(), value.to_owned())])
    }

    #[test]
    fn values_are_quoted_or_refused() {
        let text = text(&variables("x y #$z")).unwrap();
        assert!(text.starts_with("# Written by `cargo local services`"), "{text}");
        assert!(text.contains("\nA='x y #$z'\n"), "{text}");
        for value in ["it's", "a\\b", "a\nB=c"] {
            assert!(super::text(&variables(value)).is_err(), "{value}");
        }
    }

    #[test]
    fn the_file_of_somebody_else_stays() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("new/own.env");
        write(&path, &variables("1")).unwrap();
        write(&path, &variables("2")).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("A='2'"));
        std::fs::write(&path, "SECRET=1\n").unwrap();
        assert!(write(&path, &variables("3")).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "SECRET=1\n");
    }
}
