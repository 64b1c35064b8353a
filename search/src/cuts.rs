//! Words that are written in one as the names of files are: `DoorSlam02` is `door slam 02`.
//!
//! A text is cut where its case changes before it is folded, and between letters and digits thereafter. The parts are a
//! compound: see [`crate::compounds`].

use crate::characters::{is_dense, is_inside, is_mark};

/// The fewest letters that are a word beside digits: `slam02`, but not `mp3` and `tr808`.
const SHORTEST: usize = 3;

/// The parts of a text between which the case changes, in order. They are the whole text.
pub(crate) fn by_case(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (part, after) = rest.split_at(first_change(rest));
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

/// Where a word begins with a capital behind another word, or else the end: `Door|Slam`, `USB|Stick`, but not `iPhone`,
/// `kHz` and `DVDs`.
fn first_change(text: &str) -> usize {
    // The letters of the word so far, and the last of them.
    let (mut letters, mut before) = (0, ' ');
    for (at, c) in text.char_indices() {
        if is_mark(c) {
            continue;
        }
        if !c.is_alphabetic() {
            letters = 0;
            continue;
        }
        if letters >= 2 && c.is_uppercase() {
            let mut after = text[at + c.len_utf8()..].chars().filter(|c| !is_mark(*c));
            let [next, second] = [after.next(), after.next()];
            let is_lower = |c: Option<char>| c.is_some_and(char::is_lowercase);
            let is_cut = if before.is_lowercase() {
                // One letter behind a word may be a variant or a channel: `SlamB`, but not `PhD`.
                letters >= SHORTEST || next.is_some_and(char::is_alphabetic)
            } else {
                before.is_uppercase() && is_lower(next) && is_lower(second)
            };
            if is_cut {
                return at;
            }
        }
        letters += 1;
        before = c;
    }
    text.len()
}

/// How long the first part of letters and digits is, if they are cut where a word and digits meet.
pub(crate) fn by_digits(text: &[char]) -> usize {
    let mut end = 0;
    while let Some(c) = text.get(end) {
        let is_digit = c.is_ascii_digit();
        let run = text[end..]
            .iter()
            .take_while(|c| c.is_ascii_digit() == is_digit)
            .count();
        if !is_digit && run >= SHORTEST {
            return if end == 0 { run } else { end };
        }
        end += run;
    }
    end
}

/// Whether the text behind a number begins with enough letters to be a word.
pub(crate) fn is_word(text: &[char]) -> bool {
    let is_letter = |c: &&char| is_inside(**c) && !c.is_ascii_digit() && !is_dense(**c);
    text.iter().take_while(is_letter).count() >= SHORTEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_where_the_case_changes() {
        for (text, parts) in [
            ("DoorSlam", &["Door", "Slam"][..]),
            ("doorSlam_theEnd", &["door", "Slam_the", "End"]),
            ("USBStick UIClick", &["USB", "Stick UI", "Click"]),
            ("SlamB McDonaldTV", &["Slam", "B Mc", "Donald", "TV"]),
            ("ÉtéDébut", &["Été", "Début"]),
            (
                "E\u{301}te\u{301}De\u{301}but",
                &["E\u{301}te\u{301}", "De\u{301}but"],
            ),
            ("ДверьСкрип", &["Дверь", "Скрип"]),
            ("", &[]),
        ] {
            assert_eq!(by_case(text).collect::<Vec<_>>(), parts, "{text}");
        }
        for text in [
            "door slam",
            "Door Slam",
            "DOOR",
            "iPhone",
            "eBike",
            "kHz",
            "MHz",
            "dBFS",
            "DVDs",
            "PhD",
            "TR808",
            "雨Rain",
        ] {
            assert_eq!(by_case(text).collect::<Vec<_>>(), [text]);
        }
    }

    #[test]
    fn words_are_cut_beside_digits() {
        for (text, length) in [
            ("slam02", 4),
            ("02slam", 2),
            ("mp3player", 3),
            ("v2", 2),
            ("tr808", 5),
            ("r2d2", 4),
            ("door", 4),
        ] {
            assert_eq!(by_digits(&text.chars().collect::<Vec<_>>()), length, "{text}");
        }
    }
}
