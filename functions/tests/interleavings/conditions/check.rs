//! Holds `docs/CONDITIONS.md` against what the writes send, and writes it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::kept::why_it_stays;
use super::search::{Found, parse, search, try_without};
use super::table::{self, Line, Table};
use super::{Condition, Kinds, Meeting, Met};
use crate::mode::Mode;
use crate::run::side_by_side;
use crate::theatre::Theatre;

/// Looks for what shows each condition, and writes the table.
pub(crate) fn write(met: &Met, kinds: &Arc<Kinds>, mode: Mode) {
    let known = read();
    let (lines, _) = side_by_side(&met.0, mode, async |theatre, (condition, meeting)| {
        let line = known.get(condition);
        let shown_by = line.map(|line| &*line.shown_by);
        let found = search(theatre, kinds, condition, meeting, shown_by).await;
        let (without, shown_by) = match found {
            Some(Found { place, play, line }) => (line, format!("{place:?}: {play}")),
            None => (why_it_stays(condition).to_owned(), String::new()),
        };
        eprintln!("{condition}: {without}");
        let mut functions: BTreeSet<_> = meeting.functions.iter().map(|name| (*name).to_owned()).collect();
        // Some are met only in plays that are drawn.
        functions.extend(line.into_iter().flat_map(|line| line.functions.clone()));
        let line = Line {
            functions: functions.into_iter().collect(),
            without,
            shown_by,
        };
        (condition.clone(), line)
    });
    std::fs::write(table::path(), table::render(&lines.into_iter().collect())).unwrap();
}

/// What is wrong with the table.
pub(crate) fn wrong(met: &Met, kinds: &Arc<Kinds>, mode: Mode) -> Vec<String> {
    let known = read();
    let missing = met.0.iter().filter_map(|(condition, meeting)| {
        let Some(line) = known.get(condition) else {
            return Some(format!("{condition} has no line"));
        };
        let is_listed = |name: &&&str| !line.functions.iter().any(|known| known == **name);
        let name = meeting.functions.iter().find(is_listed)?;
        Some(format!("{condition} is also sent by {name}"))
    });
    let missing: Vec<_> = missing.collect();
    let (wrong, _) = side_by_side(&known, mode, async |theatre, (condition, line)| {
        wrong_line(theatre, kinds, condition, line, met.0.get(condition)).await
    });
    missing.into_iter().chain(wrong.into_iter().flatten()).collect()
}

async fn wrong_line(
    theatre: &Theatre,
    kinds: &Arc<Kinds>,
    condition: &Condition,
    line: &Line,
    meeting: Option<&Meeting>,
) -> Option<String> {
    if line.shown_by.is_empty() {
        let is_kept = meeting.is_some() && line.without == why_it_stays(condition);
        return (!is_kept).then(|| format!("{condition} is shown by nothing, or no longer sent"));
    }
    let Some((place, play)) = parse(&line.shown_by) else {
        return Some(format!("{condition}: there is no such play: {}", line.shown_by));
    };
    match try_without(theatre, kinds, condition, place, &play).await {
        Some(found) if found.line == line.without => None,
        Some(found) => Some(format!("{condition}: without it, {}", found.line)),
        None => Some(format!(
            "{condition}: nothing goes wrong without it in {}",
            line.shown_by
        )),
    }
}

fn read() -> Table {
    table::parse(&std::fs::read_to_string(table::path()).unwrap_or_default())
}
