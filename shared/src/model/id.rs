//! Ids: 16 base62 characters. They sort by creation time and contain the tag of their partition.
//!
//! The number behind the text is 42 bits of Unix milliseconds (until the year 2109), followed by 53 bits. In a
//! conversation's id the upper 32 of those 53 bits are its [`Tag`]; every message's id repeats its conversation's tag.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::timestamp::{Millis, Timestamp};

const LENGTH: usize = 16;
const RANDOM_BITS: u32 = 53;
const TAG_SHIFT: u32 = 21;
const LOW_BITS: u32 = (1 << TAG_SHIFT) - 1;
/// The largest step from a message's id to the next one. Random steps make it unlikely that racing senders pick the
/// same id.
const LONGEST_STEP: u32 = 1024;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The kinds of ids.
mod kind {
    /// An uploaded file.
    #[derive(Debug)]
    pub enum Attachment {}
    /// A conversation.
    #[derive(Debug)]
    pub enum Conversation {}
    /// A group.
    #[derive(Debug)]
    pub enum Group {}
    /// A message.
    #[derive(Debug)]
    pub enum Message {}
    /// A person.
    #[derive(Debug)]
    pub enum Person {}
    /// A playlist.
    #[derive(Debug)]
    pub enum Playlist {}
    /// A sound.
    #[derive(Debug)]
    pub enum Sound {}
    /// A theme.
    #[derive(Debug)]
    pub enum Theme {}
    /// A token.
    #[derive(Debug)]
    pub enum Token {}
    /// A version of the catalogue.
    #[derive(Debug)]
    pub enum Version {}
}

/// The id of an attachment.
pub type AttachmentId = Id<kind::Attachment>;
/// The id of a conversation.
pub type ConversationId = Id<kind::Conversation>;
/// The id of a group.
pub type GroupId = Id<kind::Group>;
/// The id of a message.
pub type MessageId = Id<kind::Message>;
/// The id of a person.
pub type PersonId = Id<kind::Person>;
/// The id of a playlist.
pub type PlaylistId = Id<kind::Playlist>;
/// The id of a sound.
pub type SoundId = Id<kind::Sound>;
/// The id of a theme.
pub type ThemeId = Id<kind::Theme>;
/// The id of a token, with which operators name it. Not secret.
pub type TokenId = Id<kind::Token>;
/// The id of a catalogue version. Versions sort by the start of their import.
pub type VersionId = Id<kind::Version>;

/// The id of a `K`: exactly 16 characters `[0-9A-Za-z]` that sort (ASCII) in creation order.
///
/// Only the type has the kind: the text of an id does not say what it names.
pub struct Id<K> {
    number: u128,
    kind: PhantomData<fn() -> K>,
}

/// The 32 random bits that determine the partition of a conversation's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag(pub u32);

impl<K> Id<K> {
    /// A new id: the time, then 53 random bits. Needs no coordination: two ids of the same millisecond are equal once
    /// in 2⁵³.
    #[must_use]
    pub fn generate(now: Millis) -> Self {
        Self::from_parts(now, rand::random())
    }

    /// The id with this time and the lower 53 bits of `random`.
    #[must_use]
    pub fn from_parts(now: Millis, random: u64) -> Self {
        let random = random & ((1 << RANDOM_BITS) - 1);
        Self::from_number((u128::from(now.0) << RANDOM_BITS) | u128::from(random))
    }

    /// The time and the lower 53 bits, the arguments of [`Id::from_parts`].
    #[must_use]
    pub fn parts(self) -> (Millis, u64) {
        let random = self.number & ((1 << RANDOM_BITS) - 1);
        (self.made_at(), u64::try_from(random).unwrap_or_default())
    }

    /// The tag: a conversation's own, that of a message's conversation, or that of an attachment's owner.
    #[must_use]
    pub fn tag(self) -> Tag {
        let bits = (self.number >> TAG_SHIFT) & u128::from(u32::MAX);
        Tag(u32::try_from(bits).unwrap_or_default())
    }

    /// The same number as an id of another kind, for orders that mix ids of two kinds.
    #[must_use]
    pub fn cast<L>(self) -> Id<L> {
        Id::from_number(self.number)
    }

    /// The creation time, in whole seconds.
    #[must_use]
    pub fn created_at(self) -> Timestamp {
        self.made_at().into()
    }

    /// The creation time, in milliseconds.
    #[must_use]
    pub(crate) fn made_at(self) -> Millis {
        Millis(u64::try_from(self.number >> RANDOM_BITS).unwrap_or(u64::MAX))
    }

    /// The next smaller id.
    #[must_use]
    pub(crate) fn just_before(self) -> Self {
        Self::from_number(self.number.saturating_sub(1))
    }

    /// The next larger id.
    #[must_use]
    pub(crate) fn just_after(self) -> Self {
        Self::from_number(self.number.saturating_add(1))
    }

    fn from_number(number: u128) -> Self {
        Self {
            number,
            kind: PhantomData,
        }
    }

    fn text(self) -> [u8; LENGTH] {
        let mut text = [b'0'; LENGTH];
        let mut rest = self.number;
        for place in text.iter_mut().rev() {
            *place = DIGITS[(rest % 62) as usize];
            rest /= 62;
        }
        text
    }
}

impl AttachmentId {
    /// The id of a new attachment of `owner`, whose tag it repeats: all files of one person stand in one partition.
    #[must_use]
    pub fn of(owner: PersonId, now: Millis) -> Self {
        let low = u64::from(rand::random::<u32>() & LOW_BITS);
        Self::from_parts(now, (u64::from(owner.tag().0) << TAG_SHIFT) | low)
    }
}

impl MessageId {
    /// The id of a new message after `last`: of the present time, or right after `last` if that is later. It has the
    /// same tag. The first message of a conversation comes after the conversation's own id.
    #[must_use]
    pub fn next(last: Self, now: Millis) -> Self {
        let tag = u64::from(last.tag().0) << TAG_SHIFT;
        let at = |millis, low: u32| Self::from_parts(Millis(millis), tag | u64::from(low & LOW_BITS));
        let drawn = at(now.0, rand::random());
        if drawn > last {
            return drawn;
        }
        let Millis(millis) = last.made_at();
        let low = u32::try_from(last.number & u128::from(LOW_BITS)).unwrap_or_default();
        let low = low + 1 + rand::random::<u32>() % LONGEST_STEP;
        if low > LOW_BITS {
            at(millis + 1, low)
        } else {
            at(millis, low)
        }
    }
}

/// The text is not 16 characters `[0-9A-Za-z]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an id: 16 characters 0-9, A-Z, a-z")]
pub struct InvalidId;

impl<K> FromStr for Id<K> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.len() != LENGTH {
            return Err(InvalidId);
        }
        text.bytes()
            .try_fold(0u128, |number, byte| {
                let digit = match byte {
                    b'0'..=b'9' => byte - b'0',
                    b'A'..=b'Z' => byte - b'A' + 10,
                    b'a'..=b'z' => byte - b'a' + 36,
                    _ => return None,
                };
                Some(number * 62 + u128::from(digit))
            })
            .map(Self::from_number)
            .ok_or(InvalidId)
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text()
            .iter()
            .try_for_each(|byte| fmt::Write::write_char(f, char::from(*byte)))
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

// By hand, because a derive would require `K: Copy`, and `K` is only a marker.
impl<K> Copy for Id<K> {}
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.cmp(&other.number)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread;

    use proptest::prelude::*;

    use super::*;

    type TestId = PersonId;
    const LAST_MILLISECOND: u64 = (1 << 42) - 1;

    proptest! {
        #[test]
        fn text_and_number_are_one_to_one(ms in 0..=LAST_MILLISECOND, random: u64) {
            let id = TestId::from_parts(Millis(ms), random);
            prop_assert_eq!(id.to_string().len(), 16);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert_eq!(id.parts(), (Millis(ms), random & ((1 << 53) - 1)));
        }

        #[test]
        fn ids_sort_by_time_first(a in 0..=LAST_MILLISECOND, b in 0..=LAST_MILLISECOND, x: u64, y: u64) {
            let (first, second) = (TestId::from_parts(Millis(a), x), TestId::from_parts(Millis(b), y));
            prop_assert_eq!(first.cmp(&second), first.to_string().cmp(&second.to_string()));
            if a != b {
                prop_assert_eq!(first.cmp(&second), a.cmp(&b));
            }
        }

        #[test]
        fn the_tag_is_the_upper_32_of_the_53_bits(ms in 0..=LAST_MILLISECOND, tag: u32, low in 0u64..1 << 21) {
            let id = TestId::from_parts(Millis(ms), (u64::from(tag) << 21) | low);
            prop_assert_eq!(id.tag(), Tag(tag));
            prop_assert_eq!(id.cast::<kind::Message>().tag(), Tag(tag));
        }

        #[test]
        fn any_sixteen_base62_characters_are_an_id(text in "[0-9A-Za-z]{16}") {
            prop_assert_eq!(text.parse::<TestId>().map(|id| id.to_string()), Ok(text));
        }

        #[test]
        fn nothing_else_is(text in "\\PC{0,20}") {
            let well_formed = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
            prop_assert_eq!(text.parse::<TestId>().is_ok(), well_formed);
        }
    }

    proptest! {
        #[test]
        fn a_messages_id_follows_the_last_one_and_carries_its_tag(
            now in 0..LAST_MILLISECOND, last_ms in 0..LAST_MILLISECOND, tag: u32, low in 0u64..1 << 21,
        ) {
            let last = MessageId::from_parts(Millis(last_ms), (u64::from(tag) << 21) | low);
            let next = Id::next(last, Millis(now));
            prop_assert!(next > last);
            prop_assert_eq!(next.tag(), last.tag());
            prop_assert!(next.created_at() >= Millis(now.max(last_ms)).into());
            prop_assert!(next.created_at() <= Millis(now.max(last_ms) + 1).into());
        }
    }

    #[test]
    fn eight_threads_in_one_millisecond_never_draw_the_same_id() {
        let draw = || {
            (0..20_000)
                .map(|_| TestId::generate(Millis(1_700_000_000_000)))
                .collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..8).map(|_| thread::spawn(draw)).collect();
        let ids: Vec<_> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 160_000);
    }
}
