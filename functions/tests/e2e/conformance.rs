//! The contract suite on the machine of these tests. What it says of a deployment must hold of every build.

use conformance::{Options, describe, run};

use crate::world::{Machine, person, world};

/// Three lanes of four people.
const PEOPLE: usize = 12;

#[test]
fn every_rule_of_the_contract_holds() {
    let tokens: Vec<_> = (0..PEOPLE).map(|_| person("conformance").token).collect();
    let options = Options {
        url: world().local.url().to_owned(),
        tokens: tokens.join("\n"),
        filter: None,
        reset: false,
    };
    let mut failures = String::new();
    let report = run(&options, |done| {
        if done.outcome.is_err() {
            failures += &describe(done, &options.url);
        }
    })
    .unwrap();
    assert!(failures.is_empty(), "{}\n{failures}", report.summary());
    let never: Vec<_> = report.never_succeeded().collect();
    assert!(never.is_empty(), "no rule shows that these succeed: {never:?}");
    assert_eq!(report.unchecked(), 0);
}

#[test]
fn without_sounds_their_rules_are_not_checked_and_do_not_fail() {
    let machine = Machine::start(|_| ());
    let tokens: Vec<_> = (0..4).map(|_| machine.person("conformance.none").token).collect();
    for filter in ["sounds, playlists, themes", "searching the catalogue"] {
        let options = Options {
            url: machine.local.url().to_owned(),
            tokens: tokens.join("\n"),
            filter: Some(filter.to_owned()),
            reset: false,
        };
        let mut said = String::new();
        let report = run(&options, |done| said += &describe(done, &options.url)).unwrap();
        assert_eq!(report.failed(), 0, "{said}");
        assert!((4..10).contains(&report.unchecked()), "{said}");
        assert!(
            said.contains("(not checked: the catalogue has no sounds)"),
            "{said}"
        );
    }
}
