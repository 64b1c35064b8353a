//! The table and the bucket, by wings: each has the rows, keys and calls of its resources, and knows only the wings
//! below it.
//!
//! ```text
//! integrity                  what a check of the table looks at
//! messages                   send, change, list, feed, read state, search
//! contacts                   address books
//! conversations              conversations, inbox, groups, members, purge
//! people   catalog           people, tokens; sounds, playlists, imports
//! idempotency   work         what all of them record
//! table   bucket             rows whatever their kind; objects and signed links
//! ```
//!
//! `docs/DATA-MODEL.md` lists every row and every access pattern.

pub mod bucket;
mod catalog;
mod contacts;
mod conversations;
mod environment;
mod error;
mod idempotency;
mod integrity;
mod messages;
mod people;
mod stream;
mod table;
mod work;

pub use catalog::audio::{StoredAudio, UnusedAudio};
pub use catalog::import::{CatalogContent, Draft, Publishing};
pub use catalog::published::Published;
pub use catalog::sounds::Neighbour;
pub use error::{Result, StoreError};
pub use idempotency::{Created, Idempotency};
pub use integrity::report::{IntegrityReport, Problem, TablePlace};
pub use messages::on_message_sent::SentMessage;
pub use messages::search::SearchBounds;
pub use people::tokens::{NewToken, WhichToken};
pub use stream::{StreamRecord, Work};
pub use table::{Clock, ReadStore, Store, Usage, system_clock};
pub use work::Progress;
