//! How much is played.

/// How much is played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mode {
    /// Whether nothing is left out: neither what must end as another play, nor what is otherwise drawn.
    pub(crate) is_thorough: bool,
    /// Draws what is played and looked at.
    pub(crate) seed: u64,
}
