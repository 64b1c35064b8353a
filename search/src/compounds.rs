//! Words that are written in one, with a hyphen, or with spaces: `kickdrum`, `kick-drum`, `kick drum`.
//!
//! What a text writes as a compound is indexed by its parts and joined. What a query writes in one is looked for as
//! neighbours in titles and tags, and neighbours in a query as one word.

use std::ops::Range;

use crate::numbers;
use crate::words::Token;

/// The longest word that is joined or taken apart, in characters.
pub(crate) const LONGEST: usize = 40;

/// English words that say nothing about a sound. They count only in a query without other words, and no word begins or
/// ends with one of them by chance only: `therapist` is not `the rapist`.
const FUNCTION_WORDS: [&str; 26] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it", "its", "of",
    "on", "or", "that", "the", "their", "this", "to", "was", "while", "with",
];

/// Whether the word says nothing about a sound.
pub(crate) fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.binary_search(&word).is_ok()
}

/// The joined forms of a text besides its words: of each compound and each word that is cut, of letters one by one
/// (`S O S`), and of a number with the unit behind it.
pub(crate) fn joined(tokens: &[Token]) -> Vec<String> {
    let mut forms = Vec::new();
    let compounds = runs(tokens, |_, token| token.is_glued);
    forms.extend(compounds.filter_map(|run| join(&tokens[run])));
    let cut = runs(tokens, |_, token| token.is_cut);
    forms.extend(cut.filter_map(|run| join(&tokens[run])));
    let letters = runs(tokens, |before, token| is_letter(before) && is_letter(token));
    forms.extend(letters.filter_map(|run| join(&tokens[run])));
    let measures = runs(tokens, is_measure);
    forms.extend(measures.filter_map(|run| join(&tokens[run])));
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Letters that a query writes as an abbreviation, `S.O.S.` or `S O S`, but not two with a space.
pub(crate) fn abbreviations(tokens: &[Token]) -> Vec<Range<usize>> {
    let letters = runs(tokens, |before, token| is_letter(before) && is_letter(token));
    let is_abbreviation = |run: &Range<usize>| run.len() > 2 || tokens[run.end - 1].is_glued;
    letters.filter(is_abbreviation).collect()
}

/// The words in one, unless that makes another number of them.
pub(crate) fn join(tokens: &[Token]) -> Option<String> {
    let mut joined = String::new();
    let are_single = tokens.len() > 2 && tokens.iter().all(is_single);
    for token in tokens {
        let word = token.spaced()?;
        let word = word
            .strip_suffix("'s")
            .map_or_else(|| word.to_owned(), |word| format!("{word}s"));
        let is_digit = |c: char| c.is_ascii_digit();
        if joined.ends_with(is_digit) && word.starts_with(is_digit) && !are_single {
            return None;
        }
        joined.push_str(&word);
    }
    (joined.chars().nth(LONGEST).is_none()).then_some(joined)
}

/// Whether words with spaces between them may be one word.
pub(crate) fn may_join(tokens: &[Token]) -> bool {
    let [Some(first), Some(last)] = [tokens.first(), tokens.last()].map(|token| token?.spaced()) else {
        return false;
    };
    let are_letters = tokens.iter().all(is_letter);
    let is_measure = matches!(tokens, [number, unit] if is_measure(number, unit));
    are_letters
        || is_measure
        || !(is_function_word(first) || is_function_word(last) || tokens.last().is_some_and(is_letter))
}

/// The places where two and more words belong together, as the two words say.
fn runs(tokens: &[Token], together: impl Fn(&Token, &Token) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while from < tokens.len() {
            let start = from;
            from += 1;
            while from < tokens.len()
                && is_word(&tokens[from - 1])
                && is_word(&tokens[from])
                && together(&tokens[from - 1], &tokens[from])
            {
                from += 1;
            }
            if from - start > 1 {
                return Some(start..from);
            }
        }
        None
    })
}

fn is_word(token: &Token) -> bool {
    token.spaced().is_some()
}

/// Whether it is one letter or digit.
fn is_single(token: &Token) -> bool {
    token.spaced().is_some_and(|word| word.chars().nth(1).is_none())
}

fn is_letter(token: &Token) -> bool {
    is_single(token)
        && token
            .spaced()
            .is_some_and(|word| word.starts_with(char::is_alphabetic))
}

/// Whether they are a number and its unit.
fn is_measure(number: &Token, unit: &Token) -> bool {
    number.spaced().is_some_and(numbers::is_number) && unit.spaced().is_some_and(numbers::may_follow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn function_words_are_in_order() {
        assert!(FUNCTION_WORDS.is_sorted());
    }

    #[test]
    fn what_belongs_together_is_joined() {
        let cases: [(&str, &[&str]); 17] = [
            ("S.O.S. morse", &["sos"]),
            ("S O S morse", &["sos"]),
            ("J. S. Bach", &["js"]),
            ("A-ha moment", &["aha"]),
            ("Kick-drum and hi-hat", &["hihat", "kickdrum"]),
            ("merry-go-round", &["merrygoround"]),
            ("Rock'n'roll, don't", &["dont", "rocknroll"]),
            ("kick drum", &[]),
            ("The dog's bone", &[]),
            ("5-10 or 1.5", &[]),
            ("9-1-1 call", &["911"]),
            ("48 kHz, 48kHz, 5 s", &["48khz", "5s"]),
            ("1,000 Hz tone", &["1000hz"]),
            ("F-16", &["f16"]),
            ("SFX-DoorSlam02", &["doorslam02", "sfxdoorslam02"]),
            ("雨-rain", &[]),
            ("a-very-long-name-of-a-file-that-nobody-types-in-one-go", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(joined(&words(text)), expected, "{text}");
        }
    }

    #[test]
    fn abbreviations_are_of_letters() {
        for (text, expected) in [
            ("the U.S.A. now", Some(1..4)),
            ("s o s", Some(0..3)),
            ("u s", None),
            ("u.s.", Some(0..2)),
            ("x-ray", None),
        ] {
            let found = abbreviations(&words(text));
            assert_eq!(found.first().cloned(), expected, "{text}");
        }
    }
}
