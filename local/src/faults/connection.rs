//! Connections that can be broken.

use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd as _;
use std::sync::Arc;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::net::TcpListener;

/// A client's connection.
#[derive(Clone, Debug)]
pub(super) struct Connection(Option<Arc<TcpStream>>);

impl Connection {
    /// Breaks it: the client reads its end in place of an answer.
    pub(super) fn break_off(&self) {
        if let Some(stream) = &self.0 {
            // It can only fail when the client has closed it already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        // Small answers shall not wait for more to send. Without it they are only slower.
        let _ = stream.io().set_nodelay(true);
        // A second handle of the socket. Without one, which a machine may refuse that is out of handles, it can't break.
        let handle = stream.io().as_fd().try_clone_to_owned().ok();
        Self(handle.map(|handle| Arc::new(TcpStream::from(handle))))
    }
}
