//! Counts the database calls and capacity units of a request.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
    BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemInput, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::batch_write_item::{BatchWriteItemInput, BatchWriteItemOutput};
use aws_sdk_dynamodb::operation::delete_item::{DeleteItemInput, DeleteItemOutput};
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};

use crate::store::error::Result;

/// Calls, and the capacity units that DynamoDB reported for successful ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Round trips, including failed attempts.
    pub calls: u32,
    /// Read capacity units.
    pub read_units: f64,
    /// Write capacity units.
    pub write_units: f64,
}

/// Counts the calls of one client. An environment serves one request at a time, so the count since the last
/// [`Meter::take`] belongs to one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter(Arc<Mutex<Usage>>);

impl Meter {
    /// The usage since the last `take`, which resets it.
    pub(crate) fn take(&self) -> Usage {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The read units since the last `take`.
    pub(crate) fn read_units(&self) -> f64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read_units
    }

    fn count(&self, add: impl FnOnce(&mut Usage)) {
        add(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Requests the consumed capacity if the input has one of these types.
macro_rules! ask {
    ($input:expr, $($operation:ty),+) => {
        $(if let Some(input) = $input.downcast_mut::<$operation>() {
            input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
        })+
    };
}

/// The units that the output reports, if it has one of these types; otherwise 0.
macro_rules! units {
    ($output:expr, $($operation:ty),+) => {
        None$(.or_else(|| $output.downcast_ref::<$operation>().map(|output| sum(output.consumed_capacity()))))+
            .unwrap_or_default()
    };
}

fn sum<'a>(consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) -> f64 {
    consumed
        .into_iter()
        .filter_map(ConsumedCapacity::capacity_units)
        .sum()
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input_mut();
        ask!(input, BatchGetItemInput, GetItemInput, QueryInput);
        ask!(input, BatchWriteItemInput, DeleteItemInput);
        ask!(input, TransactWriteItemsInput, UpdateItemInput);
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.count(|usage| usage.calls += 1);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else {
            return Ok(());
        };
        let read = units!(output, BatchGetItemOutput, GetItemOutput, QueryOutput);
        let written = units!(
            output,
            BatchWriteItemOutput,
            DeleteItemOutput,
            TransactWriteItemsOutput,
            UpdateItemOutput
        );
        self.count(|usage| {
            usage.read_units += read;
            usage.write_units += written;
        });
        Ok(())
    }
}
