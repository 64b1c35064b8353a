//! How well the search does in the languages that people write: queries with the messages that somebody who reads the
//! language wants to find.
//!
//! `search_judged.json` says for each query which messages are wanted, which of these it does not find (`missed`), which
//! it finds although they are not meant (`unwanted`), and why. Parts of words are wanted as parts of the same word or
//! compound. What the contract demands, parts of words, any case and script, and accents, has no misses.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::lists::page;
use crate::world::{Person, id_of, person, text};

/// The path and query of a search.
pub(crate) fn query_for(words: &str) -> String {
    format!("query={}", utf8_percent_encode(words, NON_ALPHANUMERIC))
}

/// The numbers of the messages in a list of the judgements.
fn numbers(query: &Value, name: &str) -> BTreeSet<usize> {
    let numbers = query[name].as_array().into_iter().flatten();
    numbers
        .map(|number| usize::try_from(number.as_u64().unwrap()).unwrap())
        .collect()
}

/// How many were wanted, found, and both.
#[derive(Default)]
struct Tally {
    wanted: usize,
    found: usize,
    right: usize,
}

impl Tally {
    fn add(&mut self, wanted: &BTreeSet<usize>, found: &BTreeSet<usize>) {
        self.wanted += wanted.len();
        self.found += found.len();
        self.right += wanted.intersection(found).count();
    }

    fn line(&self, language: &str) -> String {
        #[expect(clippy::cast_precision_loss, reason = "some hundreds at most")]
        let share = |of: usize| self.right as f64 / of as f64;
        let (recall, precision) = (share(self.wanted), share(self.found));
        format!("{language:28} recall {recall:.2}  precision {precision:.2}\n")
    }
}

/// Searches for every query of a language. Gives what is not as it was judged.
fn judge(caller: &Person<'_>, language: &Value, tally: &mut [&mut Tally]) -> Vec<String> {
    let conversation = caller.meet(&person("judged.other"));
    let said = language["messages"].as_array().unwrap().iter();
    let ids: Vec<_> = said
        .map(|said| text(&caller.say(&conversation, said.as_str().unwrap())["id"]))
        .collect();
    let mut wrong = Vec::new();
    for query in language["queries"].as_array().unwrap() {
        let words = query["query"].as_str().unwrap();
        let search = format!(
            "{}&limit=100&conversation_id={}",
            query_for(words),
            id_of(&conversation)
        );
        let found = page(caller, "/v1/messages/search", &search);
        let number = |id: &String| ids.iter().position(|own| own == id).unwrap();
        let found: BTreeSet<_> = found.ids.iter().map(number).collect();
        let [wanted, missed, unwanted] = ["wanted", "missed", "unwanted"].map(|name| numbers(query, name));
        for tally in &mut *tally {
            tally.add(&wanted, &found);
        }
        let judged: BTreeSet<_> = wanted.difference(&missed).chain(&unwanted).copied().collect();
        if found != judged {
            wrong.push(format!(
                "{words:?} finds {found:?}, and was judged to find {judged:?}"
            ));
        }
    }
    wrong
}

#[test]
fn every_query_finds_what_it_was_judged_to_find() {
    let judged: Value = serde_json::from_str(include_str!("search_judged.json")).unwrap();
    let caller = person("judged");
    let (mut all, mut report, mut wrong) = (Tally::default(), String::new(), Vec::new());
    for language in judged.as_array().unwrap() {
        let mut own = Tally::default();
        wrong.extend(judge(&caller, language, &mut [&mut own, &mut all]));
        report.push_str(&own.line(language["language"].as_str().unwrap()));
    }
    write!(report, "{}", all.line("all")).unwrap();
    // Past the test harness, which keeps the output of a test that passes to itself.
    std::io::stderr().lock().write_all(report.as_bytes()).unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
