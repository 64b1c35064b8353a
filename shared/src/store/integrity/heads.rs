//! The rows of a conversation's partition, except messages and read receipts.

use std::collections::BTreeSet;

use super::look::Look;
use crate::model::PersonId;
use crate::store::conversations::keys::inbox;
use crate::store::conversations::rows::{
    ConversationRow, FirstReadsRow, GroupRow, MemberRow, ParticipantRow,
};
use crate::store::table::Key;

/// The rows of a partition, except messages and read receipts.
#[derive(Default)]
pub(crate) struct Heads {
    pub(crate) conversation: Option<ConversationRow>,
    pub(crate) group: Option<GroupRow>,
    pub(crate) first_reads: Option<FirstReadsRow>,
    pub(crate) participants: Vec<ParticipantRow>,
    pub(crate) members: Vec<MemberRow>,
}

impl Heads {
    /// The group to which the conversation belongs or belonged.
    pub(crate) fn group(&self) -> Option<&GroupRow> {
        let of = self.conversation.as_ref().and_then(|row| row.group_id);
        self.group.as_ref().filter(|group| Some(group.group_id) == of)
    }

    pub(crate) fn people_with_a_row(&self) -> BTreeSet<PersonId> {
        self.participants
            .iter()
            .map(|participant| participant.person_id)
            .collect()
    }

    /// Checks that the participant rows match the participants in the conversation's row, and that every inbox index
    /// entry is right.
    pub(crate) fn look_at_sides(&self, look: &mut Look, conversation: &ConversationRow) {
        let id = conversation.conversation_id;
        let own = Key::conversation(id);
        let is_alive = conversation.is_alive(id);
        let fits = self.group.is_some() == self.group().is_some();
        look.check(
            fits,
            &own,
            "The group row in a partition is of the group that the conversation names.",
            "Correct group_id of the conversation, or delete the group row.",
        );
        for member in &self.members {
            let row = Key::participant(id, member.member_id);
            let fits = self
                .group()
                .is_some_and(|group| group.group_id == member.group_id);
            look.check(
                fits,
                &row,
                "A member row names the group of its partition.",
                "Correct group_id, or delete this row.",
            );
        }
        for participant in &self.participants {
            let row = Key::participant(id, participant.person_id);
            let fits = is_alive && participant.conversation_id == id;
            look.check(
                fits,
                &row,
                "A participant row names the conversation of its partition, which is alive.",
                "Delete this row if the conversation is deleted; otherwise correct conversation_id.",
            );
            let fits = participant.group_id == conversation.group_id;
            look.check(
                fits,
                &row,
                "A participant row names the same group as its conversation.",
                "Correct group_id.",
            );
            let inbox = inbox(participant.person_id, participant.archived_at.is_some());
            let member_id = conversation.group_id.map(|_| participant.person_id);
            let is_listed = participant.inbox == inbox && participant.member_id == member_id;
            look.check(
                is_listed,
                &row,
                "A participant row is in the indexes of its person: inbox is INBOX#<person_id>, or \
                 ARCHIVE#<person_id> with archived_at, and member_id is person_id in a group only.",
                "Correct inbox and member_id.",
            );
            let has_contact = participant.contact_id.is_some_and(|contact| {
                contact != participant.person_id && conversation.sent_by.contains_key(&contact)
            });
            let fits = has_contact == conversation.group_id.is_none();
            look.check(
                fits,
                &row,
                "Between two people contact_id is the other one; in a group there is no contact_id.",
                "Correct contact_id.",
            );
        }
        if is_alive {
            let counted: BTreeSet<_> = conversation.sent_by.keys().copied().collect();
            let fits = self.people_with_a_row() == counted;
            look.check(
                fits,
                &own,
                "The people in sent_by are those with a participant row.",
                "Add the missing people to sent_by with the number of their messages, and remove the others.",
            );
            let fits = self.members.is_empty();
            look.check(
                fits,
                &own,
                "While a group has a conversation, each member has a participant row and no member row.",
                "Delete the member rows; let the owner take these people out and add them again.",
            );
        }
    }
}
