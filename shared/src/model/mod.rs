//! What the API speaks, and what is valid in it. Nothing here knows of HTTP or of DynamoDB.

mod contact;
mod conversation;
mod digest;
mod id;
mod page;
mod patch;
mod person;
mod text;
mod timestamp;
mod token;

pub use contact::{Contact, ContactPatch, NewContact};
pub use conversation::{Conversation, ConversationFilter, ConversationPatch, ConversationWith};
pub(crate) use digest::sha256;
pub use id::{Group, Id, Message, Tag};
pub use page::{Page, PageRequest, Position};
pub use patch::{Patch, present};
pub use person::{Person, PersonPatch};
pub use text::{AvatarUrl, DisplayName, PhoneNumber, TokenName, Username};
pub use timestamp::{Millis, Timestamp};
pub use token::{IssuedToken, Secret, Token, TokenHash};
