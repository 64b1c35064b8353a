//! Symbols: what a search finds besides words.

use unicode_general_category::{GeneralCategory, get_general_category};

/// Whether the character is a symbol that people look for: emoji, arrows, signs of currencies, mathematics and music,
/// and `#`, `%`, `&`, `@`. Punctuation and stand-alone accents are none.
#[must_use]
pub fn is_symbol(c: char) -> bool {
    match c {
        '#' | '%' | '&' | '@' => true,
        // Joined to another letter or sign, and a slash in fractions.
        '\u{2044}' => false,
        // The emoji of coming years.
        '\u{1F000}'..='\u{1FAFF}' => !is_skin_tone(c),
        _ => matches!(
            get_general_category(c),
            GeneralCategory::MathSymbol | GeneralCategory::CurrencySymbol | GeneralCategory::OtherSymbol
        ),
    }
}

/// Whether the character gives the emoji before it a colour of skin.
#[must_use]
pub fn is_skin_tone(c: char) -> bool {
    ('\u{1F3FB}'..='\u{1F3FF}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_symbol() {
        for c in "🔥♥★☂→♪€$+=<>|~#%&@°©🪿\u{1FAFF}🇩".chars() {
            assert!(is_symbol(c), "{c}");
        }
        for c in "a1é雨 .,;:!?'\"()[]{}/\\*-_^`´¨•…\u{200D}\u{FE0F}\u{1F3FD}".chars() {
            assert!(!is_symbol(c), "{c:?}");
        }
    }
}
