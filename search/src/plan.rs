//! The plan of a query: for each of its words, what stands for it.

use tantivy::DocId;

use crate::error::SearchError;
use crate::index::Index;
use crate::stems::Stems;

/// Why a document matches a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// It has the word, or a form of it.
    Same,
    /// It has in one what are two words in the query, or the other way round.
    Joined,
    /// The word is the beginning of one that it has.
    Prefix,
    /// It has a word of which the operator says that it means the same.
    Synonym,
    /// They differ by one typo.
    Typo,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [Self::Same, Self::Joined, Self::Prefix, Self::Synonym, Self::Typo];

    /// How much such a match counts.
    pub(crate) fn factor(self) -> f32 {
        match self {
            Self::Same => 1.0,
            Self::Joined => 0.9,
            Self::Prefix => 0.5,
            // And never more than any direct hit: see `score`.
            Self::Synonym => 0.2,
            Self::Typo => 0.1,
        }
    }
}

/// A word of the query, with what stands for it.
#[derive(Default)]
pub(crate) struct Wanted {
    /// The word as it is written.
    pub(crate) written: String,
    /// It is a sign such as `+`: documents need not have it.
    pub(crate) is_sign: bool,
    /// The stems, and why.
    pub(crate) terms: Vec<(Kind, String)>,
    /// Several words that stand for it, and why.
    pub(crate) phrases: Vec<(Kind, Phrase)>,
}

impl Wanted {
    /// Adds a term, unless it stands for the word already: the best reasons come first.
    pub(crate) fn add(&mut self, kind: Kind, term: String) {
        if !self.terms.iter().any(|(_, known)| *known == term) {
            self.terms.push((kind, term));
        }
    }

    /// Adds a word of the catalogue, unless it is a form of what stands for the word already.
    pub(crate) fn add_word(&mut self, kind: Kind, word: &str, stems: &mut Stems) {
        let mut all = stems.all(word);
        if !self.terms.iter().any(|(_, known)| all.contains(known)) {
            self.terms.push((kind, all.swap_remove(0)));
        }
    }
}

/// Several words, all of which a document needs.
pub(crate) enum Phrase {
    /// Neighbours in the title or a tag, as pairs of stems.
    Neighbours(Vec<String>),
    /// Stems anywhere.
    Anywhere([String; 2]),
}

impl Phrase {
    /// The documents that have it, in order.
    pub(crate) fn documents(&self, index: &Index) -> Result<Vec<DocId>, SearchError> {
        match self {
            Self::Neighbours(pairs) => index.side_by_side(pairs),
            Self::Anywhere([one, other]) => {
                let mut documents = index.documents_anywhere(one)?;
                let having = index.documents_anywhere(other)?;
                documents.retain(|document| having.binary_search(document).is_ok());
                Ok(documents)
            }
        }
    }
}

/// Neighbours in the query.
pub(crate) struct Neighbours {
    /// Their pair.
    pub(crate) pair: String,
    /// The stems of the words that the two are in one.
    pub(crate) joined: Vec<String>,
}

/// The plan of a query.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) wanted: Vec<Wanted>,
    pub(crate) neighbours: Vec<Neighbours>,
}
