//! Serves functions without a route, for operators only.

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use serde::Serialize;

use super::log;
use super::node::Node;
use super::param_error::ParamError;
use super::params::Params;
use crate::store::{Store, StoreError};

/// The error for an operator or CloudWatch: the code as the function error's type, and a message.
#[derive(Debug)]
pub struct OperatorError {
    code: &'static str,
    message: String,
}

impl From<OperatorError> for Diagnostic {
    fn from(error: OperatorError) -> Self {
        Self {
            error_type: error.code.to_owned(),
            error_message: error.message,
        }
    }
}

impl From<ParamError> for OperatorError {
    fn from(error: ParamError) -> Self {
        Self {
            code: "parameter_invalid",
            message: error.to_string(),
        }
    }
}

impl From<StoreError> for OperatorError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Missing { .. } => "resource_missing",
            StoreError::Invalid { .. } => "parameter_invalid",
            StoreError::Unclaimed => {
                let message = "A contact entry created this person, and nobody has claimed it. To hand it out, give \
                               \"claim\": true and the phone number and avatar that replace those of the entry.";
                return Self {
                    code: "person_unclaimed",
                    message: message.to_owned(),
                };
            }
            StoreError::Unavailable(_) => "service_unavailable",
            _ => "internal_error",
        };
        Self {
            code,
            message: error.to_string(),
        }
    }
}

/// Runs `handler` on the payload of every invocation, and answers with its result.
pub async fn serve_operator<S, P, R, F>(handler: impl Fn(S, P) -> F + Send + Sync) -> Result<(), Error>
where
    S: From<Store>,
    P: Params + Send,
    R: Serialize + Send,
    F: Future<Output = Result<R, OperatorError>> + Send,
{
    log::start();
    let store = Store::from_env().await?;
    let (store, handler) = (&store, &handler);
    let invoke = move |event: LambdaEvent<Node>| async move {
        handler(store.clone().into(), P::parse(event.payload)?).await
    };
    lambda_runtime::run(service_fn(invoke)).await
}
