//! Names and titles.

use std::fmt;

use serde::{Deserialize, Serialize};

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

use super::fold::fold;
use super::visible::{is_visible, turns_direction};

/// A caller's name for a contact.
pub type DisplayName = Name<100>;

/// The name of a group.
pub type GroupName = Name<100>;

/// An operator's name for a token, such as the device that uses it.
pub type TokenName = Name<100>;

/// The title of a sound.
pub type SoundTitle = Name<200>;

/// The name of a tag, a category, a theme or a playlist. Labels with the same [key](Label::key) are equal.
pub type Label = Name<64>;

/// The rule that [`Label::key`] follows. It is part of the keys of rows, so each version of the catalogue says by which
/// rule it was written.
pub const LABEL_KEYS: u32 = 2;

/// A name or a title: a line of 1 to `MOST` characters (Unicode scalar values) in any script, without white space around
/// it. Something of it can be seen, and nothing of it changes how the text around it is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Name<const MOST: usize>(String);

/// The text is no name. The message is the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a line of 1 to {0} characters, some of them visible, without control characters and bidirectional overrides"
)]
pub struct InvalidName(usize);

impl<const MOST: usize> Name<MOST> {
    /// The name that is left of a text without the characters that no name has, cut to its first `MOST` characters.
    /// `None` if nothing of it can be seen.
    #[must_use]
    pub fn lossy(text: &str) -> Option<Self> {
        let text: String = text
            .trim()
            .chars()
            .filter(|c| !is_strange(*c))
            .take(MOST)
            .collect();
        Self::try_from(text).ok()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Label {
    /// What equal labels share: the [folded](fold) label without what separates words: white space, hyphens and other
    /// dashes, underscores, full stops, middle dots, apostrophes. `Sci-Fi`, `sci fi` and `SciFi` are equal. Separators
    /// stay between two digits (`1.5` is not `15`), as the sign or point of a number (`-6 dB` is not `6 dB`, nor `.5`
    /// `5`), and in a label without anything else. Never empty.
    #[must_use]
    pub fn key(&self) -> String {
        self.key_by(LABEL_KEYS)
    }

    /// The key by the rule of an earlier release: 1 is the folded label with its separators.
    #[must_use]
    pub fn key_by(&self, rule: u32) -> String {
        if rule < LABEL_KEYS {
            fold(&self.0)
        } else {
            key_of(&self.0)
        }
    }
}

fn key_of(label: &str) -> String {
    let folded = fold(label);
    // Folded again, because parts of a letter may have come together.
    let joined = fold(&without_separators(&folded));
    let key = [joined, folded].into_iter().find(|key| !key.is_empty());
    // Nothing is left of marks that folding leaves out.
    key.unwrap_or_else(|| label.nfc().collect())
}

fn without_separators(text: &str) -> String {
    let (mut rest, mut separators) = (String::with_capacity(text.len()), String::new());
    for c in text.chars() {
        if is_dash(c) {
            separators.push('-');
            continue;
        }
        if is_other_separator(c) {
            separators.push(c);
            continue;
        }
        if c.is_numeric() && rest.ends_with(char::is_numeric) {
            rest.push_str(&separators);
        } else if c.is_numeric()
            && let Some(sign) = sign(&separators, rest.is_empty())
        {
            if !rest.is_empty() {
                rest.push(' ');
            }
            rest.push_str(sign);
        }
        separators.clear();
        rest.push(c);
    }
    rest
}

/// What of the separators before a number belongs to it: a minus sign or a point that begins a word. So `x -1` is not
/// `x-1`.
fn sign(separators: &str, is_first: bool) -> Option<&str> {
    let before = separators.trim_end_matches(['-', '.']);
    let begins_word = before.chars().next_back().map_or(is_first, char::is_whitespace);
    let sign = &separators[before.len()..];
    (begins_word && matches!(sign, "-" | "." | "-.")).then_some(sign)
}

fn is_dash(c: char) -> bool {
    // U+2212 is the minus sign.
    matches!(c, '-' | '\u{2212}') || get_general_category(c) == GeneralCategory::DashPunctuation
}

fn is_other_separator(c: char) -> bool {
    match c {
        '_' | '.' | '\'' | '`' | '‘' | '’' | '‛' | '·' | '‧' | '・' => true,
        _ if c.is_ascii() || c.is_whitespace() => c.is_whitespace(),
        _ => get_general_category(c) == GeneralCategory::ConnectorPunctuation,
    }
}

impl<const MOST: usize> TryFrom<String> for Name<MOST> {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        let name = text.trim_matches(|c: char| c.is_whitespace() && !is_strange(c));
        let is_valid = name.chars().count() <= MOST && is_visible(name) && !name.contains(is_strange);
        if !is_valid {
            return Err(InvalidName(MOST));
        }
        Ok(if name.len() == text.len() {
            Self(text)
        } else {
            Self(name.to_owned())
        })
    }
}

/// Whether no name has the character.
fn is_strange(c: char) -> bool {
    c.is_control() || "\u{2028}\u{2029}".contains(c) || turns_direction(c)
}

// Names are personal data and must not appear in logs.
impl<const MOST: usize> fmt::Debug for Name<MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Result<DisplayName, InvalidName> {
        text.to_owned().try_into()
    }

    #[test]
    fn names_are_trimmed_and_their_characters_counted() {
        let long = "😀".repeat(100);
        for (text, expected) in [
            (" Kate ", "Kate"),
            ("\u{3000}Kate\u{A0}", "Kate"),
            ("K  M", "K  M"),
            (&long, &long),
        ] {
            assert_eq!(name(text).unwrap().as_str(), expected);
        }
        assert_eq!(name(&format!(" {long} ")).unwrap().as_str(), long);
        assert_eq!(name(&"😀".repeat(101)), Err(InvalidName(100)));
        assert_eq!(format!("{:?}", name("secret").unwrap()), "Name(…)");
    }

    #[test]
    fn every_script_and_every_emoji_has_names() {
        for text in [
            "Ñandú",
            "Ольга",
            "שָׁלוֹם",
            "‏علی‌رضا",
            "क्‍ष",
            "กำ",
            "漢字",
            "한글",
            "ᠮᠣᠩᠭᠣᠯ᠎ᠠ",
            "👨‍👩‍👧‍👦",
            "❤️",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "1️⃣",
        ] {
            assert_eq!(name(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_is_no_name() {
        for text in [
            "",
            " ",
            "\u{200B}",
            "\u{3164}",
            "a\n",
            "a\nb",
            "a\0",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{202E}b",
            "\u{2067}a",
        ] {
            assert_eq!(name(text), Err(InvalidName(100)), "{text:?}");
        }
    }

    #[test]
    fn what_is_left_of_a_text() {
        let lossy = |text: &str| Name::<4>::lossy(text).map(|name| name.as_str().to_owned());
        for (text, left) in [(" a\n\u{202E}b ", "ab"), ("abcdef", "abcd"), ("abc  d", "abc")] {
            assert_eq!(lossy(text).unwrap(), left);
        }
        assert_eq!([lossy(""), lossy("\u{202E}\u{3164}")], [None, None]);
    }

    fn key(text: &str) -> String {
        Label::try_from(text.to_owned()).unwrap().key()
    }

    #[test]
    fn equal_labels() {
        for (one, others) in [
            (
                "sci-fi",
                &["Sci Fi", "SciFi", "sci_fi", "sci–fi", "Sci.Fi", "-sci  fi-"][..],
            ),
            ("zz-wind", &["zzwind"]),
            ("Café", &["CAFE", "Cafe\u{301}", "ｃａｆｅ"]),
            ("Hallowe'en", &["halloween", "Hallowe’en", "Halloweʼen"]),
            ("U.S.A.", &["usa"]),
            ("Web 2.0", &["web2.0", "Web-2.0"]),
            ("MP3", &["mp-3"]),
            ("電子音楽", &["電子 音楽", "電子・音楽"]),
            ("한글", &["한 글"]),
            ("-6 dB", &["–6dB", "\u{2212}6-db"]),
            ("EQ -6 dB", &["eq \u{2212}6db", "Eq  –6 dB"]),
            ("24-48", &["24–48"]),
            ("take 1", &["take - 1", "take-1", "Take_1.", "- take 1"]),
            ("'80s", &["80s", "80's"]),
        ] {
            for other in others {
                assert_eq!(key(one), key(other), "{one} and {other}");
            }
        }
    }

    #[test]
    fn labels_that_stay_apart() {
        for (one, other) in [
            ("1.5", "15"),
            ("1-2", "12"),
            ("24 48", "2448"),
            ("-6 dB", "6 dB"),
            ("EQ -6 dB", "EQ 6 dB"),
            (".22 rifle", "22 rifle"),
            ("-.5", ".5"),
            ("٢.٢", "22"),
            ("C#", "C"),
            ("R&B", "RB"),
            ("-", "."),
            ("__", "-"),
            ("-", "a"),
            ("ـ", "\u{301}"),
        ] {
            assert_ne!(key(one), key(other), "{one} and {other}");
        }
    }

    proptest! {
        /// The key of any label is not empty, and its own key, so that a client may ask for it.
        #[test]
        fn a_key_is_its_own_key(text in "(\\PC{1,8}|[-\u{2212}a-zA-Z0-9 _.'’・é٣ـ\u{301}\u{306}и\u{1112}\u{1161}かが゛]{1,10})") {
            if let Ok(label) = Label::try_from(text) {
                let key = label.key();
                prop_assert!(!key.is_empty());
                prop_assert_eq!(key_of(&key), key);
            }
        }

        #[test]
        fn separators_of_words_make_no_difference(
            words in proptest::collection::vec("[a-zA-Zé漢字か]{1,8}", 2..5), separator in "[-–_.'’ ]{1,3}",
        ) {
            prop_assert_eq!(key_of(&words.join(&separator)), key_of(&words.concat()));
        }

        #[test]
        fn a_name_is_a_name_again(text in "\\PC{0,110}") {
            if let Ok(once) = name(&text) {
                prop_assert_eq!(name(once.as_str()), Ok(once));
            }
        }
    }
}
