//! The random steps.

use proptest::prelude::*;

/// Three people. Each pair has a conversation.
pub(super) const PEOPLE: [&str; 3] = ["kate", "kevin", "frank"];
/// The participants of each conversation.
pub(super) const PAIRS: [[usize; 2]; 3] = [[0, 1], [0, 2], [1, 2]];
/// The reaction names.
pub(super) const REACTIONS: [&str; 3] = ["heart", "+1", "🎄"];

/// A step of one person: `who` is one of the two in a conversation, `which` one of its messages.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Send {
        place: usize,
        who: usize,
    },
    Edit {
        place: usize,
        who: usize,
        which: usize,
    },
    Delete {
        place: usize,
        who: usize,
        which: usize,
    },
    React {
        place: usize,
        who: usize,
        which: usize,
        name: usize,
        on: bool,
    },
    List {
        place: usize,
        who: usize,
        from: Option<usize>,
        limit: usize,
        opens: bool,
    },
    MarkRead {
        place: usize,
        who: usize,
        which: Option<usize>,
    },
    Archive {
        place: usize,
        who: usize,
        on: bool,
    },
    /// The stream delivers some messages in one batch. It keeps them if they will be delivered again.
    Stream {
        first: usize,
        count: usize,
        keeps: bool,
    },
}

/// A random sequence of steps.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (place, who, which) = (|| 0usize..3, || 0usize..2, || 0usize..20);
    let step = prop_oneof![
        8 => (place(), who()).prop_map(|(place, who)| Step::Send { place, who }),
        1 => (place(), who(), which()).prop_map(|(place, who, which)| Step::Edit { place, who, which }),
        3 => (place(), who(), which()).prop_map(|(place, who, which)| Step::Delete { place, who, which }),
        2 => (place(), who(), which(), 0usize..3, any::<bool>())
            .prop_map(|(place, who, which, name, on)| Step::React { place, who, which, name, on }),
        4 => (place(), who(), prop::option::weighted(0.4, which()), 1usize..5, prop::bool::weighted(0.8))
            .prop_map(|(place, who, from, limit, opens)| Step::List { place, who, from, limit, opens }),
        3 => (place(), who(), prop::option::weighted(0.7, which()))
            .prop_map(|(place, who, which)| Step::MarkRead { place, who, which }),
        1 => (place(), who(), any::<bool>()).prop_map(|(place, who, on)| Step::Archive { place, who, on }),
        4 => (0usize..6, 1usize..6, any::<bool>())
            .prop_map(|(first, count, keeps)| Step::Stream { first, count, keeps }),
    ];
    prop::collection::vec(step, 24..36)
}
