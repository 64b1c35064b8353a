//! Which characters make words, connect them or stand between them.

/// Whether the character stands in words, if not at their beginning.
pub(crate) fn is_inside(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// Whether a mark belongs to the word before it, such as the virama of Indic scripts.
pub(crate) fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Whether the character is a hyphen or a minus, or what keyboards and word processors make of one.
pub(crate) fn is_minus(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2013}' | '\u{2212}')
}

/// Whether the character connects two words to a compound: hyphens, dots, apostrophes, slashes, the Hebrew gershayim.
pub(crate) fn is_connector(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}' | '\u{2011}' | '.' | '\'' | '’' | '‘' | '`' | '′' | '/' | '·' | '״'
    )
}

/// Whether the script of the letter does without spaces: the blocks of Chinese, Japanese, Korean, Thai, Lao, Burmese and
/// Khmer letters: <https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt>.
pub(crate) fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{1100}'..='\u{11FF}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3100}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
