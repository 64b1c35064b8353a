//! Emoji of several characters, which folding would take apart.
//!
//! A sequence of emoji that are joined (U+200D), or that tags make another flag of, is one symbol:
//! <https://www.unicode.org/reports/tr51/>. Its presentation, skin tones and signs of sex do not count.

use shared::model::{is_skin_tone, is_symbol};

const JOINER: char = '\u{200D}';

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    /// A sequence, without what does not count. All other emoji are in the text.
    Emoji(String),
}

/// The pieces of a text, in order.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut taken) = (Vec::new(), 0);
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        // Everything below is much more frequent.
        if c < '\u{203C}' || !is_symbol(c) {
            continue;
        }
        let (mut emoji, mut is_sequence) = (String::from(c), false);
        let mut end = at + c.len_utf8();
        let mut is_joined = false;
        while let Some((at, c)) =
            letters.next_if(|(_, c)| is_modifier(*c) || *c == JOINER || (is_joined && is_symbol(*c)))
        {
            end = at + c.len_utf8();
            is_sequence |= is_joined || is_tag(c);
            if is_tag(c) {
                emoji.push(c);
            } else if is_joined && is_symbol(c) && !matches!(c, '♀' | '♂') {
                emoji.push(JOINER);
                emoji.push(c);
            }
            is_joined = c == JOINER;
        }
        if is_sequence {
            pieces.extend(
                text.get(taken..at)
                    .filter(|text| !text.is_empty())
                    .map(Piece::Text),
            );
            pieces.push(Piece::Emoji(emoji));
            taken = end;
        }
    }
    pieces.extend(text.get(taken..).filter(|text| !text.is_empty()).map(Piece::Text));
    pieces
}

/// Whether the character changes how the emoji before it looks.
fn is_modifier(c: char) -> bool {
    is_skin_tone(c) || is_tag(c) || matches!(c, '\u{FE00}'..='\u{FE0F}')
}

fn is_tag(c: char) -> bool {
    ('\u{E0020}'..='\u{E007F}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_one() {
        let emoji = |text: &str| Piece::Emoji(text.to_owned());
        for (text, expected) in [
            ("", vec![]),
            ("Fire 🔥 ❤️ ab", vec![Piece::Text("Fire 🔥 ❤️ ab")]),
            (
                "a ❤️‍🔥b",
                vec![Piece::Text("a "), emoji("❤\u{200D}🔥"), Piece::Text("b")],
            ),
            ("👩🏽‍🚀👩‍🚀", vec![emoji("👩\u{200D}🚀"), emoji("👩\u{200D}🚀")]),
            ("🏃🏿‍♂️", vec![emoji("🏃")]),
            ("🏴󠁧󠁢󠁳󠁣󠁴󠁿!", vec![emoji("🏴󠁧󠁢󠁳󠁣󠁴󠁿"), Piece::Text("!")]),
            ("👍🏽🇩🇪", vec![Piece::Text("👍🏽🇩🇪")]),
            ("क्‍ष", vec![Piece::Text("क्‍ष")]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }
}
