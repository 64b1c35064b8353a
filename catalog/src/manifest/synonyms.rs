//! `synonyms.csv`: rows of words and phrases that mean the same.

use std::collections::HashMap;

use anyhow::{Result, anyhow, ensure};
use shared::model::{Label, SynonymGroup};

use super::limits::{MOST_SYNONYM_GROUPS, MOST_SYNONYMS};
use super::records::{BadQuotes, Delimiter, Record, Records, named_delimiter};
use super::source::Source;

/// The groups of a file, and what is wrong with others, each with its line.
pub(super) type Groups = (Vec<SynonymGroup>, Vec<(u64, String)>);

/// Reads the groups. Fails if the whole file is in doubt.
pub(super) fn groups(source: &Source) -> Result<Groups> {
    let name = &source.name;
    let records =
        records(&source.text).map_err(|BadQuotes { line, message }| anyhow!("{name}:{line}: {message}"))?;
    ensure!(!records.is_empty(), "{name} is empty: it has no row");
    let (mut groups, mut problems) = (Vec::new(), Vec::new());
    // The line of each term, so that no term has two meanings.
    let mut lines: HashMap<String, u64> = HashMap::new();
    let mut left_out = records.iter().skip(MOST_SYNONYM_GROUPS);
    if let Some(first) = left_out.next() {
        problems.push((
            first.line,
            format!(
                "this row and {} behind it are left out: at most {MOST_SYNONYM_GROUPS} groups are possible",
                left_out.count()
            ),
        ));
    }
    for record in records.into_iter().take(MOST_SYNONYM_GROUPS) {
        let line = record.line;
        let group = terms(record).and_then(|terms| {
            if let Some((term, other)) = terms
                .iter()
                .find_map(|term| Some((term, lines.get(&term.key())?)))
            {
                return Err(format!(
                    "{:?} is in line {other}, too: a term belongs to one group",
                    term.as_str()
                ));
            }
            lines.extend(terms.iter().map(|term| (term.key(), line)));
            SynonymGroup::of(&terms).ok_or_else(|| "a group needs two terms that differ".to_owned())
        });
        match group {
            Ok(group) => groups.push(group),
            Err(message) => problems.push((line, message)),
        }
    }
    Ok((groups, problems))
}

/// The rows. There is no header to tell the delimiter: it is the one that makes the most rows groups.
fn records(text: &str) -> Result<Vec<Record>, BadQuotes> {
    let named = named_delimiter(text).map_err(|message| BadQuotes { line: 1, message })?;
    if let Some((delimiter, rest)) = named {
        return Records::of(rest, 1, Some(delimiter)).collect();
    }
    let read = |delimiter| Records::of(text, 1, Some(delimiter)).collect::<Result<Vec<_>, _>>();
    let groups = |records: &Result<Vec<Record>, BadQuotes>| {
        let records = records.iter().flatten();
        records.filter(|record| record.cells.len() > 1).count()
    };
    let [mut best, others @ ..] = Delimiter::USUAL.map(read);
    for other in others {
        if groups(&other) > groups(&best) {
            best = other;
        }
    }
    best
}

/// The terms of a row, each once.
fn terms(record: Record) -> Result<Vec<Label>, String> {
    let mut terms: Vec<Label> = Vec::new();
    for cell in record.cells {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let shown: String = cell.chars().take(30).collect();
        let term = Label::try_from(cell.to_owned()).map_err(|rule| format!("{shown:?} {rule}"))?;
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
