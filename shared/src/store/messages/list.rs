//! The messages of a conversation, newest first. Listing the newest ones opens it.

use std::collections::HashMap;

use super::message::render;
use super::read_state::{Opened, ReadProgress};
use crate::model::{
    ConversationId, Message, MessageId, Page, PageRequest, PersonId, Position, Timestamp, fitting,
};
use crate::store::conversations::keys::{MESSAGES, conversation_partition};
use crate::store::conversations::rows::{ConversationRow, FirstReadsRow, MessageRow, ParticipantRow};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Range, ReadConsistency, ReadStore, Store, decode, is_kind};

/// What may stand in a message's JSON beside its text and reactions: mostly the sender's avatar URL.
const LARGEST_FRAME: usize = 3_000;
/// As many megabytes of rows are more JSON than a page may have.
const MOST_MEGABYTES: usize = 5;

/// Messages as they were found, in the direction of travel.
pub(crate) struct Found {
    /// One more than the page shows, if there is more.
    pub(crate) messages: Vec<MessageRow>,
    /// How many the page shows.
    shown: usize,
    /// The conversation, if the page shows all messages up to the newest.
    conversation: Option<ConversationRow>,
    /// How far it has been read, if it is a group's.
    first_reads: Option<FirstReadsRow>,
}

impl Store {
    /// The messages of a conversation as [`ReadStore::messages`] lists them. A page that reaches the newest message also
    /// opens the conversation. Where a message arrives, or the newest one is deleted, while the page is being read, it is
    /// read again, so that what is marked is what is shown.
    pub async fn open_messages(
        &self,
        caller: PersonId,
        id: ConversationId,
        page: PageRequest,
    ) -> Result<Page<Message>> {
        let position = place_in(id, page.position)?;
        let (participant, mut found) =
            tokio::try_join!(self.participant(caller, id), self.find(id, position, page.limit))?;
        if found.is_torn(&participant) {
            found = self.find_as_of_one_moment(id, position, page.limit).await?;
        }

        let opens = found.conversation.is_some();
        let unread = found.unread(&participant);
        let first_reads = found.first_reads.take();
        let page = found.into_page(position, |id| id.to_string());

        let participants = HashMap::from([(id, participant)]);
        let open = async {
            if opens {
                self.open(&participants[&id], unread, first_reads).await
            } else {
                Ok(None)
            }
        };
        let (senders, mut read_at, opened) = tokio::try_join!(
            self.senders(&page.data),
            self.read_at(&page.data, &participants, ReadConsistency::Eventual),
            open
        )?;
        if let Some(progress) = unread
            && !add_opened(&mut read_at, &page.data, caller, progress, opened)
        {
            // Others have read some at the same moment, or the caller has elsewhere; or not all receipts can be seen yet.
            read_at = self
                .read_at(&page.data, &participants, ReadConsistency::Strong)
                .await?;
        }
        let shown = render(&page.data, &senders, &read_at)?;
        Ok(page.showing(shown))
    }
}

/// Adds the time of an opening to the messages that it marked as read. Whether that is all: the opening marked what was
/// unread, and each message up to there has its time.
fn add_opened(
    read_at: &mut HashMap<MessageId, Timestamp>,
    messages: &[MessageRow],
    caller: PersonId,
    progress: ReadProgress,
    opened: Option<Opened>,
) -> bool {
    let Some(Opened { at, first_after }) = opened else {
        return false;
    };
    let mut now_read = messages
        .iter()
        .filter(|message| message.message_id <= progress.up_to && message.sender_id != caller)
        .map(|message| message.message_id);
    for id in now_read.clone().filter(|id| Some(*id) > first_after) {
        read_at.entry(id).or_insert(at);
    }
    now_read.all(|id| read_at.contains_key(&id))
}

impl ReadStore {
    /// The messages of a conversation, newest first. Two round trips; a page of ten small ones takes three read units
    /// and half a unit for each sender, however long the conversation is.
    pub async fn messages(
        &self,
        caller: PersonId,
        id: ConversationId,
        page: PageRequest,
    ) -> Result<Page<Message>> {
        let position = place_in(id, page.position)?;
        let (participant, found) =
            tokio::try_join!(self.participant(caller, id), self.find(id, position, page.limit))?;
        let page = found.into_page(position, |id| id.to_string());
        let participants = HashMap::from([(id, participant)]);
        let shown = self.show(&page.data, &participants).await?;
        Ok(page.showing(shown))
    }

    /// The caller's participant row.
    pub(crate) async fn participant(&self, caller: PersonId, id: ConversationId) -> Result<ParticipantRow> {
        self.participant_row(caller, id)
            .await?
            .ok_or(StoreError::missing_in("conversation_id", "conversation"))
    }

    /// Up to `limit` + 1 messages; fewer where they are so large that no page has room for them.
    pub(crate) async fn find(
        &self,
        id: ConversationId,
        position: Position<MessageId>,
        limit: usize,
    ) -> Result<Found> {
        // After the newest message come two rows of the conversation's. Going on from a message they are not met.
        let heads = match position {
            Position::After(_) => 0,
            Position::Start | Position::Before(_) => 2,
        };
        // In the same partition may stand what is left of a former conversation of the group.
        let from = match position {
            Position::Before(place) => Position::Before(place.max(id.cast())),
            Position::Start | Position::After(_) => position,
        };
        let range = Range::new(conversation_partition(id), MESSAGES)
            .from(from.map(Key::message))
            .limit(limit + 1 + heads)
            .most_megabytes(MOST_MEGABYTES);
        let (mut messages, mut conversation, mut first_reads) = (Vec::new(), None, None);
        for item in self.items_in(range).await? {
            if is_kind::<ConversationRow>(&item) {
                conversation = Some(decode(item)?);
            } else if is_kind::<FirstReadsRow>(&item) {
                first_reads = Some(decode(item)?);
            } else {
                messages.push(decode::<MessageRow>(item)?);
            }
        }
        messages.retain(|message| message.conversation_id == id);
        let found = Found::new(messages, conversation, position, limit);
        Ok(Found { first_reads, ..found })
    }

    /// The same as of the moment at which the conversation is read: messages that arrive after it are left out.
    async fn find_as_of_one_moment(
        &self,
        id: ConversationId,
        position: Position<MessageId>,
        limit: usize,
    ) -> Result<Found> {
        let conversation: Option<ConversationRow> = self.row(Key::conversation(id)).await?;
        let newest = conversation.as_ref().and_then(|row| row.last_message_id);
        let from = match (position, newest) {
            (Position::Start, Some(newest)) => Position::After(newest.just_after()),
            (position, _) => position,
        };
        let Found {
            mut messages,
            first_reads,
            ..
        } = self.find(id, from, limit).await?;
        messages.retain(|message| Some(message.message_id) <= newest);
        let found = Found::new(messages, conversation, position, limit);
        Ok(Found { first_reads, ..found })
    }
}

impl Found {
    pub(crate) fn new(
        mut messages: Vec<MessageRow>,
        conversation: Option<ConversationRow>,
        position: Position<MessageId>,
        limit: usize,
    ) -> Self {
        messages.truncate(limit + 1);
        let shown = fitting(&messages, limit, size_of);
        let reaches_newest = !position.is_backwards() || messages.len() <= shown;
        Self {
            messages,
            shown,
            conversation: conversation.filter(|_| reaches_newest),
            first_reads: None,
        }
    }

    /// The page. `cursor` names the place of a message.
    pub(crate) fn into_page(
        self,
        position: Position<MessageId>,
        cursor: impl Fn(MessageId) -> String,
    ) -> Page<MessageRow> {
        Page::of(self.messages, self.shown, position.is_backwards(), |message| {
            cursor(message.message_id)
        })
    }

    /// The newest message that the page shows, with the conversation as it was read for it.
    fn newest(&self) -> Option<(MessageId, &ConversationRow)> {
        let shown = self.messages.iter().take(self.shown);
        let newest = shown.map(|message| message.message_id).max();
        newest.zip(self.conversation.as_ref())
    }

    /// Whether the messages and the conversation are of different moments, in a way that matters to what is unread.
    fn is_torn(&self, participant: &ParticipantRow) -> bool {
        self.newest().is_some_and(|(newest, conversation)| {
            let last = conversation.last_message_id;
            last < Some(newest) || (last > Some(newest) && participant.has_news_in(conversation))
        })
    }

    /// What the page lets the participant read, if there is something unread.
    fn unread(&self, participant: &ParticipantRow) -> Option<ReadProgress> {
        let (newest, conversation) = self.newest()?;
        let progress = conversation
            .all_read_by(participant.person_id)
            .filter(|_| participant.has_news_in(conversation));
        progress.map(|progress| progress.having_shown(newest))
    }
}

/// How large a message's JSON is at most, in bytes.
pub(crate) fn size_of(message: &MessageRow) -> usize {
    // Both are plain data: they always have a JSON form.
    let content = serde_json::to_vec(&(&message.text, &message.reactions)).unwrap_or_default();
    content.len() + LARGEST_FRAME
}

/// The place that a cursor of one conversation's messages names: any id that could be one of them.
pub(crate) fn place_in(id: ConversationId, position: Position<String>) -> Result<Position<MessageId>> {
    let invalid = StoreError::CursorInvalid {
        param: position.parameter(),
    };
    let parse = |text: String| {
        let place = text.parse::<MessageId>().ok();
        // Smaller ids are those of the group and of its former conversations.
        place
            .filter(|place| place.tag() == id.tag() && *place > id.cast())
            .ok_or(())
    };
    position.try_map(parse).map_err(|()| invalid)
}
