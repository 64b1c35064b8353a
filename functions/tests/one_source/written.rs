//! What is written from the template.

use std::fmt::Write as _;

use crate::{path, read};

/// Compares a file with what it should have, or writes it, with `UPDATE=1`.
#[track_caller]
pub(crate) fn write_or_compare(file: &str, expected: &str) {
    let found = read(file);
    if found == expected {
        return;
    }
    if is_update() {
        // At once: other tests read it meanwhile.
        let written = path(&format!("{file}.new"));
        std::fs::write(&written, expected).unwrap();
        return std::fs::rename(written, path(file)).unwrap();
    }
    panic!(
        "{file} does not repeat template.yaml. `UPDATE=1 cargo test -p functions --test one_source` makes it do so:\n{}",
        difference(&found, expected)
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

#[test]
fn a_difference_is_the_lines_that_differ() {
    assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "- b\n+ x\n+ y\n");
    assert_eq!(difference("a\nb\n", "a\n"), "- b\n");
    assert_eq!(difference("a\n", "a\na\n"), "+ a\n");
}

#[test]
fn a_body_stands_between_its_two_texts() {
    assert_eq!(with_body("1 [old] 2 ]", ("[", "]"), "new"), "1 [new] 2 ]");
}
