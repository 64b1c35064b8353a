//! Reactions to a message.

use std::{fmt, iter};

use emojis::Emoji;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::text::Username;

/// The most different reaction names on one message.
const MOST_NAMES: usize = 20;

/// The most reactions of one person to one message, so one person can't use up all names.
const MOST_OF_ONE: usize = 10;

/// The name of a reaction: 1 to 64 characters `a-z0-9_+-`, or one emoji.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct ReactionName(String);

/// The text is not a reaction name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 64 characters a-z, 0-9, '_', '+' or '-', or one emoji")]
pub struct InvalidReactionName;

impl TryFrom<String> for ReactionName {
    type Error = InvalidReactionName;

    fn try_from(text: String) -> Result<Self, InvalidReactionName> {
        let is_short_name = |text: &str| {
            (1..=64).contains(&text.len())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_+-".contains(&byte))
        };
        if is_short_name(&text) {
            return Ok(Self(text));
        }
        // What the crate says of other than fully-qualified forms is not always the same emoji.
        let exact = emojis::get(&text).filter(|emoji| emoji.as_str() == text);
        let emoji = exact.or_else(|| emoji_of_any_style(&text));
        Ok(Self(emoji.ok_or(InvalidReactionName)?.as_str().to_owned()))
    }
}

/// The emoji that differs from the text only in variation selectors. Unicode recommends one place for them, keyboards
/// add them to other places and leave them out, and the text style (U+FE0E) is the same emoji:
/// <https://unicode.org/reports/tr51/#Emoji_Variation_Sequences>.
fn emoji_of_any_style(text: &str) -> Option<&'static Emoji> {
    every_emoji().find(|emoji| without_style(emoji.as_str()).eq(without_style(text)))
}

/// The text without variation selectors for the style of text or of emoji.
fn without_style(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !matches!(c, '\u{FE0E}' | '\u{FE0F}'))
}

/// Every emoji, in every skin tone.
fn every_emoji() -> impl Iterator<Item = &'static Emoji> {
    emojis::iter().flat_map(|emoji| iter::once(emoji).chain(emoji.skin_tones().into_iter().flatten()))
}

/// One reaction name, with the people who reacted, in the order of reacting.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reaction {
    name: ReactionName,
    usernames: Vec<Username>,
}

/// All reactions to a message, in the order in which their names first appeared.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reactions(Vec<Reaction>);

/// A limit on reactions that an addition would exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooManyReactions {
    /// The message would have more than 20 different names.
    OnMessage,
    /// The person would have more than 10 reactions to the message.
    OfPerson,
}

impl Reactions {
    /// Whether there are no reactions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a person's reaction. No effect if it exists.
    pub fn add(&mut self, name: &ReactionName, username: &Username) -> Result<(), TooManyReactions> {
        let is_full = self.0.len() >= MOST_NAMES;
        let own = self.0.iter().filter(|reaction| reaction.has(username)).count();
        match self.0.iter_mut().find(|reaction| reaction.name == *name) {
            Some(reaction) if reaction.has(username) => {}
            _ if own >= MOST_OF_ONE => return Err(TooManyReactions::OfPerson),
            Some(reaction) => reaction.usernames.push(username.clone()),
            None if is_full => return Err(TooManyReactions::OnMessage),
            None => self.0.push(Reaction {
                name: name.clone(),
                usernames: vec![username.clone()],
            }),
        }
        Ok(())
    }

    /// Removes a person's reaction. No effect if it does not exist.
    pub fn remove(&mut self, name: &ReactionName, username: &Username) {
        self.retain(username, |other| other != name);
    }

    /// Sets a person's reactions to exactly those in `lists`. Others keep theirs.
    pub fn replace(&mut self, lists: &ReactionLists, username: &Username) -> Result<(), TooManyReactions> {
        let wanted: Vec<_> = lists.0.iter().filter(|reaction| reaction.has(username)).collect();
        self.retain(username, |name| {
            wanted.iter().any(|reaction| reaction.name == *name)
        });
        wanted
            .into_iter()
            .try_for_each(|reaction| self.add(&reaction.name, username))
    }

    /// Removes a person's reactions, except those that `is_kept` accepts.
    fn retain(&mut self, username: &Username, is_kept: impl Fn(&ReactionName) -> bool) {
        for reaction in &mut self.0 {
            if !is_kept(&reaction.name) {
                reaction
                    .usernames
                    .retain(|other| other.folded() != username.folded());
            }
        }
        self.0.retain(|reaction| !reaction.usernames.is_empty());
    }
}

impl Reaction {
    fn has(&self, username: &Username) -> bool {
        let folded = username.folded();
        self.usernames.iter().any(|other| other.folded() == folded)
    }
}

/// Serializes as `{"heart": ["KateMcCallister"]}`.
impl Serialize for Reaction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&self.name, &self.usernames)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Reaction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ReactionLists(mut list) = deserializer.deserialize_map(ListsVisitor)?;
        match (list.pop(), list.is_empty()) {
            (Some(reaction), true) => Ok(reaction),
            _ => Err(de::Error::custom("must have one name")),
        }
    }
}

/// Reactions in a request: the array that a message shows, or one map. Names may repeat, and lists may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReactionLists(Vec<Reaction>);

impl<'de> Deserialize<'de> for ReactionLists {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListsVisitor)
    }
}

struct ListsVisitor;

impl<'de> Visitor<'de> for ListsVisitor {
    type Value = ReactionLists;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects, or one object, from names of reactions to arrays of usernames")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ReactionLists, A::Error> {
        let mut lists = Vec::new();
        while let Some((name, usernames)) = map.next_entry()? {
            lists.push(Reaction { name, usernames });
        }
        Ok(ReactionLists(lists))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ReactionLists, A::Error> {
        let mut lists = Vec::new();
        while let Some(OneMap(ReactionLists(more))) = seq.next_element()? {
            lists.extend(more);
        }
        Ok(ReactionLists(lists))
    }
}

/// An element of the array.
struct OneMap(ReactionLists);

impl<'de> Deserialize<'de> for OneMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ListsVisitor).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn name(text: &str) -> ReactionName {
        ReactionName::try_from(text.to_owned()).unwrap()
    }

    fn username(text: &str) -> Username {
        Username::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn names_are_short_names_or_one_emoji() {
        for good in [
            "red_angry_face",
            "+1",
            "-1",
            "0",
            &"a".repeat(64),
            "🚀",
            "👨‍👩‍👧‍👦",
            "🇨🇭",
            "👍🏽",
            "1️⃣",
        ] {
            assert_eq!(
                ReactionName::try_from(good.to_owned()),
                Ok(ReactionName(good.to_owned()))
            );
        }
        for bad in [
            "",
            "Heart",
            "a b",
            "a/b",
            "é",
            &"a".repeat(65),
            "🚀🚀",
            "🚀a",
            "👍🏽🏽",
            "\u{fe0f}",
            "🇨",
            "©a",
        ] {
            assert_eq!(
                ReactionName::try_from(bad.to_owned()),
                Err(InvalidReactionName),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn an_emoji_is_one_reaction_however_it_is_written() {
        for (one, other) in [
            ("❤", "❤\u{FE0F}"),
            ("❤\u{FE0E}", "❤\u{FE0F}"),
            ("🔥\u{FE0F}", "🔥"),
            ("☝🏾\u{FE0F}", "☝🏾"),
            ("👁\u{FE0F}\u{200D}🗨", "👁\u{FE0F}\u{200D}🗨\u{FE0F}"),
        ] {
            assert_eq!(name(one), name(other));
        }
        // A digit is no keycap.
        assert_ne!(name("1"), name("1\u{FE0F}\u{20E3}"));
        assert!(ReactionName::try_from("1\u{FE0F}".to_owned()).is_err());
    }

    /// Every emoji with every skin tone: with selectors behind each of its characters, without any, in the style of text.
    #[test]
    fn every_emoji_is_one_reaction_in_every_style() {
        for emoji in every_emoji() {
            let bare = emoji.as_str().replace('\u{FE0F}', "");
            for selector in ["", "\u{FE0F}", "\u{FE0E}"] {
                let behind_each: String = bare
                    .chars()
                    .flat_map(|c| iter::once(c).chain(selector.chars()))
                    .collect();
                for written in [behind_each, format!("{bare}{selector}")] {
                    assert_eq!(name(&written).0, emoji.as_str(), "{written:?}");
                }
            }
        }
    }

    #[test]
    fn order_is_the_order_of_reacting() {
        let mut reactions = Reactions::default();
        for (reaction, who) in [
            ("heart", "kate"),
            ("+1", "kevin"),
            ("heart", "Frank"),
            ("heart", "KATE"),
        ] {
            reactions.add(&name(reaction), &username(who)).unwrap();
        }
        assert_eq!(
            json!(reactions),
            json!([{"heart": ["kate", "Frank"]}, {"+1": ["kevin"]}])
        );
        reactions.remove(&name("heart"), &username("Kate"));
        reactions.remove(&name("+1"), &username("kevin"));
        assert_eq!(json!(reactions), json!([{"heart": ["Frank"]}]));
    }

    #[test]
    fn the_array_that_is_shown_and_one_map_mean_the_same() {
        let array = json!([{"+1": ["kevin", "kate"]}, {"heart": ["kate"]}]);
        let map = json!({"+1": ["kevin", "kate"], "heart": ["kate"]});
        let array: ReactionLists = serde_json::from_value(array).unwrap();
        let map: ReactionLists = serde_json::from_value(map).unwrap();
        assert_eq!(array, map);
        for bad in [
            json!("heart"),
            json!(["heart"]),
            json!({"heart": "kate"}),
            json!([["kate"]]),
            json!({"A": ["kate"]}),
        ] {
            assert!(
                serde_json::from_value::<ReactionLists>(bad.clone()).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn twenty_names_are_the_most() {
        let mut reactions = Reactions::default();
        for number in 0..MOST_NAMES {
            let who = if number < MOST_OF_ONE { "kate" } else { "kevin" };
            reactions
                .add(&name(&format!("n{number}")), &username(who))
                .unwrap();
        }
        let full = reactions.clone();
        for (who, reaction, error) in [
            ("frank", "one-more", TooManyReactions::OnMessage),
            ("kate", "one-more", TooManyReactions::OfPerson),
            // The limit holds even if another person already has the name.
            ("KATE", "n10", TooManyReactions::OfPerson),
        ] {
            assert_eq!(reactions.add(&name(reaction), &username(who)), Err(error));
        }
        assert_eq!(reactions, full);
        reactions.add(&name("n0"), &username("kate")).unwrap();
        reactions.add(&name("n0"), &username("frank")).unwrap();
        // Removing one makes room for another.
        reactions.remove(&name("n0"), &username("kate"));
        reactions.add(&name("n10"), &username("kate")).unwrap();
    }

    proptest! {
        #[test]
        fn replacing_ones_own_leaves_the_others(
            before in prop::collection::vec(("[a-d]", "k[a-c]"), 0..12), wanted in prop::collection::vec("[a-f]", 0..6),
        ) {
            let me = username("ka");
            let mut reactions = Reactions::default();
            for (reaction, who) in &before {
                reactions.add(&name(reaction), &username(who)).unwrap();
            }
            let mut expected = reactions.clone();
            let lists: Vec<_> = wanted.iter().map(|name| json!({name: ["kb", "KA"]})).collect();
            reactions.replace(&serde_json::from_value(json!(lists)).unwrap(), &me).unwrap();
            let own = |reactions: &Reactions| -> std::collections::BTreeSet<String> {
                reactions.0.iter().filter(|reaction| reaction.has(&me)).map(|reaction| reaction.name.0.clone()).collect()
            };
            prop_assert_eq!(own(&reactions), wanted.iter().cloned().collect());
            expected.retain(&me, |_| false);
            reactions.retain(&me, |_| false);
            prop_assert_eq!(reactions.0.len(), expected.0.len());
            prop_assert!(expected.0.iter().all(|reaction| reactions.0.contains(reaction)));
        }
    }
}
