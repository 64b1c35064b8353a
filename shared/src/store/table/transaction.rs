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

/// Names one row of a transaction, to ask afterwards whether its condition held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Check(usize);

/// What became of a transaction.
pub(crate) enum Outcome {
    /// Everything is written.
    Committed,
    /// Nothing is written.
    Cancelled(Cancellation),
}

/// Why a transaction was cancelled, row by row.
pub(crate) struct Cancellation(Vec<CancellationReason>);

impl Cancellation {
    /// The row whose condition did not hold, as it was; `None` where there was none.
    pub(crate) fn found<R: Row>(&self, check: Check) -> Result<Option<R>> {
        let reason = self.0.get(check.0).filter(|_| self.failed(check));
        let item = reason.and_then(|reason| reason.item.clone());
        item.filter(|item| !item.is_empty()).map(decode).transpose()
    }

    /// Whether the row's condition did not hold.
    pub(crate) fn failed(&self, check: Check) -> bool {
        self.is(check, "ConditionalCheckFailed")
    }

    /// Whether the condition of any row did not hold.
    pub(crate) fn failed_any(&self) -> bool {
        (0..self.0.len()).any(|row| self.failed(Check(row)))
    }

    /// Whether another transaction was at work on the row.
    pub(crate) fn conflicts(&self, check: Check) -> bool {
        self.is(check, "TransactionConflict")
    }

    fn is(&self, check: Check, code: &str) -> bool {
        self.0
            .get(check.0)
            .is_some_and(|reason| reason.code() == Some(code))
    }
}

/// Up to 100 rows to be checked and written as one.
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

/// Adds what a builder has of one row, under a condition. The builders are four types with the same methods.
macro_rules! add {
    ($transaction:expr, $part:ident, $builder:expr, $condition:expr) => {{
        let Condition { expression, values } = $condition;
        let part = $builder
            .table_name(&*$transaction.store.table)
            // DynamoDB refuses an empty expression.
            .set_condition_expression(Some(expression.to_owned()).filter(|expression| !expression.is_empty()))
            // So that one call tells a row that is missing from one that is different.
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
    /// Writes a whole row, under a condition on the one that stands there.
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

    /// Turns the row that was read into another, or writes it where there was none. What newer code has added to it stays.
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

    /// Changes a row, or only checks the condition where nothing changes.
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

    /// Whether there is nothing to commit: it only checks conditions.
    pub(crate) fn only_checks(&self) -> bool {
        !self.writes
    }

    /// Commits, or asks for another attempt where the transaction was cancelled, with what is read again.
    pub(crate) async fn commit_or_retry(self) -> Attempt<()> {
        match self.commit().await? {
            Outcome::Committed => Ok(()),
            Outcome::Cancelled(_) => Err(Again::after("a race").into()),
        }
    }

    /// Commits. All attempts have the same client token, so that a commit whose reply was lost is not done twice.
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
                // The SDK repeats calls that are throttled, but does not look at the reasons of a cancellation.
                Some("ProvisionedThroughputExceeded" | "ThrottlingError") => {
                    Err(Again::after(describe(&error)).into())
                }
                Some(_) => Err(StoreError::Internal(describe(&error)).into()),
            }
        })
        .await
    }
}

/// Reasons of a cancellation that are a lost race: reading again tells what to do.
const SETTLED_BY_READING: [&str; 3] = ["None", "ConditionalCheckFailed", "TransactionConflict"];

/// How long a transaction is repeated of which a row is throttled: about as long as the SDK repeats other calls.
const THROTTLED: Duration = Duration::from_secs(1);
