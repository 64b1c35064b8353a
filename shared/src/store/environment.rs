//! The store that a function's environment configures.

use std::sync::Arc;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config;

use crate::aws;

use super::error::StoreError;
use crate::store::error::Result;
use crate::store::table::{Key, Store, system_clock};

impl Store {
    /// The store that the environment configures: the table in `TABLE_NAME`; region, credentials and endpoint as in
    /// every AWS SDK. Opens the connection during init, where Lambda gives a full CPU.
    pub async fn from_env() -> Result<Self> {
        let table = std::env::var("TABLE_NAME")
            .map_err(|_| StoreError::Internal("the environment variable TABLE_NAME is not set".to_owned()))?;
        let config = aws::config()
            .timeout_config(
                // A request normally ends well within the function's 15 s: 2 s for the token, 5 s of retries, two calls
                // after them, and 2 s to read the result. If the sum is longer, `api` ends the request.
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(1))
                    .operation_attempt_timeout(Duration::from_secs(1))
                    .operation_timeout(Duration::from_secs(2))
                    .build(),
            )
            .load()
            .await;
        let store = Self::new(config::Builder::from(&config), table, Arc::new(system_clock));
        store.warm_up().await;
        store.meter.take();
        Ok(store)
    }

    /// Reads a row that never exists, to open the connection. An error only gets logged: the first real call reports
    /// it.
    async fn warm_up(&self) {
        let key = Key::warm_up().attributes();
        let outcome = self
            .client
            .get_item()
            .table_name(&*self.table)
            .set_key(Some(key))
            .send()
            .await;
        if let Err(error) = outcome {
            tracing::warn!(error = %StoreError::from(error), "could not warm the connection");
        }
    }
}
