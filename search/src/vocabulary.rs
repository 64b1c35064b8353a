//! The words of all texts.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use tantivy::Term;
use tantivy::index::InvertedIndexReader;
use tantivy::query::FuzzyTermQuery;

use crate::compounds::{LONGEST, is_function_word};
use crate::error::SearchError;
use crate::index::Index;
use crate::stems::Stems;
use crate::words::pair;

/// The most words that a prefix stands for: the most frequent ones.
const MOST_COMPLETIONS: usize = 100;
/// The fewest letters of a word that may have a typo.
const SHORTEST_WITH_TYPO: usize = 4;
/// The most ways in which a word is taken apart.
const MOST_SPLITS: usize = 4;

/// The words of all texts, and which of them are neighbours.
pub(crate) struct Vocabulary<'a> {
    index: &'a Index,
    words: Arc<InvertedIndexReader>,
    pairs: Arc<InvertedIndexReader>,
}

impl<'a> Vocabulary<'a> {
    pub(crate) fn of(index: &'a Index) -> Result<Self, SearchError> {
        Ok(Self {
            words: index.terms(index.fields.words)?,
            pairs: index.terms(index.fields.pairs)?,
            index,
        })
    }

    /// How many documents have the word.
    pub(crate) fn frequency(&self, word: &str) -> Result<u32, SearchError> {
        let term = Term::from_field_text(self.index.fields.words, word);
        Ok(self.words.doc_freq(&term)?)
    }

    /// The most frequent longer words that begin with the word.
    pub(crate) fn completions(&self, word: &str) -> Result<Vec<String>, SearchError> {
        let mut stream = self.words.terms().range().ge(word).into_stream()?;
        let (mut found, mut least) = (Vec::new(), 0);
        let cut = |found: &mut Vec<(u32, String)>| {
            found.sort_by_key(|(frequency, _)| Reverse(*frequency));
            found.truncate(MOST_COMPLETIONS);
            found.last().map_or(0, |(frequency, _)| *frequency)
        };
        while stream.advance() && stream.key().starts_with(word.as_bytes()) {
            let frequency = stream.value().doc_freq;
            if stream.key() == word.as_bytes() || frequency <= least {
                continue;
            }
            found.push((frequency, String::from_utf8_lossy(stream.key()).into_owned()));
            // Most words are rarer than the hundred that were found, and are not even copied.
            if found.len() == 4 * MOST_COMPLETIONS {
                least = cut(&mut found);
            }
        }
        cut(&mut found);
        Ok(found.into_iter().map(|(_, word)| word).collect())
    }

    /// The words that are one typo away.
    pub(crate) fn similar(&self, word: &str) -> Result<Vec<String>, SearchError> {
        if word.chars().count() < SHORTEST_WITH_TYPO || word.chars().any(char::is_numeric) {
            return Ok(Vec::new());
        }
        // If the word is in the catalogue, its first letter is right.
        let first = word
            .chars()
            .next()
            .filter(|_| self.frequency(word).is_ok_and(|frequency| frequency > 0));
        let term = Term::from_field_text(self.index.fields.words, word);
        let automaton = FuzzyTermQuery::new(term, 1, true).automaton()?;
        let mut stream = self.words.terms().search(automaton).into_stream()?;
        let mut found = Vec::new();
        while stream.advance() {
            let similar = String::from_utf8_lossy(stream.key());
            if first.is_none_or(|first| similar.starts_with(first)) {
                found.push(similar.into_owned());
            }
        }
        Ok(found)
    }

    /// The best halves of a word: those whose rarer one is the most frequent.
    pub(crate) fn halves(&self, word: &str) -> Result<Option<[String; 2]>, SearchError> {
        let mut best = (0, None);
        for (at, _) in word.char_indices().skip(1) {
            let (one, other) = word.split_at(at);
            let is_short = |half: &str| half.chars().nth(1).is_none();
            // One letter is a word only beside a number.
            let is_measure = one.ends_with(char::is_numeric) != other.starts_with(char::is_numeric);
            if !may_end(one, other) || !may_begin(one, other) || (is_short(one) && !is_measure) {
                continue;
            }
            let frequency = self.frequency(one)?.min(self.frequency(other)?);
            if frequency > best.0 {
                best = (frequency, Some([one.to_owned(), other.to_owned()]));
            }
        }
        Ok(best.1)
    }

    /// The ways to take a word apart into neighbours of some title or tag, each as their pairs of stems: `kickdrum` into
    /// `kick drum`. The last part may have another form there.
    pub(crate) fn splits(&self, word: &str, stems: &mut Stems) -> Result<Vec<Vec<String>>, SearchError> {
        let mut search = Splits {
            vocabulary: self,
            stems,
            found: Vec::new(),
            dead_ends: HashSet::new(),
        };
        if word.chars().nth(LONGEST).is_none() {
            search.extend(word, None, &mut Vec::new())?;
        }
        Ok(search.found)
    }

    fn has_pair(&self, pair: &str) -> Result<bool, SearchError> {
        let term = Term::from_field_text(self.index.fields.pairs, pair);
        Ok(self.pairs.doc_freq(&term)? > 0)
    }
}

/// The search for ways to take a word apart.
struct Splits<'a, 'b> {
    vocabulary: &'a Vocabulary<'b>,
    stems: &'a mut Stems,
    found: Vec<Vec<String>>,
    /// The rests that cannot be taken apart behind the part before them, each by the lengths of both. Without them,
    /// `hahaha…x` is tried in as many ways as there are to cut it into `ha` and `haha`.
    dead_ends: HashSet<(usize, usize)>,
}

impl Splits<'_, '_> {
    /// Takes the rest of the word apart. `before` is the part before it and the stem of that.
    fn extend(
        &mut self,
        rest: &str,
        before: Option<(&str, &str)>,
        pairs: &mut Vec<String>,
    ) -> Result<(), SearchError> {
        let place = (rest.len(), before.map_or(0, |(part, _)| part.len()));
        if self.dead_ends.contains(&place) {
            return Ok(());
        }
        let known = self.found.len();
        if let Some((part, stem)) = before
            && may_end(part, rest)
            && self.found.len() < MOST_SPLITS
        {
            let last = pair(stem, &self.stems.stem(rest));
            if self.vocabulary.has_pair(&last)? {
                self.found.push(pairs.iter().cloned().chain([last]).collect());
            }
        }
        for (at, _) in rest.char_indices().skip(1) {
            let (part, rest) = rest.split_at(at);
            let is_allowed = match before {
                None => may_begin(part, rest),
                Some((before, _)) => may_follow(before, part),
            };
            if self.found.len() == MOST_SPLITS || !is_allowed || self.vocabulary.frequency(part)? == 0 {
                continue;
            }
            let stem = self.stems.stem(part);
            match before {
                None => self.extend(rest, Some((part, &stem)), pairs)?,
                Some((_, before)) => {
                    let next = pair(before, &stem);
                    if self.vocabulary.has_pair(&next)? {
                        pairs.push(next);
                        self.extend(rest, Some((part, &stem)), pairs)?;
                        pairs.pop();
                    }
                }
            }
        }
        if self.found.len() == known {
            self.dead_ends.insert(place);
        }
        Ok(())
    }
}

/// Whether a word may be taken apart between these: not between digits.
fn may_follow(before: &str, part: &str) -> bool {
    !(before.ends_with(char::is_numeric) && part.starts_with(char::is_numeric))
}

/// Whether a compound may begin with the part: with a letter only as in `x-ray`, or before a digit.
fn may_begin(part: &str, rest: &str) -> bool {
    may_follow(part, rest) && !is_function_word(part) && !matches!(part, "i" | "s")
}

/// Whether a compound may end with the part: with one letter only behind a digit.
fn may_end(before: &str, part: &str) -> bool {
    let is_letter = part.chars().nth(1).is_none() && part.starts_with(char::is_alphabetic);
    may_follow(before, part) && !is_function_word(part) && (!is_letter || before.ends_with(char::is_numeric))
}
