//! The contract suite on the machine of these tests. What it says of a deployment must hold of every build.

use conformance::{Arguments, Options, Report, run};

use crate::world::{Machine, world};

/// Runs the rules in whose names this occurs with so many people, and gives what is said of each.
fn checked(machine: &Machine, people: usize, filter: Option<&str>) -> (Report, String) {
    let tokens = (0..people).map(|_| machine.person("conformance").token);
    let options = Options {
        url: machine.local.url().to_owned(),
        tokens: tokens.collect::<Vec<_>>().join("\n"),
        reset: false,
    };
    let said = tempfile::NamedTempFile::new().unwrap();
    let arguments = Arguments {
        filter: filter.map(str::to_owned),
        logfile: Some(said.path().to_str().unwrap().to_owned()),
        ..Arguments::default()
    };
    let report = run(&options, &arguments).unwrap();
    (report, std::fs::read_to_string(said.path()).unwrap())
}

#[test]
fn every_rule_of_the_contract_holds() {
    // Three lanes of four people.
    let (report, said) = checked(world(), 12, None);
    assert_eq!(report.conclusion.num_failed, 0, "{said}\n{report}");
    let never: Vec<_> = report.never_succeeded().collect();
    assert!(never.is_empty(), "no rule shows that these succeed: {never:?}");
    assert_eq!(report.conclusion.num_ignored, 0, "{said}");
}

#[test]
fn without_sounds_their_rules_are_not_checked_and_do_not_fail() {
    let machine = Machine::start(|_| ());
    for filter in ["Sounds, playlists, themes", "Searching the catalogue"] {
        let (report, said) = checked(&machine, 4, Some(filter));
        assert_eq!(report.conclusion.num_failed, 0, "{said}");
        assert!((4..10).contains(&report.conclusion.num_ignored), "{said}");
        assert!(said.contains("ignored (the catalogue has no sounds)"), "{said}");
    }
}
