//! Conversations, contacts and groups.

use serde_json::{Value, json};

use super::state::{Conversation, Group, Moment};
use super::steps::{Change, People, Place, Side};
use super::world::{Asked, Verdict, World, id, same};

impl World<'_> {
    /// Changes a conversation, and compares it as it is then. `change` is what it does where the caller takes part.
    fn change_conversation(
        &mut self,
        who: usize,
        place: Place,
        body: &Value,
        change: impl FnOnce(&mut Conversation),
    ) -> Verdict {
        let Some(known) = self.state.known(place) else {
            return Ok(());
        };
        let asked = self.put(who, &format!("/v1/conversations/{}", known.id), body)?;
        let Some(found) = self.state.conversation_of(who, place) else {
            return asked.missing(None);
        };
        let shown = asked.expect(200)?;
        change(found);
        let expected = self.state.conversation(who, place, &shown);
        same("a conversation changed", &shown, &expected)
    }

    pub(super) fn set_side(&mut self, who: usize, place: Place, side: Side) -> Verdict {
        let archived_at = 1_700_000_000 + i64::try_from(self.number()).unwrap_or_default();
        let body = match side {
            Side::Archived(on) => json!({"archived_at": on.then_some(archived_at)}),
            Side::Muted(on) => json!({"is_muted": on}),
            Side::Pinned(on) => json!({"is_pinned": on}),
        };
        self.change_conversation(who, place, &body, |found| {
            let Some(own) = found.sides.get_mut(&who) else {
                return;
            };
            match side {
                Side::Archived(on) => own.archived_at = on.then_some(archived_at),
                Side::Muted(on) => own.is_muted = on,
                Side::Pinned(on) => own.is_pinned = on,
            }
        })
    }

    pub(super) fn pin(&mut self, who: usize, place: Place, of: Place, which: usize) -> Verdict {
        let known = self.state.known(of);
        let message = known.and_then(|known| known.messages.get(known.at(which)?));
        let Some((message, is_deleted)) = message.map(|message| (message.id.clone(), message.is_deleted))
        else {
            return Ok(());
        };
        let body = json!({"pinned_message_id": message});
        let can_be_pinned = !is_deleted && self.state.conversations.contains_key(&of) && of == place;
        if can_be_pinned || self.state.conversation_of(who, place).is_none() {
            return self.change_conversation(who, place, &body, |found| found.pinned = Some(message));
        }
        let path = format!("/v1/conversations/{}", self.state.conversations[&place].id);
        self.put(who, &path, &body)?.missing(Some("pinned_message_id"))
    }

    pub(super) fn unpin(&mut self, who: usize, place: Place) -> Verdict {
        let body = json!({"pinned_message_id": null});
        self.change_conversation(who, place, &body, |found| found.pinned = None)
    }

    pub(super) fn create_conversation(&mut self, who: usize, place: Place) -> Verdict {
        let (param, value, may) = match place {
            Place::Pair(one, other) => {
                let contact = if who == one { other } else { one };
                let may = self.state.contacts.contains_key(&(who, contact));
                // Between others nobody can create one, only with one of them.
                if ![one, other].contains(&who) {
                    return Ok(());
                }
                ("contact_id", self.state.people[contact].id.clone(), may)
            }
            Place::Group(number) => {
                let Some(group) = self.state.known_group(number) else {
                    return Ok(());
                };
                let is_in = |group: &Group| group.members.contains(&who);
                let may = self.state.groups.get(&number).is_some_and(is_in);
                ("group_id", group.id.clone(), may)
            }
        };
        let asked = self.post(who, "/v1/conversations", Some(&json!({ param: value })))?;
        if !may {
            return asked.missing(Some(param));
        }
        let is_new = !self.state.conversations.contains_key(&place);
        let shown = asked.expect(if is_new { 201 } else { 200 })?;
        if is_new {
            self.begin(place, id(&shown), &asked, &shown["created_at"])?;
        }
        let expected = self.state.conversation(who, place, &shown);
        same("a conversation created", &shown, &expected)
    }

    /// A conversation begins there.
    fn begin(&mut self, place: Place, id: String, asked: &Asked, created_at: &Value) -> Verdict {
        let is_new = self.state.gone.values().all(|gone| gone.id != id) && self.state.place_of(&id).is_none();
        same(
            "a new conversation has an id of its own",
            &json!(is_new),
            &json!(true),
        )?;
        let people = match place {
            Place::Pair(one, other) => vec![one, other],
            Place::Group(number) => self.state.groups[&number].members.clone(),
        };
        let created_at = Moment::since(asked.since).expected(created_at).as_i64();
        let conversation = Conversation::new(id, created_at.unwrap_or_default(), people);
        self.state.conversations.insert(place, conversation);
        Ok(())
    }

    pub(super) fn delete_conversation(&mut self, who: usize, place: Place) -> Verdict {
        let Some(path) = self
            .state
            .known(place)
            .map(|known| format!("/v1/conversations/{}", known.id))
        else {
            return Ok(());
        };
        if self.state.conversation_of(who, place).is_none() {
            return self.try_delete(who, &path)?.missing(None);
        }
        if let Place::Group(number) = place
            && !self.state.groups[&number].is_owned_by(who)
        {
            return self.try_delete(who, &path)?.not_allowed();
        }
        self.delete(who, &path)?;
        self.state.end_conversation(place);
        Ok(())
    }

    pub(super) fn add_contact(&mut self, who: usize, whom: usize) -> Verdict {
        let card = self.people[whom].card();
        let asked = self.post(who, "/v1/contacts", Some(&card))?;
        if who == whom {
            return asked.refused(400, "parameter_invalid", Some("username"));
        }
        let is_new = !self.state.contacts.contains_key(&(who, whom));
        let shown = asked.expect(if is_new { 201 } else { 200 })?;
        if is_new {
            self.state.contacts.insert((who, whom), None);
            let place = Place::Pair(who.min(whom), who.max(whom));
            if !self.state.conversations.contains_key(&place) {
                let conversation = shown["conversation_id"].as_str().unwrap_or_default().to_owned();
                let path = format!("/v1/conversations/{conversation}");
                let created_at = self.get(who, &path)?.expect(200)?["created_at"].clone();
                self.begin(place, conversation, &asked, &created_at)?;
            }
        }
        same("a contact added", &shown, &self.state.contact(who, whom))
    }

    pub(super) fn remove_contact(&mut self, who: usize, whom: usize) -> Verdict {
        let path = format!("/v1/contacts/{}", self.people[whom].id);
        if !self.state.contacts.contains_key(&(who, whom)) {
            return self.try_delete(who, &path)?.missing(None);
        }
        self.delete(who, &path)?;
        self.state.contacts.remove(&(who, whom));
        self.state
            .end_conversation(Place::Pair(who.min(whom), who.max(whom)));
        Ok(())
    }

    pub(super) fn name_contact(&mut self, who: usize, whom: usize, on: bool) -> Verdict {
        let path = format!("/v1/contacts/{}", self.people[whom].id);
        let number = self.number();
        let name = on.then(|| format!("Name {number}"));
        let asked = self.put(who, &path, &json!({"display_name": name}))?;
        let Some(entry) = self.state.contacts.get_mut(&(who, whom)) else {
            return asked.missing(None);
        };
        *entry = name;
        same(
            "a contact changed",
            &asked.expect(200)?,
            &self.state.contact(who, whom),
        )
    }

    /// The first of these people whom `who` cannot put into a group: neither a contact nor there already.
    fn first_stranger(&self, who: usize, people: People, members: &[usize]) -> Option<usize> {
        let known = |whom: usize| {
            whom == who || members.contains(&whom) || self.state.contacts.contains_key(&(who, whom))
        };
        people.iter().position(|whom| !known(whom))
    }

    fn ids(&self, people: People) -> Vec<&str> {
        people.iter().map(|who| self.people[who].id.as_str()).collect()
    }

    pub(super) fn found(&mut self, who: usize, number: usize, with: People) -> Verdict {
        if self.state.groups.contains_key(&number) {
            return Ok(());
        }
        let name = format!("Group {}", self.number());
        let body = json!({"name": name, "contacts": self.ids(with)});
        let asked = self.post(who, "/v1/groups", Some(&body))?;
        if let Some(at) = self.first_stranger(who, with, &[]) {
            return asked.missing(Some(&format!("contacts[{at}]")));
        }
        let shown = asked.expect(201)?;
        let created_at = Moment::since(asked.since).expected(&shown["created_at"]).as_i64();
        let group = Group {
            id: id(&shown),
            members: [who]
                .into_iter()
                .chain(with.iter().filter(|other| *other != who))
                .collect(),
            name,
            description: None,
            archived_at: None,
            created_at: created_at.unwrap_or_default(),
        };
        self.state.groups.insert(number, group);
        let conversation = shown["conversation_id"].as_str().unwrap_or_default().to_owned();
        self.begin(Place::Group(number), conversation, &asked, &shown["created_at"])?;
        same("a group created", &shown, &self.state.group(number))
    }

    pub(super) fn change_group(&mut self, who: usize, number: usize, change: Change) -> Verdict {
        let Some(path) = self
            .state
            .known_group(number)
            .map(|known| format!("/v1/groups/{}", known.id))
        else {
            return Ok(());
        };
        let description = "Plants vs People".to_owned();
        let archived_at = 1_700_000_000;
        let body = match change {
            Change::Name(name) => json!({"name": name.to_string()}),
            Change::Description(on) => json!({"description": on.then_some(&description)}),
            Change::Archived(on) => json!({"archived_at": on.then_some(archived_at)}),
            Change::Members(people) => json!({"contacts": self.ids(people)}),
        };
        let asked = self.put(who, &path, &body)?;
        let group = self.state.groups.get_mut(&number);
        let Some(group) = group.filter(|group| group.members.contains(&who)) else {
            return asked.missing(None);
        };
        if !group.is_owned_by(who) {
            return asked.not_allowed();
        }
        match change {
            Change::Name(name) => group.name = name.to_string(),
            Change::Description(on) => group.description = on.then_some(description),
            Change::Archived(on) => group.archived_at = on.then_some(archived_at),
            Change::Members(people) => {
                let members = group.members.clone();
                if let Some(at) = self.first_stranger(who, people, &members) {
                    return asked.missing(Some(&format!("contacts[{at}]")));
                }
                self.state.set_members(number, &people.iter().collect());
            }
        }
        same("a group changed", &asked.expect(200)?, &self.state.group(number))
    }

    pub(super) fn leave(&mut self, who: usize, number: usize) -> Verdict {
        let Some(path) = self
            .state
            .known_group(number)
            .map(|known| format!("/v1/groups/{}/leave", known.id))
        else {
            return Ok(());
        };
        let is_in = |group: &&Group| group.members.contains(&who);
        let group = self.state.groups.get(&number).filter(is_in).cloned();
        let asked = self.post(who, &path, None)?;
        let Some(group) = group else {
            return asked.missing(None);
        };
        if group.is_owned_by(who) {
            return asked.not_allowed();
        }
        asked.expect(204)?;
        let stay = group.members.into_iter().filter(|other| *other != who);
        self.state.set_members(number, &stay.collect());
        Ok(())
    }

    pub(super) fn disband(&mut self, who: usize, number: usize) -> Verdict {
        let Some(path) = self
            .state
            .known_group(number)
            .map(|known| format!("/v1/groups/{}", known.id))
        else {
            return Ok(());
        };
        let is_in = |group: &&Group| group.members.contains(&who);
        let Some(group) = self.state.groups.get(&number).filter(is_in) else {
            return self.try_delete(who, &path)?.missing(None);
        };
        if !group.is_owned_by(who) {
            return self.try_delete(who, &path)?.not_allowed();
        }
        self.delete(who, &path)?;
        self.state.end_conversation(Place::Group(number));
        if let Some(group) = self.state.groups.remove(&number) {
            self.state.gone_groups.insert(number, group);
        }
        Ok(())
    }
}
