//! Values as Python writes them.

use crate::layout::Style;
use crate::text::quoted;

pub(super) const STYLE: Style = Style {
    text,
    null: "None",
    booleans: ["False", "True"],
    key: |name| text(name) + ": ",
    list: ["[", "]"],
    map: ["{", "}"],
    indent: 4,
    has_space: false,
    has_last_comma: true,
};

/// Whether it may be the name of a parameter, of an attribute or of a class.
pub(super) fn is_name(name: &str) -> bool {
    // https://docs.python.org/3/reference/lexical_analysis.html#keywords
    const KEYWORDS: &str = " False None True and as assert async await break class continue def del elif else except \
        finally for from global if import in is lambda nonlocal not or pass raise return try while with yield ";
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
    begins
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !KEYWORDS.contains(&format!(" {name} "))
}

/// In double quotation marks.
pub(super) fn text(value: &str) -> String {
    quoted(value, '"')
}
