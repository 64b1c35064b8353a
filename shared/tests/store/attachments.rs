//! Attachments, with a database and a bucket.

mod budget;
mod histories;
mod life;
pub(crate) mod world;
