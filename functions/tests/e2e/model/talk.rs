//! Messages: sending, changing, listing, reading.

use serde_json::{Value, json};

use super::render::page;
use super::state::{Message, Moment, Seen, Sent};
use super::steps::{Place, REACTIONS, Start};
use super::world::{Asked, Verdict, World, id, same};
use crate::http::Request;

/// A message that a step means, and what its person may do about it.
struct Meant {
    path: String,
    /// Whether the person can see it.
    is_seen: bool,
    is_own: bool,
}

impl World<'_> {
    pub(super) fn send(&mut self, who: usize, place: Place) -> Verdict {
        let Some(conversation) = self.state.known(place).map(|known| known.id.clone()) else {
            return Ok(());
        };
        let text = format!("Number {}", self.number());
        let body = json!({"conversation_id": conversation, "message": text});
        let asked = self.post(who, "/v1/messages", Some(&body))?;
        let Some(found) = self.state.conversation_of(who, place) else {
            return asked.missing(Some("conversation_id"));
        };
        let shown = asked.expect(201)?;
        let new = id(&shown);
        let is_later = new.as_str() > found.rank();
        same("a new message has the largest id", &json!(is_later), &json!(true))?;
        let created_at = Moment::since(asked.since).expected(&shown["created_at"]);
        let message = Message {
            id: new.clone(),
            sender: who,
            text,
            reactions: Vec::new(),
            created_at: created_at.as_i64().unwrap_or_default(),
            updated_at: None,
            read_at: None,
            is_deleted: false,
        };
        let at = message.created_at;
        if let Some(side) = found.sides.get_mut(&who) {
            side.rank.clone_from(&new);
        }
        found.messages.push(message.clone());
        self.state.stream.push(Sent {
            conversation: conversation.clone(),
            message: new,
            sender: who,
            at,
        });
        let expected = self.state.message(&conversation, &message, &shown);
        same("a message sent", &shown, &expected)
    }

    /// The message that a step means, in the conversation there or the last one there was.
    fn meant(&mut self, who: usize, place: Place, which: usize) -> Option<Meant> {
        let is_in = self.state.conversation_of(who, place).is_some();
        let known = self.state.known(place)?;
        let message = &known.messages[known.at(which)?];
        Some(Meant {
            path: format!("/v1/messages/{}", message.id),
            is_seen: is_in && !message.is_deleted,
            is_own: message.sender == who,
        })
    }

    /// Does something to a message that is seen, and compares it as it is then.
    fn changed(
        &mut self,
        who: usize,
        place: Place,
        which: usize,
        asked: &Asked,
        change: impl FnOnce(&mut Message),
    ) -> Verdict {
        let shown = asked.expect(200)?;
        let Some(found) = self.state.conversation_of(who, place) else {
            return Ok(());
        };
        let conversation = found.id.clone();
        let Some(message) = found.message(which) else {
            return Ok(());
        };
        change(message);
        let message = message.clone();
        let expected = self.state.message(&conversation, &message, &shown);
        same("a message changed", &shown, &expected)
    }

    pub(super) fn edit(&mut self, who: usize, place: Place, which: usize) -> Verdict {
        let Some(meant) = self.meant(who, place, which) else {
            return Ok(());
        };
        let text = format!("Edited {}", self.number());
        let asked = self.put(who, &meant.path, &json!({"message": text}))?;
        match meant {
            Meant { is_seen: false, .. } => asked.missing(None),
            Meant { is_own: false, .. } => asked.not_allowed(),
            _ => self.changed(who, place, which, &asked, |message| {
                message.text = text;
                message.updated_at = Some(Moment::since(asked.since));
            }),
        }
    }

    pub(super) fn delete_message(&mut self, who: usize, place: Place, which: usize) -> Verdict {
        let Some(meant) = self.meant(who, place, which) else {
            return Ok(());
        };
        let owns = match place {
            Place::Group(number) => self
                .state
                .groups
                .get(&number)
                .is_some_and(|group| group.is_owned_by(who)),
            Place::Pair(..) => false,
        };
        if !meant.is_seen {
            return self.try_delete(who, &meant.path)?.missing(None);
        }
        if !meant.is_own && !owns {
            return self.try_delete(who, &meant.path)?.not_allowed();
        }
        self.delete(who, &meant.path)?;
        let Some(found) = self.state.conversation_of(who, place) else {
            return Ok(());
        };
        if let Some(message) = found.message(which) {
            message.is_deleted = true;
            let gone = message.id.clone();
            found.pinned.take_if(|pinned| *pinned == gone);
        }
        Ok(())
    }

    pub(super) fn react(
        &mut self,
        who: usize,
        place: Place,
        which: usize,
        name: &'static str,
        on: bool,
    ) -> Verdict {
        let Some(meant) = self.meant(who, place, which) else {
            return Ok(());
        };
        let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
        let path = format!("{}/reactions/{encoded}", meant.path);
        if on {
            let asked = self.ask(who, &Request::new("PUT", path))?;
            if !meant.is_seen {
                return asked.missing(None);
            }
            return self.changed(who, place, which, &asked, |message| {
                message.react(who, name, true);
            });
        }
        if !meant.is_seen {
            return self.try_delete(who, &path)?.missing(None);
        }
        self.try_delete(who, &path)?.expect(204)?;
        let found = self.state.conversation_of(who, place);
        if let Some(message) = found.and_then(|found| found.message(which)) {
            message.react(who, name, false);
        }
        Ok(())
    }

    pub(super) fn react_with(&mut self, who: usize, place: Place, which: usize, names: u8) -> Verdict {
        let Some(meant) = self.meant(who, place, which) else {
            return Ok(());
        };
        let username = self.people[who].username.clone();
        let has = |at: usize| names & (1 << at) > 0;
        // What others are said to have is not the caller's to say.
        let lists = REACTIONS.iter().enumerate().map(|(at, name)| {
            let usernames = if has(at) {
                vec![username.as_str(), "nobody"]
            } else {
                vec!["nobody"]
            };
            json!({ *name: usernames })
        });
        let body = json!({"reactions": lists.collect::<Value>()});
        let asked = self.put(who, &meant.path, &body)?;
        if !meant.is_seen {
            return asked.missing(None);
        }
        self.changed(who, place, which, &asked, |message| {
            for on in [false, true] {
                for (at, name) in REACTIONS.into_iter().enumerate() {
                    if has(at) == on {
                        message.react(who, name, on);
                    }
                }
            }
        })
    }

    pub(super) fn list(
        &mut self,
        who: usize,
        place: Place,
        from: Start,
        limit: usize,
        opens: bool,
    ) -> Verdict {
        let Some(known) = self.state.known(place) else {
            return Ok(());
        };
        let conversation = known.id.clone();
        let id_at = |which: usize| known.at(which).map(|at| known.messages[at].id.clone());
        let (after, before) = match from {
            Start::Newest => (None, None),
            Start::After(which) => (id_at(which), None),
            Start::Before(which) => (None, id_at(which)),
        };
        let mut path = format!("/v1/messages?conversation_id={conversation}&limit={limit}");
        for (param, cursor) in [("starting_after", &after), ("ending_before", &before)] {
            if let Some(cursor) = cursor {
                path = format!("{path}&{param}={cursor}");
            }
        }
        if !opens {
            path += "&mark_read=false";
        }
        let asked = self.get(who, &path)?;
        let Some(found) = self.state.conversation_of(who, place) else {
            return asked.missing(Some("conversation_id"));
        };
        let shown = asked.expect(200)?;
        let place_of = |cursor: &Option<String>, message: &Message| Some(&message.id).cmp(&cursor.as_ref());
        let fits = |message: &&Message| {
            (after.is_none() || place_of(&after, message).is_lt())
                && (before.is_none() || place_of(&before, message).is_gt())
        };
        let mut matching: Vec<_> = found
            .existing()
            .filter(fits)
            .map(|message| message.id.clone())
            .collect();
        if before.is_some() {
            matching.reverse();
        }
        let reaches_newest = after.is_none() && (before.is_none() || matching.len() <= limit);
        if opens && reaches_newest {
            let seen = if matching.is_empty() {
                Seen::Nothing
            } else {
                Seen::All
            };
            found.open(who, seen, &Moment::since(asked.since));
        }
        let found = found.clone();
        let message = |id: &String| found.messages.iter().find(|message| message.id == *id);
        let item = |id: &String, shown: &Value| match message(id) {
            Some(message) => self.state.message(&conversation, message, shown),
            None => Value::Null,
        };
        let expected = page(matching, limit, before.is_some(), &shown, item, Clone::clone);
        same("a page of messages", &shown, &expected)
    }

    pub(super) fn read(&mut self, who: usize, place: Place, which: Option<usize>) -> Verdict {
        let Some(known) = self.state.known(place) else {
            return Ok(());
        };
        let path = format!("/v1/conversations/{}/read", known.id);
        let message = which
            .and_then(|which| known.at(which))
            .map(|at| (at, &known.messages[at]));
        let is_deleted = message.is_some_and(|(_, message)| message.is_deleted);
        let seen = message.map_or(Seen::All, |(at, _)| Seen::First(at + 1));
        let body = match message {
            Some((_, message)) => json!({"message_id": message.id}),
            None => json!({}),
        };
        let asked = self.post(who, &path, Some(&body))?;
        let Some(found) = self.state.conversation_of(who, place) else {
            return asked.missing(None);
        };
        if is_deleted {
            return asked.missing(Some("message_id"));
        }
        let shown = asked.expect(200)?;
        found.open(who, seen, &Moment::since(asked.since));
        let expected = self.state.conversation(who, place, &shown);
        same("a conversation read", &shown, &expected)
    }
}
