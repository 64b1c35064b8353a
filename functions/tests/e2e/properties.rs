//! Whatever state the conversations are in, the list agrees with a plain model of it.

use proptest::prelude::*;

use crate::lists::{assert_filtered, set_state};
use crate::world::person;

proptest! {
    // A case is some thirty requests.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_filtered_list_is_what_a_plain_model_says(
        first in prop::collection::vec(any::<[bool; 3]>(), 0..6),
        later in prop::collection::vec((any::<prop::sample::Index>(), any::<[bool; 3]>()), 0..4),
        wanted in any::<[Option<bool>; 3]>(),
    ) {
        let kate = person("model");
        let mut states: Vec<_> = first.iter().map(|state| (kate.meet(&person("model.other")), *state)).collect();
        for (path, state) in &states {
            set_state(&kate, path, *state);
        }
        // Some change again: what they were before must leave no trace.
        for (index, state) in later.iter().filter(|_| !first.is_empty()) {
            let changed = &mut states[index.index(first.len())];
            changed.1 = *state;
            set_state(&kate, &changed.0, *state);
        }
        assert_filtered(&kate, &states, wanted);
    }
}
