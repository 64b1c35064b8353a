//! Scheduled: finishes work that the stream missed, and removes uploads that were never sent. With `{"check": true}` from an operator, it runs the integrity
//! check of the table instead.

use serde::{Deserialize, Serialize};
use shared::api;
use shared::store::bucket::Bucket;
use shared::store::{IntegrityReport, Result, Store, StoreError, TablePlace, Work};
use tokio::time::Instant;

/// The request. The schedule's own event has none of these fields.
#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    check: bool,
    /// Whether to do all work that waits, and to remove all uploads that are not sent, however young they are.
    #[serde(default)]
    all: bool,
    /// The place at which an earlier check ran out of time.
    continue_from: Option<TablePlace>,
}

/// The result of the run.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Summary {
    Worked {
        missed: usize,
        expired: usize,
        failed: usize,
    },
    Checked(IntegrityReport),
}

async fn reconcile(store: Store, request: Request, until: Instant, bucket: Bucket) -> Result<Summary> {
    if request.check {
        let found = store.check_integrity(request.continue_from, until).await?;
        let problems = found.problems.len();
        tracing::info!(found.rows, found.raised, problems, "checked");
        return Ok(Summary::Checked(found));
    }
    finish_work(&store, request.all, &bucket, until).await
}

/// Continues after a failure, so that one bad row does not block the others. Returns an error at the end, so that the
/// failure gets noticed.
pub(crate) async fn finish_work(
    store: &Store,
    all: bool,
    bucket: &Bucket,
    until: Instant,
) -> Result<Summary> {
    let work = store.waiting_work(all).await?;
    let is_missed = |work: &&Result<Work>| work.as_ref().map_or(true, Work::is_overdue);
    let (waiting, missed, mut failed) = (work.len(), work.iter().filter(is_missed).count(), 0);
    api::count("MissedPurges", missed);
    for work in work {
        if Instant::now() >= until {
            // The next run continues.
            break;
        }
        let outcome = async { store.work(&work?, bucket, until).await };
        if let Err(error) = outcome.await {
            tracing::error!(%error, "work failed");
            failed += 1;
        }
    }
    let expired = store.expire_uploads(all, bucket, until).await;
    tracing::info!(missed, failed, ?expired, "reconciled");
    if failed > 0 {
        return Err(StoreError::Internal(format!(
            "{failed} of {waiting} pieces of work failed"
        )));
    }
    Ok(Summary::Worked {
        missed,
        expired: expired?,
        failed,
    })
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_runtime::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve_event(move |store, request, until| reconcile(store, request, until, bucket.clone())).await
}
