//! Reads the set.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use shared::model::{SoundSearch, StoredSound};

use crate::support::{label, sound};

/// A query with what is wanted.
pub(crate) struct Query {
    pub(crate) text: String,
    /// None if no such search may be asked: then it finds nothing.
    pub(crate) search: Option<SoundSearch>,
    /// Grades by title.
    pub(crate) grades: HashMap<String, f64>,
    /// The titles that must not be found.
    pub(crate) wrong: HashSet<String>,
}

/// A query as it is written.
#[derive(Deserialize)]
struct Written {
    /// The titles of each grade. `Door Slam 0*` stands for all that begin so.
    #[serde(default, rename = "3")]
    three: Vec<String>,
    #[serde(default, rename = "2")]
    two: Vec<String>,
    #[serde(default, rename = "1")]
    one: Vec<String>,
    #[serde(default)]
    wrong: Vec<String>,
    /// The query and its filters.
    #[serde(flatten)]
    search: BTreeMap<String, serde_json::Value>,
}

/// The sounds. The last one is the newest.
pub(crate) fn sounds() -> Vec<StoredSound> {
    let mut rows = include_str!("catalogue.tsv").lines();
    assert_eq!(
        rows.next(),
        Some("title\tcategory\ttags\tthemes\tdescription\tduration_ms")
    );
    let labels = |names: &str| {
        names
            .split(';')
            .filter(|name| !name.is_empty())
            .map(label)
            .collect()
    };
    let sounds: Vec<_> = (0..)
        .zip(rows)
        .map(|(number, row)| {
            let columns: Vec<_> = row.split('\t').collect();
            let [title, category, tags, themes, description, duration] = columns.try_into().expect(row);
            StoredSound {
                category: Some(label(category)),
                tags: labels(tags),
                themes: labels(themes),
                description: Some(description.to_owned()).filter(|text| !text.is_empty()),
                duration_ms: duration.parse().expect(row),
                ..sound(number, title)
            }
        })
        .collect();
    assert!(sounds.len() >= 2_000);
    sounds
}

/// The groups of words that mean the same.
pub(crate) fn synonyms() -> Vec<Vec<String>> {
    let rows = include_str!("synonyms.csv").lines();
    rows.map(|row| row.split(',').map(|term| term.trim().to_owned()).collect())
        .collect()
}

/// The queries of a file, by kind.
pub(crate) fn queries(file: &str, sounds: &[StoredSound]) -> BTreeMap<String, Vec<Query>> {
    let titles: HashSet<_> = sounds.iter().map(|sound| sound.title.as_str()).collect();
    assert_eq!(titles.len(), sounds.len(), "two sounds have the same title");
    let kinds: BTreeMap<String, Vec<Written>> = serde_json::from_str(file).unwrap();
    let read = |(kind, queries): (_, Vec<Written>)| {
        let queries = queries.into_iter().map(|query| query.read(&titles));
        (kind, queries.collect())
    };
    kinds.into_iter().map(read).collect()
}

impl Written {
    fn read(self, titles: &HashSet<&str>) -> Query {
        let mut grades = HashMap::new();
        for (grade, written) in [(3.0, &self.three), (2.0, &self.two), (1.0, &self.one)] {
            for title in all(written, titles) {
                let twice = grades.insert(title.clone(), grade);
                assert!(twice.is_none(), "{:?} grades {title} twice", self.search);
            }
        }
        let wrong: HashSet<_> = all(&self.wrong, titles).collect();
        assert!(!wrong.iter().any(|title| grades.contains_key(title)));
        let is_good = |grade: &f64| *grade >= 2.0;
        assert!(grades.values().any(is_good), "nothing good: {:?}", self.search);
        let search = serde_json::to_value(&self.search).unwrap();
        Query {
            text: search["query"].as_str().unwrap().to_owned(),
            search: serde_json::from_value(search).ok(),
            grades,
            wrong,
        }
    }
}

/// The titles that are written so. Each must be there.
fn all(written: &[String], titles: &HashSet<&str>) -> impl Iterator<Item = String> {
    written.iter().flat_map(|written| {
        let meant: Vec<_> = match written.strip_suffix('*') {
            Some(beginning) => {
                let meant = titles.iter().filter(|title| title.starts_with(beginning));
                meant.map(|title| (*title).to_owned()).collect()
            }
            None => titles
                .get(&**written)
                .map(|title| (*title).to_owned())
                .into_iter()
                .collect(),
        };
        assert!(!meant.is_empty(), "no sound is called {written}");
        meant
    })
}
