//! Plans a query: for each of its words, the stems that match it as well, or nearly as well.

use std::cmp::Reverse;
use std::collections::HashSet;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Term, index::InvertedIndexReader};

use crate::error::SearchError;
use crate::index::Index;
use crate::words::{Stems, Word, pair};

/// The most words of a query that count. Nobody types more; each costs time.
const MOST_WORDS: usize = 32;
/// The most words that a prefix stands for: the most frequent ones.
const MOST_COMPLETIONS: usize = 100;
/// The fewest letters of a word that may have a typo.
const SHORTEST_WITH_TYPO: usize = 4;

/// English words that say nothing about a sound. They count only in a query without other words.
const FUNCTION_WORDS: [&str; 26] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it", "its", "of",
    "on", "or", "that", "the", "their", "this", "to", "was", "while", "with",
];

/// Why a term stands for a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// It is the word, or a form of it, or one half of a word with its neighbour.
    Same,
    /// The word is its beginning.
    Prefix,
    /// They differ by one typo.
    Typo,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Same, Self::Prefix, Self::Typo];

    /// How much such a match counts.
    pub(crate) fn factor(self) -> f32 {
        match self {
            Self::Same => 1.0,
            Self::Prefix => 0.5,
            Self::Typo => 0.1,
        }
    }
}

/// A word of the query, with the terms that stand for it.
#[derive(Default)]
pub(crate) struct Wanted {
    /// The word as it is written.
    pub(crate) written: String,
    /// Its halves side by side, if both are words.
    pub(crate) halves: Option<String>,
    /// The stems, and why.
    pub(crate) terms: Vec<(Kind, String)>,
}

/// The plan of a query.
pub(crate) struct Plan {
    pub(crate) wanted: Vec<Wanted>,
    /// Pairs of neighbours in the query.
    pub(crate) pairs: Vec<String>,
}

/// Plans a query.
pub(crate) fn plan(index: &Index, words: Vec<Word>, stems: &mut Stems) -> Result<Plan, SearchError> {
    let vocabulary = Vocabulary {
        terms: &*index.terms(index.fields.words)?,
        field: index.fields.words,
    };
    let pieces = vocabulary.split(pieces(words))?;
    let wanted = (0..pieces.len()).map(|at| vocabulary.wanted(&pieces, at, stems));
    let wanted: Vec<_> = wanted.collect::<Result<_, _>>()?;
    let of = |wanted: &Wanted| {
        wanted
            .terms
            .first()
            .map(|(_, term)| term.clone())
            .unwrap_or_default()
    };
    let pairs = wanted
        .windows(2)
        .map(|neighbours| pair(&of(&neighbours[0]), &of(&neighbours[1])));
    Ok(Plan {
        pairs: pairs.collect(),
        wanted,
    })
}

impl Wanted {
    /// Adds a term, unless it stands for the word already: the best reasons come first.
    fn add(&mut self, kind: Kind, term: String) {
        if !self.terms.iter().any(|(_, known)| *known == term) {
            self.terms.push((kind, term));
        }
    }
}

/// A part of the query.
enum Piece {
    /// A term as it is.
    Exact(String),
    /// A word as it is written, folded.
    Word(String),
}

/// The parts of a query, each once.
fn pieces(words: Vec<Word>) -> Vec<Piece> {
    let mut seen = HashSet::new();
    let mut pieces = Vec::new();
    for word in words {
        match word {
            Word::Spaced(word) => {
                if seen.insert(word.clone()) {
                    pieces.push(Piece::Word(word));
                }
            }
            Word::Dense(run) => {
                let size = run.len().min(2);
                for part in run.windows(size) {
                    let part: String = part.iter().collect();
                    if seen.insert(part.clone()) {
                        pieces.push(Piece::Exact(part));
                    }
                }
            }
        }
    }
    let has_content =
        |piece: &Piece| !matches!(piece, Piece::Word(word) if FUNCTION_WORDS.contains(&&**word));
    if pieces.iter().any(has_content) {
        pieces.retain(has_content);
    }
    pieces.truncate(MOST_WORDS);
    pieces
}

/// The words of all texts.
struct Vocabulary<'a> {
    terms: &'a InvertedIndexReader,
    field: Field,
}

impl Vocabulary<'_> {
    /// The terms that stand for a piece of the query.
    fn wanted(&self, pieces: &[Piece], at: usize, stems: &mut Stems) -> Result<Wanted, SearchError> {
        let mut wanted = Wanted::default();
        let word = match &pieces[at] {
            Piece::Exact(term) => {
                wanted.add(Kind::Same, term.clone());
                return Ok(wanted);
            }
            Piece::Word(word) => word,
        };
        wanted.written.clone_from(word);
        let halves = self.halves(word)?;
        wanted.halves = halves.map(|(one, other)| pair(&stems.stem(&one), &stems.stem(&other)));
        wanted.add(Kind::Same, stems.stem(word));
        let neighbour = |at: Option<usize>| match pieces.get(at?)? {
            Piece::Word(neighbour) => Some(neighbour),
            Piece::Exact(_) => None,
        };
        let before = neighbour(at.checked_sub(1)).map(|before| format!("{before}{word}"));
        let after = neighbour(Some(at + 1)).map(|after| format!("{word}{after}"));
        for joined in before.into_iter().chain(after) {
            if self.frequency(&joined)? > 0 {
                wanted.add(Kind::Same, stems.stem(&joined));
            }
        }
        if at + 1 == pieces.len() {
            for longer in self.completions(word)? {
                wanted.add(Kind::Prefix, stems.stem(&longer));
            }
        }
        for similar in self.similar(word)? {
            wanted.add(Kind::Typo, stems.stem(&similar));
        }
        Ok(wanted)
    }

    /// How many documents have the word.
    fn frequency(&self, word: &str) -> Result<u32, SearchError> {
        Ok(self.terms.doc_freq(&Term::from_field_text(self.field, word))?)
    }

    /// Splits words that match nothing, but whose halves are both words: `carhorn`.
    fn split(&self, pieces: Vec<Piece>) -> Result<Vec<Piece>, SearchError> {
        let mut split = Vec::new();
        for piece in pieces {
            if let Piece::Word(word) = &piece
                && self.frequency(word)? == 0
                && self.completions(word)?.is_empty()
                && self.similar(word)?.is_empty()
                && let Some((one, other)) = self.halves(word)?
            {
                split.extend([one, other].map(Piece::Word));
            } else {
                split.push(piece);
            }
        }
        Ok(split)
    }

    /// The best halves of a word: those whose rarer one is the most frequent.
    fn halves(&self, word: &str) -> Result<Option<(String, String)>, SearchError> {
        let mut best = (0, None);
        for (at, first) in word.char_indices().skip(1) {
            let (one, other) = word.split_at(at);
            let is_short = |half: &str| half.chars().nth(1).is_none();
            // One letter is a word only beside a number: `8bit`.
            if (is_short(one) || is_short(other)) && one.ends_with(char::is_numeric) == first.is_numeric() {
                continue;
            }
            let frequency = self.frequency(one)?.min(self.frequency(other)?);
            if frequency > best.0 {
                best = (frequency, Some((one.to_owned(), other.to_owned())));
            }
        }
        Ok(best.1)
    }

    /// The most frequent longer words that begin with the word.
    fn completions(&self, word: &str) -> Result<Vec<String>, SearchError> {
        let mut stream = self.terms.terms().range().ge(word).into_stream()?;
        let mut found = Vec::new();
        while stream.advance() && stream.key().starts_with(word.as_bytes()) {
            found.push((
                stream.value().doc_freq,
                String::from_utf8_lossy(stream.key()).into_owned(),
            ));
        }
        found.sort_by_key(|(frequency, _)| Reverse(*frequency));
        found.truncate(MOST_COMPLETIONS);
        Ok(found.into_iter().map(|(_, word)| word).collect())
    }

    /// The words that are one typo away.
    fn similar(&self, word: &str) -> Result<Vec<String>, SearchError> {
        if word.chars().count() < SHORTEST_WITH_TYPO || word.chars().any(char::is_numeric) {
            return Ok(Vec::new());
        }
        // If the word is in the catalogue, its first letter is right.
        let first = word
            .chars()
            .next()
            .filter(|_| self.frequency(word).is_ok_and(|frequency| frequency > 0));
        let automaton = FuzzyTermQuery::new(Term::from_field_text(self.field, word), 1, true).automaton()?;
        let mut stream = self.terms.terms().search(automaton).into_stream()?;
        let mut found = Vec::new();
        while stream.advance() {
            let similar = String::from_utf8_lossy(stream.key());
            if first.is_none_or(|first| similar.starts_with(first)) {
                found.push(similar.into_owned());
            }
        }
        Ok(found)
    }
}
