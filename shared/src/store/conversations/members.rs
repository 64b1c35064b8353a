//! The members of a group, and its conversation. A group, its members and its conversations stand in one partition. Each
//! member has one row: a participant row while the group has a conversation, a member row otherwise. So one transaction
//! changes who is in a group.

use super::purge::PurgeWork;
use super::rows::{ConversationRow, GroupRow, MemberRow, ParticipantRow, alive, of};
use crate::model::{ConversationId, GroupId, Id, MOST_MEMBERS, PersonId};
use crate::store::error::{Result, StoreError};
use crate::store::table::{ABSENT, Condition, EXISTS, Key, Rows, Transaction, UpdateExpression};

/// The most people whom one transaction lets in and shuts out together: each is a row, beside the group's and the
/// conversation's, of the 100 that DynamoDB takes.
const MOST_AT_ONCE: usize = 96;

impl Transaction<'_> {
    /// A new group with its conversation. Refused when another one has the partition.
    pub(crate) fn put_group(&mut self, group: &GroupRow, conversation: &ConversationRow) -> Result<()> {
        self.put(&Key::group(group.group_id), group, ABSENT)?;
        self.put(
            &Key::conversation(conversation.conversation_id),
            conversation,
            ABSENT,
        )?;
        for member in group.members() {
            let participant = ParticipantRow::in_group(conversation, member);
            self.put(&group.key_of(member), &participant, ABSENT)?;
        }
        Ok(())
    }

    /// Replaces a group by the revision that follows, and changes who is in it. `conversation` is the group's, if it has
    /// one.
    pub(crate) fn change_group(
        &mut self,
        before: &GroupRow,
        after: &GroupRow,
        conversation: Option<&ConversationRow>,
    ) -> Result<()> {
        self.replace(
            &Key::group(after.group_id),
            Some(before),
            after,
            before.unchanged()?,
        )?;
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
            let taking_part = UpdateExpression::default()
                .count("epoch")
                .set_zero_under("sent_by", &joining)
                .remove_under("sent_by", &leaving);
            // A new member has the totals that were read: no message that counts in them may have been deleted since.
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
    pub(crate) fn group_conversation(
        &mut self,
        caller: PersonId,
        group: GroupId,
        rows: &mut Rows,
    ) -> Result<(ConversationId, bool)> {
        let before = rows
            .take::<GroupRow>(&Key::group(group))?
            .filter(|row| row.group_id == group && row.has(caller))
            .ok_or(StoreError::missing_in("group_id", "group"))?;
        if let Some(id) = before.conversation_id {
            self.condition_check(&Key::group(group), before.unchanged()?)?;
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
        self.replace(&Key::group(group), Some(&before), &after, before.unchanged()?)?;
        let over_the_last = Condition::new("attribute_exists(deleted_at)");
        self.put(&Key::conversation(id), &conversation, over_the_last)?;
        for member in after.members() {
            let participant = ParticipantRow::in_group(&conversation, member);
            self.put(&after.key_of(member), &participant, EXISTS)?;
        }
        Ok((id, true))
    }

    /// Deletes the conversation of a group, which stays without one.
    pub(crate) fn end_group_conversation(&mut self, group: &GroupRow, id: ConversationId) -> Result<()> {
        let after = GroupRow {
            conversation_id: None,
            ..group.next()
        };
        self.replace(
            &Key::group(group.group_id),
            Some(group),
            &after,
            group.unchanged()?,
        )?;
        for member in group.members() {
            self.put(&group.key_of(member), &MemberRow::new(group, member), EXISTS)?;
        }
        self.delete(&Key::first_reads(id), Condition::none())?;
        self.end_conversation(alive(id)?, &PurgeWork::new(id, self.store.now(), false))
    }

    /// Deletes a group with its conversation. What is left of the last one is purged with it, for nothing keeps the
    /// partition any more.
    pub(crate) fn end_group(&mut self, group: &GroupRow, id: ConversationId) -> Result<()> {
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

/// Refuses more members than a group may have, and more changes than one transaction can make.
pub(crate) fn require_room(group: &GroupRow, changes: usize) -> Result<()> {
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
