//! New ids.

use shared::model::{Id, Millis};

/// How many ids have the same millisecond: the upper 21 of their 53 bits count them.
const IDS_PER_MILLISECOND: u64 = 1 << 21;

/// New ids, the largest first, all larger than `newest`. No two of them are the same, however many there are.
pub(super) fn new_ids<K>(count: usize, now: Millis, newest: Option<Id<K>>) -> Vec<Id<K>> {
    let after = newest.map(|newest| {
        let second = u64::try_from(newest.created_at().0).unwrap_or_default();
        (newest, Millis((second + 1) * 1000))
    });
    let first = match after {
        // Two imports in the same second, or a clock that has been set back.
        Some((newest, after)) if Id::from_parts(now, 0) <= newest => after,
        _ => now,
    };
    (0..count as u64)
        .rev()
        .map(|number| {
            let low = (number % IDS_PER_MILLISECOND) << 32 | u64::from(rand::random::<u32>());
            Id::from_parts(first.plus(number / IDS_PER_MILLISECOND), low)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::model::SoundId;

    use super::*;

    proptest! {
        #[test]
        fn they_fall_strictly_and_come_after_what_was(
            count in 0usize..100, now in 0u64..1 << 41, newest in proptest::option::of((0u64..1 << 41, any::<u64>())),
        ) {
            let newest = newest.map(|(millis, low)| SoundId::from_parts(Millis(millis), low));
            let ids = new_ids(count, Millis(now), newest);
            prop_assert_eq!(ids.len(), count);
            prop_assert!(ids.windows(2).all(|pair| pair[0] > pair[1]));
            prop_assert!(ids.last().is_none_or(|last| newest.is_none_or(|newest| *last > newest)));
        }
    }

    #[test]
    fn more_than_a_millisecond_holds() {
        let ids: Vec<SoundId> = new_ids(3_000_000, Millis(1_800_000_000_000), None);
        assert!(ids.windows(2).all(|pair| pair[0] > pair[1]));
    }
}
