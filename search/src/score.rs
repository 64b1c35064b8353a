//! Scores: BM25F, word by word.
//!
//! A word counts in each field by the field's weight, how often it is there and how long the text is; the sum of it is
//! saturated and multiplied by how rare the word is (Robertson and Zaragoza, *The Probabilistic Relevance Framework:
//! BM25 and Beyond*, 2009, chapter 3.6). All documents are scored in one order, so the same query gives the same scores,
//! whatever page and filter.

use std::cmp::Ordering;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Term};

use crate::error::SearchError;
use crate::index::Index;
use crate::plan::{Kind, Neighbours, Plan, Wanted};
use crate::schema::TITLE;

/// The saturation: more of a word than this counts little (the `k1` of BM25).
const SATURATION: f32 = 1.5;
/// How much of the query a document must have: the share of its words, each weighed by how rare it is. Words that no
/// document has do not count. With all of them demanded, the nDCG of the judged
/// set's first part is 0.896; with 0.6 of them 0.913, with 0.4 0.934. With 0.2 it is 0.937, with many more results.
const SHARE: f32 = 0.4;
/// The bonus if a document has a word just as the query has it.
const WRITTEN: f32 = 0.2;
/// The bonus if neighbours in the query are neighbours in the title or a tag, or one word there. Without it, `fire truck` finds `Truck on Fire`.
const PAIR: f32 = 0.3;
/// How much a sign such as `+` counts beside words.
const SIGN: f32 = 0.3;
/// The bonus if the title is the query: more than any number of words can score.
const WHOLE: f32 = 10_000.0;

/// A number for each document.
pub(crate) struct Scores<T> {
    all: Vec<T>,
    touched: Vec<DocId>,
}

impl<T: Copy + Default + PartialEq> Scores<T> {
    pub(crate) fn new(documents: u32) -> Self {
        Self {
            all: vec![T::default(); documents as usize],
            // Room for all documents costs nothing before it is used, and nothing has to move.
            touched: Vec::with_capacity(documents as usize),
        }
    }

    pub(crate) fn get(&self, document: DocId) -> T {
        self.all.get(document as usize).copied().unwrap_or_default()
    }

    pub(crate) fn change(&mut self, document: DocId, change: impl FnOnce(&mut T)) {
        if let Some(score) = self.all.get_mut(document as usize) {
            let was = *score;
            change(score);
            if was == T::default() && *score != was {
                self.touched.push(document);
            }
        }
    }

    /// Takes out all that was changed.
    fn drain(&mut self) -> impl Iterator<Item = (DocId, T)> {
        let all = &mut self.all;
        self.touched.drain(..).map(|document| {
            let score = all.get_mut(document as usize).map(std::mem::take);
            (document, score.unwrap_or_default())
        })
    }
}

/// A document that was found. The better one is less, so that it stands first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) score: f32,
    pub(crate) document: DocId,
}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_score = other.score.total_cmp(&self.score);
        by_score.then(self.document.cmp(&other.document))
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Found {}

/// How well a document matches a query.
#[derive(Clone, Copy, Default, PartialEq)]
struct Rank {
    score: f32,
    /// How much of the query it has.
    share: f32,
}

/// The documents that have enough of the query. `whole` are those whose title is the query.
pub(crate) fn rank(index: &Index, plan: &Plan, whole: &[DocId]) -> Result<Vec<Found>, SearchError> {
    let mut ranks = Scores::<Rank>::new(index.len());
    let mut all = 0.0;
    let has_words = plan.wanted.iter().any(|wanted| !wanted.is_sign);
    let (mut weights, mut matches) = (Scores::new(index.len()), Scores::new(index.len()));
    for wanted in &plan.wanted {
        let rarity = matches_of(index, wanted, &mut weights, &mut matches)?;
        let is_extra = wanted.is_sign && has_words;
        let (rarity, share) = if is_extra {
            (rarity * SIGN, 0.0)
        } else {
            (rarity, rarity)
        };
        all += share;
        for (document, score) in matches.drain() {
            ranks.change(document, |rank| {
                rank.score += rarity * score;
                rank.share += share;
            });
        }
    }
    for neighbours in &plan.neighbours {
        for document in together(index, neighbours)? {
            ranks.change(document, |rank| rank.score *= 1.0 + PAIR);
        }
    }
    for document in whole {
        ranks.change(*document, |rank| {
            rank.score += WHOLE;
            rank.share = all.max(f32::MIN_POSITIVE);
        });
    }
    // If nothing is rare, nothing is found but by the whole title.
    let all = all.max(f32::MIN_POSITIVE);
    // Sums of the same numbers may differ a little.
    let least = all * SHARE * 0.999;
    let mut found = Vec::with_capacity(ranks.touched.len());
    found.extend(
        ranks
            .drain()
            .filter(|(_, rank)| rank.share >= least)
            .map(|(document, rank)| Found {
                score: rank.score * rank.share / all,
                document,
            }),
    );
    Ok(found)
}

/// All documents, for a query that only leaves out. `whole` are those whose title is the query.
pub(crate) fn everything(index: &Index, whole: &[DocId]) -> Vec<Found> {
    let found = |document| Found {
        score: if whole.contains(&document) { WHOLE } else { 0.0 },
        document,
    };
    (0..index.len()).map(found).collect()
}

/// Puts into `matches` how well each document matches a word, 0 to 1. Returns how rare the word is.
fn matches_of(
    index: &Index,
    wanted: &Wanted,
    weights: &mut Scores<f32>,
    matches: &mut Scores<f32>,
) -> Result<f32, SearchError> {
    let (mut frequency, mut least) = (0, f32::MAX);
    for kind in Kind::ALL {
        for (_, term) in wanted.terms.iter().filter(|(of, _)| *of == kind) {
            add_weights(index, term, weights)?;
        }
        for (_, phrase) in wanted.phrases.iter().filter(|(of, _)| *of == kind) {
            for document in phrase.documents(index)? {
                let weight = index.searched[TITLE].weight(document, 1);
                weights.change(document, |sum| *sum += weight);
            }
        }
        let factor = match kind {
            // Below each direct hit, even one in a very long description.
            Kind::Synonym => kind.factor().min(least),
            _ => kind.factor(),
        };
        for (document, weight) in weights.drain() {
            let score = factor * weight / (weight + SATURATION);
            if kind <= Kind::Joined {
                least = least.min(score);
            }
            matches.change(document, |best| *best = best.max(score));
        }
        // Synonyms and typos count for the rarity of a word only if nothing else is found.
        if kind < Kind::Synonym || frequency == 0 {
            frequency = matches.touched.len();
        }
    }
    for document in index.documents(index.fields.words, &wanted.written)? {
        matches.change(document, |best| *best *= 1.0 + WRITTEN);
    }
    Ok(rarity(index.len(), frequency))
}

/// The documents in which two neighbours of the query are neighbours or one word, in order.
fn together(index: &Index, neighbours: &Neighbours) -> Result<Vec<DocId>, SearchError> {
    let mut documents = index.documents(index.fields.pairs, &neighbours.pair)?;
    if !neighbours.joined.is_empty() {
        for joined in &neighbours.joined {
            documents.extend(index.documents(index.fields.searched[TITLE], joined)?);
        }
        documents.sort_unstable();
        documents.dedup();
    }
    Ok(documents)
}

/// Adds the weight of a term in each document that has it.
fn add_weights(index: &Index, term: &str, weights: &mut Scores<f32>) -> Result<(), SearchError> {
    for searched in &index.searched {
        let term = Term::from_field_text(searched.field, term);
        let postings = searched
            .terms
            .read_block_postings(&term, IndexRecordOption::WithFreqs)?;
        let Some(mut postings) = postings else { continue };
        while !postings.docs().is_empty() {
            for (document, times) in postings.docs().iter().zip(postings.freqs()) {
                let weight = searched.weight(*document, *times);
                weights.change(*document, |sum| *sum += weight);
            }
            postings.advance();
        }
    }
    Ok(())
}

/// The inverse document frequency of BM25; 0 if no document has the word.
#[expect(
    clippy::cast_precision_loss,
    reason = "an approximation of so many documents will do"
)]
fn rarity(documents: u32, having: usize) -> f32 {
    if having == 0 {
        return 0.0;
    }
    let (documents, having) = (documents as f32, having as f32);
    (1.0 + (documents - having + 0.5) / (having + 0.5)).ln()
}
