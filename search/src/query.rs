//! Plans a query: for each of its words, what matches it as well, or nearly as well.

use std::ops::Range;

use shared::model::is_symbol;

use crate::compounds::{is_function_word, join, may_join};
use crate::error::SearchError;
use crate::index::Index;
use crate::pieces::{MOST_WORDS, pieces, term};
use crate::plan::{Kind, Neighbours, Phrase, Plan, Wanted};
use crate::stems::Stems;
use crate::vocabulary::Vocabulary;
use crate::words::{Token, Word, pair};

/// The most words of a query that are joined to one.
const MOST_JOINED: usize = 8;

/// Plans a query.
pub(crate) fn plan(index: &Index, words: &[Token], stems: &mut Stems) -> Result<Plan, SearchError> {
    let vocabulary = Vocabulary::of(index)?;
    let mut planner = Planner {
        tokens: Vec::new(),
        kept: Vec::new(),
        spans: Vec::new(),
        vocabulary,
        index,
        stems,
    };
    planner.tokens = planner.settle(pieces(words))?;
    planner.kept = kept(&planner.tokens);
    planner.spans = planner.spans()?;
    planner.plan()
}

/// The places of the words that count: each once, and no function words beside others but in compounds.
fn kept(tokens: &[Token]) -> Vec<usize> {
    let is_empty = |token: &Token| token.spaced().is_some_and(is_function_word);
    let is_in_compound =
        |at: usize| tokens[at].is_glued || tokens.get(at + 1).is_some_and(|next| next.is_glued);
    let all = tokens.iter().all(is_empty);
    let mut kept: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let counts = all || !is_empty(token) || is_in_compound(at);
        if counts && !kept.iter().any(|known| tokens[*known].word == token.word) {
            kept.push(at);
        }
    }
    kept.truncate(MOST_WORDS);
    kept
}

/// Some words of the query that are one in the catalogue.
struct Span {
    at: Range<usize>,
    kind: Kind,
    term: String,
}

struct Planner<'a> {
    /// The words of the query.
    tokens: Vec<Token>,
    /// Which of them count.
    kept: Vec<usize>,
    spans: Vec<Span>,
    vocabulary: Vocabulary<'a>,
    index: &'a Index,
    stems: &'a mut Stems,
}

impl Planner<'_> {
    /// Takes words with signs or dots apart if no text has them.
    fn settle(&mut self, tokens: Vec<Token>) -> Result<Vec<Token>, SearchError> {
        let mut settled = Vec::new();
        for token in tokens {
            let Word::Spaced(word) = &token.word else {
                settled.push(token);
                continue;
            };
            if !token.parts.is_empty() && self.is_unknown(word)? {
                settled.extend(
                    token
                        .parts
                        .into_iter()
                        .map(|part| Token::new(Word::of(part), false)),
                );
            } else {
                settled.push(token);
            }
        }
        Ok(settled)
    }

    /// Whether no text has the word, nor one that begins so.
    fn is_unknown(&self, word: &str) -> Result<bool, SearchError> {
        Ok(self.vocabulary.frequency(word)? == 0 && self.vocabulary.completions(word)?.is_empty())
    }

    /// The neighbours that are one word in the catalogue.
    fn spans(&mut self) -> Result<Vec<Span>, SearchError> {
        let mut spans = Vec::new();
        for from in 0..self.tokens.len() {
            for to in from + 2..=self.tokens.len().min(from + MOST_JOINED) {
                let tokens = &self.tokens[from..to];
                let Some(word) = join(tokens) else { break };
                let is_compound = tokens[1..].iter().all(|token| token.is_glued);
                if !is_compound && !may_join(tokens) {
                    continue;
                }
                let term = self.stems.stem(&word);
                if self.index.has(&term)? {
                    let kind = if is_compound { Kind::Same } else { Kind::Joined };
                    spans.push(Span {
                        at: from..to,
                        kind,
                        term,
                    });
                }
            }
        }
        Ok(spans)
    }

    fn plan(mut self) -> Result<Plan, SearchError> {
        let mut plan = Plan::default();
        for place in 0..self.kept.len() {
            plan.wanted.push(self.wanted(place)?);
        }
        self.add_synonyms(&mut plan.wanted);
        for place in 0..self.kept.len() {
            self.add_typos(place, &mut plan.wanted[place])?;
        }
        let words: Vec<_> = self
            .kept
            .iter()
            .copied()
            .filter(|at| !matches!(self.tokens[*at].word, Word::Symbol(_)))
            .collect();
        for neighbours in words.windows(2) {
            let [one, other] = [neighbours[0], neighbours[1]];
            let covers = |span: &&Span| span.at.contains(&one) && span.at.contains(&other);
            let joined = self.spans.iter().filter(covers);
            let joined = joined.map(|span| span.term.clone()).collect();
            plan.neighbours.push(Neighbours {
                pair: pair(&self.term(one), &self.term(other)),
                joined,
            });
        }
        Ok(plan)
    }

    /// The term of a word of the query.
    fn term(&mut self, at: usize) -> String {
        term(&self.tokens[at], self.stems)
    }

    /// What stands for a word, but for synonyms and typos.
    fn wanted(&mut self, place: usize) -> Result<Wanted, SearchError> {
        let at = self.kept[place];
        let mut wanted = Wanted::default();
        let word = match &self.tokens[at].word {
            Word::Spaced(word) => word.clone(),
            Word::Dense(_) => {
                wanted.add(Kind::Same, self.term(at));
                return Ok(wanted);
            }
            Word::Symbol(symbol) => {
                wanted.is_sign = symbol.chars().all(is_sign);
                wanted.add(Kind::Same, symbol.clone());
                return Ok(wanted);
            }
        };
        for stem in self.stems.all(&word) {
            wanted.add(Kind::Same, stem);
        }
        for span in self.spans.iter().filter(|span| span.at.contains(&at)) {
            wanted.add(span.kind, span.term.clone());
        }
        let is_last = place + 1 == self.kept.len() && at + 1 == self.tokens.len();
        let is_nowhere = self.vocabulary.frequency(&word)? == 0;
        let mut longer = if is_last || is_nowhere {
            self.vocabulary.completions(&word)?
        } else {
            Vec::new()
        };
        let splits = self.vocabulary.splits(&word, self.stems)?;
        let mut phrases: Vec<_> = splits.into_iter().map(Phrase::Neighbours).collect();
        if is_nowhere
            && phrases.is_empty()
            && longer.is_empty()
            && self.vocabulary.similar(&word)?.is_empty()
            && let Some(halves) = self.vocabulary.halves(&word)?
        {
            phrases.push(Phrase::Anywhere(halves.map(|half| self.stems.stem(&half))));
        }
        wanted
            .phrases
            .extend(phrases.into_iter().map(|phrase| (Kind::Joined, phrase)));
        if is_last {
            if let Some(compound) = self.compound(at) {
                longer.extend(self.vocabulary.completions(&compound)?);
            }
            for longer in longer {
                wanted.add_word(Kind::Prefix, &longer, self.stems);
            }
        }
        wanted.written = word;
        Ok(wanted)
    }

    /// The compound that the word ends, in one.
    fn compound(&self, at: usize) -> Option<String> {
        let from = (0..=at).rev().find(|at| !self.tokens[*at].is_glued)?;
        if from < at {
            join(&self.tokens[from..=at])
        } else {
            None
        }
    }

    /// Adds what means the same as some words of the query.
    fn add_synonyms(&mut self, wanted: &mut [Wanted]) {
        let synonyms = &self.index.synonyms;
        if synonyms.is_empty() {
            return;
        }
        let terms: Vec<_> = (0..self.tokens.len()).map(|at| self.term(at)).collect();
        let mut means = |at: &Range<usize>, term: &str| {
            for other in synonyms.of(term) {
                for (wanted, _) in wanted
                    .iter_mut()
                    .zip(&self.kept)
                    .filter(|(_, kept)| at.contains(*kept))
                {
                    let words: Vec<_> = other.split(' ').collect();
                    if let [word] = words[..] {
                        wanted.add(Kind::Synonym, word.to_owned());
                    } else {
                        let pairs = words.windows(2).map(|words| pair(words[0], words[1])).collect();
                        wanted.phrases.push((Kind::Synonym, Phrase::Neighbours(pairs)));
                    }
                }
            }
        };
        for from in 0..terms.len() {
            for to in from + 1..=terms.len().min(from + synonyms.most_words()) {
                means(&(from..to), &terms[from..to].join(" "));
            }
        }
        for span in &self.spans {
            means(&span.at, &span.term);
        }
    }

    fn add_typos(&mut self, place: usize, wanted: &mut Wanted) -> Result<(), SearchError> {
        if let Some(word) = self.tokens[self.kept[place]].spaced() {
            for similar in self.vocabulary.similar(word)? {
                wanted.add_word(Kind::Typo, &similar, self.stems);
            }
        }
        Ok(())
    }
}

/// Whether the character is a sign of writing rather than a picture.
fn is_sign(c: char) -> bool {
    is_symbol(c) && c < '\u{2190}'
}
