//! Writes of single rows of any kind.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::condition::Condition;
use super::key::{Item, Key};
use super::retry::Again;
use super::row::{Row, decode};
use super::store::Store;
use super::update::UpdateExpression;
use crate::store::error::Result;

impl Store {
    /// Changes a row and returns the new row; `None` if the condition fails.
    pub(crate) async fn update_row<R: Row>(
        &self,
        key: &Key,
        changes: &UpdateExpression,
        condition: impl Into<Condition>,
    ) -> Result<Option<R>> {
        Ok(self.try_update(key, changes, condition).await?.ok())
    }

    /// Changes a row and returns the new row. If the condition fails, returns the existing item, which is empty if
    /// there is none.
    pub(crate) async fn try_update<R: Row>(
        &self,
        key: &Key,
        changes: &UpdateExpression,
        condition: impl Into<Condition>,
    ) -> Result<Result<R, Item>> {
        let condition = condition.into();
        let values: HashMap<_, _> = condition.values.into_iter().chain(changes.values()).collect();
        self.retry(|| async {
            let request = self
                .client
                .update_item()
                .table_name(&*self.table)
                .set_key(Some(key.attributes()))
                .update_expression(changes.to_string())
                .set_expression_attribute_names(Some(changes.names()))
                .set_expression_attribute_values(Some(values.clone()).filter(|values| !values.is_empty()))
                .condition_expression(condition.expression)
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_values(ReturnValue::AllNew);
            let error = match request.send().await {
                Ok(output) => return Ok(Ok(decode(output.attributes.unwrap_or_default())?)),
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Err(refused.item.clone().unwrap_or_default()))
                }
                Some(UpdateItemError::TransactionConflictException(_)) => Err(Again::after("a race").into()),
                _ => Err(error.into()),
            }
        })
        .await
    }

    /// Removes a row if the condition holds. One that is not there is no error.
    pub(crate) async fn remove(&self, key: &Key, condition: Condition) -> Result<()> {
        self.retry(|| async {
            let request = self
                .client
                .delete_item()
                .table_name(&*self.table)
                .set_key(Some(key.attributes()))
                // DynamoDB refuses an empty expression and an empty map.
                .set_condition_expression(
                    Some(condition.expression.to_owned()).filter(|expression| !expression.is_empty()),
                )
                .set_expression_attribute_values(
                    Some(condition.values.clone()).filter(|values| !values.is_empty()),
                );
            let Err(error) = request.send().await else {
                return Ok(());
            };
            match error.as_service_error() {
                Some(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(()),
                Some(DeleteItemError::TransactionConflictException(_)) => Err(Again::after("a race").into()),
                _ => Err(error.into()),
            }
        })
        .await
    }
}
