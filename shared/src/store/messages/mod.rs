//! Messages: send, list, change, delete, search; and read state.

pub(crate) mod attach;
pub(crate) mod attachments;
pub(crate) mod change;
pub(crate) mod feed;
pub(crate) mod feed_search;
pub(crate) mod list;
pub(crate) mod message;
pub(crate) mod on_message_sent;
pub(crate) mod read_state;
pub(crate) mod receipts;
pub(crate) mod search;
pub(crate) mod send;
pub(crate) mod uploads;
