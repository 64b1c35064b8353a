//! Values as JavaScript writes them.

use crate::layout::Style;
use crate::text::quoted;

pub(super) const STYLE: Style = Style {
    text,
    null: "null",
    booleans: ["false", "true"],
    key: |name| key(name) + ": ",
    list: ["[", "]"],
    map: ["{", "}"],
    indent: 2,
    has_space: true,
    has_last_comma: true,
};

/// Whether it may stand without quotation marks, and be the name of a parameter.
pub(super) fn is_name(name: &str) -> bool {
    // https://tc39.es/ecma262/#prod-ReservedWord, and what strict mode and modules reserve.
    const RESERVED: &str = " arguments await break case catch class const continue debugger default delete do else enum eval \
        export extends false finally for function if implements import in instanceof interface let new null package private \
        protected public return static super switch this throw true try typeof var void while with yield ";
    is_word(name) && !RESERVED.contains(&format!(" {name} "))
}

fn is_word(name: &str) -> bool {
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || "_$".contains(first));
    begins
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "_$".contains(letter))
}

/// The name of a property.
pub(super) fn key(name: &str) -> String {
    if is_word(name) {
        name.to_owned()
    } else {
        text(name)
    }
}

/// In single quotation marks.
pub(super) fn text(value: &str) -> String {
    quoted(value, '\'')
}
