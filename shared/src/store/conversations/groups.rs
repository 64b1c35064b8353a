//! Groups. The creator owns the group. `members` changes the membership.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;

use super::members::require_room;
use super::rows::{ConversationRow, GroupRow};
use crate::model::{
    ContactRefs, Group, GroupFilter, GroupId, GroupPatch, Id, NewGroup, Page, PageRequest, Patch, PersonId,
    Position, fitting,
};
use crate::store::error::{Result, StoreError};
use crate::store::idempotency::{Created, Idempotency};
use crate::store::table::{Item, Key, ReadStore, Rows, Store};

/// The index over membership rows.
const INDEX: &str = "memberships";
/// The most groups read at once while a filter matches only few.
const LARGEST_READ: usize = 400;

impl ReadStore {
    /// A group as its members see it. Two round trips: one read unit, plus half a unit per member.
    pub async fn group(&self, caller: PersonId, id: GroupId) -> Result<Group> {
        let group: Option<GroupRow> = self.row(Key::group(id)).await?;
        self.render_group(known(group, caller, id)?).await
    }

    /// The caller's groups, newest first. Three round trips; more if a filter matches only few. The index may lag by a
    /// moment: a group just created or joined may be missing. A group that the caller has left never shows.
    pub async fn groups(
        &self,
        caller: PersonId,
        filter: &GroupFilter,
        page: PageRequest,
    ) -> Result<Page<Group>> {
        let invalid = StoreError::CursorInvalid {
            param: page.position.parameter(),
        };
        let Ok(place) = page.position.try_map(|cursor| cursor.parse::<GroupId>()) else {
            return Err(invalid);
        };
        let matches = |group: &GroupRow| {
            group.has(caller)
                && filter
                    .archived
                    .is_none_or(|archived| archived == group.archived_at.is_some())
        };
        let (found, ()) = tokio::try_join!(
            self.find_groups(caller, place, page.limit + 1, matches),
            self.require_group(place)
        )?;
        let groups = self.render_groups(found).await?;
        let size = |group: &Group| serde_json::to_vec(group).map_or(0, |json| json.len());
        let shown = fitting(&groups, page.limit, size);
        Ok(Page::of(groups, shown, place.is_backwards(), |group| {
            group.id.to_string()
        }))
    }

    /// The first `wanted` matching groups of the caller, in the direction of travel. The index only gives candidates;
    /// strongly consistent reads verify them.
    async fn find_groups(
        &self,
        caller: PersonId,
        place: Position<GroupId>,
        wanted: usize,
        matches: impl Fn(&GroupRow) -> bool,
    ) -> Result<Vec<GroupRow>> {
        let mut found = Vec::new();
        let (mut start, mut limit) = (None, wanted);
        loop {
            let (ids, next) = self.memberships(caller, place, limit, start).await?;
            let mut rows = self.rows(ids.iter().copied().map(Key::group)).await?;
            for id in ids {
                let group = rows.take::<GroupRow>(&Key::group(id))?;
                found.extend(group.filter(|group| group.group_id == id && matches(group)));
            }
            start = next;
            if start.is_none() || found.len() >= wanted {
                found.truncate(wanted);
                return Ok(found);
            }
            limit = (limit * 2).min(LARGEST_READ);
        }
    }

    /// Up to `limit` groups whose membership index lists the caller, and where to continue.
    pub(crate) async fn memberships(
        &self,
        caller: PersonId,
        place: Position<GroupId>,
        limit: usize,
        start: Option<Item>,
    ) -> Result<(Vec<GroupId>, Option<Item>)> {
        let range = match place {
            Position::Start => "",
            Position::After(_) => " AND group_id < :place",
            Position::Before(_) => " AND group_id > :place",
        };
        let mut query = self
            .client
            .query()
            .table_name(&*self.table)
            .index_name(INDEX)
            .key_condition_expression(format!("member_id = :member{range}"))
            .expression_attribute_values(":member", AttributeValue::S(caller.to_string()))
            .scan_index_forward(place.is_backwards())
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        if let Position::After(id) | Position::Before(id) = place {
            query = query.expression_attribute_values(":place", AttributeValue::S(id.to_string()));
        }
        let output = query.send().await?;
        let id = |item: Item| item.get("group_id")?.as_s().ok()?.parse().ok();
        let ids: Option<Vec<_>> = output.items.unwrap_or_default().into_iter().map(id).collect();
        let ids = ids.ok_or_else(|| StoreError::Internal("a membership names no group".to_owned()))?;
        Ok((ids, output.last_evaluated_key))
    }

    /// Refuses a cursor that is the id of something other than a group. An unknown id is accepted: the group may be
    /// deleted.
    async fn require_group(&self, place: Position<GroupId>) -> Result<()> {
        let (Position::After(id) | Position::Before(id)) = place else {
            return Ok(());
        };
        let [group, conversation] = group_keys(id);
        let person = Key::person(id.cast());
        let mut rows = self
            .rows([group.clone(), conversation.clone(), person.clone()])
            .await?;
        let is_group = match rows.take::<GroupRow>(&group)? {
            Some(group) => group.group_id == id,
            None => rows
                .take::<ConversationRow>(&conversation)?
                .is_none_or(|row| row.deleted_at.is_some()),
        };
        if is_group && !rows.has(&person) {
            Ok(())
        } else {
            Err(StoreError::CursorInvalid {
                param: place.parameter(),
            })
        }
    }

    async fn render_group(&self, group: GroupRow) -> Result<Group> {
        let mut rendered = self.render_groups(vec![group]).await?;
        rendered.pop().ok_or(StoreError::missing("group"))
    }

    /// The groups with their members, in one round trip.
    async fn render_groups(&self, groups: Vec<GroupRow>) -> Result<Vec<Group>> {
        let members: BTreeSet<_> = groups.iter().flat_map(GroupRow::members).collect();
        let people = self.people(members).await?;
        let render = |row: GroupRow| {
            let contacts: Option<Vec<_>> = row.members().map(|id| people.get(&id).cloned()).collect();
            Ok(Group {
                id: row.group_id,
                contacts: contacts.ok_or_else(|| StoreError::Internal("a member is nobody".to_owned()))?,
                name: row.name,
                description: row.description,
                avatar_url: row.avatar_url,
                conversation_id: row.conversation_id,
                created_at: row.created_at,
                archived_at: row.archived_at,
            })
        };
        groups.into_iter().map(render).collect()
    }
}

impl Store {
    /// Creates a group of the caller and some of their contacts, with its conversation. Four round trips.
    pub async fn create_group(
        &self,
        caller: PersonId,
        new: &NewGroup,
        idempotency: Option<&Idempotency>,
    ) -> Result<Created<Group>> {
        let given = new.contacts.clone().unwrap_or_default();
        self.retry(|| async {
            let keys = contact_keys(caller, &given).chain(idempotency.map(Idempotency::row));
            let mut rows = self.rows(keys).await?;
            if let Some(replay) = Idempotency::replay(idempotency, &mut rows, self)? {
                return Ok(replay.answer(self.group(caller, replay.id).await?));
            }
            let now = (self.clock)();
            let id: GroupId = Id::generate(now);
            let conversation_id = Id::next(id.cast(), now).cast();
            let group = GroupRow {
                group_id: id,
                owner_id: caller,
                others: others(caller, &given, &[], &rows)?,
                name: new.name.clone(),
                description: new.description.clone(),
                avatar_url: new.avatar_url.clone(),
                conversation_id: Some(conversation_id),
                created_at: now.into(),
                archived_at: None,
                revision: 0,
            };
            require_room(&group, 0)?;
            let mut transaction = self.transaction();
            transaction.put_group(&group, &group.conversation(conversation_id, now.into()))?;
            transaction.create(idempotency, id, true).await?;
            Ok(Created {
                resource: self.group(caller, id).await?,
                is_new: true,
                replayed: false,
            })
        })
        .await
    }

    /// Changes a group. Only for its owner. Members join and leave in one transaction. Three round trips.
    pub async fn update_group(&self, caller: PersonId, id: GroupId, patch: &GroupPatch) -> Result<Group> {
        let given = match &patch.contacts {
            Patch::Value(given) => given.clone(),
            Patch::Absent | Patch::Null => ContactRefs::default(),
        };
        self.retry(|| async {
            let keys = group_keys(id).into_iter().chain(contact_keys(caller, &given));
            let mut rows = self.rows(keys).await?;
            let (before, conversation) = take_group(&mut rows, caller, id)?;
            before.require_owner(caller, "Only the owner may change a group.")?;
            let conversation = before.conversation_in(conversation)?;
            let mut after = before.clone();
            if patch.contacts != Patch::Absent {
                after.others = others(caller, &given, &before.others, &rows)?;
            }
            if let Some(name) = &patch.name {
                after.name = name.clone();
            }
            patch.description.apply_to(&mut after.description);
            patch.avatar_url.apply_to(&mut after.avatar_url);
            patch.archived_at.apply_to(&mut after.archived_at);
            if after == before {
                return Ok(self.render_group(after).await?);
            }
            let after = after.next();
            let mut transaction = self.transaction();
            transaction.change_group(&before, &after, conversation.as_ref())?;
            transaction.commit_or_retry().await?;
            Ok(self.render_group(after).await?)
        })
        .await
    }

    /// Removes the caller from a group that another person owns: from now on they can't read it. Two round trips.
    pub async fn leave_group(
        &self,
        caller: PersonId,
        id: GroupId,
        idempotency: Option<&Idempotency>,
    ) -> Result<Created<()>> {
        self.retry(|| async {
            let keys = group_keys(id)
                .into_iter()
                .chain(idempotency.map(Idempotency::row));
            let mut rows = self.rows(keys).await?;
            if let Some(replay) = Idempotency::replay::<Group>(idempotency, &mut rows, self)? {
                return Ok(replay.answer(()));
            }
            let (before, conversation) = take_group(&mut rows, caller, id)?;
            if before.owner_id == caller {
                let refusal = "The owner cannot leave a group, only delete it.";
                return Err(StoreError::NotAllowed(refusal).into());
            }
            let conversation = before.conversation_in(conversation)?;
            let mut after = before.next();
            after.others.retain(|person| *person != caller);
            let mut transaction = self.transaction();
            transaction.change_group(&before, &after, conversation.as_ref())?;
            transaction.create(idempotency, id, false).await?;
            Ok(Created {
                resource: (),
                is_new: false,
                replayed: false,
            })
        })
        .await
    }

    /// Deletes a group with its conversation. Only for its owner. Two round trips.
    pub async fn delete_group(&self, caller: PersonId, id: GroupId) -> Result<()> {
        self.retry(|| async {
            let mut rows = self.rows(group_keys(id)).await?;
            let (group, conversation) = take_group(&mut rows, caller, id)?;
            group.require_owner(caller, "Only the owner may delete a group.")?;
            let conversation = conversation
                .ok_or_else(|| StoreError::Internal("a group's partition has no conversation".to_owned()))?;
            let mut transaction = self.transaction();
            transaction.end_group(&group, conversation.conversation_id)?;
            transaction.commit_or_retry().await
        })
        .await
    }
}

/// The keys of a group and of its conversation's row.
fn group_keys(id: GroupId) -> [Key; 2] {
    [Key::group(id), Key::conversation(id.cast())]
}

/// The group and its conversation from the rows of `group_keys`, if the caller is a member.
fn take_group(rows: &mut Rows, caller: PersonId, id: GroupId) -> Result<(GroupRow, Option<ConversationRow>)> {
    let [group, conversation] = group_keys(id);
    let group = known(rows.take(&group)?, caller, id)?;
    Ok((group, rows.take(&conversation)?))
}

/// The group, if the id matches and the caller is a member.
fn known(group: Option<GroupRow>, caller: PersonId, id: GroupId) -> Result<GroupRow> {
    group
        .filter(|group| group.group_id == id && group.has(caller))
        .ok_or(StoreError::missing("group"))
}

/// The caller's address book entries for these people.
fn contact_keys(caller: PersonId, given: &ContactRefs) -> impl Iterator<Item = Key> {
    given.iter().map(move |(_, person)| Key::contact(caller, person))
}

/// The members beside the owner after a change: first the existing ones in their order, then new ones, who must be
/// contacts of the owner.
fn others(owner: PersonId, given: &ContactRefs, before: &[PersonId], rows: &Rows) -> Result<Vec<PersonId>> {
    let mut others: Vec<_> = before.to_vec();
    others.retain(|person| given.iter().any(|(_, given)| given == *person));
    for (at, person) in given.iter() {
        if person == owner || others.contains(&person) {
            continue;
        }
        if !rows.has(&Key::contact(owner, person)) {
            return Err(StoreError::missing_in(format!("contacts[{at}]"), "contact"));
        }
        others.push(person);
    }
    Ok(others)
}
