//! The store: table and bucket, split into modules by resource. Each module has the rows, keys and calls of its
//! resources, and uses only the modules below it.
//!
//! ```text
//! integrity                  consistency check of the table
//! messages                   send, change, list, feed, read state, search
//! contacts                   address books
//! conversations              conversations, inbox, groups, members, purge
//! attachments                uploads, references to objects
//! people   catalog           people, tokens; sounds, playlists, imports
//! idempotency   work         idempotency records, background work
//! table   bucket             rows of any kind; objects and signed links
//! ```
//!
//! `docs/DATA-MODEL.md` lists every row and every access pattern.

mod attachments;
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
pub use messages::uploads::{MOST_UNSENT, MOST_UNSENT_BYTES};
pub use people::tokens::{NewToken, WhichToken};
pub use stream::{ChangedAttachment, StreamRecord, Work};
pub use table::{Clock, ReadStore, Store, Usage, system_clock};
pub use work::Progress;
