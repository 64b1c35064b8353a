//! The filters of the list of conversations.

use serde_json::{Value, json};

/// Whether a conversation is muted, archived, pinned.
pub type State = [bool; 3];

/// The values of the filters, in the same order. None is not given.
pub type Wanted = [Option<bool>; 3];

/// The names of the filters, in the same order.
pub const FILTERS: [&str; 3] = ["muted", "archived", "pinned"];

/// The query with these filters.
#[must_use]
pub fn query(wanted: Wanted) -> String {
    let given = FILTERS.iter().zip(wanted);
    let given = given.filter_map(|(name, wanted)| Some(format!("{name}={}", wanted?)));
    given.collect::<Vec<_>>().join("&")
}

/// Whether the filters let a conversation in this state through.
#[must_use]
pub fn admits(wanted: Wanted, state: State) -> bool {
    let mut pairs = wanted.into_iter().zip(state);
    pairs.all(|(wanted, is)| wanted.is_none_or(|wanted| wanted == is))
}

/// The parameters of the update that puts a conversation into this state.
#[must_use]
pub fn update([is_muted, is_archived, is_pinned]: State) -> Value {
    let archived_at = is_archived.then_some(1_700_000_000);
    json!({"is_muted": is_muted, "archived_at": archived_at, "is_pinned": is_pinned})
}
