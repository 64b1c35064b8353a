//! Queries for messages, and their matching.

use std::cmp::Reverse;
use std::fmt;

use serde::Deserialize;
use unicode_general_category::{GeneralCategory, get_general_category};

use super::fold::fold;
use super::id::ConversationId;
use super::patch::present;

/// The most characters in a query.
const LONGEST: usize = 200;

/// A search for messages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageSearch {
    /// The query.
    pub query: SearchQuery,
    /// Only messages of this conversation; absent: of all the caller's conversations.
    #[serde(default, deserialize_with = "present")]
    pub conversation_id: Option<ConversationId>,
}

/// A query of words, 1 to 200 characters in all. White space and punctuation only separate words: there are no
/// operators. Symbols count, emoji among them.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SearchQuery {
    /// The words, folded. The longest first, because it is usually the rarest.
    words: Vec<String>,
}

/// Why a query is invalid. The message is the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidQuery {
    /// The query is too long.
    #[error("must be 1 to {LONGEST} characters")]
    Length,
    /// The query contains no searchable word.
    #[error("must have a letter, a digit or a symbol")]
    NoWord,
}

impl SearchQuery {
    /// Whether the text contains every word, as a whole word or as part of one, regardless of case and form.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text = fold(text);
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

impl TryFrom<String> for SearchQuery {
    type Error = InvalidQuery;

    fn try_from(query: String) -> Result<Self, InvalidQuery> {
        if !(1..=LONGEST).contains(&query.chars().count()) {
            return Err(InvalidQuery::Length);
        }
        let folded = fold(&query);
        let words = folded.split(separates).filter(|word| !word.is_empty());
        let mut words: Vec<_> = words.map(ToOwned::to_owned).collect();
        words.sort_unstable_by_key(|word| Reverse(word.len()));
        words.dedup();
        if words.is_empty() {
            return Err(InvalidQuery::NoWord);
        }
        Ok(Self { words })
    }
}

/// Whether the character separates words.
fn separates(c: char) -> bool {
    use GeneralCategory as Is;
    matches!(
        get_general_category(c),
        Is::ConnectorPunctuation
            | Is::DashPunctuation
            | Is::OpenPunctuation
            | Is::ClosePunctuation
            | Is::InitialPunctuation
            | Is::FinalPunctuation
            | Is::OtherPunctuation
            // Stand-alone accents and the backtick.
            | Is::ModifierSymbol
            | Is::SpaceSeparator
            | Is::LineSeparator
            | Is::ParagraphSeparator
            | Is::Control
    )
}

// Queries are private and must not appear in logs.
impl fmt::Debug for SearchQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SearchQuery(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(text: &str) -> SearchQuery {
        SearchQuery::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn every_word_must_be_there_in_any_order() {
        let text = "Don’t forget: the party starts at 8 p.m., bring C++ books & 🎩!";
        for good in [
            "party",
            "PARTY the",
            "art",
            "don't",
            "8 P.M.",
            "c++",
            "🎩 books",
            "forget,the",
        ] {
            assert!(query(good).matches(text), "{good}");
        }
        for bad in ["parties", "party tomorrow", "dont", "🎩🎩", "c+++"] {
            assert!(!query(bad).matches(text), "{bad}");
        }
    }

    #[test]
    fn a_query_has_a_word_and_an_end() {
        for bad in [
            "",
            " ",
            "?!",
            "\n\t",
            "\u{301}",
            "…",
            "🏽",
            "\u{200D}",
            &"a".repeat(201),
        ] {
            assert!(SearchQuery::try_from(bad.to_owned()).is_err(), "{bad:?}");
        }
        for good in ["a", &"漢".repeat(200), "€", "\0a"] {
            assert!(SearchQuery::try_from(good.to_owned()).is_ok(), "{good:?}");
        }
        assert_eq!(format!("{:?}", query("secret")), "SearchQuery(…)");
    }

    proptest! {
        #[test]
        fn every_word_of_a_text_finds_it(text in "(\\PC{0,12}[ \u{3000}\n]){1,6}") {
            for word in text.split_whitespace() {
                if let Ok(query) = SearchQuery::try_from(word.to_owned()) {
                    prop_assert!(query.matches(&text), "{:?} in {:?}", word, text);
                }
            }
            if let Ok(query) = SearchQuery::try_from(text.clone()) {
                prop_assert!(query.matches(&text));
            }
        }

        #[test]
        fn every_part_of_a_word_finds_it(
            text in "[a-zA-ZäöüßéñşğıİÀ-ÖА-Яа-яΑ-Ωα-ωぁ-んァ-ヶ一-龥가-힣ءا-يกขคงจ]{1,12}",
            from in 0..12usize,
            length in 1..12usize,
        ) {
            let part: String = text.chars().skip(from).take(length).collect();
            if let Ok(query) = SearchQuery::try_from(part) {
                prop_assert!(query.matches(&text));
            }
        }
    }
}
