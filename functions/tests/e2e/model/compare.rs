//! What people are shown, held against the model.

use serde_json::{Value, json};

use super::render::page;
use super::state::{Conversation, Message};
use super::steps::{PEOPLE, Place};
use super::world::{Verdict, World, same};

/// The filters of the list of conversations.
const FILTERS: [&str; 7] = [
    "",
    "&archived=false",
    "&archived=true",
    "&muted=true",
    "&muted=false&archived=false",
    "&pinned=true",
    "&pinned=false",
];

/// How many kinds of lists there are.
const KINDS: usize = 4;

impl World<'_> {
    /// Compares a part, another one after each step: what everybody sees of the place where something was done, and one
    /// kind of list of one person.
    pub(super) fn compare_some(&self, number: usize, place: Option<Place>) -> Verdict {
        let limit = 1 + number % 4;
        let viewer = number % PEOPLE.len();
        if let Some((place, conversation)) =
            place.and_then(|place| Some((place, self.state.conversations.get(&place)?)))
        {
            for who in conversation.sides.keys() {
                self.compare_conversation(*who, place)?;
            }
            let readers: Vec<_> = conversation.sides.keys().collect();
            let reader = *readers[number % readers.len()];
            self.compare_messages(reader, place, 100)?;
            if number.is_multiple_of(3) {
                self.compare_messages(reader, place, limit)?;
            }
        }
        self.compare_lists(viewer, number / PEOPLE.len() % KINDS, limit)
    }

    /// Compares everything that anybody sees.
    pub(super) fn compare_all(&self) -> Verdict {
        for who in 0..PEOPLE.len() {
            for kind in 0..KINDS {
                self.compare_lists(who, kind, 1 + who)?;
            }
            for (place, conversation) in &self.state.conversations {
                if conversation.sides.contains_key(&who) {
                    self.compare_conversation(who, *place)?;
                    self.compare_messages(who, *place, 2 + who % 2)?;
                    self.compare_single_messages(who, conversation)?;
                }
            }
        }
        Ok(())
    }

    fn compare_lists(&self, who: usize, kind: usize, limit: usize) -> Verdict {
        match kind {
            0 => self.compare_conversations(who, limit),
            1 => self.compare_groups(who, limit),
            2 => self.compare_contacts(who, limit),
            _ => self.compare_all_messages(who, limit),
        }
    }

    /// Asks for a page and compares it with what `expected` says of the one that is shown.
    fn compare_page(&self, who: usize, path: &str, expected: impl Fn(&Value) -> Value) -> Verdict<Value> {
        let shown = self.get(who, path)?.expect(200)?;
        same(&format!("{} gets {path}", PEOPLE[who]), &shown, &expected(&shown))?;
        Ok(shown)
    }

    /// Walks a list by `next_cursor` to its end. `after` gives what follows a cursor, in the order of the list.
    fn walk<T>(
        &self,
        who: usize,
        path: &str,
        limit: usize,
        after: impl Fn(Option<&str>) -> Vec<T>,
        item: impl Fn(&T, &Value) -> Value,
        cursor: impl Fn(&T) -> String,
    ) -> Verdict {
        let mut place: Option<String> = None;
        loop {
            let matching = after(place.as_deref());
            let more = place.map_or(String::new(), |place| format!("&starting_after={place}"));
            let path = format!("{path}limit={limit}{more}");
            let shown = self.get(who, &path)?.expect(200)?;
            let expected = page(matching, limit, false, &shown, &item, &cursor);
            same(&format!("{} gets {path}", PEOPLE[who]), &shown, &expected)?;
            place = shown["next_cursor"].as_str().map(ToOwned::to_owned);
            if place.is_none() {
                return Ok(());
            }
        }
    }

    fn compare_conversation(&self, who: usize, place: Place) -> Verdict {
        let path = format!("/v1/conversations/{}", self.state.conversations[&place].id);
        self.compare_page(who, &path, |shown| self.state.conversation(who, place, shown))
            .map(drop)
    }

    /// The messages of a conversation, to the end, and back from the oldest.
    fn compare_messages(&self, who: usize, place: Place, limit: usize) -> Verdict {
        let conversation = &self.state.conversations[&place];
        let path = format!(
            "/v1/messages?mark_read=false&conversation_id={}&",
            conversation.id
        );
        let item = |message: &&Message, shown: &Value| self.state.message(&conversation.id, message, shown);
        let cursor = |message: &&Message| message.id.clone();
        let after = |place: Option<&str>| {
            let follows = |message: &&Message| place.is_none_or(|place| message.id.as_str() < place);
            conversation.existing().filter(follows).collect()
        };
        self.walk(who, &path, limit, after, item, cursor)?;
        let mut place = conversation.messages.first().map(|oldest| oldest.id.clone());
        while let Some(from) = place.filter(|_| limit < 100) {
            let newer = conversation.existing().rev().filter(|message| message.id > from);
            let matching: Vec<_> = newer.collect();
            let path = format!("{path}limit={limit}&ending_before={from}");
            let shown = self.compare_page(who, &path, |shown| {
                page(matching.clone(), limit, true, shown, item, cursor)
            })?;
            let first = shown["data"][0]["id"].as_str();
            place = first.filter(|_| shown["has_more"] == true).map(ToOwned::to_owned);
        }
        Ok(())
    }

    fn compare_single_messages(&self, who: usize, conversation: &Conversation) -> Verdict {
        for message in &conversation.messages {
            let path = format!("/v1/messages/{}", message.id);
            if message.is_deleted {
                self.get(who, &path)?.missing(None)?;
            } else {
                self.compare_page(who, &path, |shown| {
                    self.state.message(&conversation.id, message, shown)
                })?;
            }
        }
        Ok(())
    }

    /// The conversations of somebody, where their lists have them now.
    fn places_of(&self, who: usize) -> Vec<(Place, &Conversation)> {
        let own = self.state.conversations.iter();
        let mut own: Vec<_> = own
            .filter(|(_, conversation)| conversation.sides.contains_key(&who))
            .map(|(place, conversation)| (*place, conversation))
            .collect();
        own.sort_by_key(|(_, conversation)| conversation.sides[&who].rank.as_str());
        own.reverse();
        own
    }

    /// The list of conversations with each filter.
    fn compare_conversations(&self, who: usize, limit: usize) -> Verdict {
        let groups = self.state.groups.values();
        let of_groups = groups.map(|group| format!("&group_id={}", group.id));
        for filter in FILTERS.map(str::to_owned).into_iter().chain(of_groups) {
            let matches = |place: &Place, conversation: &Conversation| {
                let side = &conversation.sides[&who];
                filter
                    .split('&')
                    .filter(|part| !part.is_empty())
                    .all(|part| match part.split_once('=') {
                        Some(("archived", is)) => side.archived_at.is_some().to_string() == is,
                        Some(("muted", is)) => side.is_muted.to_string() == is,
                        Some(("pinned", is)) => side.is_pinned.to_string() == is,
                        Some((_, id)) => {
                            matches!(place, Place::Group(number) if self.state.groups[number].id == id)
                        }
                        None => false,
                    })
            };
            let rank = |conversation: &Conversation| format!("cur_{}", conversation.sides[&who].rank);
            let after = |place: Option<&str>| {
                let follows = |conversation: &Conversation| {
                    // What has moved up across the place meanwhile has been met there, or will be from the start.
                    place.is_none_or(|place| {
                        rank(conversation).as_str() < place
                            && format!("cur_{}", conversation.rank()).as_str() < place
                    })
                };
                let own = self.places_of(who).into_iter();
                own.filter(|(place, conversation)| matches(place, conversation) && follows(conversation))
                    .collect::<Vec<_>>()
            };
            self.walk(
                who,
                &format!("/v1/conversations?{}&", filter.trim_start_matches('&')).replace("?&", "?"),
                // The list without a filter is walked by small pages.
                if filter.is_empty() { limit } else { 10 },
                after,
                |(place, _), shown| self.state.conversation(who, *place, shown),
                |(_, conversation)| rank(conversation),
            )?;
        }
        Ok(())
    }

    fn compare_groups(&self, who: usize, limit: usize) -> Verdict {
        for archived in [None, Some(true), Some(false)] {
            let filter = archived.map_or(String::new(), |archived| format!("archived={archived}&"));
            let after = |place: Option<&str>| {
                let own = self.state.groups.iter().filter(|(_, group)| {
                    group.members.contains(&who)
                        && archived.is_none_or(|archived| archived == group.archived_at.is_some())
                        && place.is_none_or(|place| group.id.as_str() < place)
                });
                let mut own: Vec<_> = own.collect();
                own.sort_by_key(|(_, group)| std::cmp::Reverse(&group.id));
                own
            };
            self.walk(
                who,
                &format!("/v1/groups?{filter}"),
                limit.min(2),
                after,
                |(number, _), _| self.state.group(**number),
                |(_, group)| group.id.clone(),
            )?;
        }
        for (number, group) in &self.state.groups {
            if group.members.contains(&who) {
                let path = format!("/v1/groups/{}", group.id);
                self.compare_page(who, &path, |_| self.state.group(*number))?;
            }
        }
        Ok(())
    }

    fn compare_contacts(&self, who: usize, limit: usize) -> Verdict {
        let contacts: Vec<_> = (0..PEOPLE.len())
            .filter(|whom| self.state.contacts.contains_key(&(who, *whom)))
            .collect();
        let after = |place: Option<&str>| {
            let follows = |whom: &usize| place.is_none_or(|place| self.people[*whom].id.as_str() < place);
            let mut own: Vec<_> = contacts.iter().copied().filter(follows).collect();
            own.sort_by_key(|whom| std::cmp::Reverse(&self.people[*whom].id));
            own
        };
        self.walk(
            who,
            "/v1/contacts?",
            limit,
            after,
            |whom, _| self.state.contact(who, *whom),
            |whom| self.people[*whom].id.clone(),
        )?;
        for whom in 0..PEOPLE.len() {
            let path = format!("/v1/contacts/{}", self.people[whom].id);
            if contacts.contains(&whom) {
                self.compare_page(who, &path, |_| self.state.contact(who, whom))?;
            } else {
                self.get(who, &path)?.missing(None)?;
            }
        }
        self.compare_page(who, "/v1/me", |_| self.state.person(who))
            .map(drop)
    }

    /// The messages of all conversations, merged.
    fn compare_all_messages(&self, who: usize, limit: usize) -> Verdict {
        let mut all: Vec<_> = self
            .places_of(who)
            .into_iter()
            .flat_map(|(_, own)| own.existing().map(move |message| (own, message)))
            .collect();
        all.sort_by_key(|(_, message)| std::cmp::Reverse(&message.id));
        let item = |(own, message): &(&Conversation, &Message), shown: &Value| {
            self.state.message(&own.id, message, shown)
        };
        let cursor = |(_, message): &(&Conversation, &Message)| format!("cur_{}", message.id);
        if self.state.stream.is_empty() {
            let after = |place: Option<&str>| {
                let follows = |message: &Message| {
                    place.is_none_or(|place| format!("cur_{}", message.id).as_str() < place)
                };
                all.iter()
                    .copied()
                    .filter(|(_, message)| follows(message))
                    .collect()
            };
            return self.walk(who, "/v1/messages?", limit, after, item, cursor);
        }
        // What the stream has still to bring may be shown already. Everything else is.
        self.compare_page(who, "/v1/messages?limit=100", |shown| {
            let ids: Vec<_> = shown["data"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|item| &item["id"])
                .collect();
            let must = |own: &Conversation, message: &Message| message.id <= own.sides[&who].rank;
            let is_expected = |(own, message): &&(&Conversation, &Message)| {
                must(own, message) || ids.contains(&&json!(message.id))
            };
            page(
                all.iter().filter(is_expected).copied().collect(),
                100,
                false,
                shown,
                item,
                cursor,
            )
        })
        .map(drop)
    }
}
