//! Who is in a group, and the group's conversation. A group, its members and its conversations stand in one partition.
//! A member has one row: their side of the conversation while there is one, else a mere membership. So every change of
//! who is in a group is one transaction.

use serde::{Deserialize, Serialize};

use super::changes::Changes;
use super::conversations::{alive, of};
use super::error::{Result, StoreError};
use super::keys::Key;
use super::purge::PurgeWork;
use super::rows::{Row, Rows};
use super::sides::{ConversationRow, ParticipantRow};
use super::transaction::{ABSENT, Condition, EXISTS, Transaction};
use crate::model::{
    AvatarUrl, Conversation, Group, GroupDescription, GroupName, Id, MOST_MEMBERS, Person, Timestamp,
};

/// The most people whom one transaction lets in and shuts out together: each is a row, beside the group's and the
/// conversation's, of the 100 that DynamoDB takes.
const MOST_AT_ONCE: usize = 96;

/// A group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct GroupRow {
    pub(super) group_id: Id<Group>,
    pub(super) owner_id: Id<Person>,
    /// The members beside the owner, in the order in which they joined.
    pub(super) others: Vec<Id<Person>>,
    pub(super) name: GroupName,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<GroupDescription>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) avatar_url: Option<AvatarUrl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) conversation_id: Option<Id<Conversation>>,
    pub(super) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) archived_at: Option<Timestamp>,
    /// Rises with every change: a change is written only over the revision that it was made from.
    pub(super) revision: u64,
}

impl Row for GroupRow {
    const KIND: &'static str = "group";
}

/// Somebody's membership of a group that has no conversation. It stands where their side of one would.
#[derive(Serialize, Deserialize)]
pub(super) struct MemberRow {
    pub(super) group_id: Id<Group>,
    /// The partition of the index of memberships.
    pub(super) member_id: Id<Person>,
}

impl Row for MemberRow {
    const KIND: &'static str = "member";
}

/// A group and its conversation do not fit: they were read at different moments, and are worth another look.
#[derive(Debug)]
pub(super) struct OfAnotherMoment;

impl GroupRow {
    /// The members, the owner first.
    pub(super) fn members(&self) -> impl Iterator<Item = Id<Person>> {
        std::iter::once(self.owner_id).chain(self.others.iter().copied())
    }

    /// Whether that person is in it.
    pub(super) fn has(&self, person: Id<Person>) -> bool {
        self.members().any(|member| member == person)
    }

    /// Refuses what only the owner may do.
    pub(super) fn require_owner(&self, caller: Id<Person>, refusal: &'static str) -> Result<()> {
        if self.owner_id == caller {
            Ok(())
        } else {
            Err(StoreError::NotAllowed(refusal))
        }
    }

    /// Its conversation, if it has one, out of what was read where one stands: after a delete that is what is left of the
    /// last one.
    pub(super) fn conversation_in(
        &self,
        row: Option<ConversationRow>,
    ) -> Result<Option<ConversationRow>, OfAnotherMoment> {
        let current = row.filter(|row| Some(row.conversation_id) == self.conversation_id);
        if current.is_some() == self.conversation_id.is_some() {
            Ok(current)
        } else {
            Err(OfAnotherMoment)
        }
    }

    /// Where a member's row stands.
    fn key_of(&self, member: Id<Person>) -> Key {
        Key::participant(self.group_id.cast(), member)
    }

    /// The group unchanged, as the next revision.
    pub(super) fn next(&self) -> Self {
        Self {
            revision: self.revision + 1,
            ..self.clone()
        }
    }

    /// The row still is what was read.
    fn unchanged(&self) -> Result<Condition> {
        Condition::new("group_id = :group AND revision = :revision")
            .with(":group", self.group_id)?
            .with(":revision", self.revision)
    }
}

impl Transaction<'_> {
    /// A new group with its conversation. Refused when another one has the partition.
    pub(super) fn put_group(&mut self, group: &GroupRow, conversation: &ConversationRow) -> Result<()> {
        self.put(&Key::group(group.group_id), group, ABSENT)?;
        self.put(
            &Key::conversation(conversation.conversation_id),
            conversation,
            ABSENT,
        )?;
        for member in group.members() {
            let side = ParticipantRow::in_group(conversation, member);
            self.put(&group.key_of(member), &side, ABSENT)?;
        }
        Ok(())
    }

    /// Replaces a group by the revision that follows, and changes who is in it. `conversation` is the group's, if it has
    /// one.
    pub(super) fn change_group(
        &mut self,
        before: &GroupRow,
        after: &GroupRow,
        conversation: Option<&ConversationRow>,
    ) -> Result<()> {
        self.put(&Key::group(after.group_id), after, before.unchanged()?)?;
        let joining: Vec<_> = after.members().filter(|person| !before.has(*person)).collect();
        let leaving: Vec<_> = before.members().filter(|person| !after.has(*person)).collect();
        if joining.is_empty() && leaving.is_empty() {
            return Ok(());
        }
        require_room(after, joining.len() + leaving.len())?;
        if let Some(ConversationRow {
            conversation_id: id,
            epoch,
            ..
        }) = conversation
        {
            let taking_part = Changes::default()
                .count("epoch")
                .set_zero_under("sent_by", &joining)
                .remove_under("sent_by", &leaving);
            // Whoever joins has the totals that were read: no message that counts in them may have been deleted since.
            let same = Condition {
                expression: "conversation_id = :id AND attribute_not_exists(deleted_at) AND epoch = :before",
                ..alive(*id)?
            };
            self.update(
                &Key::conversation(*id),
                &taking_part,
                same.with(":before", epoch)?,
            )?;
        }
        for person in joining {
            let key = after.key_of(person);
            match conversation {
                Some(row) => self.put(&key, &ParticipantRow::in_group(row, person), ABSENT)?,
                None => self.put(&key, &MemberRow::new(after, person), ABSENT)?,
            };
        }
        for person in leaving {
            self.delete(&after.key_of(person), EXISTS)?;
        }
        Ok(())
    }

    /// The conversation of a group, which was read with what stands in its partition, and whether it is a new one.
    pub(super) fn group_conversation(
        &mut self,
        caller: Id<Person>,
        group: Id<Group>,
        rows: &mut Rows,
    ) -> Result<(Id<Conversation>, bool)> {
        let before = rows
            .take::<GroupRow>(&Key::group(group))?
            .filter(|row| row.group_id == group && row.has(caller))
            .ok_or(StoreError::missing_in("group_id", "group"))?;
        if let Some(id) = before.conversation_id {
            self.require(&Key::group(group), before.unchanged()?)?;
            return Ok((id, false));
        }
        let last: Option<ConversationRow> = rows.take(&Key::conversation(group.cast()))?;
        // Larger than every id that the last one ever gave: what is left of it stands before, until it is purged.
        let last = last.map_or(group.cast(), |row| row.rank().max(row.conversation_id));
        let id = Id::next(last.cast(), (self.store.clock)()).cast();
        let after = GroupRow {
            conversation_id: Some(id),
            ..before.next()
        };
        let conversation = after.conversation(id, self.store.now());
        self.put(&Key::group(group), &after, before.unchanged()?)?;
        let over_the_last = Condition::new("attribute_exists(deleted_at)");
        self.put(&Key::conversation(id), &conversation, over_the_last)?;
        for member in after.members() {
            let side = ParticipantRow::in_group(&conversation, member);
            self.put(&after.key_of(member), &side, EXISTS)?;
        }
        Ok((id, true))
    }

    /// Deletes the conversation of a group, which stays without one.
    pub(super) fn end_group_conversation(&mut self, group: &GroupRow, id: Id<Conversation>) -> Result<()> {
        let after = GroupRow {
            conversation_id: None,
            ..group.next()
        };
        self.put(&Key::group(group.group_id), &after, group.unchanged()?)?;
        for member in group.members() {
            self.put(&group.key_of(member), &MemberRow::new(group, member), EXISTS)?;
        }
        self.delete(&Key::first_reads(id), Condition::none())?;
        self.end_conversation(alive(id)?, &PurgeWork::new(id, self.store.now(), false))
    }

    /// Deletes a group with its conversation. What is left of the last one is purged with it, for nothing keeps the
    /// partition any more.
    pub(super) fn end_group(&mut self, group: &GroupRow, id: Id<Conversation>) -> Result<()> {
        self.delete(&Key::group(group.group_id), group.unchanged()?)?;
        for member in group.members() {
            self.delete(&group.key_of(member), EXISTS)?;
        }
        self.delete(&Key::first_reads(id), Condition::none())?;
        let belongs = Condition {
            expression: "conversation_id = :id AND group_id = :group",
            ..of(id)?
        };
        let belongs = belongs.with(":group", group.group_id)?;
        self.end_conversation(belongs, &PurgeWork::new(id, self.store.now(), true))
    }
}

impl GroupRow {
    /// A new conversation of the group.
    pub(super) fn conversation(&self, id: Id<Conversation>, now: Timestamp) -> ConversationRow {
        ConversationRow {
            group_id: Some(self.group_id),
            ..ConversationRow::new(id, self.members(), now)
        }
    }
}

impl MemberRow {
    fn new(group: &GroupRow, member: Id<Person>) -> Self {
        Self {
            group_id: group.group_id,
            member_id: member,
        }
    }
}

/// Refuses more members than a group may have, and more changes than one transaction can make.
pub(super) fn require_room(group: &GroupRow, changes: usize) -> Result<()> {
    let param = "contacts";
    if group.members().count() > MOST_MEMBERS {
        let message = "must leave the group with at most 90 members, its owner included";
        return Err(StoreError::Invalid { param, message });
    }
    if changes > MOST_AT_ONCE {
        let message = "must not let in and shut out more than 96 people at once: all change together or none";
        return Err(StoreError::Invalid { param, message });
    }
    Ok(())
}
