//! Runs plays side by side, each thread with a machine of its own.

use std::sync::Mutex;
use std::thread;

use tokio::runtime::Builder;
use tokio::task::LocalSet;

use crate::mode::Mode;
use crate::theatre::Theatre;

/// How many threads there are.
const THREADS: usize = 2;

/// Does all of the work, and gives what comes of it, in the order of the work.
pub(crate) fn side_by_side<W: Send, R: Send>(
    work: impl IntoIterator<Item = W>,
    mode: Mode,
    task: impl AsyncFn(&Theatre, W) -> R + Sync,
) -> (Vec<R>, Vec<Theatre>) {
    let next = Mutex::new(work.into_iter().enumerate().collect::<Vec<_>>().into_iter());
    let results = Mutex::new(Vec::new());
    let run = || {
        let runtime = Builder::new_current_thread()
            .enable_all()
            // Pauses end when nothing else is left to do.
            .start_paused(true)
            .build()
            .unwrap();
        LocalSet::new().block_on(&runtime, async {
            let theatre = Theatre::open(mode).await;
            loop {
                let Some((number, work)) = next.lock().unwrap().next() else {
                    return theatre;
                };
                let result = task(&theatre, work).await;
                results.lock().unwrap().push((number, result));
            }
        })
    };
    let theatres = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(number, _)| *number);
    (results.into_iter().map(|(_, result)| result).collect(), theatres)
}
