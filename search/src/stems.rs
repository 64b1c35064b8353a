//! Stems of English words: forms of a word have the same.

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer, TokenStream};

use crate::forms::words_of;

/// Finds stems.
pub(crate) struct Stems(TextAnalyzer);

impl Default for Stems {
    fn default() -> Self {
        let stemmer = Stemmer::new(Language::English);
        Self(
            TextAnalyzer::builder(RawTokenizer::default())
                .filter(stemmer)
                .build(),
        )
    }
}

impl Stems {
    /// The stem of a folded word. Of a form of several words, it is that of the likeliest.
    pub(crate) fn stem(&mut self, word: &str) -> String {
        match words_of(word).first() {
            Some(of) => self.regular(of),
            None => self.regular(word),
        }
    }

    /// The stems of a folded word, the likeliest first: `leaves` are of a `leaf`, or of `leave`.
    pub(crate) fn all(&mut self, word: &str) -> Vec<String> {
        let mut stems = Vec::new();
        for of in words_of(word) {
            let stem = self.regular(&of);
            if !stems.contains(&stem) {
                stems.push(stem);
            }
        }
        if stems.is_empty() {
            stems.push(self.regular(word));
        }
        stems
    }

    /// The stem by rules alone.
    pub(crate) fn regular(&mut self, word: &str) -> String {
        let mut tokens = self.0.token_stream(word);
        if tokens.advance() {
            std::mem::take(&mut tokens.token_mut().text)
        } else {
            word.to_owned()
        }
    }
}
