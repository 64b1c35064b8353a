//! Access to the DynamoDB table, independent of its content: rows, keys, conditions, updates, transactions, batches,
//! retries, and metering.

mod batch;
mod cache;
mod condition;
mod key;
mod meter;
mod range;
mod read;
mod retry;
mod row;
mod store;
mod transaction;
mod update;
mod write;

pub(crate) use batch::{ROWS_PER_BATCH, delete};
pub(crate) use condition::{ABSENT, Condition, EXISTS};
pub(crate) use key::{Item, Key};
pub(crate) use meter::Meter;
pub use meter::Usage;
pub(crate) use range::{Range, id_place};
pub(crate) use read::ReadConsistency;
pub(crate) use retry::{Again, Attempt, Setback};
pub(crate) use row::{Row, Rows, attribute, decode, encode, is_kind};
pub use store::{Clock, ReadStore, Store, system_clock};
pub(crate) use transaction::{Cancellation, Check, Outcome, Transaction};
pub(crate) use update::UpdateExpression;
