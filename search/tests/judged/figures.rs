//! The figures, and the table of them in `docs/CATALOG.md`.
//!
//! - nDCG@10, how near the first ten are to the best order (Järvelin and Kekäläinen, 2002): 1 is the best order;
//! - no good first: the share of queries whose first result has a grade below 2, or that find nothing;
//! - wrong: the share of queries with a sound among the first ten that must not be found.
//!
//! The table must have what is measured. `UPDATE=1` writes it, unless a total is worse by more than [`TOLERANCE`] than in
//! the table that is there. Whoever means that writes it with `UPDATE=lower`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// How many results count.
pub(crate) const FIRST: usize = 10;
/// How much worse a total may be.
const TOLERANCE: f64 = 0.005;
/// How many figures a part has.
const FIGURES: usize = 3;

/// What stands around the table.
const BEGIN: &str = "<!-- what `cargo test -p search --test judged` measures -->\n\n";
const END: &str = "\n<!-- until here -->";

const HEAD: &str = "\
| | queries | nDCG@10 | no good first | wrong | held out: queries | nDCG@10 | no good first | wrong |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
";
const ALL: &str = "**all**";

/// How well a query is answered.
pub(crate) struct Judgement {
    pub(crate) ndcg: f64,
    pub(crate) has_good_first: bool,
    pub(crate) has_wrong: bool,
}

/// The sums over some queries.
#[derive(Clone, Copy, Default)]
struct Tally {
    queries: f64,
    sums: [f64; FIGURES],
}

/// The queries of a file.
#[derive(Default)]
pub(crate) struct Part {
    all: Tally,
    kinds: BTreeMap<String, Tally>,
}

impl Tally {
    fn add(&mut self, judgement: &Judgement) {
        self.queries += 1.0;
        let figures = [
            judgement.ndcg,
            f64::from(!judgement.has_good_first),
            f64::from(judgement.has_wrong),
        ];
        for (sum, figure) in self.sums.iter_mut().zip(figures) {
            *sum += figure;
        }
    }

    fn cells(&self, out: &mut String) {
        write!(out, " {} |", self.queries).unwrap();
        for sum in self.sums {
            write!(out, " {:.3} |", sum / self.queries).unwrap();
        }
    }
}

impl Part {
    pub(crate) fn add(&mut self, kind: &str, judgement: &Judgement) {
        self.all.add(judgement);
        self.kinds.entry(kind.to_owned()).or_default().add(judgement);
    }
}

/// The gain of a list of grades: what stands lower counts less.
pub(crate) fn gain(grades: impl Iterator<Item = f64>) -> f64 {
    let discounted = grades
        .take(FIRST)
        .zip(2u32..)
        .map(|(grade, place)| (grade.exp2() - 1.0) / f64::from(place).log2());
    // The sum of nothing is -0, which looks odd.
    discounted.sum::<f64>() + 0.0
}

/// The table of both parts.
pub(crate) fn table(parts: &[Part; 2]) -> String {
    let mut table = HEAD.to_owned();
    let mut row = |name: &str, tallies: [&Tally; 2]| {
        write!(table, "| {name} |").unwrap();
        for tally in tallies {
            tally.cells(&mut table);
        }
        table.push('\n');
    };
    for (kind, tally) in &parts[0].kinds {
        row(kind, [tally, &parts[1].kinds[kind]]);
    }
    row(ALL, [&parts[0].all, &parts[1].all]);
    table
}

/// Fails if the document has another table, or writes this one.
pub(crate) fn hold_against_the_document(parts: &[Part; 2]) {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/CATALOG.md"));
    let document = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = document.split_once(BEGIN).expect(BEGIN);
    let (known, tail) = rest.split_once(END).expect(END);
    let measured = table(parts);
    let update = std::env::var("UPDATE").unwrap_or_default();
    match compare(known, &measured, &update) {
        Outcome::Same => {}
        Outcome::Written => std::fs::write(&path, [head, BEGIN, &measured, END, tail].concat()).unwrap(),
        Outcome::Refused(reason) => panic!("{reason}"),
    }
}

/// What becomes of a table.
#[derive(Debug, PartialEq)]
enum Outcome {
    Same,
    Written,
    Refused(String),
}

fn compare(known: &str, measured: &str, update: &str) -> Outcome {
    if known == measured {
        return Outcome::Same;
    }
    let worse = worse(known, measured);
    match update {
        "lower" => Outcome::Written,
        _ if !worse.is_empty() => Outcome::Refused(format!(
            "worse than in docs/CATALOG.md: {}. If that is meant, `UPDATE=lower` writes the table.",
            worse.join(", ")
        )),
        "" => Outcome::Refused("docs/CATALOG.md has other figures. `UPDATE=1` writes the table.".to_owned()),
        _ => Outcome::Written,
    }
}

/// The totals that are worse by more than the tolerance.
fn worse(known: &str, measured: &str) -> Vec<String> {
    // Digits that are not printed must not decide.
    let tolerance = TOLERANCE + 1e-9;
    let mut worse = Vec::new();
    let pairs = totals(known).into_iter().zip(totals(measured));
    for (at, (known, measured)) in pairs.enumerate() {
        let is_worse = match at % (FIGURES + 1) {
            // How many queries there are is no figure.
            0 => false,
            1 => measured < known - tolerance,
            _ => measured > known + tolerance,
        };
        if is_worse {
            let name = HEAD.split('|').nth(at + 2).unwrap_or_default().trim();
            let part = if at > FIGURES { "held out" } else { "tuned" };
            worse.push(format!("{part}, {name}: {measured} instead of {known}"));
        }
    }
    worse
}

/// The numbers in the last row of a table; none if there is no table yet.
fn totals(table: &str) -> Vec<f64> {
    let row = table.lines().find(|row| row.contains(ALL));
    let cells = row.into_iter().flat_map(|row| row.split('|'));
    cells.filter_map(|cell| cell.trim().parse().ok()).collect()
}

#[test]
fn the_gain_falls_with_the_place() {
    let gain_of = |grades: &[f64]| gain(grades.iter().copied());
    assert!((gain_of(&[3.0]) - 7.0).abs() < 1e-9);
    // The second place counts 1 / log2(3).
    assert!((gain_of(&[0.0, 1.0]) - 0.630_929_753).abs() < 1e-6);
    let eleven = [[0.0; FIRST].as_slice(), &[3.0]].concat();
    assert!(gain_of(&eleven).abs() < 1e-9, "the eleventh does not count");
}

#[test]
fn worse_figures_are_refused() {
    let row = |figures: &str| format!("| word | 9 | 0.1 |\n| {ALL} | {figures} |\n");
    let known = row("200 | 0.900 | 0.100 | 0.010 | 100 | 0.800 | 0.200 | 0.020");
    let held_against = |figures: &str, update| compare(&known, &row(figures), update);
    let same = "200 | 0.900 | 0.100 | 0.010 | 100 | 0.800 | 0.200 | 0.020";
    assert_eq!(held_against(same, ""), Outcome::Same);
    for worse in [
        "200 | 0.894 | 0.100 | 0.010 | 100 | 0.800 | 0.200 | 0.020",
        "200 | 0.900 | 0.106 | 0.010 | 100 | 0.800 | 0.200 | 0.020",
        "200 | 0.900 | 0.100 | 0.016 | 100 | 0.800 | 0.200 | 0.020",
        "200 | 0.999 | 0.000 | 0.000 | 100 | 0.794 | 0.200 | 0.020",
        "200 | 0.999 | 0.000 | 0.000 | 100 | 0.800 | 0.206 | 0.020",
        "200 | 0.999 | 0.000 | 0.000 | 100 | 0.800 | 0.200 | 0.026",
    ] {
        for update in ["", "1"] {
            let outcome = held_against(worse, update);
            assert!(
                matches!(&outcome, Outcome::Refused(reason) if reason.starts_with("worse")),
                "{worse}: {outcome:?}"
            );
        }
        assert_eq!(held_against(worse, "lower"), Outcome::Written);
    }
    // A little worse or better: the table has to be written, and may be.
    for other in [
        "200 | 0.895 | 0.105 | 0.015 | 100 | 0.795 | 0.205 | 0.025",
        "201 | 0.950 | 0.050 | 0.000 | 101 | 0.850 | 0.150 | 0.010",
    ] {
        let outcome = held_against(other, "");
        assert!(
            matches!(&outcome, Outcome::Refused(reason) if !reason.starts_with("worse")),
            "{other}: {outcome:?}"
        );
        assert_eq!(held_against(other, "1"), Outcome::Written);
    }
    assert_eq!(compare("", &known, "1"), Outcome::Written, "the first table");
}
