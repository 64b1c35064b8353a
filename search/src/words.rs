//! Cuts a text into words, in the same way for documents and for queries.
//!
//! A text is folded (`shared::model::fold`) and cut at everything but letters, digits, their marks and symbols. Words of
//! scripts with spaces between them are reduced to their English stems; other languages' words mostly stay as they are.
//! Text of scripts without spaces is cut into its characters and into pairs of neighbours, as Lucene's `CJKAnalyzer` does.
//! This includes Korean, whose words have particles at their ends:
//! <https://lucene.apache.org/core/10_0_0/analysis/common/org/apache/lucene/analysis/cjk/CJKBigramFilter.html>.
//!
//! A hyphen, a dot, an apostrophe or a slash between two words connects them to a compound, which is also found as one
//! word: see [`crate::compounds`]. So is a word that is cut where its case changes or digits begin: see [`crate::cuts`].

use shared::model::{fold, is_symbol};

use crate::characters::{is_connector, is_dense, is_inside, is_mark, is_minus};
use crate::cuts::{by_case, by_digits, is_word};
use crate::emoji::{Piece, pieces};
use crate::numbers::{self, Number};

/// A part of a folded text without separators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// A word between spaces or other separators.
    Spaced(String),
    /// Text of a script that writes words without spaces.
    Dense(Vec<char>),
    /// An emoji or another symbol.
    Symbol(String),
}

/// A word in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) word: Word,
    /// Nothing but a connector stands between it and the word before.
    pub(crate) is_glued: bool,
    /// It is cut from the word before: `DoorSlam`.
    pub(crate) is_cut: bool,
    /// What it is made of, by which texts are found as well: `1.5` has a 5, `C++` has a C.
    pub(crate) parts: Vec<String>,
    /// A hyphen stands before it, and before that a space: `-12dB`.
    pub(crate) has_minus: bool,
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Token> {
    let mut cutter = Cutter::default();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => {
                for (at, part) in by_case(text).enumerate() {
                    if at > 0 {
                        cutter.gap = Gap::Cut;
                    }
                    cutter.cut(&fold(part).chars().collect::<Vec<_>>());
                }
            }
            Piece::Emoji(emoji) => cutter.symbol(emoji),
        }
    }
    cutter.tokens
}

impl Word {
    /// A part of a word: letters and digits, or a sign.
    pub(crate) fn of(part: String) -> Self {
        if part.chars().all(is_symbol) {
            Self::Symbol(part)
        } else {
            Self::Spaced(part)
        }
    }
}

impl Token {
    /// A word by itself.
    pub(crate) fn new(word: Word, is_glued: bool) -> Self {
        Self {
            word,
            is_glued,
            is_cut: false,
            parts: Vec::new(),
            has_minus: false,
        }
    }

    /// The word, if it is one between spaces.
    pub(crate) fn spaced(&self) -> Option<&str> {
        match &self.word {
            Word::Spaced(word) => Some(word),
            Word::Dense(_) | Word::Symbol(_) => None,
        }
    }
}

/// A text in the form in which whole texts are compared: its words, those that are cut in one, and if it is `exact`, its
/// symbols and minuses.
pub(crate) fn whole(tokens: &[Token], exact: bool) -> String {
    let mut whole = String::new();
    for token in tokens {
        if matches!(token.word, Word::Symbol(_)) && !exact {
            continue;
        }
        if !whole.is_empty() && !token.is_cut {
            whole.push(' ');
        }
        if token.has_minus && exact {
            whole.push('-');
        }
        match &token.word {
            Word::Spaced(text) | Word::Symbol(text) => whole.push_str(text),
            Word::Dense(run) => whole.extend(run),
        }
    }
    whole
}

/// The term of two stems that stand side by side.
pub(crate) fn pair(one: &str, other: &str) -> String {
    format!("{one} {other}")
}

/// What stands before the next word.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Gap {
    #[default]
    Space,
    /// A hyphen that a space stands before.
    Minus,
    /// One connector after a word.
    Connector,
    /// Nothing: it follows the word before at once.
    Nothing,
    /// Nothing: they are parts of one word.
    Cut,
}

/// Cuts the pieces of one text.
#[derive(Default)]
struct Cutter {
    tokens: Vec<Token>,
    gap: Gap,
}

impl Cutter {
    fn push(&mut self, word: Word, parts: Vec<String>) {
        self.tokens.push(Token {
            word,
            parts,
            is_glued: matches!(self.gap, Gap::Connector | Gap::Nothing | Gap::Cut) && !self.tokens.is_empty(),
            is_cut: self.gap == Gap::Cut,
            has_minus: self.gap == Gap::Minus,
        });
        self.gap = Gap::Nothing;
    }

    fn spaced(&mut self, word: String) {
        self.push(Word::Spaced(word), Vec::new());
    }

    fn symbol(&mut self, symbol: String) {
        self.push(Word::Symbol(symbol), Vec::new());
    }

    /// Takes a symbol. Two letters of a flag are one.
    fn add_symbol(&mut self, c: char) {
        let is_letter = |c: char| ('\u{1F1E6}'..='\u{1F1FF}').contains(&c);
        match self.tokens.last_mut() {
            Some(Token {
                word: Word::Symbol(flag),
                ..
            }) if is_letter(c)
                && self.gap == Gap::Nothing
                && flag.chars().all(is_letter)
                && flag.len() == c.len_utf8() =>
            {
                flag.push(c);
            }
            _ => self.symbol(c.to_string()),
        }
    }

    fn cut(&mut self, letters: &[char]) {
        let mut rest = letters;
        while let Some(c) = rest.first().copied() {
            let length = if c.is_ascii_digit() {
                self.number(rest)
            } else if c.is_alphanumeric() {
                self.letters(rest)
            } else {
                self.between(c, rest.get(1).copied());
                1
            };
            rest = &rest[length..];
        }
    }

    /// Takes a number, and the unit or the letters behind it; tells how long they are.
    fn number(&mut self, rest: &[char]) -> usize {
        let Number { text, parts, length } = numbers::read(rest);
        let behind = &rest[length..];
        let letters = behind.iter().take_while(|c| is_inside(**c)).count();
        let unit: String = behind[..letters].iter().collect();
        let is_plain = parts.is_empty();
        if letters == 0 {
            self.push(Word::Spaced(text), parts);
        } else if numbers::is_unit(&unit) || !is_plain || is_dense(behind[0]) {
            self.push(Word::Spaced(text), parts);
            return length + self.letters(behind);
        } else if is_word(behind) {
            self.push(Word::Spaced(text), parts);
            self.gap = Gap::Cut;
            return length + self.letters(behind);
        } else {
            let run = self.letters(behind);
            // `8bit` and `3d` are one word, as `mp3` is.
            if let Some(Token {
                word: Word::Spaced(word),
                ..
            }) = self.tokens.last_mut()
            {
                word.insert_str(0, &text);
            }
            return length + run;
        }
        length
    }

    /// Takes letters and digits of one kind of script; tells how many.
    fn letters(&mut self, rest: &[char]) -> usize {
        let dense = is_dense(rest[0]);
        let belongs = |c: &&char| is_inside(**c) && is_dense(**c) == dense;
        let mut length = rest.iter().take_while(belongs).count();
        if dense {
            self.push(Word::Dense(rest[..length].to_vec()), Vec::new());
            return length;
        }
        let first = by_digits(&rest[..length]);
        if first < length {
            self.spaced(rest[..first].iter().collect());
            self.gap = Gap::Cut;
            return first;
        }
        let possessive = |c: &char| !is_inside(*c);
        if let ['\'' | '’', 's', after @ ..] = &rest[length..]
            && after.first().is_none_or(possessive)
        {
            let word: String = rest[..length].iter().collect();
            self.spaced(format!("{word}'s"));
            return length + 2;
        }
        let word: String = rest[..length].iter().collect();
        let signs = rest[length..]
            .iter()
            .take_while(|c| **c == '+' || **c == '#')
            .count();
        let ends = rest.get(length + signs).is_none_or(possessive);
        if signs > 0 && ends {
            let signs_text: String = rest[length..length + signs].iter().collect();
            let sign = signs_text.chars().next().map(String::from);
            length += signs;
            let whole = format!("{word}{signs_text}");
            self.push(Word::Spaced(whole), [word].into_iter().chain(sign).collect());
        } else {
            self.spaced(word);
        }
        length
    }

    /// Passes over what is no letter, or takes it as a symbol.
    fn between(&mut self, c: char, next: Option<char>) {
        let next_is_word = next.is_some_and(char::is_alphanumeric);
        if c == '&' {
            // `rock & roll` is `rock and roll`.
            self.gap = Gap::Space;
            self.spaced("and".to_owned());
            self.gap = Gap::Space;
        } else if is_symbol(c) && !(is_minus(c) && next_is_word) {
            self.add_symbol(c);
        } else if is_connector(c) && self.gap == Gap::Nothing && next_is_word {
            self.gap = Gap::Connector;
        } else if is_minus(c) && self.gap == Gap::Space && (next_is_word || next.is_some_and(is_symbol)) {
            self.gap = Gap::Minus;
        } else if !is_mark(c) {
            self.gap = Gap::Space;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The words of a text, each with `+` before it if it is glued, and the parts behind.
    fn shown(text: &str) -> Vec<String> {
        let show = |token: Token| {
            let glue = if token.is_glued { "+" } else { "" };
            let minus = if token.has_minus { "-" } else { "" };
            let word = match token.word {
                Word::Spaced(word) => word,
                Word::Dense(run) => format!("({})", run.into_iter().collect::<String>()),
                Word::Symbol(symbol) => format!("<{symbol}>"),
            };
            let word = format!("{glue}{minus}{word}");
            [word]
                .into_iter()
                .chain(token.parts)
                .collect::<Vec<_>>()
                .join(",")
        };
        words(text).into_iter().map(show).collect()
    }

    #[test]
    fn texts_are_cut_where_words_end() {
        let cases: [(&str, &[&str]); 26] = [
            (
                "Door_slam-02 (HEAVY).wav",
                &["door", "slam", "+02", "heavy", "wav"],
            ),
            (
                "The dog’s 'bark', the dogs'",
                &["the", "dog's", "bark", "the", "dogs"],
            ),
            ("Rock'n'roll o’clock", &["rock", "+n", "+roll", "o", "+clock"]),
            ("S.O.S. AC/DC", &["s", "+o", "+s", "ac", "+dc"]),
            ("雨の音 rain", &["(雨の音)", "rain"]),
            ("8bit ﾋﾟｯ", &["8", "+bit", "(ぴっ)"]),
            ("천둥 소리", &["(천둥)", "(소리)"]),
            ("Двері, що скриплять", &["двері", "що", "скриплять"]),
            ("… — ! - --", &[]),
            ("rock & roll", &["rock", "and", "roll"]),
            ("🔥 I ♥\u{FE0F} it", &["<🔥>", "i", "<♥>", "it"]),
            ("👩🏽‍🚀🇩🇪🇫🇷", &["<👩\u{200D}🚀>", "+<🇩🇪>", "+<🇫🇷>"]),
            (
                "C++, C# 50% #1",
                &["c++,c,+", "c#,c,#", "50", "+<%>", "<#>", "+1"],
            ),
            ("rain+wind", &["rain", "+<+>", "+wind"]),
            ("1,000Hz, 1.5 s", &["1000", "+hz", "1.5,1,5", "s"]),
            ("mp3 r2d2 3d 80s", &["mp3", "r2d2", "3d", "80s"]),
            ("Pink noise -12dB", &["pink", "noise", "-12", "+db"]),
            (
                "Pink noise −12 dB, 3−5",
                &["pink", "noise", "-12", "db", "3", "5"],
            ),
            ("rain - wind -", &["rain", "wind"]),
            ("1 − 2", &["1", "<−>", "2"]),
            ("1/2 ½", &["1", "+2", "1", "2"]),
            ("48 kHz 16-bit", &["48", "khz", "16", "+bit"]),
            ("5.1ch", &["5.1,5,1", "+ch"]),
            (
                "SFX_DoorSlam02b, 808Kick",
                &["sfx", "door", "+slam", "+02b", "808", "+kick"],
            ),
            ("48kHzTone 4 x 4×2", &["48", "+khz", "+tone", "4x4x2,4,4,2"]),
            ("WebSite's", &["web", "+site's"]),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn whole_texts_are_compared_by_their_words() {
        let wholes = |text: &str| [false, true].map(|exact| whole(&words(text), exact));
        assert_eq!(wholes("Rain | Wind!"), ["rain wind", "rain | wind"]);
        assert_eq!(wholes("Noise -12 dB"), ["noise 12 db", "noise -12 db"]);
        assert_eq!(wholes("🔥"), ["", "🔥"]);
        assert_eq!(wholes("DoorSlam02 4 x 4"), ["doorslam02 4x4"; 2]);
    }

    proptest! {
        #[test]
        fn words_have_something_in_them_and_no_space(text in "\\PC{0,40}") {
            for token in words(&text) {
                match token.word {
                    Word::Spaced(word) | Word::Symbol(word) => {
                        prop_assert!(!word.is_empty() && !word.contains(char::is_whitespace));
                    }
                    Word::Dense(run) => prop_assert!(!run.is_empty()),
                }
            }
        }
    }
}
