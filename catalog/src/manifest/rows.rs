//! The rows of a CSV or JSON Lines file.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use csv::ByteRecord;
use serde::de::DeserializeOwned;

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

/// A file of rows.
pub(super) struct Source {
    /// The file's name.
    pub(super) name: &'static str,
    content: Vec<u8>,
}

/// The beginning of a file that says that it is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl Source {
    /// Reads the file that is there: CSV or JSON Lines.
    pub(super) fn find(directory: &Path, [csv, jsonl]: [&'static str; 2]) -> Result<Option<Self>> {
        let name = match (exists(directory, csv)?, exists(directory, jsonl)?) {
            (true, true) => bail!("there are both {csv} and {jsonl}: remove one of them"),
            (true, false) => csv,
            (false, true) => jsonl,
            (false, false) => return Ok(None),
        };
        let mut content =
            std::fs::read(directory.join(name)).with_context(|| format!("can't read {name}"))?;
        ensure!(!content.is_empty(), "{name} is empty: it has 0 bytes");
        if content.starts_with(b"\xFF\xFE") || content.starts_with(b"\xFE\xFF") || content.contains(&0) {
            bail!("{name} is not a text in UTF-8: save it as UTF-8");
        }
        if content.starts_with(BYTE_ORDER_MARK) {
            content.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Some(Self { name, content }))
    }

    /// The rows. Fails if the whole file is in doubt.
    pub(super) fn rows<F: Fields>(&self) -> Result<Vec<Row<F>>> {
        if Path::new(self.name)
            .extension()
            .is_some_and(|extension| extension == "csv")
        {
            self.csv()
        } else {
            Ok(self.json_lines())
        }
    }

    fn csv<F: Fields>(&self) -> Result<Vec<Row<F>>> {
        let name = self.name;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(self.content.as_slice());
        let mut records = reader.byte_records();
        let header = records
            .next()
            .ok_or_else(|| anyhow!("{name} has no header: its first line must name the columns"))??;
        let columns = columns::<F>(&header).map_err(|problem| anyhow!("{name}:1: {problem}"))?;
        let mut rows = Vec::new();
        for record in records {
            let record = record?;
            let line = line_of(&self.content, &record);
            let content = cells(&columns, &record);
            rows.push(Row {
                line,
                content: content.map(|cells| {
                    F::of_cells(|name| {
                        let at = columns.iter().position(|column| column == name)?;
                        Some(cells[at].clone()).filter(|cell| !cell.trim().is_empty())
                    })
                }),
            });
        }
        // The reader would take the rest of the file for one field and lose its rows.
        let between_quotes = self.content.split(|byte| *byte == b'"').count();
        if between_quotes % 2 == 0 {
            let line = rows.last().map_or(1, |row| row.line);
            bail!("{name}:{line}: a quotation mark is missing, here or before");
        }
        Ok(rows)
    }

    fn json_lines<F: Fields>(&self) -> Vec<Row<F>> {
        let lines = self.content.split(|byte| *byte == b'\n').zip(1..);
        let lines = lines.filter(|(line, _)| !line.trim_ascii().is_empty());
        lines
            .map(|(content, line)| Row {
                line,
                content: json(content),
            })
            .collect()
    }
}

fn exists(directory: &Path, name: &str) -> Result<bool> {
    let path = directory.join(name);
    path.try_exists().with_context(|| format!("can't read {name}"))
}

/// The names of the columns, in their order.
fn columns<F: Fields>(header: &ByteRecord) -> Result<Vec<String>, String> {
    let mut columns = Vec::with_capacity(header.len());
    for cell in header {
        let column = text(cell)?.trim().to_ascii_lowercase();
        if !F::NAMES.contains(&column.as_str()) {
            return Err(format!(
                "unknown column {column:?}: columns are {}",
                F::NAMES.join(", ")
            ));
        }
        if columns.contains(&column) {
            return Err(format!("the column {column} stands there twice"));
        }
        columns.push(column);
    }
    match F::NAMES.first() {
        Some(first) if !columns.iter().any(|column| column == first) => {
            Err(format!("there is no column {first}"))
        }
        _ => Ok(columns),
    }
}

fn cells(columns: &[String], record: &ByteRecord) -> Result<Vec<String>, String> {
    if record.len() != columns.len() {
        return Err(format!(
            "has {} fields, the header has {}: a field with a comma needs quotation marks",
            record.len(),
            columns.len()
        ));
    }
    record.iter().map(text).collect()
}

fn text(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "is not valid UTF-8".to_owned())
}

/// The line on which a record begins. The reader counts from where the one before ended, before any blank lines.
fn line_of(content: &[u8], record: &ByteRecord) -> u64 {
    let Some(position) = record.position() else {
        return 0;
    };
    let rest = usize::try_from(position.byte())
        .ok()
        .and_then(|at| content.get(at..))
        .unwrap_or_default();
    let blank = rest.iter().take_while(|byte| b"\r\n".contains(byte));
    position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

fn json<F: Fields>(line: &[u8]) -> Result<F, String> {
    let line = std::str::from_utf8(line).map_err(|_| "is not valid UTF-8".to_owned())?;
    serde_json::from_str(line).map_err(|error| {
        // The parser has seen only one line, so it always says line 1.
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message);
        format!("{message} (at character {})", error.column())
    })
}
