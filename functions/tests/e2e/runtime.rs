//! The runtime of all machines.

use std::sync::LazyLock;

use tokio::runtime::Runtime;

/// Runs every machine. It lives as long as the process, so no test's end takes a server away from another test; the
/// functions' processes end when the connection to their machine breaks.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Waits for `future` on it.
pub(crate) fn wait_for<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}
