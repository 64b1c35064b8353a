//! Transactions: conditions on rows, and all of the writes or none.

use std::time::Duration;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update,
};

use crate::aws::describe;

use super::condition::Condition;
use super::key::Key;
use super::retry::{Again, Attempt, retry_for};
use super::row::{Row, decode, encode};
use super::store::{ReadStore, Store};
use super::update::UpdateExpression;
use crate::store::error::{Result, StoreError};

/// Identifies one row of a transaction, to ask later whether its condition held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Check(usize);

/// The outcome of a transaction.
pub(crate) enum Outcome {
    /// All writes took effect.
    Committed,
    /// No write took effect.
    Cancelled(Cancellation),
}

/// The reasons of a cancelled transaction, one per row.
pub(crate) struct Cancellation(Vec<CancellationReason>);

impl Cancellation {
    /// The row whose condition failed, as it was; `None` if the row did not exist.
    pub(crate) fn found<R: Row>(&self, check: Check) -> Result<Option<R>> {
        let reason = self.0.get(check.0).filter(|_| self.failed(check));
        let item = reason.and_then(|reason| reason.item.clone());
        item.filter(|item| !item.is_empty()).map(decode).transpose()
    }

    /// Whether the row's condition failed.
    pub(crate) fn failed(&self, check: Check) -> bool {
        self.is(check, "ConditionalCheckFailed")
    }

    /// Whether any row's condition failed.
    pub(crate) fn failed_any(&self) -> bool {
        (0..self.0.len()).any(|row| self.failed(Check(row)))
    }

    /// Whether another transaction was in progress on the row.
    pub(crate) fn conflicts(&self, check: Check) -> bool {
        self.is(check, "TransactionConflict")
    }

    fn is(&self, check: Check, code: &str) -> bool {
        self.0
            .get(check.0)
            .is_some_and(|reason| reason.code() == Some(code))
    }
}

/// Checks and writes of up to 100 rows, done atomically.
pub(crate) struct Transaction<'a> {
    pub(crate) store: &'a ReadStore,
    items: Vec<TransactWriteItem>,
    writes: bool,
}

impl Store {
    /// An empty transaction.
    pub(crate) fn transaction(&self) -> Transaction<'_> {
        Transaction {
            store: self,
            items: Vec::new(),
            writes: false,
        }
    }
}

/// Adds one row's builder with a condition. The four builder types have the same methods but no common trait.
macro_rules! add {
    ($transaction:expr, $part:ident, $builder:expr, $condition:expr) => {{
        let Condition { expression, values } = $condition;
        let part = $builder
            .table_name(&*$transaction.store.table)
            // DynamoDB refuses an empty expression.
            .set_condition_expression(Some(expression.to_owned()).filter(|expression| !expression.is_empty()))
            // With the old row, one call can tell a missing row from a different one.
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            // DynamoDB refuses an empty map.
            .set_expression_attribute_values(Some(values).filter(|values| !values.is_empty()))
            .build()
            .map_err(StoreError::internal)?;
        $transaction
            .items
            .push(TransactWriteItem::builder().$part(part).build());
        Ok(Check($transaction.items.len() - 1))
    }};
}

impl Transaction<'_> {
    /// Writes a whole row. The condition applies to the existing row.
    pub(crate) fn put<R: Row>(
        &mut self,
        key: &Key,
        row: &R,
        condition: impl Into<Condition>,
    ) -> Result<Check> {
        self.writes = true;
        let builder = Put::builder().set_item(Some(encode(key, row)?));
        add!(self, put, builder, condition.into())
    }

    /// Changes the row from `before` to `after`, or writes it if there was none. Keeps attributes added by newer code.
    pub(crate) fn replace<R: Row>(
        &mut self,
        key: &Key,
        before: Option<&R>,
        after: &R,
        condition: impl Into<Condition>,
    ) -> Result<Check> {
        match before {
            Some(before) => self.update(key, &UpdateExpression::between(before, after)?, condition),
            None => self.put(key, after, condition),
        }
    }

    /// Changes attributes of a row.
    pub(crate) fn update(
        &mut self,
        key: &Key,
        changes: &UpdateExpression,
        condition: impl Into<Condition>,
    ) -> Result<Check> {
        self.writes = true;
        let mut condition = condition.into();
        condition.values.extend(changes.values());
        let builder = Update::builder()
            .set_key(Some(key.attributes()))
            .update_expression(changes.to_string())
            .set_expression_attribute_names(Some(changes.names()));
        add!(self, update, builder, condition)
    }

    /// Removes a row.
    pub(crate) fn delete(&mut self, key: &Key, condition: impl Into<Condition>) -> Result<Check> {
        self.writes = true;
        let builder = Delete::builder().set_key(Some(key.attributes()));
        add!(self, delete, builder, condition.into())
    }

    /// Checks a condition on a row without writing it.
    pub(crate) fn condition_check(&mut self, key: &Key, condition: impl Into<Condition>) -> Result<Check> {
        let builder = ConditionCheck::builder().set_key(Some(key.attributes()));
        add!(self, condition_check, builder, condition.into())
    }

    /// Changes a row. If nothing changes, only checks the condition.
    pub(crate) fn update_or_check(
        &mut self,
        key: &Key,
        changes: &UpdateExpression,
        condition: impl Into<Condition>,
    ) -> Result<Check> {
        if changes.is_empty() {
            self.condition_check(key, condition)
        } else {
            self.update(key, changes, condition)
        }
    }

    /// Whether the transaction has no writes.
    pub(crate) fn only_checks(&self) -> bool {
        !self.writes
    }

    /// Commits. Asks for another attempt, with fresh reads, if the transaction was cancelled.
    pub(crate) async fn commit_or_retry(self) -> Attempt<()> {
        match self.commit().await? {
            Outcome::Committed => Ok(()),
            Outcome::Cancelled(_) => Err(Again::after("a race").into()),
        }
    }

    /// Commits. All attempts share one client token, so a commit whose reply was lost takes effect only once.
    pub(crate) async fn commit(self) -> Result<Outcome> {
        let request = self
            .store
            .client
            .transact_write_items()
            .client_request_token(format!("{:032x}", rand::random::<u128>()))
            .set_transact_items(Some(self.items));
        retry_for(THROTTLED, (), |()| async {
            let Err(error) = request.clone().send().await else {
                return Ok(Outcome::Committed);
            };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(error.into());
            };
            let reasons = cancelled.cancellation_reasons();
            match reasons
                .iter()
                .filter_map(|reason| reason.code())
                .find(|code| !SETTLED_BY_READING.contains(code))
            {
                None => Ok(Outcome::Cancelled(Cancellation(reasons.to_vec()))),
                // The SDK retries throttled calls, but does not inspect cancellation reasons.
                Some("ProvisionedThroughputExceeded" | "ThrottlingError") => {
                    Err(Again::after(describe(&error)).into())
                }
                Some(_) => Err(StoreError::Internal(describe(&error)).into()),
            }
        })
        .await
    }
}

/// Cancellation reasons that mean a lost race. The caller reads again to decide.
const SETTLED_BY_READING: [&str; 3] = ["None", "ConditionalCheckFailed", "TransactionConflict"];

/// How long to retry a transaction with a throttled row: about as long as the SDK retries other calls.
const THROTTLED: Duration = Duration::from_secs(1);
