//! The header of a CSV file: which columns there are, and what separates them.

use super::entry::shown;
use super::records::{BadQuotes, Delimiter, Record, Records, named_delimiter};

/// A CSV file whose header is read.
pub(super) struct Table<'a> {
    /// The names of the columns. Those without a name are passed over.
    columns: Vec<Option<&'static str>>,
    /// The rows below.
    pub(super) rows: Records<'a>,
}

/// A mistake that puts the whole file in doubt.
pub(super) struct BadTable {
    pub(super) line: u64,
    pub(super) message: String,
}

impl From<BadQuotes> for BadTable {
    fn from(BadQuotes { line, message }: BadQuotes) -> Self {
        Self { line, message }
    }
}

/// A header that can't be, and how many of its cells name a column.
struct BadHeader {
    known: usize,
    error: BadTable,
}

impl<'a> Table<'a> {
    /// Reads the header. The delimiter is the one with which its cells are names of columns. The first name is of the
    /// column that must be there.
    pub(super) fn of(text: &'a str, names: &'static [&'static str]) -> Result<Self, BadTable> {
        let first = named_delimiter(text).map_err(|message| BadTable { line: 1, message })?;
        if let Some((delimiter, rest)) = first {
            return Self::delimited(Records::of(rest, 1, Some(delimiter)), names).map_err(|bad| bad.error);
        }
        let mut nearest: Option<BadHeader> = None;
        for delimiter in Delimiter::USUAL {
            match Self::delimited(Records::of(text, 1, Some(delimiter)), names) {
                Ok(mut table) => {
                    if table.columns.len() == 1 {
                        // A list of files, whose names may have any of the delimiters.
                        table.rows.delimiter = None;
                    }
                    return Ok(table);
                }
                // The delimiter that was meant is the one with which most is right.
                Err(bad) if nearest.as_ref().is_none_or(|nearest| nearest.known < bad.known) => {
                    nearest = Some(bad);
                }
                Err(_) => {}
            }
        }
        Err(nearest.map_or_else(no_header, |bad| bad.error))
    }

    fn delimited(mut rows: Records<'a>, names: &'static [&'static str]) -> Result<Self, BadHeader> {
        match rows.next() {
            Some(Ok(header)) => Ok(Self {
                columns: columns(&header, names)?,
                rows,
            }),
            Some(Err(error)) => Err(BadHeader {
                known: 0,
                error: error.into(),
            }),
            None => Err(BadHeader {
                known: 0,
                error: no_header(),
            }),
        }
    }

    /// The cells of a row by the names of their columns, without empty ones. Cells that are missing at the end are
    /// empty: Excel leaves them out (<https://www.stata.com/support/faqs/data-management/how-excel-writes-empty-cells/>).
    pub(super) fn cells(&self, record: Record) -> Result<Vec<(&'static str, String)>, String> {
        let filled = record.cells.into_iter().enumerate();
        let filled: Vec<_> = filled.filter(|(_, cell)| !cell.trim().is_empty()).collect();
        let count = filled.last().map_or(0, |(at, _)| at + 1);
        let width = self
            .columns
            .iter()
            .rposition(Option::is_some)
            .map_or(0, |at| at + 1);
        let mut cells = Vec::with_capacity(filled.len());
        for (at, cell) in filled {
            match self.columns.get(at).copied().flatten() {
                Some(name) => cells.push((name, cell)),
                None if at < width => {
                    return Err(format!(
                        "has a field in column {}, which the header does not name",
                        at + 1
                    ));
                }
                None => {
                    let delimiter = self.rows.delimiter.unwrap_or(Delimiter(','));
                    return Err(format!(
                        "has {count} fields, the header has {width}: a field with a {delimiter} needs quotation marks"
                    ));
                }
            }
        }
        Ok(cells)
    }
}

fn no_header() -> BadTable {
    BadTable {
        line: 1,
        message: "there is no header: the first line must name the columns".to_owned(),
    }
}

/// The names of the columns in their order.
fn columns(header: &Record, names: &'static [&'static str]) -> Result<Vec<Option<&'static str>>, BadHeader> {
    let bad = |known, message| BadHeader {
        known,
        error: BadTable {
            line: header.line,
            message,
        },
    };
    let mut columns = Vec::with_capacity(header.cells.len());
    let mut problem = None;
    let mut known = 0;
    for cell in &header.cells {
        let cell = cell.trim();
        let name = names.iter().find(|name| name.eq_ignore_ascii_case(cell)).copied();
        if name.is_some() {
            known += 1;
        }
        if !cell.is_empty() && name.is_none() {
            problem.get_or_insert_with(|| {
                format!("unknown column {}: columns are {}", shown(cell), names.join(", "))
            });
        } else if name.is_some() && columns.contains(&name) {
            problem.get_or_insert_with(|| format!("the column {cell} stands there twice"));
        }
        columns.push(name);
    }
    if let Some(problem) = problem {
        return Err(bad(known, problem));
    }
    match names.first() {
        Some(first) if !columns.contains(&Some(*first)) => {
            Err(bad(known, format!("there is no column {first}")))
        }
        _ => Ok(columns),
    }
}
