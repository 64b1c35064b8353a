//! Queries for messages, and their matching.

use std::cmp::Reverse;
use std::str::Chars;
use std::{fmt, iter};

use serde::Deserialize;
use unicode_general_category::{GeneralCategory, get_general_category};

use super::fold::fold;
use super::id::{ConversationId, PersonId};
use super::patch::present;
use super::timestamp::Timestamp;

/// The most characters in a query.
const LONGEST: usize = 200;

/// Quotation marks that open and close a phrase, whichever stands at which end: `„so“`, `»so«`, `”so”`.
const QUOTES: &str = "\"«»“”„‟「」『』〝〞〟⹂";

/// Quotation marks that are apostrophes as well. They close a phrase only at the end of a word.
const SINGLE_QUOTES: &str = "'‘’‚‛‹›";

/// A search for messages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageSearch {
    /// The query.
    pub query: SearchQuery,
    /// Only messages of this conversation; absent: of all the caller's conversations.
    #[serde(default, deserialize_with = "present")]
    pub conversation_id: Option<ConversationId>,
    /// Only messages that this person sent.
    #[serde(default, deserialize_with = "present")]
    pub contact_id: Option<PersonId>,
    /// Only messages that were sent at this time or later.
    #[serde(default, deserialize_with = "present")]
    pub after: Option<Timestamp>,
    /// Only messages that were sent before this time. Later than `after`.
    #[serde(default, deserialize_with = "present")]
    pub before: Option<Timestamp>,
}

/// A query for messages, 1 to 200 characters. White space cuts it into pieces, but a phrase in quotation marks is one
/// piece. There are no operators. Symbols count, emoji among them.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SearchQuery {
    /// The longest first, because it is usually the rarest.
    pieces: Vec<Piece>,
}

/// Why a query is invalid. The message is the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidQuery {
    /// The query is too long.
    #[error("must be 1 to {LONGEST} characters")]
    Length,
    /// The query contains nothing to search for.
    #[error("must have a letter, a digit or a symbol")]
    NoWord,
}

impl SearchQuery {
    /// Whether the text contains every piece, regardless of case, form and punctuation.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text = fold(text);
        self.pieces.iter().all(|piece| piece.is_in(&text))
    }
}

impl TryFrom<String> for SearchQuery {
    type Error = InvalidQuery;

    fn try_from(query: String) -> Result<Self, InvalidQuery> {
        if !(1..=LONGEST).contains(&query.chars().count()) {
            return Err(InvalidQuery::Length);
        }
        let folded = fold(&query);
        let mut pieces: Vec<_> = pieces(&folded)
            .map(Piece::of)
            .filter(|piece| !piece.0.is_empty())
            .collect();
        pieces.sort_unstable_by_key(|piece| Reverse(piece.0.len()));
        pieces.dedup();
        if pieces.is_empty() {
            return Err(InvalidQuery::NoWord);
        }
        Ok(Self { pieces })
    }
}

/// Cuts a query into its pieces.
fn pieces(query: &str) -> impl Iterator<Item = &str> {
    let mut rest = query;
    iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| {
            kind(c) != Kind::Letter && !QUOTES.contains(c) && !SINGLE_QUOTES.contains(c)
        });
        let quote = rest.chars().next()?;
        let inner = &rest[quote.len_utf8()..];
        let end = if QUOTES.contains(quote) {
            inner.find(|c| QUOTES.contains(c))
        } else if SINGLE_QUOTES.contains(quote) {
            end_of_single_quotes(inner)
        } else {
            None
        };
        let (piece, after) = match end {
            Some(end) => {
                let after = inner[end..].chars().next().map_or(0, char::len_utf8);
                (&inner[..end], &inner[end + after..])
            }
            None => rest.split_at(rest.find(|c| kind(c) == Kind::Space).unwrap_or(rest.len())),
        };
        rest = after;
        Some(piece)
    })
}

/// Where a phrase ends that began with a single quotation mark: at one that no word follows.
fn end_of_single_quotes(text: &str) -> Option<usize> {
    let mut quotes = text.match_indices(|c| SINGLE_QUOTES.contains(c));
    let end = quotes.find(|(at, quote)| {
        let next = text[at + quote.len()..].chars().next();
        next.is_none_or(|next| kind(next) != Kind::Letter)
    });
    end.map(|(at, _)| at)
}

/// A word, or the words of a phrase: letters without the punctuation and the white space around them.
#[derive(Clone, PartialEq, Eq)]
struct Piece(Vec<Letter>);

#[derive(Clone, Copy, PartialEq, Eq)]
struct Letter {
    letter: char,
    /// What stands between the letter before and this one.
    gap: Gap,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    /// Punctuation inside a word.
    Marks,
    /// White space, perhaps with punctuation.
    Spaces,
}

impl Piece {
    fn of(folded: &str) -> Self {
        let mut rest = folded.chars();
        Self(iter::from_fn(|| next_letter(&mut rest)).collect())
    }

    /// Whether the piece is in the folded text. Either may lack the punctuation of the other, but what has punctuation in
    /// other places is something else: `192.168.0.1` is not `192.16.80.1`.
    fn is_in(&self, text: &str) -> bool {
        self.0.split_first().is_some_and(|(first, others)| {
            let mut places = text.match_indices(first.letter);
            places.any(|(at, found)| follow(others, &text[at + found.len()..]))
        })
    }
}

/// Whether the text begins with these letters.
fn follow(letters: &[Letter], text: &str) -> bool {
    let mut rest = text.chars();
    let (mut has_more, mut has_less) = (false, false);
    letters.iter().all(|wanted| {
        let Some(found) = next_letter(&mut rest) else {
            return false;
        };
        has_more |= (found.gap, wanted.gap) == (Gap::Marks, Gap::Nothing);
        has_less |= (found.gap, wanted.gap) == (Gap::Nothing, Gap::Marks);
        let is_spaced = [found.gap, wanted.gap].map(|gap| gap == Gap::Spaces);
        found.letter == wanted.letter && is_spaced[0] == is_spaced[1] && !(has_more && has_less)
    })
}

fn next_letter(text: &mut Chars<'_>) -> Option<Letter> {
    let mut gap = Gap::Nothing;
    for letter in text {
        match kind(letter) {
            Kind::Letter => return Some(Letter { letter, gap }),
            Kind::Mark if gap == Gap::Nothing => gap = Gap::Marks,
            Kind::Mark => {}
            Kind::Space => gap = Gap::Spaces,
        }
    }
    None
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Letters, digits and symbols.
    Letter,
    /// Punctuation, stand-alone accents and the backtick.
    Mark,
    /// White space and control characters.
    Space,
}

fn kind(c: char) -> Kind {
    use GeneralCategory as Is;
    match c {
        'a'..='z' | '0'..='9' => Kind::Letter,
        ' ' => Kind::Space,
        _ => match get_general_category(c) {
            Is::ConnectorPunctuation
            | Is::DashPunctuation
            | Is::OpenPunctuation
            | Is::ClosePunctuation
            | Is::InitialPunctuation
            | Is::FinalPunctuation
            | Is::OtherPunctuation
            | Is::ModifierSymbol => Kind::Mark,
            Is::SpaceSeparator | Is::LineSeparator | Is::ParagraphSeparator | Is::Control => Kind::Space,
            _ => Kind::Letter,
        },
    }
}

// Queries are private and must not appear in logs.
impl fmt::Debug for SearchQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SearchQuery(…)")
    }
}

#[cfg(test)]
mod tests;
