use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn query(text: &str) -> SearchQuery {
    SearchQuery::try_from(text.to_owned()).unwrap()
}

/// The table of `docs/DESIGN.md#what-a-search-matches`: queries, texts that they find, and texts that they do not.
const TABLE: &[(&str, &[&str], &[&str])] = &[
    (
        "paris",
        &["Wir fliegen nach PARIS", "à Paris :", "comparison"],
        &["Par is"],
    ),
    ("ou été", &["Où est Kevin cet ete ?"], &["Où est Kevin ?"]),
    ("weihnacht gans", &["Die Weihnachtsgans"], &["Die Gans"]),
    ("圣诞", &["我们要去巴黎过圣诞节"], &["圣的诞"]),
    ("ｐａｒｉｓ", &["Paris"], &[]),
    (
        "dont",
        &["I don't", "I don’t", "DONT"],
        &["London theatre", "don t"],
    ),
    ("don't", &["I dont", "I don’t"], &["London theatre", "don t"]),
    ("obrien", &["O'Brien", "O’Brien"], &["o, Brien"]),
    ("wellknown", &["well-known", "well‑known"], &["well known"]),
    ("well-known", &["wellknown"], &["well known"]),
    ("usa", &["the U.S.A. anthem", "USA"], &["U S A"]),
    ("u.s.a.", &["USA crowd"], &[]),
    (
        "192.168.0.1",
        &["ping 192.168.0.1", "http://192.168.0.1/a"],
        &["0 of 168 in 192 days, 1", "192.16.80.1", "192 168 0 1"],
    ),
    ("1000", &["1,000 cheers", "1'000"], &["1 000"]),
    ("c++", &["C++ books"], &["C books"]),
    ("🎩", &["bring 🎩!"], &["bring"]),
    ("party tomorrow", &["Tomorrow: the party"], &["the party"]),
    (
        "\"the party\"",
        &["Tomorrow: the party!", "the – party"],
        &["party, the", "the big party"],
    ),
    ("„the party“ big", &["The party was big"], &["the big party"]),
    ("«the party»", &["the party"], &["the big party"]),
    ("「the party」", &["the party"], &["the big party"]),
    ("'the party'", &["the party"], &["the big party"]),
    ("(\"the party\")", &["the party"], &["the big party"]),
    ("\"don't stop\"", &["Dont stop!"], &["stop, don't"]),
    ("rock 'n' roll", &["Rock and roll"], &["Rock"]),
    ("'tis the season", &["The season, ’tis"], &["The season"]),
    ("5\" disk", &["a disk of 5 inches"], &["a disk"]),
    ("\"unclosed phrase", &["phrase, unclosed"], &["unclosed"]),
];

#[test]
fn what_matches_what() {
    for (given, found, not_found) in TABLE {
        for text in *found {
            assert!(query(given).matches(text), "{given} in {text}");
        }
        for text in *not_found {
            assert!(!query(given).matches(text), "{given} not in {text}");
        }
    }
}

#[test]
fn a_query_has_a_word_and_an_end() {
    for bad in [
        "",
        " ",
        "?!",
        "\n\t",
        "\u{301}",
        "…",
        "🏽",
        "\u{200D}",
        "\"\" ''",
        "\"?\"",
        &"a".repeat(201),
    ] {
        assert!(SearchQuery::try_from(bad.to_owned()).is_err(), "{bad:?}");
    }
    for good in ["a", &"漢".repeat(200), "€", "\0a", "\"a"] {
        assert!(SearchQuery::try_from(good.to_owned()).is_ok(), "{good:?}");
    }
    assert_eq!(format!("{:?}", query("secret")), "SearchQuery(…)");
}

/// The slow way: the words of a text without punctuation, with single spaces, and the places of punctuation inside them.
fn bare(text: &str) -> (String, BTreeSet<usize>) {
    let (mut bare, mut marks) = (String::new(), BTreeSet::new());
    for word in fold(text).split(|c| kind(c) == Kind::Space) {
        let parts = word
            .split(|c| kind(c) == Kind::Mark)
            .filter(|part| !part.is_empty());
        for (number, part) in parts.enumerate() {
            if number > 0 {
                marks.insert(bare.chars().count());
            } else if !bare.is_empty() {
                bare.push(' ');
            }
            bare.push_str(part);
        }
    }
    (bare, marks)
}

/// A slow matching of one piece: every part of the text that is as long, and then the places of punctuation.
fn matches_slowly(piece: &str, text: &str) -> bool {
    let ((piece, own), (text, marks)) = (bare(piece), bare(text));
    let (piece, text): (Vec<_>, Vec<_>) = (piece.chars().collect(), text.chars().collect());
    (0..=text.len().saturating_sub(piece.len())).any(|start| {
        let end = start + piece.len();
        let there: BTreeSet<_> = marks
            .iter()
            .filter(|mark| (start + 1..end).contains(mark))
            .map(|mark| mark - start)
            .collect();
        text.get(start..end) == Some(&piece[..]) && (own.is_subset(&there) || there.is_subset(&own))
    })
}

proptest! {
    #[test]
    fn every_word_of_a_text_finds_it(text in "(\\PC{0,12}[ \u{3000}\n]){1,6}") {
        for word in text.split_whitespace() {
            if let Ok(query) = SearchQuery::try_from(word.to_owned()) {
                prop_assert!(query.matches(&text), "{:?} in {:?}", word, text);
            }
        }
        if let Ok(query) = SearchQuery::try_from(text.clone()) {
            prop_assert!(query.matches(&text));
        }
    }

    #[test]
    fn every_part_of_a_word_finds_it(
        text in "[a-zA-ZäöüßéñşğıİÀ-ÖА-Яа-яΑ-Ωα-ωぁ-んァ-ヶ一-龥가-힣ءا-يกขคงจ]{1,12}",
        from in 0..12usize,
        length in 1..12usize,
    ) {
        let part: String = text.chars().skip(from).take(length).collect();
        if let Ok(query) = SearchQuery::try_from(part) {
            prop_assert!(query.matches(&text));
        }
    }

    #[test]
    fn a_phrase_of_a_text_finds_it(words in prop::collection::vec("[a-z]{1,3}[.,’-]?[a-z]{0,2}[,!]?", 2..6), from in 0..4usize) {
        let text = words.join(" ");
        let phrase = words[from.min(words.len() - 1)..].join("  ");
        for (open, close) in [('"', '"'), ('“', '”'), ('„', '“'), ('»', '«'), ('「', '」')] {
            let query = query(&format!("{open}{phrase}{close}"));
            prop_assert!(query.matches(&text), "{open}{phrase}{close} in {text}");
        }
        let turned: Vec<_> = words.iter().rev().cloned().collect();
        let query = query(&format!("\"{phrase}\""));
        prop_assert_eq!(query.matches(&turned.join(" ")), matches_slowly(&words[from.min(words.len() - 1)..].join(" "), &turned.join(" ")));
    }

    #[test]
    fn a_piece_matches_as_a_slow_search_says(piece in "[ab][ab1.’-]{0,5}", text in "[ab1 .’-]{0,12}") {
        prop_assert_eq!(query(&piece).matches(&text), matches_slowly(&piece, &text), "{} in {}", piece, text);
    }
}
