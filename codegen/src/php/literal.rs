//! Values and names as PHP writes them.

use std::fmt::Write as _;

use crate::layout::Style;
use crate::text::is_hidden;

pub(super) const STYLE: Style = Style {
    text,
    null: "null",
    booleans: ["false", "true"],
    key: |name| text(name) + " => ",
    list: ["[", "]"],
    map: ["[", "]"],
    indent: 4,
    has_space: false,
    has_last_comma: true,
};

/// Whether it may be the name of a variable or an attribute.
pub(super) fn is_word(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Whether it may be the name of a class, whose case does not count.
pub(super) fn is_class(name: &str) -> bool {
    // https://www.php.net/manual/en/reserved.keywords.php, and what the two pages beside it reserve.
    const RESERVED: &str = " __halt_compiler abstract and array as bool break callable case catch class clone const \
        continue declare default die do echo else elseif empty enddeclare endfor endforeach endif endswitch endwhile \
        enum eval exit extends false final finally float fn for foreach function global goto if implements include \
        include_once instanceof insteadof int interface isset iterable list match mixed namespace never new null \
        numeric object or parent print private protected public readonly require require_once resource return self \
        static string switch throw trait true try unset use var void while xor yield ";
    is_word(name) && !RESERVED.contains(&format!(" {} ", name.to_ascii_lowercase()))
}

/// The name of a constant: `MARK_READ` of `markRead` and of `mark_read`.
pub(super) fn constant(name: &str) -> String {
    let mut written = String::new();
    let mut before = '_';
    for letter in name.chars() {
        let is_first = letter.is_ascii_uppercase() && !before.is_ascii_uppercase();
        if (is_first || !letter.is_ascii_alphanumeric()) && !written.ends_with('_') && !written.is_empty() {
            written.push('_');
        }
        if letter.is_ascii_alphanumeric() {
            written.push(letter.to_ascii_uppercase());
        }
        before = letter;
    }
    written
}

/// In single quotation marks, or in double ones where it has letters that are not seen.
pub(super) fn text(value: &str) -> String {
    if !value.chars().any(is_hidden) {
        return format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
    }
    let mut written = String::from("\"");
    for letter in value.chars() {
        match letter {
            '"' | '\\' | '$' => written.extend(['\\', letter]),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            letter if is_hidden(letter) => {
                // Writing to a string does not fail.
                let _ = write!(written, "\\u{{{:x}}}", u32::from(letter));
            }
            _ => written.push(letter),
        }
    }
    written.push('"');
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Node;

    #[test]
    fn texts_and_names_are_written_as_php_reads_them() {
        for (value, expected) in [
            ("", "''"),
            ("don't \\ \" $x", r#"'don\'t \\ " $x'"#),
            ("two\nlines\r\t $x \"", r#""two\nlines\r\t \$x \"""#),
            ("a\u{0}b\u{2028}c\u{202e}", r#""a\u{0}b\u{2028}c\u{202e}""#),
            ("東京 👓", "'東京 👓'"),
        ] {
            assert_eq!(text(value), expected);
        }
        for (name, expected) in [
            ("markRead", "MARK_READ"),
            ("mark_read", "MARK_READ"),
            ("dark-blue", "DARK_BLUE"),
            ("listSounds2", "LIST_SOUNDS2"),
        ] {
            assert_eq!(constant(name), expected);
        }
        assert!(is_word("_id1") && !is_word("1a") && !is_word("ä") && !is_word(""));
        assert!(is_class("Messages") && !is_class("List") && !is_class("a-b"));
    }

    #[test]
    fn values_fit_into_lines() {
        let node = Node::parse("{ a: null, b: [true, -1, 0.5], c: {}, d: { f: x } }").unwrap();
        let line = "['a' => null, 'b' => [true, -1, 0.5], 'c' => [], 'd' => ['f' => 'x']]";
        assert_eq!(STYLE.line(&node), line);
        let expected =
            "[\n    'a' => null,\n    'b' => [true, -1, 0.5],\n    'c' => [],\n    'd' => ['f' => 'x'],\n]";
        assert_eq!(STYLE.fitting(&node, 20, 0), expected);
    }
}
