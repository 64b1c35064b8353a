//! What a query asks for, and what it leaves out: `-word`, `-"some words"`, `-tag:name`.

use shared::model::{Label, is_symbol};
use tantivy::DocId;

use crate::characters::is_minus;
use crate::compounds::join;
use crate::error::SearchError;
use crate::index::Index;
use crate::numbers;
use crate::pieces::{pieces, term};
use crate::stems::Stems;
use crate::vocabulary::Vocabulary;
use crate::words::{Token, Word, pair, words};

/// The most exclusions that count.
const MOST_EXCLUSIONS: usize = 32;

/// Units of levels and tunings, which are often below zero: `-12dB` is a value, and leaves nothing out.
const SIGNED_UNITS: [&str; 15] = [
    "c",
    "cent",
    "cents",
    "db",
    "dbfs",
    "dbtp",
    "dbu",
    "dbv",
    "f",
    "lkfs",
    "lu",
    "lufs",
    "semitone",
    "semitones",
    "st",
];

/// A query in its parts.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Asked {
    /// The words to look for.
    pub(crate) words: Vec<Token>,
    /// What is left out.
    pub(crate) excluded: Vec<Exclusion>,
}

/// What a query leaves out.
#[derive(Debug, PartialEq)]
pub(crate) enum Exclusion {
    /// What has the word, or the words side by side.
    Words(Vec<Token>),
    /// What has the tag with this key.
    Tag(String),
}

impl Asked {
    /// Takes a query apart. A hyphen, or a dash or minus in its place, leaves out only in front of a word, behind a space.
    pub(crate) fn of(query: &str) -> Self {
        let (mut rest, mut kept, mut excluded) = (query, String::new(), Vec::new());
        while !rest.is_empty() {
            let blank = rest.len() - rest.trim_start().len();
            kept.push_str(&rest[..blank]);
            rest = &rest[blank..];
            if let Some((exclusion, after)) = rest.strip_prefix(is_minus).and_then(exclusion)
                && excluded.len() < MOST_EXCLUSIONS
            {
                excluded.push(exclusion);
                rest = after;
                continue;
            }
            let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
            kept.push_str(&rest[..word]);
            rest = &rest[word..];
        }
        Self {
            words: words(&kept),
            excluded,
        }
    }

    /// The documents that the query leaves out, in order.
    pub(crate) fn left_out(&self, index: &Index, stems: &mut Stems) -> Result<Vec<DocId>, SearchError> {
        let mut out = Vec::new();
        for exclusion in &self.excluded {
            match exclusion {
                Exclusion::Tag(key) => out.extend(index.documents(index.fields.tag, key)?),
                Exclusion::Words(words) => out.extend(having(index, words, stems)?),
            }
        }
        out.sort_unstable();
        out.dedup();
        Ok(out)
    }
}

/// What stands behind a hyphen, if it leaves something out, and the text after it.
fn exclusion(text: &str) -> Option<(Exclusion, &str)> {
    if let Some(tag) = text.get(..4).filter(|tag| tag.eq_ignore_ascii_case("tag:")) {
        let (name, after) = quoted(&text[tag.len()..]).or_else(|| word(&text[tag.len()..]))?;
        let label = Label::try_from(name.to_owned()).ok()?;
        return Some((Exclusion::Tag(label.key()), after));
    }
    let is_word = |c: char| c.is_alphanumeric() || is_symbol(c);
    let (text, after) = match quoted(text) {
        Some(phrase) => phrase,
        None => word(text).filter(|(word, after)| word.starts_with(is_word) && !is_value(word, after))?,
    };
    let words = pieces(&words(text));
    (!words.is_empty()).then_some((Exclusion::Words(words), after))
}

/// A text in quotation marks, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let is_mark = |c: char| matches!(c, '"' | '“' | '”' | '„' | '«' | '»');
    let inner = text.strip_prefix(is_mark)?;
    let end = inner.find(is_mark)?;
    let after = inner[end..].chars().next().map_or(0, char::len_utf8);
    Some((&inner[..end], &inner[end + after..]))
}

/// The text up to the next space, and what follows.
fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// Whether it is a number with a unit that has values below zero.
fn is_value(word: &str, after: &str) -> bool {
    let next = after.split_whitespace().next().unwrap_or_default();
    let tokens = words(&format!("{word} {next}"));
    matches!(&tokens[..], [number, unit, ..] if is_level(number, unit))
}

fn is_level(number: &Token, unit: &Token) -> bool {
    number.spaced().is_some_and(numbers::is_number)
        && unit
            .spaced()
            .is_some_and(|unit| SIGNED_UNITS.binary_search(&unit).is_ok())
}

/// The documents that have a word in some form, in one or taken apart; or all words side by side in one of the names; or,
/// of scripts without spaces and symbols, all of them. In no order.
fn having(index: &Index, words: &[Token], stems: &mut Stems) -> Result<Vec<DocId>, SearchError> {
    if let [
        Token {
            word: Word::Spaced(word),
            ..
        },
    ] = words
    {
        let mut documents = Vec::new();
        for stem in stems.all(word) {
            documents.extend(index.documents_anywhere(&stem)?);
        }
        for pairs in Vocabulary::of(index)?.splits(word, stems)? {
            documents.extend(index.side_by_side(&pairs)?);
        }
        return Ok(documents);
    }
    let terms: Vec<_> = words.iter().map(|word| term(word, stems)).collect();
    if words.iter().all(|word| word.spaced().is_some()) {
        let pairs: Vec<_> = terms.windows(2).map(|terms| pair(&terms[0], &terms[1])).collect();
        let mut documents = index.side_by_side(&pairs)?;
        if let Some(joined) = join(words) {
            documents.extend(index.documents_anywhere(&stems.stem(&joined))?);
        }
        return Ok(documents);
    }
    let mut all: Option<Vec<DocId>> = None;
    for term in &terms {
        let having = index.documents_anywhere(term)?;
        match &mut all {
            Some(all) => all.retain(|document| having.binary_search(document).is_ok()),
            None => all = Some(having),
        }
    }
    Ok(all.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hyphen_before_a_word_leaves_out() {
        let out = |text: &str| Exclusion::Words(pieces(&words(text)));
        let tag = |key: &str| Exclusion::Tag(key.to_owned());
        for (query, kept, excluded) in [
            ("rain -wind", "rain", vec![out("wind")]),
            ("-wind rain -e-mail", "rain", vec![out("wind"), out("e-mail")]),
            ("rain -\"old church\" bell", "rain bell", vec![out("old church")]),
            ("-tag:Loop rain", "rain", vec![tag("loop")]),
            (
                "rain -TAG:\"Old church\"",
                "rain",
                vec![tag(&Label::try_from("old church".to_owned()).unwrap().key())],
            ),
            ("-🔥", "", vec![out("🔥")]),
            ("rain –wind −tag:loop", "rain", vec![out("wind"), tag("loop")]),
            ("rain — wind —thunder", "rain — wind —thunder", vec![]),
            ("tone −12dB", "tone -12dB", vec![]),
            ("kick -808", "kick", vec![out("808")]),
            ("e-mail - wind -", "e-mail - wind -", vec![]),
            ("rain --wind -\"\" -.", "rain --wind -\"\" -.", vec![]),
            ("Pink noise -12dB", "pink noise -12dB", vec![]),
            ("tone -3.5 dB left", "tone -3.5 dB left", vec![]),
            ("tone -12 left", "tone left", vec![out("12")]),
            ("rain -tag:", "rain -tag:", vec![]),
            ("rain -\"open", "rain -\"open", vec![]),
        ] {
            let asked = Asked::of(query);
            assert_eq!(asked.excluded, excluded, "{query}");
            assert_eq!(asked.words, words(kept), "{query}");
        }
    }

    #[test]
    fn signed_units_are_in_order() {
        assert!(SIGNED_UNITS.is_sorted());
    }
}
