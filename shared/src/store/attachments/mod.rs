//! Attachments: their rows, uploads that are not sent, and the references that keep objects. Sending them belongs to
//! messages.

pub(crate) mod expire;
pub(crate) mod indexed;
pub(crate) mod keys;
pub(crate) mod release;
pub(crate) mod rows;
