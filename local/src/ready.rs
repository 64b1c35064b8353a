//! What is said when the machine is ready.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use local::Local;
use serde_json::json;

/// The ready file, removed when this is dropped.
pub(crate) struct File(PathBuf);

impl File {
    pub(crate) fn write(path: PathBuf, local: &Local) -> Result<Self> {
        let content = json!({"url": local.url(), "invoke_url": local.invoke_url(), "people": local.people()});
        local::write_private(&path, content.to_string().as_bytes())?;
        Ok(Self(path))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // Whoever removed it before has done the same.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The one block that a newcomer reads.
pub(crate) fn print(local: &Local) {
    // A closed terminal is no reason to stop.
    let _ = std::io::stdout().write_all(text(local).as_bytes());
}

fn text(local: &Local) -> String {
    let url = local.url();
    let mut lines = vec![
        String::new(),
        format!("Ready: {url} (Ctrl-C stops it)"),
        String::new(),
    ];
    for warning in local.warnings() {
        lines.push(format!("Not on this machine: {warning}"));
    }
    let people = local.people();
    for person in people.iter().take(2) {
        lines.push(format!("  {:<20} {}", person.username, person.token));
    }
    if let Some(person) = people.first() {
        lines.push(String::new());
        lines.push(format!(
            "  curl -G {url}/v1/conversations -H 'Authorization: Bearer {}' -d limit=10",
            person.token
        ));
        lines.push(String::new());
    }
    // `cargo lambda invoke` looks at ::1 unless it is told otherwise.
    let port = local.invoke_url().rsplit(':').next().unwrap_or_default();
    lines.push(format!(
        "Any function by its name: cargo lambda invoke --invoke-address 127.0.0.1 --invoke-port {port} <name> …"
    ));
    lines.push(String::new());
    lines.join("\n")
}
