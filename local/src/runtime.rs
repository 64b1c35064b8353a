//! Lambda on one machine: for every function a pool of environments, each of them one process.

mod answer;
mod api;
mod configuration;
mod environment;
mod error;
mod pool;
mod process;
mod variables;

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use tokio::runtime::Handle;
use tokio::sync::watch;

pub(crate) use configuration::Configuration;
pub use error::FunctionError;
pub(crate) use error::{Cause, InvokeError};
pub(crate) use variables::{Endpoints, of_all as variables_of_all};

use crate::aws;
use crate::logs::Logger;
use crate::template::Function;
use answer::Answer;
use pool::Pool;

/// All functions.
pub(crate) struct Runtime {
    pools: HashMap<String, Arc<Pool>>,
    stop: watch::Sender<bool>,
    /// Environments run on this Tokio runtime, whatever runtime the caller is on.
    home: Handle,
}

impl Runtime {
    /// Must be called on the Tokio runtime that will run the environments.
    pub(crate) fn new(functions: &[Function], configuration: &Configuration, logger: &Logger) -> Self {
        let mut pools = HashMap::new();
        for function in functions {
            let Some(binary) = configuration.binaries.get(&function.name) else {
                continue;
            };
            let pool = Arc::new(Pool::new(function, binary, configuration, logger));
            pools.insert(function.name.clone(), Arc::clone(&pool));
            pools.insert(function.logical_id.clone(), pool);
        }
        Self {
            pools,
            stop: watch::Sender::new(false),
            home: Handle::current(),
        }
    }

    /// Whether there is such a function, by its name, logical id or ARN.
    pub(crate) fn contains(&self, function: &str) -> bool {
        self.pool(function).is_some()
    }

    /// Invokes a function and waits for its answer.
    ///
    /// As in Lambda, an invocation runs to its end even if nobody waits for it any more.
    pub(crate) async fn invoke(&self, function: &str, payload: Bytes) -> Result<Answer, InvokeError> {
        let pool = Arc::clone(self.pool(function).ok_or(InvokeError::NotFound)?);
        if payload.len() > aws::PAYLOAD_LIMIT {
            return Err(InvokeError::PayloadTooLarge);
        }
        let mut stop = self.stop.subscribe();
        let invocation = self.home.spawn(async move {
            tokio::select! {
                answer = pool.invoke(payload) => answer,
                _ = stop.wait_for(|stopped| *stopped) => Err(InvokeError::Stopped),
            }
        });
        invocation.await.unwrap_or(Err(InvokeError::Stopped))
    }

    /// Kills every environment.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
        for pool in self.pools.values() {
            pool.stop();
        }
    }

    fn pool(&self, function: &str) -> Option<&Arc<Pool>> {
        let name = match function.split_once(":function:") {
            // An ARN may end in a version or an alias.
            Some((_, name)) => name.split(':').next().unwrap_or(name),
            None => function,
        };
        self.pools.get(name)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.stop();
    }
}
