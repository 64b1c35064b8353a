//! What is written from the template and from the contract.

use std::fmt::Write as _;

use crate::path;

/// How files are written.
pub(crate) const UPDATE: &str = "UPDATE=1 cargo test -p functions --test one_source";

/// Compares a file with what it should have, or writes it, with `UPDATE=1`.
#[track_caller]
pub(crate) fn write_or_compare(file: &str, expected: &str) {
    let found = std::fs::read_to_string(path(file)).unwrap_or_default();
    if found == expected {
        return;
    }
    if is_update() {
        std::fs::create_dir_all(path(file).parent().unwrap()).unwrap();
        // At once: other tests read it meanwhile.
        let written = path(&format!("{file}.new"));
        std::fs::write(&written, expected).unwrap();
        return std::fs::rename(written, path(file)).unwrap();
    }
    panic!(
        "{file} is not what its source says. `{UPDATE}` writes it:\n{}",
        beginning(&difference(&found, expected))
    );
}

/// Whether files are written.
pub(crate) fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// The content with `body` between these two texts.
#[track_caller]
pub(crate) fn with_body(content: &str, (begin, end): (&str, &str), body: &str) -> String {
    let (head, rest) = content.split_once(begin).expect(begin);
    let (_, tail) = rest.split_once(end).expect(end);
    [head, begin, body, end, tail].concat()
}

/// The lines that differ: all between the first one that does and the last.
fn difference(found: &str, expected: &str) -> String {
    let (mut found, mut expected): (Vec<_>, Vec<_>) = (found.lines().collect(), expected.lines().collect());
    let same = |(found, expected): &(&&str, &&str)| found == expected;
    let head = found.iter().zip(&expected).take_while(same).count();
    found.drain(..head);
    expected.drain(..head);
    let tail = found.iter().rev().zip(expected.iter().rev());
    let tail = tail.take_while(same).count();
    found.truncate(found.len() - tail);
    expected.truncate(expected.len() - tail);
    let mut shown = String::new();
    for (sign, lines) in [('-', found), ('+', expected)] {
        for line in lines {
            writeln!(shown, "{sign} {line}").unwrap();
        }
    }
    shown
}

/// The lines that somebody reads.
fn beginning(text: &str) -> String {
    let shown: Vec<_> = text.lines().take(100).collect();
    match text.lines().count() - shown.len() {
        0 => text.to_owned(),
        more => format!("{}\n… and {more} lines more\n", shown.join("\n")),
    }
}

#[test]
fn a_difference_is_the_lines_that_differ() {
    assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "- b\n+ x\n+ y\n");
    assert_eq!(difference("a\nb\n", "a\n"), "- b\n");
    assert_eq!(difference("a\n", "a\na\n"), "+ a\n");
}

#[test]
fn of_a_long_difference_the_beginning_is_shown() {
    assert_eq!(beginning("+ a\n"), "+ a\n");
    let shown = beginning(&"+ a\n".repeat(101));
    assert!(shown.ends_with("+ a\n… and 1 lines more\n"), "{shown}");
}

#[test]
fn a_body_stands_between_its_two_texts() {
    assert_eq!(with_body("1 [old] 2 ]", ("[", "]"), "new"), "1 [new] 2 ]");
}
