//! The conditions that writes send, and what goes wrong without each.

pub(crate) mod check;
mod kept;
mod search;
pub(crate) mod sources;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use local::{Conjunct, Omission};
use serde_json::Value;

use crate::play::Play;
use crate::scene::Place;

/// A condition, or one part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Condition {
    /// The kind of the row.
    pub(crate) row: String,
    /// `Put`, `Update`, `Delete` or `ConditionCheck`.
    pub(crate) operation: String,
    /// The whole condition.
    pub(crate) expression: String,
    /// The part that is meant.
    pub(crate) text: String,
}

impl From<&Conjunct> for Condition {
    fn from(conjunct: &Conjunct) -> Self {
        Self {
            row: shape(&conjunct.row),
            operation: conjunct.operation.to_owned(),
            expression: conjunct.expression.clone(),
            text: conjunct.text.clone(),
        }
    }
}

impl Condition {
    /// Leaves it out.
    pub(crate) fn omission(&self, kinds: &Arc<Kinds>) -> Omission {
        let (own, kinds) = (self.clone(), Arc::clone(kinds));
        Omission::new(move |conjunct| {
            conjunct.text == own.text
                && conjunct.expression == own.expression
                && own == Self::from(conjunct).named(&kinds)
        })
    }

    /// With the kind in place of the row's key.
    fn named(self, kinds: &Kinds) -> Self {
        let row = kinds.get(&self.row).cloned().unwrap_or(self.row);
        Self { row, ..self }
    }
}

/// The kind of a row that is put; otherwise its key, with `*` for ids, since nobody knows the kind of a row that is not
/// there.
fn shape(row: &Value) -> String {
    if let Some(kind) = row["kind"]["S"].as_str() {
        return kind.to_owned();
    }
    // An id or a tag in which there are only capital letters is too rare to be met.
    let is_name = |word: &str| {
        word.bytes()
            .all(|letter| letter.is_ascii_uppercase() || letter == b'_')
    };
    let shape = |name: &str| {
        let key = row[name]["S"].as_str().unwrap_or_default();
        let words = key.split('#').map(|word| if is_name(word) { word } else { "*" });
        words.collect::<Vec<_>>().join("#")
    };
    format!("{} {}", shape("pk"), shape("sk"))
}

/// Kinds of rows by their keys, as rows have them that were there or were put.
pub(crate) type Kinds = BTreeMap<String, String>;

/// Adds the kinds of these rows.
pub(crate) fn learn<'a>(kinds: &mut Kinds, rows: impl IntoIterator<Item = &'a Value>) {
    for row in rows {
        let mut key = row.clone();
        if let Some(kind) = key["kind"]["S"].take().as_str() {
            // Members and participants have the same keys. The latter are what conditions are about.
            let known = kinds.entry(shape(&key)).or_default();
            *known = kind.to_owned().max(std::mem::take(known));
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {} | {}", self.row, self.operation, self.text)?;
        if self.text != self.expression {
            write!(f, " in {}", self.expression)?;
        }
        Ok(())
    }
}

/// The conditions that plays have sent.
#[derive(Default)]
pub(crate) struct Met(pub(crate) BTreeMap<Condition, Meeting>);

/// A play in which a condition was sent.
pub(crate) struct Sent {
    pub(crate) place: Place,
    pub(crate) play: Play,
    /// Whether it was sent by the first write after the others had ended.
    pub(crate) is_at_gate: bool,
}

/// Who has sent a condition, and in which plays.
#[derive(Default)]
pub(crate) struct Meeting {
    pub(crate) functions: BTreeSet<&'static str>,
    pub(crate) plays: Vec<Sent>,
}

impl Met {
    /// Notes that a function has sent it in a play.
    pub(crate) fn note(&mut self, condition: Condition, function: &'static str, play: Sent) {
        let meeting = self.0.entry(condition).or_default();
        meeting.functions.insert(function);
        meeting.plays.push(play);
    }

    /// With the kinds of rows in place of their keys.
    pub(crate) fn named(self, kinds: &Kinds) -> Self {
        let mut named = Self::default();
        for (condition, meeting) in self.0 {
            named.add(condition.named(kinds), meeting);
        }
        named
    }

    /// Adds what others have met.
    pub(crate) fn extend(&mut self, others: Self) {
        for (condition, meeting) in others.0 {
            self.add(condition, meeting);
        }
    }

    fn add(&mut self, condition: Condition, meeting: Meeting) {
        let own = self.0.entry(condition).or_default();
        own.functions.extend(meeting.functions);
        own.plays.extend(meeting.plays);
    }
}
