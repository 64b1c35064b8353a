//! Serves functions that AWS invokes: from the stream, and on a schedule.

use std::time::{Duration, SystemTime};

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::log;
use super::operator::OperatorError;
use crate::store::{Store, StoreError, Usage};

/// The time before the function's deadline that a handler keeps to save its progress, beyond the longest database call.
const RESERVE: Duration = Duration::from_secs(15);

/// Runs `handler` on every event. The handler should end by the given instant; soon after it, Lambda kills the
/// function.
pub async fn serve_event<E, R, F>(handler: impl Fn(Store, E, Instant) -> F + Send + Sync) -> Result<(), Error>
where
    E: DeserializeOwned + Send,
    R: Serialize + Send,
    F: Future<Output = Result<R, StoreError>> + Send,
{
    log::start();
    let store = Store::from_env().await?;
    let (store, handler) = (&store, &handler);
    let invoke = move |event: LambdaEvent<E>| async move {
        let started = Instant::now();
        let left = event
            .context
            .deadline()
            .duration_since(SystemTime::now())
            .unwrap_or_default();
        let outcome = handler(
            store.clone(),
            event.payload,
            started + left.saturating_sub(RESERVE),
        )
        .await;
        let request_id = &*event.context.request_id;
        let duration_ms = log::milliseconds(started.elapsed());
        let Usage {
            calls,
            read_units,
            write_units,
        } = store.take_usage();
        tracing::info!(
            request_id,
            duration_ms,
            database.calls = calls,
            database.read_units = read_units,
            database.write_units = write_units,
            "ran"
        );
        outcome.map_err(OperatorError::from)
    };
    lambda_runtime::run(service_fn(invoke)).await
}
