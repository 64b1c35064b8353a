//! People and their tokens, as the model knows them.

use super::{Conv, Facts, Model, Name, words};
use crate::scene::{EVERYBODY, Who};

/// Somebody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) username: String,
    pub(crate) phone: Option<String>,
    pub(crate) picture: Option<String>,
    /// Whether they have ever sent a message.
    pub(crate) is_active: bool,
    pub(crate) is_claimed: bool,
    pub(crate) made_at: u64,
}

/// A token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) is_valid: bool,
}

/// Who has the username of a retired Otto.
const NEW_OTTO: Name = "the new Otto";
/// The username of somebody who is retired.
pub(crate) const NOBODY: &str = "nobody";

impl Model {
    /// Who has the username "otto".
    pub(crate) fn named_otto(&self) -> Name {
        if self.people.contains_key(NEW_OTTO) {
            NEW_OTTO
        } else {
            "Otto"
        }
    }

    /// Gives the username "otto" to somebody new. Whoever had it stays in address books, and in the end nowhere else.
    pub(crate) fn retire_otto(&mut self) {
        let made_at = self.tick();
        let new = Person {
            username: Who::Otto.username(),
            is_claimed: true,
            made_at,
            ..Person::default()
        };
        self.people.insert(NEW_OTTO, new);
        let old = self.people.get_mut("Otto").unwrap();
        NOBODY.clone_into(&mut old.username);
        (old.phone, old.picture) = (None, None);
    }

    /// Takes a retired Otto out of conversations and groups, as is done in the background.
    pub(super) fn finish_retirement(&mut self) {
        if !self.people.contains_key(NEW_OTTO) {
            return;
        }
        let is_his = |conv: &Conv| matches!(conv, Conv::Pair(one, other) if [*one, *other].contains(&"Otto"));
        self.conversations.retain(|conv, _| !is_his(conv));
        let groups: Vec<_> = self.groups.keys().copied().collect();
        for group in groups {
            self.shut_out(group, "Otto");
        }
    }

    /// What there is to see of people.
    pub(super) fn people_facts(&self, facts: &mut Facts) {
        for (name, person) in &self.people {
            let data = words::person(
                &person.username,
                person.phone.clone(),
                person.picture.clone(),
                person.is_active,
            );
            facts.insert(format!("{name}'s own data"), data);
        }
        for who in EVERYBODY {
            if let Some(token) = self.tokens.get(who.name()) {
                facts.insert(
                    format!("whether {who}'s token is valid"),
                    words::yes(token.is_valid),
                );
            }
            facts.insert(
                format!("whether {who} was active when their newest message was sent"),
                words::yes(true),
            );
        }
    }

    /// How many rows of each kind people have.
    pub(super) fn people_rows(&self, add: &mut impl FnMut(&'static str, usize)) {
        let more = self.more_tokens.values().sum::<usize>();
        add("person", self.people.len());
        // The one of a retired person stands for nobody.
        add("username", self.people.len());
        add("person_token", self.tokens.len() + more);
        let valid = self.tokens.values().filter(|token| token.is_valid);
        add("token", valid.count() + more);
    }
}
