//! Queries for messages, and their matching.

use std::cmp::Reverse;
use std::fmt;

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
    pieces: Vec<Bare>,
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
        let text = Bare::of(&fold(text));
        self.pieces.iter().all(|piece| text.contains(piece))
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
            .map(Bare::of)
            .filter(|piece| !piece.text.is_empty())
            .collect();
        pieces.sort_unstable_by_key(|piece| Reverse(piece.text.len()));
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
    std::iter::from_fn(move || {
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

/// A folded text without its punctuation, and with single spaces.
#[derive(Clone, PartialEq, Eq)]
struct Bare {
    text: String,
    /// The places in `text` where punctuation stood inside a word, in order.
    marks: Vec<usize>,
}

impl Bare {
    fn of(folded: &str) -> Self {
        let (mut text, mut marks) = (String::with_capacity(folded.len()), Vec::new());
        let (mut is_after_space, mut is_after_mark) = (false, false);
        for c in folded.chars() {
            match kind(c) {
                Kind::Space => is_after_space = true,
                Kind::Mark => is_after_mark = true,
                Kind::Letter => {
                    if !text.is_empty() && is_after_space {
                        text.push(' ');
                    } else if !text.is_empty() && is_after_mark {
                        marks.push(text.len());
                    }
                    (is_after_space, is_after_mark) = (false, false);
                    text.push(c);
                }
            }
        }
        Self { text, marks }
    }

    /// Whether the piece is a part of this text. Either of them may lack the punctuation of the other, but what has
    /// punctuation in other places is something else: `192.168.0.1` is not `192.16.80.1`.
    fn contains(&self, piece: &Self) -> bool {
        let mut from = 0;
        while let Some(at) = self.text[from..].find(&piece.text) {
            let start = from + at;
            if piece.marks.is_empty() || self.has_marks_of(piece, start) {
                return true;
            }
            from = start + piece.text.chars().next().map_or(1, char::len_utf8);
        }
        false
    }

    /// Whether the marks of the piece and of the text from `start` agree.
    fn has_marks_of(&self, piece: &Self, start: usize) -> bool {
        let end = start + piece.text.len();
        let own = self.marks.iter().filter(|mark| (start + 1..end).contains(mark));
        let own: Vec<_> = own.map(|mark| mark - start).collect();
        let has_all =
            |some: &[usize], others: &[usize]| some.iter().all(|mark| others.binary_search(mark).is_ok());
        has_all(&own, &piece.marks) || has_all(&piece.marks, &own)
    }
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
