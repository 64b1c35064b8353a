//! The rows of a CSV or JSON Lines file.

use anyhow::{Result, anyhow, bail};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::header::Table;
use super::source::{Format, Source};

/// A row's fields in either format.
pub(super) trait Fields: DeserializeOwned {
    /// The names, as they are columns of CSV. The first must be there.
    const NAMES: &'static [&'static str];

    /// The fields in the cells of a CSV row, which are never empty.
    fn of_cells(cell: impl Fn(&str) -> Option<String>) -> Self;
}

/// A row.
pub(super) struct Row<F> {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// What it holds, or what is wrong with it.
    pub(super) content: Result<F, String>,
}

impl Source {
    /// The rows. Fails if the whole file is in doubt.
    pub(super) fn rows<F: Fields>(&self) -> Result<Vec<Row<F>>> {
        match self.format {
            Format::Csv => self.csv(),
            Format::JsonLines => self.json_lines(),
        }
    }

    fn csv<F: Fields>(&self) -> Result<Vec<Row<F>>> {
        let doubt = |line: u64, message: String| anyhow!("{}:{line}: {message}", self.name);
        let table = Table::of(&self.text, F::NAMES).map_err(|bad| doubt(bad.line, bad.message))?;
        let mut rows = Vec::new();
        for record in table.rows.clone() {
            let record = record.map_err(|bad| doubt(bad.line, bad.message))?;
            rows.push(Row {
                line: record.line,
                content: table.cells(record).map(|cells| {
                    F::of_cells(|name| {
                        let cell = cells.iter().find(|(column, _)| *column == name);
                        cell.map(|(_, cell)| cell.clone())
                    })
                }),
            });
        }
        Ok(rows)
    }

    fn json_lines<F: Fields>(&self) -> Result<Vec<Row<F>>> {
        let end = if self.text.contains('\n') { '\n' } else { '\r' };
        let lines = (1..).zip(self.text.split(end).map(str::trim));
        let mut lines = lines.filter(|(_, text)| !text.is_empty()).peekable();
        let mut rows = Vec::new();
        while let Some((line, text)) = lines.next() {
            let content = json(text);
            let next = lines.peek().map(|(_, next)| *next);
            if let Some(what) = not_a_line(text, next, content.is_err()) {
                bail!(
                    "{}:{line}: {what} begins here; each row must be an object on a line of its own, such as \
                     {{\"{}\": \"…\"}}, without brackets and commas between the rows",
                    self.name,
                    F::NAMES[0]
                );
            }
            rows.push(Row { line, content });
        }
        Ok(rows)
    }
}

/// What JSON begins in a line that is no row by itself.
fn not_a_line(line: &str, next: Option<&str>, is_bad: bool) -> Option<&'static str> {
    // Also where serde would take an array for the fields in their order.
    if line.starts_with('[') {
        return Some("a JSON array");
    }
    let is_cut = |error: serde_json::Error| error.is_eof();
    if !is_bad || !serde_json::from_str::<IgnoredAny>(line).is_err_and(is_cut) {
        return None;
    }
    // A row that is cut off is followed by another row, or by none.
    let goes_on = line == "{" || next.is_some_and(|next| !next.starts_with('{'));
    goes_on.then_some("an object over several lines")
}

fn json<F: Fields>(line: &str) -> Result<F, String> {
    serde_json::from_str(line).map_err(|error| {
        // The parser has seen only one line, so it always says line 1.
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message);
        format!("{message} (at character {})", error.column())
    })
}
