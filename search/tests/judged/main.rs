//! How well the search finds what people look for: `cargo test -p search --test judged -- --nocapture`.
//!
//! `catalogue.tsv` has sounds as they stand in a library, `synonyms.csv` the groups of words that its operator gives with
//! it, and `tuning.json` and `held_out.json` have queries with what somebody wants to see who asks them: 3 is what they
//! mean, 2 is good, 1 better than nothing. All of it was written for this project and has its licence.
//!
//! Every query is graded over the whole catalogue, as its asker would, not as the search works: what several simple ways
//! find (parts of words, stems, three letters in a row, tags) was looked through, and what has no grade is not wanted. A
//! sound in another language than the query has none. Sounds under `wrong` must not be found at all: the query leaves
//! them out, or has words in common with them only if one cuts them wrongly.
//!
//! The queries were drawn into the two files at random, a third of each kind held out. **Whoever changes the search does
//! not open `held_out.json`**, so that its figures show whether a change helps queries that nobody thought of. The report
//! prints failures of the other part only.
//!
//! The table in `docs/CATALOG.md` has the figures. The test fails if they are not those of the table; [`figures`] says
//! how it is written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop at the first surprise, its helpers too"
)]

#[path = "../support/mod.rs"]
mod support;

mod figures;
mod set;

use std::collections::HashMap;

use search::{SoundIndex, build_sounds};
use shared::model::{PageRequest, Position, StoredSound};

use figures::{FIRST, Judgement, Part};
use set::Query;

/// A part of the queries, and whether its failures are shown.
const PARTS: [(&str, bool); 2] = [
    (include_str!("tuning.json"), true),
    (include_str!("held_out.json"), false),
];

#[test]
fn what_is_wanted_is_among_the_first() {
    let sounds = set::sounds();
    let synonyms = set::synonyms();
    let index = SoundIndex::open(build(&sounds, &synonyms)).unwrap();
    let titles: HashMap<_, _> = sounds
        .iter()
        .map(|sound| (sound.id, sound.title.as_str()))
        .collect();
    let parts = PARTS.map(|(queries, is_shown)| {
        let mut part = Part::default();
        for (kind, queries) in set::queries(queries, &sounds) {
            for query in queries {
                let search = query.search.as_ref();
                let found = search.map(|search| index.search(search, &PAGE).unwrap().data);
                let found: Vec<_> = found.iter().flatten().map(|id| titles[id]).collect();
                let judgement = judge(&query, &found);
                if is_shown {
                    show(&kind, &query, &found, &judgement);
                }
                part.add(&kind, &judgement);
            }
        }
        part
    });
    println!("\n{}", figures::table(&parts));
    figures::hold_against_the_document(&parts);
}

/// The index over the set.
fn build(sounds: &[StoredSound], synonyms: &[Vec<String>]) -> Vec<u8> {
    build_sounds(sounds, synonyms).unwrap()
}

const PAGE: PageRequest = PageRequest {
    limit: FIRST,
    position: Position::Start,
};

fn judge(query: &Query, found: &[&str]) -> Judgement {
    let grade = |title: &&str| query.grades.get(*title).copied().unwrap_or_default();
    let mut best: Vec<_> = query.grades.values().copied().collect();
    best.sort_unstable_by(|one, other| other.total_cmp(one));
    Judgement {
        ndcg: figures::gain(found.iter().map(grade)) / figures::gain(best.into_iter()),
        has_good_first: found.first().is_some_and(|first| grade(first) >= 2.0),
        has_wrong: found.iter().any(|title| query.wrong.contains(*title)),
    }
}

/// Prints what could be better.
fn show(kind: &str, query: &Query, found: &[&str], judgement: &Judgement) {
    if judgement.ndcg > 0.999 && !judgement.has_wrong {
        return;
    }
    let found: Vec<_> = found
        .iter()
        .map(|title| match query.grades.get(*title) {
            Some(grade) => format!("{grade} {title}"),
            None if query.wrong.contains(*title) => format!("WRONG {title}"),
            None => format!("0 {title}"),
        })
        .collect();
    println!(
        "{kind:<10} {:.2} `{}` finds {}",
        judgement.ndcg,
        query.text,
        found.join(" | ")
    );
}
