//! One look at a row.

use std::collections::BTreeSet;

use super::report::Problem;
use crate::store::table::{Item, Key, Row, decode};

/// The findings of one look at a row or a partition.
#[derive(Default)]
pub(crate) struct Look {
    pub(crate) problems: BTreeSet<Problem>,
    pub(crate) raised: usize,
}

impl Look {
    /// Reports a row that breaks a rule.
    pub(crate) fn report(&mut self, key: &Key, rule: impl Into<String>, repair: &'static str) {
        self.problems.insert(Problem {
            pk: key.pk.clone(),
            sk: key.sk.clone(),
            rule: rule.into(),
            repair,
        });
    }

    /// Reports a row unless the rule holds.
    pub(crate) fn check(&mut self, holds: bool, key: &Key, rule: &str, repair: &'static str) {
        if !holds {
            self.report(key, rule, repair);
        }
    }

    /// The decoded row, or a report that it can't be decoded.
    pub(crate) fn read<R: Row>(&mut self, key: &Key, item: Item) -> Option<R> {
        decode(item)
            .inspect_err(|error| {
                let rule = format!("A row has the attributes that the code reads: {error}.");
                let repair = "If this began with a deployment, roll back; otherwise correct the row.";
                self.report(key, rule, repair);
            })
            .ok()
    }
}
