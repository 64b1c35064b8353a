//! `docs/CONDITIONS.md`: each condition, what goes wrong without it, and the play that shows it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::Condition;

/// What is known of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The functions that send it, and the import.
    pub(crate) functions: Vec<String>,
    /// What goes wrong without it, or why it stays though nothing does.
    pub(crate) without: String,
    /// Where, and the play. Empty if nothing goes wrong.
    pub(crate) shown_by: String,
}

/// The table: its conditions, with what is known of each.
pub(crate) type Table = BTreeMap<Condition, Line>;

const INTRO: &str = "\
# Conditions

Each write to the table names what must hold for it. This table has every condition that a function or the import sends,
taken apart at each `AND`. It shows what goes wrong without it: the condition is left out between the function and the
database, and the play in the last column is played again.

A play is deterministic. One write is held before one of its calls to the database, which are counted from 1 and begin
with the token's check. Meanwhile others run. Then it goes on, all that the stream brings is done, and what people see
is compared with a model: it must be as if the writes had been done one after the other.
[`functions/tests/interleavings`](../functions/tests/interleavings) has the writes, one row each, and the model.

`cargo test -p functions --test interleavings` plays all pairs, and the last column of this table without each
condition. It fails where a play no longer shows what stands here, and where a condition has no line.
`UPDATE=1 cargo test -p functions --test interleavings` looks for plays for what is new, and writes this file.

Lines without a play: none of those tried goes wrong without this condition alone. They say why it stays, or that nothing
is shown yet.
";

pub(crate) fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/CONDITIONS.md")
}

/// The text of the file.
pub(crate) fn render(table: &Table) -> String {
    let mut text = INTRO.to_owned();
    let mut kind = "";
    for (condition, line) in table {
        if condition.row != kind {
            kind = &condition.row;
            write!(text, "\n## `{kind}`\n\n| write | condition | sent by | without it | shown by |\n|---|---|---|---|---|\n").unwrap();
        }
        let Condition {
            operation,
            expression,
            text: part,
            ..
        } = condition;
        let whole = if part == expression {
            String::new()
        } else {
            format!(" in `{expression}`")
        };
        let functions = line.functions.join(", ");
        let Line {
            without, shown_by, ..
        } = line;
        writeln!(
            text,
            "| {operation} | `{part}`{whole} | {functions} | {without} | {shown_by} |"
        )
        .unwrap();
    }
    text
}

/// The table in a text of that form.
pub(crate) fn parse(text: &str) -> Table {
    let mut table = Table::new();
    let mut kind = "";
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## `") {
            kind = heading.trim_end_matches('`');
        }
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [operation, condition, functions, without, shown_by] = cells[..] else {
            continue;
        };
        if kind.is_empty() || operation == "write" {
            continue;
        }
        let mut parts = condition.split('`').skip(1).step_by(2);
        let Some(part) = parts.next() else { continue };
        let key = Condition {
            row: kind.to_owned(),
            operation: operation.to_owned(),
            expression: parts.next().unwrap_or(part).to_owned(),
            text: part.to_owned(),
        };
        let line = Line {
            functions: functions.split(", ").map(str::to_owned).collect(),
            without: without.to_owned(),
            shown_by: shown_by.to_owned(),
        };
        table.insert(key, line);
    }
    table
}
