//! The records of a CSV text, whatever separates their cells.
//!
//! The format is that of RFC 4180 (<https://www.rfc-editor.org/rfc/rfc4180>), and what programs make of it: lines end
//! with CR LF, LF or CR; a quotation mark within a cell that does not begin with one is itself; white space around a
//! cell in quotation marks does not count. Own code, because the `csv` crate notices no missing quotation mark: it takes
//! `"A\nb.wav,"B"` for one cell. Nor does it take delimiters such as `，`.

use std::fmt;

use super::encoding::line_breaks;
use super::entry::shown;

/// What separates the cells of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delimiter(pub(super) char);

/// A row of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// The cells, at least one, without quotation marks around them.
    pub(super) cells: Vec<String>,
}

/// A cell whose quotation marks are wrong. What follows it is in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadQuotes {
    /// The line on which the cell begins.
    pub(super) line: u64,
    /// What is wrong, for the operator.
    pub(super) message: String,
}

/// The records of a text, without those whose cells are all empty.
#[derive(Clone)]
pub(super) struct Records<'a> {
    rest: &'a str,
    line: u64,
    /// Without one, each line is one cell.
    pub(super) delimiter: Option<Delimiter>,
}

/// What follows a cell.
enum End {
    Cell,
    Record,
}

impl Delimiter {
    /// Those that spreadsheets write, in the order in which they are tried.
    pub(super) const USUAL: [Self; 3] = [Self(','), Self(';'), Self('\t')];
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ',' => f.write_str("comma"),
            ';' => f.write_str("semicolon"),
            '\t' => f.write_str("tab"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// The delimiter that the first line names, as in `sep=;`, and the text after that line.
pub(super) fn named_delimiter(text: &str) -> Result<Option<(Delimiter, &str)>, String> {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let (line, rest) = text.split_at(end);
    let inner = line.strip_prefix('"').and_then(|line| line.strip_suffix('"'));
    let line = inner.unwrap_or(line);
    let (Some(start), Some(named)) = (line.get(..4), line.get(4..)) else {
        return Ok(None);
    };
    if !start.eq_ignore_ascii_case("sep=") {
        return Ok(None);
    }
    let mut named = named.chars();
    match (named.next(), named.next()) {
        (Some(c), None) if c != '"' && !c.is_alphanumeric() => Ok(Some((Delimiter(c), rest))),
        _ => Err("sep= names the delimiter: one character, such as ; or a tab".to_owned()),
    }
}

impl<'a> Records<'a> {
    /// The records of a text that begins on this line.
    pub(super) fn of(text: &'a str, line: u64, delimiter: Option<Delimiter>) -> Self {
        Self {
            rest: text,
            line,
            delimiter,
        }
    }

    fn record(&mut self) -> Result<Record, BadQuotes> {
        let mut record = Record {
            line: self.line,
            cells: Vec::new(),
        };
        loop {
            record.cells.push(self.cell()?);
            if let End::Record = self.end_of_cell() {
                return Ok(record);
            }
        }
    }

    fn cell(&mut self) -> Result<String, BadQuotes> {
        let trimmed = self.trimmed();
        if let Some(quoted) = trimmed.strip_prefix('"') {
            self.rest = quoted;
            return self.quoted_cell();
        }
        let end = self.rest.find(|c| self.ends_cell(c)).unwrap_or(self.rest.len());
        Ok(self.take(end).to_owned())
    }

    /// A cell whose first quotation mark is behind.
    fn quoted_cell(&mut self) -> Result<String, BadQuotes> {
        let line = self.line;
        let mut cell = String::new();
        loop {
            let Some(end) = self.rest.find('"') else {
                return Err(BadQuotes {
                    line,
                    message: "a quotation mark is missing: the field that begins with one here does not end"
                        .to_owned(),
                });
            };
            cell.push_str(self.take(end));
            self.rest = &self.rest[1..];
            match self.rest.strip_prefix('"') {
                Some(rest) => {
                    cell.push('"');
                    self.rest = rest;
                }
                None => break,
            }
        }
        self.rest = self.trimmed();
        if self.rest.is_empty() || self.rest.starts_with(|c| self.ends_cell(c)) {
            return Ok(cell);
        }
        let end = self.rest.find(|c| self.ends_cell(c)).unwrap_or(self.rest.len());
        let after = shown(&self.rest[..end]);
        Err(BadQuotes {
            line,
            message: format!(
                "a quotation mark is missing or too many: {after} follows the field in quotation marks that begins \
                 here (inside such a field, a quotation mark is written twice)"
            ),
        })
    }

    /// Steps over what ends a cell.
    fn end_of_cell(&mut self) -> End {
        let Some(end) = self.rest.chars().next() else {
            return End::Record;
        };
        if self.delimiter == Some(Delimiter(end)) {
            self.take(end.len_utf8());
            return End::Cell;
        }
        let length = if self.rest.starts_with("\r\n") { 2 } else { 1 };
        self.take(length);
        End::Record
    }

    fn ends_cell(&self, c: char) -> bool {
        "\r\n".contains(c) || self.delimiter == Some(Delimiter(c))
    }

    /// The rest without the white space at its beginning that ends no cell.
    fn trimmed(&self) -> &'a str {
        self.rest
            .trim_start_matches(|c: char| c.is_whitespace() && !self.ends_cell(c))
    }

    /// Takes so many bytes, and counts their lines.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += line_breaks(taken);
        self.rest = rest;
        taken
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, BadQuotes>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            match self.record() {
                Ok(record) if record.cells.iter().all(|cell| cell.trim().is_empty()) => {}
                Ok(record) => return Some(Ok(record)),
                Err(error) => {
                    self.rest = "";
                    return Some(Err(error));
                }
            }
        }
        None
    }
}
