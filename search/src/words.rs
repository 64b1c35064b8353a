//! Cuts a text into words, in the same way for documents and for queries.
//!
//! A text is folded (`shared::model::fold`) and cut at everything but letters, digits and their marks. Words of scripts
//! with spaces between them are reduced to their English stems; other languages' words mostly stay as they are. Text of
//! scripts without spaces is cut into its characters and into pairs of neighbours, as Lucene's `CJKAnalyzer` does. This
//! includes Korean, whose words have particles at their ends:
//! <https://lucene.apache.org/core/10_0_0/analysis/common/org/apache/lucene/analysis/cjk/CJKBigramFilter.html>.

use shared::model::fold;
use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer, TokenStream};

/// A piece of a folded text without separators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// A word between spaces or other separators.
    Spaced(String),
    /// Text of a script that writes words without spaces.
    Dense(Vec<char>),
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let folded = fold(text);
    let mut words: Vec<Word> = Vec::new();
    let mut is_inside = false;
    let mut letters = folded.chars().peekable();
    while let Some(c) = letters.next() {
        let c = if c == '’' { '\'' } else { c };
        let joins = |next: &char| c == '\'' && is_inside && next.is_alphanumeric();
        let belongs = c.is_alphanumeric() || (is_inside && is_mark(c)) || letters.peek().is_some_and(joins);
        if belongs {
            match words.last_mut().filter(|_| is_inside) {
                Some(Word::Spaced(word)) if !is_dense(c) => word.push(c),
                Some(Word::Dense(run)) if is_dense(c) => run.push(c),
                _ if is_dense(c) => words.push(Word::Dense(vec![c])),
                _ => words.push(Word::Spaced(c.to_string())),
            }
        }
        is_inside = belongs;
    }
    words
}

impl Word {
    /// The terms that find it in a text: the stem of a word, or the characters of a run and their pairs.
    pub(crate) fn index_terms(self, stems: &mut Stems, mut add: impl FnMut(String)) {
        match self {
            Self::Spaced(word) => add(stems.stem(&word)),
            Self::Dense(run) => {
                for size in [1, 2] {
                    for part in run.windows(size) {
                        add(part.iter().collect());
                    }
                }
            }
        }
    }
}

/// A text in the form in which whole texts are compared.
pub(crate) fn whole(words: &[Word]) -> String {
    let words = words.iter().map(|word| match word {
        Word::Spaced(word) => word.clone(),
        Word::Dense(run) => run.iter().collect(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The term of two stems that stand side by side.
pub(crate) fn pair(one: &str, other: &str) -> String {
    format!("{one} {other}")
}

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
    /// The stem of a folded word.
    pub(crate) fn stem(&mut self, word: &str) -> String {
        let mut tokens = self.0.token_stream(word);
        if tokens.advance() {
            std::mem::take(&mut tokens.token_mut().text)
        } else {
            word.to_owned()
        }
    }
}

/// Whether a mark belongs to the word before it, such as the virama of Indic scripts.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Whether the script of the letter does without spaces: the blocks of Chinese, Japanese, Korean, Thai, Lao, Burmese and
/// Khmer letters: <https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt>.
fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{1100}'..='\u{11FF}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3100}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spaced(text: &str) -> Word {
        Word::Spaced(text.to_owned())
    }

    fn dense(text: &str) -> Word {
        Word::Dense(text.chars().collect())
    }

    #[test]
    fn texts_are_cut_where_words_end() {
        let cases = [
            (
                "Door_slam-02 (HEAVY).wav",
                vec![
                    spaced("door"),
                    spaced("slam"),
                    spaced("02"),
                    spaced("heavy"),
                    spaced("wav"),
                ],
            ),
            (
                "The dog’s 'bark'",
                vec![spaced("the"), spaced("dog's"), spaced("bark")],
            ),
            ("雨の音 rain", vec![dense("雨の音"), spaced("rain")]),
            ("8bit ﾋﾟｯ", vec![spaced("8bit"), dense("ぴっ")]),
            ("천둥 소리", vec![dense("천둥"), dense("소리")]),
            (
                "Двері, що скриплять",
                vec![spaced("двері"), spaced("що"), spaced("скриплять")],
            ),
            ("… — !", vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn words_have_stems_and_runs_have_pairs() {
        let terms = |text| {
            let (mut stems, mut terms) = (Stems::default(), Vec::new());
            for word in words(text) {
                word.index_terms(&mut stems, |term| terms.push(term));
            }
            terms
        };
        assert_eq!(terms("Puppies barking"), ["puppi", "bark"]);
        assert_eq!(terms("雨の音"), ["雨", "の", "音", "雨の", "の音"]);
    }

    proptest! {
        #[test]
        fn words_have_something_in_them_and_no_space(text in "\\PC{0,40}") {
            for word in words(&text) {
                match word {
                    Word::Spaced(word) => prop_assert!(!word.is_empty() && !word.contains(char::is_whitespace)),
                    Word::Dense(run) => prop_assert!(!run.is_empty()),
                }
            }
        }
    }
}
