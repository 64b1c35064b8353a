//! Text of the document in comments and values of a language.

use std::fmt::Write as _;

/// Lines of at most `width` characters, if no word is longer. Paragraphs and the items of lists begin on a new line.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut begins = true;
    for source in text.trim().lines() {
        let source = source.trim();
        if source.is_empty() {
            lines.push(String::new());
        }
        begins = begins || source.is_empty() || source.starts_with("- ");
        for word in source.split_whitespace() {
            match lines.last_mut() {
                Some(line) if !begins && line.chars().count() + 1 + word.chars().count() <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
            begins = false;
        }
        begins = source.is_empty();
    }
    lines
}

/// Whether it ends a line, is not seen, or turns what follows around: such a character is written by its number.
pub(crate) fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\0'..' '
        | '\u{7f}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}')
}

/// Between quotation marks, with the escapes that JavaScript and Python share.
pub(crate) fn quoted(value: &str, mark: char) -> String {
    let mut written = String::from(mark);
    for letter in value.chars() {
        match letter {
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            letter if letter == mark => written.extend(['\\', letter]),
            letter if is_hidden(letter) => {
                // Writing to a string does not fail.
                let _ = write!(written, "\\u{:04x}", u32::from(letter));
            }
            _ => written.push(letter),
        }
    }
    written.push(mark);
    written
}

/// What stands before the first empty line.
pub(crate) fn first_paragraph(text: &str) -> &str {
    let text = text.trim();
    text.split_once("\n\n").map_or(text, |(first, _)| first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_filled_and_paragraphs_and_items_kept() {
        let text = "One two\nthree four.\n\nFive:\n- six seven eight nine ten\n- eleven\n";
        assert_eq!(
            wrap(text, 14),
            [
                "One two three",
                "four.",
                "",
                "Five:",
                "- six seven",
                "eight nine ten",
                "- eleven"
            ]
        );
        assert_eq!(wrap("", 14), [""; 0]);
        assert_eq!(wrap("longer-than-the-line a", 5), ["longer-than-the-line", "a"]);
    }

    #[test]
    fn the_first_paragraph_ends_at_an_empty_line() {
        assert_eq!(first_paragraph("a\nb\n\nc"), "a\nb");
        assert_eq!(first_paragraph("a\n"), "a");
    }
}
