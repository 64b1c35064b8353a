//! How much was played.

use std::fmt;
use std::ops::AddAssign;

/// How much was played.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Writes that met, in this order.
    pub(crate) meetings: usize,
    /// Those without a row in common, of which none is played: every order has the same effects.
    pub(crate) independent: usize,
    /// Ways in which they meet.
    pub(crate) ways: usize,
    /// Those that were played. In each of the others, the call before which the first write is held has no row in common
    /// with the second write, so that it ends as the way before.
    pub(crate) played: usize,
    /// Those after which it was looked what everybody sees.
    pub(crate) looked_at: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.meetings += other.meetings;
        self.independent += other.independent;
        self.ways += other.ways;
        self.played += other.played;
        self.looked_at += other.looked_at;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            meetings,
            independent,
            ways,
            played,
            looked_at,
        } = self;
        write!(
            f,
            "{meetings} meetings, {independent} of them without a row in common; {ways} interleavings, {played} of them \
             played, the others being the same as one of these, {looked_at} looked at"
        )
    }
}
