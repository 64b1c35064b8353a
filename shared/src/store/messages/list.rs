//! The messages of a conversation, newest first. Listing the newest page opens the conversation.

use std::collections::HashMap;

use super::message::render;
use super::read_state::{Opened, Opening, ReadProgress};
use crate::model::{
    ConversationId, Message, MessageId, Page, PageRequest, PersonId, Position, StoredAttachment, Timestamp,
    fitting,
};
use crate::store::conversations::keys::{MESSAGES, conversation_partition};
use crate::store::conversations::rows::{ConversationRow, FirstReadsRow, MessageRow, ParticipantRow};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Again, Key, Range, ReadConsistency, ReadStore, Store, decode, is_kind};

/// The most bytes of a message's JSON beside its text, reactions and attachments. Mostly the sender's avatar URL.
const LARGEST_FRAME: usize = 3_000;
/// The most bytes of the JSON of an attachment beside its name: mostly two links, each with a session token.
const LARGEST_ATTACHMENT: usize = 6_000;
/// The most bytes that a byte of a file's name takes in its JSON: three in the link, and that twice encoded.
const PER_NAME_BYTE: usize = 12;
/// Megabytes of rows whose JSON exceeds the limit of a page.
const MOST_MEGABYTES: usize = 5;

/// The result of a read of messages, in the direction of travel.
pub(crate) struct Found {
    /// The messages: one more than the page shows, if there are more.
    pub(crate) messages: Vec<MessageRow>,
    /// The number of messages on the page.
    shown: usize,
    /// The conversation, if the page includes the newest message.
    conversation: Option<ConversationRow>,
    /// How far the group has read the conversation, if it is a group's.
    first_reads: Option<FirstReadsRow>,
}

impl Store {
    /// The messages of a conversation, as [`ReadStore::messages`] lists them. A page that includes the newest message
    /// also opens the conversation. If a message arrives, or the newest one is deleted, during the read, the page is
    /// read again, so that exactly the shown messages are marked as read.
    pub async fn open_messages(
        &self,
        caller: PersonId,
        id: ConversationId,
        page: PageRequest,
    ) -> Result<Page<Message>> {
        let position = place_in(id, page.position)?;
        self.retry(|| async {
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
                    Ok(Opening::Nothing)
                }
            };
            let (senders, mut read_at, opening) = tokio::try_join!(
                self.senders(&page.data),
                self.read_at(&page.data, &participants, ReadConsistency::Eventual),
                open
            )?;
            if let Opening::Outdated = opening {
                return Err(Again::after("deletes").into());
            }
            if let Some(progress) = unread
                && !add_opened(&mut read_at, &page.data, caller, progress, opening)
            {
                // Others have read messages at the same moment, or the caller has elsewhere, or some receipts are not
                // visible yet.
                read_at = self
                    .read_at(&page.data, &participants, ReadConsistency::Strong)
                    .await?;
            }
            let shown = render(&page.data, &senders, &read_at)?;
            Ok(page.showing(shown))
        })
        .await
    }
}

/// Adds the time of an opening to the messages that it marked as read. Returns whether the times are complete: the
/// opening marked the unread messages, and each message up to there has its time.
fn add_opened(
    read_at: &mut HashMap<MessageId, Timestamp>,
    messages: &[MessageRow],
    caller: PersonId,
    progress: ReadProgress,
    opening: Opening,
) -> bool {
    let Opening::Marked(Opened { at, first_after }) = opening else {
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
    /// The messages of a conversation, newest first. Two round trips. A page of ten small messages takes three read
    /// units, plus half a unit per sender, however long the conversation is.
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

    /// Up to `limit` + 1 messages; fewer if they are so large that no page has room for them.
    pub(crate) async fn find(
        &self,
        id: ConversationId,
        position: Position<MessageId>,
        limit: usize,
    ) -> Result<Found> {
        // Two rows of the conversation sort after the newest message. A read that continues from a message does not
        // meet them.
        let heads = match position {
            Position::After(_) => 0,
            Position::Start | Position::Before(_) => 2,
        };
        // The partition may contain leftovers of the group's previous conversation.
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

    /// The messages as of one moment: leaves out messages that arrive after the conversation was read.
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

    /// The page. `cursor` makes the cursor for a message.
    pub(crate) fn into_page(
        self,
        position: Position<MessageId>,
        cursor: impl Fn(MessageId) -> String,
    ) -> Page<MessageRow> {
        Page::of(self.messages, self.shown, position.is_backwards(), |message| {
            cursor(message.message_id)
        })
    }

    /// The newest message on the page, with the conversation that was read with it.
    fn newest(&self) -> Option<(MessageId, &ConversationRow)> {
        let shown = self.messages.iter().take(self.shown);
        let newest = shown.map(|message| message.message_id).max();
        newest.zip(self.conversation.as_ref())
    }

    /// Whether the messages and the conversation were read at different moments and disagree about what is unread.
    fn is_torn(&self, participant: &ParticipantRow) -> bool {
        self.newest().is_some_and(|(newest, conversation)| {
            let last = conversation.last_message_id;
            last < Some(newest)
                || participant.is_ahead_of(conversation)
                || (last > Some(newest) && participant.has_news_in(conversation))
        })
    }

    /// The read progress of the participant from this page; `None` if nothing is unread.
    fn unread(&self, participant: &ParticipantRow) -> Option<ReadProgress> {
        let (newest, conversation) = self.newest()?;
        let progress = conversation
            .all_read_by(participant.person_id)
            .filter(|_| participant.has_news_in(conversation));
        progress.map(|progress| progress.having_shown(newest))
    }
}

/// The upper bound of a message's JSON, in bytes.
pub(crate) fn size_of(message: &MessageRow) -> usize {
    // Plain data always serializes to JSON.
    let content = serde_json::to_vec(&(&message.text, &message.reactions)).unwrap_or_default();
    let size_of = |file: &StoredAttachment| LARGEST_ATTACHMENT + PER_NAME_BYTE * file.filename.as_str().len();
    content.len() + LARGEST_FRAME + message.attachments.iter().map(size_of).sum::<usize>()
}

/// The message id that a cursor of one conversation names: any id that could be one of its messages.
pub(crate) fn place_in(id: ConversationId, position: Position<String>) -> Result<Position<MessageId>> {
    let invalid = StoreError::CursorInvalid {
        param: position.parameter(),
    };
    let parse = |text: String| {
        let place = text.parse::<MessageId>().ok();
        // Smaller ids belong to the group and to its previous conversations.
        place
            .filter(|place| place.tag() == id.tag() && *place > id.cast())
            .ok_or(())
    };
    position.try_map(parse).map_err(|()| invalid)
}
