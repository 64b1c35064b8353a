//! The members of a group and its conversation. A group, its members and its conversations share one partition. Each
//! member has one row: a participant row while the group has a conversation, otherwise a member row. So one transaction
//! changes the membership.

use super::purge::PurgeWork;
use super::rows::{ConversationRow, GroupRow, MemberRow, ParticipantRow, alive, of};
use crate::model::{ConversationId, GroupId, Id, MOST_MEMBERS, PersonId};
use crate::store::error::{Result, StoreError};
use crate::store::table::{ABSENT, Condition, EXISTS, Key, Rows, Transaction, UpdateExpression};

/// The most people whom one transaction adds and removes together. Each is a row, beside those of the group and the
/// conversation. DynamoDB allows 100 rows.
const MOST_AT_ONCE: usize = 96;

impl Transaction<'_> {
    /// Adds a new group with its conversation. Refused if the partition is taken.
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

    /// Replaces a group by its next revision and changes the membership. `conversation` is the group's conversation, if
    /// any.
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
            // A new member gets the totals that were read, so no message counted in them may have been deleted since.
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

    /// The conversation of a group, from the rows of its partition, and whether it is new.
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
        // Larger than every id of the previous conversation: its leftover rows sort before this id until they are
        // purged.
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

    /// Deletes the conversation of a group. The group stays, without a conversation.
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

    /// Deletes a group with its conversation. The purge also removes leftovers of the previous conversation, because
    /// nothing needs the partition any more.
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

/// Refuses more members than a group may have, and more changes than one transaction allows.
pub(crate) fn require_room(group: &GroupRow, changes: usize) -> Result<()> {
    let param = "contacts";
    if group.members().count() > MOST_MEMBERS {
        let message = "must leave the group with at most 90 members, its owner included";
        return Err(StoreError::invalid(param, message));
    }
    if changes > MOST_AT_ONCE {
        let message = "must not let in and shut out more than 96 people at once: all change together or none";
        return Err(StoreError::invalid(param, message));
    }
    Ok(())
}
