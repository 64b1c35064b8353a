//! Clients that send messages.

use anyhow::Result;

/// The text that everybody writes.
pub(crate) const TEXT: &str = "You’re what the French call ‘les incompetents.’";

/// A client that sends messages.
pub(crate) trait Sender: Send + 'static {
    /// Sends the next one.
    fn send(&mut self) -> impl Future<Output = Result<()>> + Send;
}
