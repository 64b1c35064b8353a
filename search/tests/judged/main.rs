//! How well the search finds what people look for: `cargo test -p search --test judged -- --nocapture`.
//!
//! `judged.json` has sounds as they stand in a catalogue, and queries with what somebody wants to see who asks them: 3 is
//! what they mean, 2 is good, 1 better than nothing. The report gives for each kind of query
//!
//! - nDCG@10, how near the first ten are to the best order (Järvelin and Kekäläinen, 2002): 1 is the best order;
//! - recall@10, how much of what is wanted is among the first ten.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop at the first surprise, its helpers too"
)]

#[path = "../support/mod.rs"]
mod support;

use std::collections::{BTreeMap, HashMap};

use search::{SoundIndex, build_sounds};
use serde::Deserialize;
use shared::model::{PageRequest, Position, SoundSearch, StoredSound};
use support::{label, sound};

const FIRST: usize = 10;
/// A little below what is measured: a change that finds less must be meant.
const LEAST_NDCG: f64 = 0.985;
const LEAST_RECALL: f64 = 0.985;

#[derive(Deserialize)]
struct Judged {
    sounds: Vec<Sound>,
    queries: Vec<Query>,
}

#[derive(Deserialize)]
struct Sound {
    key: String,
    title: String,
    description: String,
    category: String,
    tags: Vec<String>,
    themes: Vec<String>,
    duration_ms: u64,
}

#[derive(Deserialize)]
struct Query {
    kind: String,
    #[serde(flatten)]
    search: HashMap<String, serde_json::Value>,
    expect: HashMap<String, f64>,
}

/// The sums over some queries.
#[derive(Default)]
struct Tally {
    queries: f64,
    ndcg: f64,
    recall: f64,
}

impl Tally {
    fn add(&mut self, ndcg: f64, recall: f64) {
        self.queries += 1.0;
        self.ndcg += ndcg;
        self.recall += recall;
    }

    fn print(&self, name: &str) {
        println!(
            "{name:<12}{:>8}{:>10.3}{:>11.3}",
            self.queries,
            self.ndcg / self.queries,
            self.recall / self.queries
        );
    }
}

fn stored((number, judged): (usize, &Sound)) -> StoredSound {
    StoredSound {
        description: Some(judged.description.clone()),
        category: Some(label(&judged.category)),
        tags: judged.tags.iter().map(|tag| label(tag)).collect(),
        themes: judged.themes.iter().map(|theme| label(theme)).collect(),
        duration_ms: judged.duration_ms,
        ..sound(number as u64, &judged.title)
    }
}

/// The gain of a list of grades: what stands lower counts less.
fn gain(grades: impl Iterator<Item = f64>) -> f64 {
    let discounted = grades
        .take(FIRST)
        .zip(2u32..)
        .map(|(grade, place)| (grade.exp2() - 1.0) / f64::from(place).log2());
    discounted.sum()
}

#[test]
fn what_is_wanted_is_among_the_first() {
    let judged: Judged = serde_json::from_str(include_str!("judged.json")).unwrap();
    let sounds: Vec<_> = judged.sounds.iter().enumerate().map(stored).collect();
    let keys: HashMap<_, _> = sounds
        .iter()
        .zip(&judged.sounds)
        .map(|(sound, judged)| (sound.id, &judged.key))
        .collect();
    let index = SoundIndex::open(build_sounds(&sounds).unwrap()).unwrap();
    let page = PageRequest {
        limit: 100,
        position: Position::Start,
    };
    let (mut all, mut kinds) = (Tally::default(), BTreeMap::<_, Tally>::new());
    for query in judged.queries {
        let search = serde_json::to_value(&query.search).unwrap();
        let search: SoundSearch = serde_json::from_value(search).unwrap();
        let found = index.search(&search, &page).unwrap();
        let found: Vec<_> = found.data.iter().map(|id| keys[id]).collect();
        let grade = |key: &&String| query.expect.get(*key).copied().unwrap_or_default();
        let mut best: Vec<_> = query.expect.values().copied().collect();
        best.sort_unstable_by(|one, other| other.total_cmp(one));
        let ndcg = gain(found.iter().map(grade)) / gain(best.iter().copied());
        let right = found.iter().take(FIRST).filter(|key| grade(key) > 0.0).count();
        #[expect(clippy::cast_precision_loss, reason = "ten at most")]
        let recall = right as f64 / best.len().min(FIRST) as f64;
        if ndcg < 0.999 || recall < 1.0 {
            let first: Vec<_> = found.iter().take(6).collect();
            println!(
                "{:<12}{ndcg:.2}  {:?} finds {first:?} of {}",
                query.kind,
                query.search["query"],
                found.len()
            );
        }
        all.add(ndcg, recall);
        kinds.entry(query.kind).or_default().add(ndcg, recall);
    }
    println!("\n{:<12}{:>8}{:>10}{:>11}", "", "queries", "nDCG@10", "recall@10");
    for (kind, tally) in &kinds {
        tally.print(kind);
    }
    all.print("all");
    assert!(all.ndcg / all.queries >= LEAST_NDCG && all.recall / all.queries >= LEAST_RECALL);
}
