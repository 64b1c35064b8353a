//! Synonyms: words and phrases of which the operator says that they mean the same.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::compounds::{join, may_join};
use crate::pieces::{pieces, term};
use crate::stems::Stems;
use crate::words::words;

/// The most phrases that are looked for because they mean the same as one. Each costs time; a group has fewer.
const MOST_MEANINGS: usize = 100;

/// The groups as an index holds them: of each phrase the stems, with a space between them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Groups(Vec<Vec<String>>);

impl Groups {
    /// The groups as they are searched. Phrases without a word are left away, and groups of fewer than two.
    pub(crate) fn of<S: AsRef<[String]>>(groups: &[S], stems: &mut Stems) -> Self {
        let groups = groups.iter().map(|group| {
            let mut phrases = Vec::new();
            for phrase in group.as_ref() {
                for phrase in phrase_terms(phrase, stems) {
                    if !phrases.contains(&phrase) {
                        phrases.push(phrase);
                    }
                }
            }
            phrases
        });
        Self(groups.filter(|phrases| phrases.len() > 1).collect())
    }
}

/// The stems of a phrase, and of that in one word if it may be one: `flying machine`, `flyingmachine`.
fn phrase_terms(phrase: &str, stems: &mut Stems) -> Vec<String> {
    let pieces = pieces(&words(phrase));
    let mut phrases = Vec::new();
    if !pieces.is_empty() {
        let terms: Vec<_> = pieces.iter().map(|piece| term(piece, stems)).collect();
        phrases.push(terms.join(" "));
    }
    let is_compound = pieces.iter().skip(1).all(|piece| piece.is_glued);
    if pieces.len() > 1 && (is_compound || may_join(&pieces)) {
        phrases.extend(join(&pieces).map(|word| stems.stem(&word)));
    }
    phrases
}

/// What means the same as a phrase.
#[derive(Default)]
pub(crate) struct Synonyms {
    groups: Vec<Vec<String>>,
    /// The groups that each phrase is in.
    places: HashMap<String, Vec<usize>>,
    most_words: usize,
}

impl From<Groups> for Synonyms {
    fn from(groups: Groups) -> Self {
        let groups = groups.0;
        let mut places = HashMap::<_, Vec<_>>::new();
        for (at, group) in groups.iter().enumerate() {
            for phrase in group {
                places.entry(phrase.clone()).or_default().push(at);
            }
        }
        let words = |phrase: &String| phrase.split(' ').count();
        Self {
            most_words: groups.iter().flatten().map(words).max().unwrap_or(0),
            groups,
            places,
        }
    }
}

impl Synonyms {
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// How many words the longest phrase has.
    pub(crate) fn most_words(&self) -> usize {
        self.most_words
    }

    /// The first [`MOST_MEANINGS`] phrases that mean the same as one, as stems.
    pub(crate) fn of<'a>(&'a self, phrase: &'a str) -> impl Iterator<Item = &'a str> {
        let groups = self.places.get(phrase).into_iter().flatten();
        let phrases = groups.filter_map(|at| self.groups.get(*at)).flatten();
        let others = phrases.map(String::as_str).filter(move |other| *other != phrase);
        others.take(MOST_MEANINGS)
    }
}
