//! A listening socket with a service behind it.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Binds a port of 127.0.0.1.
pub(crate) async fn bind(port: u16, option: &str) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "the port {port} is taken: stop what listens there (perhaps another `cargo local`), or choose another with {option}"
        ),
        Err(error) => Err(error).with_context(|| format!("can't listen on the port {port}")),
    }
}

/// Serves until `stop` is true, and then the requests in flight.
pub(crate) fn serve(
    listener: TcpListener,
    service: Router,
    mut stop: watch::Receiver<bool>,
) -> JoinHandle<()> {
    // Small answers shall not wait for more to send. Without it they are only slower.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move {
        let stopped = async move {
            // It fails when the sender is gone, which is a stop as well.
            let _ = stop.wait_for(|stopped| *stopped).await;
        };
        // An error of a single connection does not end the server.
        let _ = axum::serve(listener, service)
            .with_graceful_shutdown(stopped)
            .await;
    })
}
