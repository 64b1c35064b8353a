//! Connections that can be broken.

use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd as _;
use std::sync::Arc;

/// A client's connection.
#[derive(Clone, Debug)]
pub(super) struct Connection(Option<Arc<TcpStream>>);

impl Connection {
    pub(super) fn of(stream: &tokio::net::TcpStream) -> Self {
        // A second handle of the socket. A machine that is out of handles gives none, and then the connection can't be
        // broken.
        let handle = stream.as_fd().try_clone_to_owned().ok();
        Self(handle.map(|handle| Arc::new(TcpStream::from(handle))))
    }

    /// Breaks it: the client reads its end in place of an answer.
    pub(super) fn break_off(&self) {
        if let Some(stream) = &self.0 {
            // It can only fail when the client has closed it already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
