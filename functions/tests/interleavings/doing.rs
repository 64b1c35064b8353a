//! Writes by somebody.

use std::fmt;

use crate::rows::Row;
use crate::scene::Who;

/// A write by somebody.
#[derive(Clone, Copy)]
pub(crate) struct Doing {
    pub(crate) row: &'static Row,
    pub(crate) who: Who,
}

impl PartialEq for Doing {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.row, other.row) && self.who == other.who
    }
}

impl fmt::Display for Doing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { function, what, .. } = self.row;
        let space = if what.is_empty() { "" } else { " " };
        write!(f, "{function}{space}{what} ({:?})", self.who)
    }
}
