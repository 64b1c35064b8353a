//! What the command prints when it is ready.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use local::{Local, Person, Services};
use serde_json::{Value, json};

/// Something that runs and can describe itself.
pub(crate) trait Ready {
    /// The facts, for programs.
    fn facts(&self) -> Value;

    /// The text that a newcomer reads.
    fn text(&self) -> String;

    /// The text that is printed when it stops.
    fn farewell(&self) -> String {
        String::new()
    }
}

/// The ready file, removed when this is dropped.
pub(crate) struct File(PathBuf);

impl File {
    pub(crate) fn write(path: PathBuf, facts: &Value) -> Result<Self> {
        local::write_private(&path, facts.to_string().as_bytes())?;
        Ok(Self(path))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // Somebody may have removed it already.
        let _ = std::fs::remove_file(&self.0);
    }
}

pub(crate) fn print(text: &str) {
    // A closed terminal is no reason to stop.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

impl Ready for Local {
    fn facts(&self) -> Value {
        json!({
            "url": self.url(),
            "invoke_url": self.invoke_url(),
            "storage_url": self.storage_url(),
            "bucket_name": self.bucket_name(),
            "people": self.people(),
        })
    }

    fn text(&self) -> String {
        let url = self.url();
        let mut lines = vec![
            String::new(),
            format!("Ready: {url} (Ctrl-C stops it). Reference: {url}/docs"),
            String::new(),
        ];
        warn(&mut lines, self.warnings());
        if let Some(file) = self.taken_file() {
            lines.push(format!(
                "{} belongs to another `cargo local` that runs: `cargo catalog` imports there, and not here.",
                from_here(file).display()
            ));
            lines.push(String::new());
        }
        if !self.origins().is_empty() {
            lines.push(format!("Web pages that may call: {}", self.origins().join(", ")));
            lines.push(String::new());
        }
        if let Some(faults) = self.faults() {
            lines.push(format!("What goes wrong on purpose: {}", faults.spec()));
            lines.push(String::new());
        }
        introduce(&mut lines, self.people(), self.conversation(), url);
        lines.push(storage(self.storage_url(), self.bucket_name()));
        // By default `cargo lambda invoke` calls ::1.
        let port = self.invoke_url().rsplit(':').next().unwrap_or_default();
        lines.push(format!(
            "Any function by its name: cargo lambda invoke --invoke-address 127.0.0.1 --invoke-port {port} <name> …"
        ));
        lines.push(String::new());
        lines.join("\n")
    }

    fn farewell(&self) -> String {
        let Some(faults) = self.faults() else {
            return String::new();
        };
        let counts = faults.injected().into_iter();
        let counts: Vec<_> = counts.map(|(name, count)| format!("{name} {count}")).collect();
        let counts = if counts.is_empty() {
            "nothing".to_owned()
        } else {
            counts.join(", ")
        };
        format!("\nWent wrong on purpose: {counts}\n")
    }
}

impl Ready for Services {
    fn facts(&self) -> Value {
        json!({
            "database_url": self.database_url(),
            "storage_url": self.storage_url(),
            "bucket_name": self.bucket_name(),
            "env_file": self.environment_file(),
            "people": self.people(),
        })
    }

    fn text(&self) -> String {
        let mut lines = vec![
            String::new(),
            format!("Ready: DynamoDB at {} (Ctrl-C stops it)", self.database_url()),
            storage(self.storage_url(), self.bucket_name()),
            String::new(),
            "The functions, from another terminal in the repository:".to_owned(),
            String::new(),
            format!(
                "  cargo lambda watch -A 127.0.0.1 --env-file {}",
                self.environment_file().map_or(Path::new(""), from_here).display()
            ),
            String::new(),
        ];
        warn(&mut lines, self.warnings());
        introduce(&mut lines, self.people(), self.conversation(), WATCH_URL);
        lines.extend([
            "Any function by its name: cargo lambda invoke --invoke-address 127.0.0.1 <name> …".to_owned(),
            "Nothing follows the table's stream here, and no schedule runs: invoke `reconcile` to finish deletes."
                .to_owned(),
            String::new(),
        ]);
        lines.join("\n")
    }
}

/// The line about the storage.
fn storage(url: &str, bucket: Option<&str>) -> String {
    let bucket = bucket
        .map(|name| format!(", the bucket {name}"))
        .unwrap_or_default();
    format!("S3 at {url}{bucket}")
}

/// Where `cargo lambda watch` listens with `-A 127.0.0.1`.
const WATCH_URL: &str = "http://127.0.0.1:9000";

fn warn(lines: &mut Vec<String>, warnings: &[String]) {
    lines.extend(
        warnings
            .iter()
            .map(|warning| format!("Not on this machine: {warning}")),
    );
}

/// Two people, and a command to paste that shows something.
fn introduce(lines: &mut Vec<String>, people: &[Person], conversation: Option<&str>, url: &str) {
    for person in people.iter().take(2) {
        lines.push(format!("  {:<20} {}", person.username, person.token));
    }
    if let Some(person) = people.first() {
        let (what, which) = match conversation {
            Some(id) => ("messages", format!("-d conversation_id={id} ")),
            None => ("conversations", String::new()),
        };
        lines.push(String::new());
        lines.push(format!(
            "  curl -G {url}/v1/{what} -H 'Authorization: Bearer {}' {which}-d limit=10",
            person.token
        ));
        lines.push(String::new());
    }
}

/// The path as one would type it in the current directory.
fn from_here(path: &Path) -> &Path {
    std::env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok())
        .unwrap_or(path)
}
