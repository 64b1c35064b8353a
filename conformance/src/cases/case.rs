//! What a case is.

use crate::failure::Outcome;
use crate::tester::Tester;

/// A rule of the contract, and what shows that it holds.
pub(crate) struct Case {
    /// The rule, as a sentence.
    pub(crate) rule: &'static str,
    pub(crate) run: fn(&Tester) -> Outcome,
}

pub(super) const fn case(rule: &'static str, run: fn(&Tester) -> Outcome) -> Case {
    Case { rule, run }
}

/// Rules about the same thing.
pub(crate) struct Section {
    /// What they are about.
    pub(crate) title: &'static str,
    /// In the order in which they are run.
    pub(crate) cases: &'static [Case],
}
