//! Functions that AWS invokes by itself: for the stream, and on a schedule.

use std::time::{Duration, SystemTime};

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::store::{Store, StoreError};

/// What a handler keeps of its time to leave its work in order, beyond the longest database call.
const RESERVE: Duration = Duration::from_secs(15);

/// Runs `handler` on every event. It should end by the given instant: later the function is killed.
pub async fn background<E, R, F>(handler: impl Fn(Store, E, Instant) -> F + Send + Sync) -> Result<(), Error>
where
    E: DeserializeOwned + Send,
    R: Serialize + Send,
    F: Future<Output = Result<R, StoreError>> + Send,
{
    lambda_http::tracing::init_default_subscriber();
    let store = Store::from_env().await?;
    let (store, handler) = (&store, &handler);
    let invoke = move |event: LambdaEvent<E>| async move {
        let left = event
            .context
            .deadline()
            .duration_since(SystemTime::now())
            .unwrap_or_default();
        let until = Instant::now() + left.saturating_sub(RESERVE);
        handler(store.clone(), event.payload, until)
            .await
            .map_err(Error::from)
    };
    lambda_runtime::run(service_fn(invoke)).await
}
