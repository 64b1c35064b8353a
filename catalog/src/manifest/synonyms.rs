//! `synonyms.csv`: rows of words and phrases that mean the same.

use std::collections::HashMap;

use anyhow::{Result, anyhow, ensure};
use shared::model::{Label, SynonymGroup};

use super::entry::shown;
use super::limits::{MOST_SYNONYM_GROUPS, MOST_SYNONYMS};
use super::records::{BadQuotes, Delimiter, Record, Records, named_delimiter};
use super::source::Source;

/// The groups of a file, and what is wrong with others, each with its line.
pub(super) type Groups = (Vec<SynonymGroup>, Vec<(u64, String)>);

/// Reads the groups. Fails if the whole file is in doubt.
pub(super) fn groups(source: &Source) -> Result<Groups> {
    let name = &source.name;
    let (delimiter, records) =
        records(&source.text).map_err(|BadQuotes { line, message }| anyhow!("{name}:{line}: {message}"))?;
    ensure!(!records.is_empty(), "{name} is empty: it has no row");
    let (mut groups, mut problems) = (Vec::new(), Vec::new());
    // The line of each term, so that no term has two meanings.
    let mut lines: HashMap<String, u64> = HashMap::new();
    let mut records = records.into_iter();
    while let Some(record) = records.next() {
        let line = record.line;
        if groups.len() == MOST_SYNONYM_GROUPS {
            let left_out = 1 + records.len();
            problems.push((
                line,
                format!(
                    "at most {MOST_SYNONYM_GROUPS} groups are possible: from here on, {left_out} rows are left out"
                ),
            ));
            break;
        }
        let group = terms(record).and_then(|terms| {
            if let Some((term, other)) = terms
                .iter()
                .find_map(|term| Some((term, lines.get(&term.key())?)))
            {
                return Err(format!(
                    "{} is in line {other}, too: a term belongs to one group",
                    shown(term.as_str())
                ));
            }
            lines.extend(terms.iter().map(|term| (term.key(), line)));
            SynonymGroup::of(&terms).ok_or_else(|| {
                format!("a group needs two terms that differ, with a {delimiter} between them")
            })
        });
        match group {
            Ok(group) => groups.push(group),
            Err(message) => problems.push((line, message)),
        }
    }
    Ok((groups, problems))
}

/// The rows and their delimiter. There is no header to tell it: it is the one that makes the most rows groups.
fn records(text: &str) -> Result<(Delimiter, Vec<Record>), BadQuotes> {
    let named = named_delimiter(text).map_err(|message| BadQuotes { line: 1, message })?;
    let (delimiter, text) = named.unwrap_or_else(|| {
        // A quotation mark counts only where a cell begins: if one is missing, the delimiter before it is the right one.
        let is_group =
            |record: &Result<Record, _>| record.as_ref().map_or(true, |record| record.cells.len() > 1);
        let groups = |delimiter| Records::of(text, 1, Some(delimiter)).filter(is_group).count();
        let [mut best, others @ ..] = Delimiter::USUAL;
        for other in others {
            if groups(other) > groups(best) {
                best = other;
            }
        }
        (best, text)
    });
    let records = Records::of(text, 1, Some(delimiter)).collect::<Result<_, _>>()?;
    Ok((delimiter, records))
}

/// The terms of a row, each once.
fn terms(record: Record) -> Result<Vec<Label>, String> {
    let mut terms: Vec<Label> = Vec::new();
    for cell in record.cells {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let term = Label::try_from(cell.to_owned()).map_err(|rule| format!("{} {rule}", shown(cell)))?;
        if terms.iter().all(|other| other.key() != term.key()) {
            terms.push(term);
        }
    }
    if terms.len() > MOST_SYNONYMS {
        return Err(format!(
            "has {} terms: at most {MOST_SYNONYMS} are possible",
            terms.len()
        ));
    }
    Ok(terms)
}
