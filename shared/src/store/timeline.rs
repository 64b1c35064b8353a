//! Lists of messages: of one conversation, and of all the caller's.

use std::collections::{HashMap, HashSet};

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::Store;
use super::conversations::{ConversationRow, ParticipantRow};
use super::error::{Result, StoreError};
use super::inbox::{Inbox, PLACE};
use super::keys::{self, Key};
use super::messages::MessageRow;
use super::reading::Progress;
use super::rows::{Range, Reading, Row, decode};
use crate::model::{Conversation, ConversationFilter, Id, Message, Page, PageRequest, Person, Position};

/// A page ends before its JSON gets larger, in bytes: a function's answer may have 6 MB.
const LARGEST_PAGE: usize = 4_000_000;
/// What may stand in a message's JSON beside its text and reactions: mostly the sender's avatar URL.
const LARGEST_FRAME: usize = 3_000;
/// As many megabytes of rows are more JSON than a page may have.
const MOST_MEGABYTES: usize = 5;
/// How many conversations are read side by side.
const AT_ONCE: usize = 16;

/// Messages as they were found, in the direction of travel.
#[derive(Default)]
struct Found {
    messages: Vec<MessageRow>,
    /// The conversation, if the walk reached its newest message.
    conversation: Option<ConversationRow>,
}

impl Store {
    /// The messages of a conversation, newest first. Two round trips; a page of ten small ones takes three read units
    /// and half a unit for each sender, however long the conversation is.
    ///
    /// A page that reaches the newest message also opens the conversation, if that may be written. Where a message
    /// arrives, or the newest one is deleted, while the page is being read, it is read again, so that what is marked is
    /// what is shown.
    pub async fn messages(
        &self,
        caller: Id<Person>,
        id: Id<Conversation>,
        page: PageRequest,
        may_open: impl Future<Output = bool>,
    ) -> Result<Page<Message>> {
        let position = place_in(id, page.position)?;
        let (participant, mut found) =
            tokio::try_join!(self.participant(caller, id), self.find(id, position, page.limit))?;
        let opens = found.reaches_newest(position, page.limit) && may_open.await;
        if opens && found.is_torn(&participant, page.limit) {
            found = self.find_as_of_one_moment(id, position, page.limit).await?;
        }
        let unread = found.unread(&participant, page.limit).filter(|_| opens);
        let page = page_of(found.messages, page.limit, position.is_backwards(), |id| {
            id.to_string()
        });
        let sides = HashMap::from([(id, participant)]);
        let participant = &sides[&id];
        let open = async {
            if opens {
                self.open(participant, unread).await
            } else {
                Ok(None)
            }
        };
        let (mut shown, opened) = tokio::try_join!(self.render(&page.data, &sides, Reading::Eventual), open)?;
        match (unread, opened) {
            (Some(progress), Some(read_at)) => {
                let is_just_read = |message: &&mut Message| {
                    let is_new = participant.read_up_to < Some(message.id) && message.id <= progress.up_to;
                    is_new && message.contact.id != caller
                };
                for message in shown.iter_mut().filter(is_just_read) {
                    message.read_at.get_or_insert(read_at);
                }
            }
            // The caller has read it elsewhere at the same moment.
            (Some(_), None) => shown = self.render(&page.data, &sides, Reading::Strong).await?,
            (None, _) => {}
        }
        Ok(page.showing(shown))
    }

    /// The caller's side of a conversation.
    async fn participant(&self, caller: Id<Person>, id: Id<Conversation>) -> Result<ParticipantRow> {
        let side: Option<ParticipantRow> = self.row(Key::participant(id, caller)).await?;
        side.filter(|side| side.conversation_id == id)
            .ok_or(StoreError::Missing {
                what: "conversation",
                param: Some("conversation_id"),
            })
    }

    /// Up to `limit` + 1 messages; fewer where they are so large that no page has room for them.
    async fn find(
        &self,
        id: Id<Conversation>,
        position: Position<Id<Message>>,
        limit: usize,
    ) -> Result<Found> {
        // The conversation's row stands after the newest message. Going down from a message it is not met.
        let rows = if matches!(position, Position::After(_)) {
            limit + 1
        } else {
            limit + 2
        };
        let range = Range::new(keys::conversation_partition(id), keys::MESSAGES)
            .from(position.map(Key::message))
            .limit(rows)
            .most_megabytes(MOST_MEGABYTES);
        let mut found = Found::default();
        for item in self.items_in(range).await? {
            if item
                .get("kind")
                .and_then(|kind| kind.as_s().ok())
                .is_some_and(|kind| kind == ConversationRow::KIND)
            {
                found.conversation = Some(decode(item)?);
            } else {
                found.messages.push(decode(item)?);
            }
        }
        found
            .messages
            .retain(|message: &MessageRow| message.conversation_id == id);
        found.messages.truncate(limit + 1);
        Ok(found)
    }

    /// The same as of the moment at which the conversation is read: messages that arrive after it are left out.
    async fn find_as_of_one_moment(
        &self,
        id: Id<Conversation>,
        position: Position<Id<Message>>,
        limit: usize,
    ) -> Result<Found> {
        let conversation: Option<ConversationRow> = self.row(Key::conversation(id)).await?;
        let newest = conversation.as_ref().and_then(|row| row.last_message_id);
        let position = match (position, newest) {
            (Position::Start, Some(newest)) => Position::After(newest.just_after()),
            (position, _) => position,
        };
        let mut found = self.find(id, position, limit).await?;
        found
            .messages
            .retain(|message| Some(message.message_id) <= newest);
        Ok(Found {
            conversation,
            ..found
        })
    }

    /// The messages of all the caller's conversations, merged by id. Three round trips for the first page, which reads
    /// as many conversations as it can show; a later one reads a conversation once at most.
    pub async fn all_messages(&self, caller: Id<Person>, page: PageRequest) -> Result<Page<Message>> {
        let position = self.place_in_all(caller, page.position).await?;
        let backwards = position.is_backwards();
        let everything = ConversationFilter::default();
        // Going back, only conversations count in which something was sent since. Going on, any may have older messages.
        let inbox_place = match position {
            Position::Before(id) => Position::Before(id.cast()),
            Position::Start | Position::After(_) => Position::Start,
        };
        let mut inbox = Inbox::new(self, caller, &everything, inbox_place);
        let mut sides = HashMap::new();
        let mut found = Vec::new();
        while let Some(candidates) = inbox.next(page.limit + 1).await? {
            // Where nobody has written, the rank is the conversation's own id.
            let mut written: Vec<_> = candidates
                .iter()
                .filter(|side| side.rank != side.conversation_id)
                .map(|side| side.conversation_id)
                .collect();
            let keys = written.iter().map(|id| Key::participant(*id, caller));
            let (mut present, mut merged) = tokio::try_join!(
                self.rows(keys),
                self.merge(found.clone(), &written, position, page.limit)
            )?;
            // The index may still show conversations that have gone.
            let gone = written.extract_if(.., |id| !present.has(&Key::participant(*id, caller)));
            if gone.count() > 0 {
                merged = self.merge(found, &written, position, page.limit).await?;
            }
            found = merged;
            for id in written {
                let side = present.take::<ParticipantRow>(&Key::participant(id, caller))?;
                sides.extend(side.map(|side| (id, side)));
            }
            // What follows in the inbox is older than the newest message of the last candidate.
            let is_full = candidates.last().is_some_and(|last| {
                let end = found.get(page.limit);
                !backwards && end.is_some_and(|end| end.message_id >= last.rank.cast())
            });
            if is_full {
                break;
            }
        }
        let page = page_of(found, page.limit, backwards, |id| format!("{PLACE}{id}"));
        let shown = self.render(&page.data, &sides, Reading::Eventual).await?;
        Ok(page.showing(shown))
    }

    /// The first `limit` + 1 messages, in the direction of travel, of those found before and those of more
    /// conversations.
    async fn merge(
        &self,
        found: Vec<MessageRow>,
        conversations: &[Id<Conversation>],
        position: Position<Id<Message>>,
        limit: usize,
    ) -> Result<Vec<MessageRow>> {
        stream::iter(conversations.to_vec())
            .map(|id| self.find(id, position, limit))
            .buffer_unordered(AT_ONCE)
            .try_fold(found, async |mut found, more| {
                found.extend(more.messages);
                found.sort_by_key(|message| message.message_id);
                if !position.is_backwards() {
                    found.reverse();
                }
                found.truncate(limit + 1);
                Ok(found)
            })
            .await
    }

    /// The place that a cursor of the merged list names: one that a page named, or any that could be a message of a
    /// conversation that the caller is in.
    async fn place_in_all(
        &self,
        caller: Id<Person>,
        position: Position<String>,
    ) -> Result<Position<Id<Message>>> {
        let invalid = StoreError::CursorInvalid {
            param: position.parameter(),
        };
        let is_place =
            matches!(&position, Position::After(text) | Position::Before(text) if text.starts_with(PLACE));
        let parsed =
            position.try_map(|text| text.strip_prefix(PLACE).unwrap_or(&text).parse::<Id<Message>>());
        let Ok(place) = parsed else { return Err(invalid) };
        let (Position::After(id) | Position::Before(id)) = place else {
            return Ok(place);
        };
        if !is_place {
            let side: Option<ParticipantRow> = self.row(Key::participant(id.cast(), caller)).await?;
            if side.is_none_or(|side| side.conversation_id == id.cast()) {
                return Err(invalid);
            }
        }
        Ok(place)
    }

    /// One message with its sender and the time when it was read, in one round trip.
    pub(super) async fn render_one(&self, message: MessageRow, side: ParticipantRow) -> Result<Message> {
        let sides = HashMap::from([(message.conversation_id, side)]);
        let mut rendered = self.render(&[message], &sides, Reading::Eventual).await?;
        rendered.pop().ok_or(StoreError::missing("message"))
    }

    /// The same for several.
    async fn render(
        &self,
        messages: &[MessageRow],
        sides: &HashMap<Id<Conversation>, ParticipantRow>,
        reading: Reading,
    ) -> Result<Vec<Message>> {
        let senders: HashSet<_> = messages.iter().map(|message| message.sender_id).collect();
        let (people, times) =
            tokio::try_join!(self.people(senders), self.read_times(messages, sides, reading))?;
        let render = |message: &MessageRow| {
            let sender = people.get(&message.sender_id).cloned();
            let sender = sender.ok_or_else(|| StoreError::Internal("a message has no sender".to_owned()))?;
            let read_at = times.get(&message.message_id).copied();
            Ok(message.clone().render(sender, read_at))
        };
        messages.iter().map(render).collect()
    }
}

impl Found {
    /// Whether the page shows all that there is up to the newest message.
    fn reaches_newest(&self, position: Position<Id<Message>>, limit: usize) -> bool {
        let shows_all = !position.is_backwards() || self.messages.len() <= fitting(&self.messages, limit);
        self.conversation.is_some() && shows_all
    }

    /// The newest message that the page shows, with the conversation as it was read for it.
    fn newest(&self, limit: usize) -> Option<(Id<Message>, &ConversationRow)> {
        let shown = self.messages.iter().take(fitting(&self.messages, limit));
        let newest = shown.map(|message| message.message_id).max();
        newest.zip(self.conversation.as_ref())
    }

    /// Whether the messages and the conversation are of different moments, in a way that matters to what is unread.
    fn is_torn(&self, participant: &ParticipantRow, limit: usize) -> bool {
        self.newest(limit).is_some_and(|(newest, conversation)| {
            let last = conversation.last_message_id;
            last < Some(newest) || (last > Some(newest) && conversation.unread_by(participant) > 0)
        })
    }

    /// What the page lets the participant read, if there is something unread.
    fn unread(&self, participant: &ParticipantRow, limit: usize) -> Option<Progress> {
        let (_, conversation) = self.newest(limit)?;
        let progress = conversation.all_read_by(participant.person_id);
        progress.filter(|_| conversation.unread_by(participant) > 0)
    }
}

/// How many of the messages a page has room for, one at least.
fn fitting(messages: &[MessageRow], limit: usize) -> usize {
    let size = |message: &MessageRow| {
        // Both are plain data: they always have a JSON form.
        let content = serde_json::to_vec(&(&message.text, &message.reactions)).unwrap_or_default();
        content.len() + LARGEST_FRAME
    };
    let mut room = LARGEST_PAGE;
    let fits = |message: &&MessageRow| match room.checked_sub(size(message)) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    };
    messages.iter().take(limit).take_while(fits).count().max(1)
}

/// The page out of messages found in the direction of travel.
fn page_of(
    messages: Vec<MessageRow>,
    limit: usize,
    backwards: bool,
    cursor: impl Fn(Id<Message>) -> String,
) -> Page<MessageRow> {
    let fitting = fitting(&messages, limit);
    Page::of(messages, fitting, backwards, |message| cursor(message.message_id))
}

/// The place that a cursor of one conversation's messages names: any id that could be one of them.
fn place_in(id: Id<Conversation>, position: Position<String>) -> Result<Position<Id<Message>>> {
    let invalid = StoreError::CursorInvalid {
        param: position.parameter(),
    };
    let parse = |text: String| {
        let place = text.parse::<Id<Message>>().ok();
        place
            .filter(|place| place.tag() == id.tag() && *place != id.cast())
            .ok_or(())
    };
    position.try_map(parse).map_err(|()| invalid)
}
