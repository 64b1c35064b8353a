//! Runs on a schedule and finishes what the stream missed: work that is still waiting. Invoked by an operator with
//! `{"check": true}`, it looks at every row of the table instead, and says what does not fit together.

use serde::{Deserialize, Serialize};
use shared::api;
use shared::store::{IntegrityReport, Result, Store, StoreError, TablePlace, Work};
use tokio::time::Instant;

/// What to do. The schedule's own event says nothing of it.
#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    check: bool,
    /// Where an earlier check ran out of time.
    continue_from: Option<TablePlace>,
}

/// What was found and done.
#[derive(Serialize)]
#[serde(untagged)]
enum Summary {
    Worked { missed: usize, failed: usize },
    Checked(IntegrityReport),
}

async fn reconcile(store: Store, request: Request, until: Instant) -> Result<Summary> {
    if request.check {
        let found = store.check_integrity(request.continue_from, until).await?;
        let problems = found.problems.len();
        tracing::info!(found.rows, found.raised, problems, "checked");
        return Ok(Summary::Checked(found));
    }
    finish_work(&store, until).await
}

/// Goes on after a failure, so that one bad row keeps nothing else waiting; fails in the end, so that it is seen.
async fn finish_work(store: &Store, until: Instant) -> Result<Summary> {
    let work = store.waiting_work().await?;
    let is_missed = |work: &&Result<Work>| work.as_ref().map_or(true, Work::is_overdue);
    let (waiting, missed, mut failed) = (work.len(), work.iter().filter(is_missed).count(), 0);
    api::count("MissedPurges", missed);
    for work in work {
        if Instant::now() >= until {
            // The next run goes on.
            break;
        }
        let outcome = async { store.work(&work?, until).await };
        if let Err(error) = outcome.await {
            tracing::error!(%error, "work failed");
            failed += 1;
        }
    }
    tracing::info!(missed, failed, "reconciled");
    if failed > 0 {
        return Err(StoreError::Internal(format!(
            "{failed} of {waiting} pieces of work failed"
        )));
    }
    Ok(Summary::Worked { missed, failed })
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_runtime::Error> {
    api::serve_event(reconcile).await
}
