//! One look at a row.

use std::collections::BTreeSet;

use super::report::Problem;
use crate::store::table::{Item, Key, Row, decode};

/// What one look at a row or at a partition found.
#[derive(Default)]
pub(crate) struct Look {
    pub(crate) problems: BTreeSet<Problem>,
    pub(crate) raised: usize,
}

impl Look {
    pub(crate) fn report(&mut self, key: &Key, problem: impl Into<String>) {
        self.problems.insert(Problem {
            pk: key.pk.clone(),
            sk: key.sk.clone(),
            what: problem.into(),
        });
    }

    /// Reports `problem` of the row unless it holds.
    pub(crate) fn check(&mut self, holds: bool, key: &Key, problem: &str) {
        if !holds {
            self.report(key, problem);
        }
    }

    /// The row, or a report that it cannot be read.
    pub(crate) fn read<R: Row>(&mut self, key: &Key, item: Item) -> Option<R> {
        decode(item)
            .inspect_err(|error| self.report(key, error.to_string()))
            .ok()
    }
}
