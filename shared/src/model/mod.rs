//! The types of the API, with their validation. Independent of HTTP and DynamoDB.

mod attachment;
mod contact;
mod conversation;
mod digest;
mod fold;
mod group;
mod id;
mod link;
mod message;
mod name;
mod page;
mod patch;
mod person;
mod playlist;
mod reaction;
mod search;
mod sound;
mod text;
mod timestamp;
mod token;
mod visible;

pub use attachment::{Attachment, AttachmentRef, AttachmentRefs};
pub use contact::{Contact, ContactPatch, NewContact};
pub use conversation::{Conversation, ConversationFilter, ConversationPatch, ConversationWith};
pub(crate) use digest::sha256;
pub use fold::fold;
pub use group::{ContactRefs, Group, GroupFilter, GroupPatch, MOST_MEMBERS, NewGroup};
pub use id::{
    AttachmentId, ConversationId, GroupId, Id, MessageId, PersonId, PlaylistId, SoundId, Tag, ThemeId,
    TokenId, VersionId,
};
pub use link::Link;
pub use message::{Message, MessageFilter, MessagePatch, NewMessage, ReadUpTo};
pub use name::{DisplayName, GroupName, InvalidName, Label, Name, SoundTitle, TokenName};
pub use page::{Page, PageRequest, Position, fitting};
pub use patch::{Patch, present};
pub use person::{Person, PersonPatch};
pub use playlist::{Playlist, PlaylistPage, PlaylistSearch, Theme};
pub use reaction::{ReactionLists, ReactionName, Reactions, TooManyReactions};
pub use search::{InvalidQuery, MessageSearch, SearchQuery};
pub use sound::{
    Download, SimilarSound, Sound, SoundFilter, SoundSearch, StoredSound, TagCount, WAVEFORM_PEAKS, Waveform,
};
pub use text::{AvatarUrl, CatalogQuery, GroupDescription, MessageText, PhoneNumber, Username};
pub use timestamp::{Millis, Timestamp};
pub use token::{IssuedToken, Secret, Token, TokenHash};
