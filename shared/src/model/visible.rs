//! Which characters can be seen.

/// Whether anything of the text can be seen.
pub(super) fn is_visible(text: &str) -> bool {
    text.chars().any(|c| !is_blank(c))
}

/// Whether the character embeds, overrides or isolates a direction of writing. Left open, it turns what follows the
/// text: <https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings>. Marks of direction (U+200E, U+200F,
/// U+061C), which text in mixed scripts needs, are none of them.
pub(super) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether nothing of the character can be seen by itself. Unassigned characters count as visible, so that the emoji of
/// coming years are welcome.
fn is_blank(c: char) -> bool {
    match c {
        '!'..='~' => false,
        // Default_Ignorable_Code_Point of
        // <https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt>.
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{115F}'..='\u{1160}'
        | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFF8}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}'
        // The empty braille pattern, the marks of an annotation, the musical null notehead.
        | '\u{2800}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{1D159}' => true,
        _ => c.is_whitespace() || c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_empty_is() {
        for text in [
            "",
            " ",
            "\n\t",
            "\u{200B}",
            "\u{3164}",
            "\u{A0}\u{2003}\u{FEFF}",
            "\u{2800}",
            "\u{FE0F}\u{200D}",
        ] {
            assert!(!is_visible(text), "{text:?}");
        }
        for text in [
            ".",
            " a ",
            "\u{200B}é",
            "漢",
            "❤\u{FE0F}",
            "👨‍👩‍👧‍👦",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "\u{1FAFF}",
        ] {
            assert!(is_visible(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_unicode_lets_programs_ignore_is_blank(c in "\\p{Default_Ignorable_Code_Point}|\\p{White_Space}|\\p{Cc}") {
            prop_assert!(!is_visible(&c));
        }

        #[test]
        fn what_has_a_shape_is_visible(c in "[\\p{L}\\p{N}\\p{P}\\p{S}--\\p{DI}--\\x{2800}--\\x{1D159}]") {
            prop_assert!(is_visible(&c));
        }
    }
}
