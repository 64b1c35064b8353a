//! Names and titles.

use std::fmt;

use serde::{Deserialize, Serialize};

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

/// The name of a tag, a category, a theme or a playlist. Names that differ only in case or accents are equal.
pub type Label = Name<64>;

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
    /// The folded name. Equal names have equal keys.
    #[must_use]
    pub fn key(&self) -> String {
        fold(&self.0)
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

    proptest! {
        #[test]
        fn a_name_is_a_name_again(text in "\\PC{0,110}") {
            if let Ok(once) = name(&text) {
                prop_assert_eq!(name(once.as_str()), Ok(once));
            }
        }
    }
}
