//! The contract suite on the machine of these tests. What it says of a deployment must hold of every build.

use conformance::{Options, describe, run};

use crate::world::{person, world};

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
}
