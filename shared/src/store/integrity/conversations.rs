//! Checks of conversations and groups: all rows of one partition.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use super::heads::Heads;
use super::look::Look;
use crate::model::{ConversationId, MessageId, PersonId};
use crate::store::conversations::keys::PARTICIPANTS;
use crate::store::conversations::pairs::PairRow;
use crate::store::conversations::purge::PurgeWork;
use crate::store::conversations::rows::{
    ConversationRow, FirstReadsRow, GroupRow, MemberRow, MessageRow, ReadReceiptRow,
};
use crate::store::error::Result;
use crate::store::table::{Item, Key, Range, Store, is_kind};
use crate::store::work::STREAM_HAS;

/// Sort key prefixes of the rows beside messages and read receipts.
const HEADS: [&str; 3] = ["GROUP", "MESSAGES", PARTICIPANTS];

/// Totals over the messages.
#[derive(Default)]
struct Messages {
    newest: Option<MessageId>,
    pinned: bool,
    /// The number of messages that each participant has not read.
    unread: HashMap<PersonId, u64>,
}

impl Store {
    /// Checks the partition of `key`.
    pub(crate) async fn look_at_conversation(&self, key: &Key) -> Result<Look> {
        let mut look = Look::default();
        let heads = self.heads(&mut look, key).await?;
        let alive = heads.conversation.as_ref().filter(|row| row.deleted_at.is_none());
        self.look_at_heads(&mut look, key, &heads).await?;
        let messages = self.look_at_rows(&mut look, key, &heads).await?;
        let Some(conversation) = alive else {
            return Ok(look);
        };
        let id = conversation.conversation_id;
        let own = Key::conversation(id);
        let last = conversation.last_message_id;
        look.check(
            messages.newest <= last,
            &own,
            "last_message_id is at least the id of the newest message.",
            "Set last_message_id to that id.",
        );
        let pin_holds = conversation.pinned_message_id.is_none() || messages.pinned;
        look.check(
            pin_holds,
            &own,
            "The pinned message exists.",
            "Remove pinned_message_id.",
        );
        let sent: u64 = conversation.sent_by.values().sum();
        look.check(
            sent <= conversation.sent_total,
            &own,
            "sent_total is at least the sum of sent_by.",
            "Raise sent_total to that sum.",
        );
        for participant in &heads.participants {
            let counted = messages
                .unread
                .get(&participant.person_id)
                .copied()
                .unwrap_or_default();
            let row = Key::participant(id, participant.person_id);
            look.check(
                participant.unread_in(conversation) == counted,
                &row,
                "The unread count of a participant is the number of messages of others after read_up_to.",
                "Remove unread_deleted and counted_up_to, and set read_others to sent_total, less the person's own in sent_by, less \
                 the unread messages.",
            );
            if participant.rank < conversation.rank() && last.is_some_and(|last| self.is_settled(last)) {
                self.raise(id, conversation.rank().cast()).await?;
                look.raised += 1;
            }
        }
        Ok(look)
    }

    /// Whether the stream should have processed the message by now.
    fn is_settled(&self, last: MessageId) -> bool {
        last.created_at() <= self.now().plus(-STREAM_HAS)
    }

    async fn heads(&self, look: &mut Look, key: &Key) -> Result<Heads> {
        let mut heads = Heads::default();
        for sk in HEADS {
            for item in self.items_in(Range::new(key.pk.clone(), sk)).await? {
                let Some(key) = Key::of(&item) else { continue };
                if is_kind::<ConversationRow>(&item) {
                    heads.conversation = look.read(&key, item);
                } else if is_kind::<GroupRow>(&item) {
                    heads.group = look.read(&key, item);
                } else if is_kind::<FirstReadsRow>(&item) {
                    heads.first_reads = look.read(&key, item);
                } else if is_kind::<MemberRow>(&item) {
                    heads.members.extend(look.read(&key, item));
                } else {
                    heads.participants.extend(look.read(&key, item));
                }
            }
        }
        Ok(heads)
    }

    async fn look_at_heads(&self, look: &mut Look, key: &Key, heads: &Heads) -> Result<()> {
        let Some(conversation) = &heads.conversation else {
            look.report(
                key,
                "A partition with messages, participants or a group has a conversation row.",
                "Restore that row from a backup, or delete all rows of the partition.",
            );
            return Ok(());
        };
        let id = conversation.conversation_id;
        let own = Key::conversation(id);
        let at_home = own.pk == key.pk;
        look.check(
            at_home,
            &own,
            "A conversation stands in the partition of its id's tag.",
            "Correct conversation_id.",
        );
        heads.look_at_sides(look, conversation);
        let is_alive = conversation.is_alive(id);
        match heads.group() {
            Some(group) => self.look_at_group(look, heads, group).await?,
            None if is_alive => {
                let participants = heads.people_with_a_row();
                let pair = participants.first().zip(participants.last());
                let pair = pair.map(|(one, other)| Key::pair(*one, *other));
                let pair: Option<PairRow> = match pair {
                    Some(pair) => self.related(pair).await?,
                    None => None,
                };
                let is_of_pair = pair.is_some_and(|pair| pair.conversation_id == id);
                let fits = conversation.group_id.is_none() && participants.len() == 2 && is_of_pair;
                look.check(
                    fits,
                    &own,
                    "A conversation that is alive has two participants and their pair row, or a group.",
                    "Put the pair row again, or set deleted_at here and put a purge row.",
                );
            }
            None => {
                let work: Option<PurgeWork> = self.related(Key::purge(id)).await?;
                look.check(
                    work.is_some(),
                    &own,
                    "A deleted conversation without a group has a purge row.",
                    "Put the row PURGE#<conversation_id> in the partition WORK.",
                );
            }
        }
        if let Some(first_reads) = &heads.first_reads {
            let fits = is_alive
                && first_reads.conversation_id == id
                && first_reads.second <= Some(first_reads.first)
                && Some(first_reads.first) <= conversation.last_message_id;
            look.check(
                fits,
                &Key::first_reads(id),
                "first_reads goes no further than the last message, and second no further than first.",
                "Delete this row: the next reader writes it again.",
            );
        }
        Ok(())
    }

    async fn look_at_group(&self, look: &mut Look, heads: &Heads, group: &GroupRow) -> Result<()> {
        let own = Key::group(group.group_id);
        let listed: BTreeSet<_> = group.members().collect();
        let mut with_a_row = heads.people_with_a_row();
        with_a_row.extend(heads.members.iter().map(|member| member.member_id));
        let fits = listed == with_a_row;
        look.check(
            fits,
            &own,
            "The members of a group are the people with a participant or member row.",
            "Correct others, or delete the rows of people who are not members.",
        );
        let conversation = heads.conversation.as_ref();
        let current = conversation.filter(|row| row.deleted_at.is_none());
        let fits = group.conversation_id == current.map(|row| row.conversation_id);
        look.check(
            fits,
            &own,
            "A group names the conversation of its partition that is alive, and none if there is none.",
            "Correct or remove conversation_id.",
        );
        let people = self.rows(listed.iter().copied().map(Key::person)).await?;
        let all_exist = listed.iter().all(|person| people.has(&Key::person(*person)));
        look.check(
            all_exist,
            &own,
            "Each member of a group is a person that exists.",
            "Take the person out of others and delete their participant or member row.",
        );
        Ok(())
    }

    /// Checks messages and read receipts in a stream, however many they are.
    async fn look_at_rows(&self, look: &mut Look, key: &Key, heads: &Heads) -> Result<Messages> {
        let mut found = Messages::default();
        let mut purged = HashMap::new();
        let mut items = self
            .client
            .query()
            .table_name(&*self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(key.pk.clone()))
            .into_paginator()
            .items()
            .send();
        while let Some(item) = items.try_next().await? {
            let Some(row) = Key::of(&item) else { continue };
            self.look_at_row(look, &row, item, heads, &mut found, &mut purged)
                .await?;
        }
        Ok(found)
    }

    async fn look_at_row(
        &self,
        look: &mut Look,
        key: &Key,
        item: Item,
        heads: &Heads,
        found: &mut Messages,
        purged: &mut HashMap<ConversationId, bool>,
    ) -> Result<()> {
        let belongs_to = if is_kind::<MessageRow>(&item) {
            let Some(message) = look.read::<MessageRow>(key, item) else {
                return Ok(());
            };
            look.check(
                Key::message(message.message_id) == *key,
                key,
                "A message stands at the key of its message_id.",
                "Delete this row.",
            );
            note_message(heads, &message, found);
            message.conversation_id
        } else if is_kind::<ReadReceiptRow>(&item) {
            let Some(mark) = look.read::<ReadReceiptRow>(key, item) else {
                return Ok(());
            };
            mark.conversation_id
        } else {
            let is_head = HEADS.iter().any(|head| key.sk.starts_with(head));
            look.check(
                is_head,
                key,
                "A row is of a kind that belongs where it stands.",
                "Delete this row if no program of yours needs it.",
            );
            return Ok(());
        };
        let is_current = heads
            .conversation
            .as_ref()
            .is_some_and(|row| row.is_alive(belongs_to));
        if is_current {
            return Ok(());
        }
        let is_purged = if let Some(is_purged) = purged.get(&belongs_to) {
            *is_purged
        } else {
            let work: Option<PurgeWork> = self.related(Key::purge(belongs_to)).await?;
            *purged.entry(belongs_to).or_insert(work.is_some())
        };
        look.check(
            is_purged,
            key,
            "A message or read receipt is of a conversation that is alive, or that has a purge row.",
            "Delete this row, or put a purge row for its conversation.",
        );
        Ok(())
    }
}

fn note_message(heads: &Heads, message: &MessageRow, found: &mut Messages) {
    let (id, sender) = (message.message_id, message.sender_id);
    let Some(conversation) = heads
        .conversation
        .as_ref()
        .filter(|row| row.is_alive(message.conversation_id))
    else {
        return;
    };
    found.newest = found.newest.max(Some(id));
    found.pinned |= conversation.pinned_message_id == Some(id);
    for participant in &heads.participants {
        if participant.person_id != sender && participant.read_up_to < Some(id) {
            *found.unread.entry(participant.person_id).or_default() += 1;
        }
    }
}
