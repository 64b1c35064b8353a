//! Runs on a schedule and finishes what the stream missed: purges that are still waiting.

use serde::Serialize;
use serde::de::IgnoredAny;
use shared::api;
use shared::store::{Result, Store, StoreError};
use tokio::time::Instant;

/// What was found and done.
#[derive(Serialize)]
struct Summary {
    missed: usize,
    failed: usize,
}

/// Goes on after a failure, so that one bad row keeps nothing else waiting; fails in the end, so that it is seen.
async fn reconcile(store: Store, _: IgnoredAny, until: Instant) -> Result<Summary> {
    let work = store.missed_purges().await?;
    api::count("MissedPurges", work.len());
    let mut summary = Summary {
        missed: work.len(),
        failed: 0,
    };
    for purge in work {
        if Instant::now() >= until {
            // The next run goes on.
            break;
        }
        let outcome = async { store.purge(&purge?, until).await };
        if let Err(error) = outcome.await {
            tracing::error!(%error, "a purge failed");
            summary.failed += 1;
        }
    }
    tracing::info!(summary.missed, summary.failed, "reconciled");
    if summary.failed > 0 {
        return Err(StoreError::Internal(format!(
            "{} of {} purges failed",
            summary.failed, summary.missed
        )));
    }
    Ok(summary)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    api::background(reconcile).await
}
