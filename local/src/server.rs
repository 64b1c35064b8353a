//! A listening socket with a service behind it.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::body::{Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::{BoxError, Router};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Sleep, sleep, timeout};

/// How long the head of a request may take to arrive, and then its body; and how long a connection may be idle.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The pause when the machine has no resources for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// Binds a port of 127.0.0.1.
pub(crate) async fn bind(port: u16, option: &str) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "the port {port} is taken: stop what listens there (perhaps another `cargo local`), or choose another with {option}"
        ),
        Err(error) => Err(error).with_context(|| format!("can't listen on the port {port}")),
    }
}

/// A running server. Dropping it ends it at once, with its connections.
pub(crate) struct Server {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves. Handlers get the address of the client as `ConnectInfo`.
    pub(crate) fn start(listener: TcpListener, service: Router) -> Self {
        Self::start_with(listener, service, PATIENCE, |_, client| client)
    }

    /// Serves with another patience. Handlers get the result of `describe` for their connection as `ConnectInfo`.
    pub(crate) fn start_with<C: Clone + Send + Sync + 'static>(
        listener: TcpListener,
        service: Router,
        patience: Duration,
        describe: impl Fn(&TcpStream, SocketAddr) -> C + Send + 'static,
    ) -> Self {
        let stop = watch::Sender::new(false);
        let task = tokio::spawn(run(listener, service, patience, describe, stop.subscribe()));
        Self { stop, task }
    }

    /// Stops: takes no new requests, and gives those in flight this much time.
    pub(crate) async fn stop(mut self, time: Duration) {
        self.stop.send_replace(true);
        // A client that never finishes its request does not hold the stop.
        let _ = timeout(time, &mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run<C: Clone + Send + Sync + 'static>(
    listener: TcpListener,
    service: Router,
    patience: Duration,
    describe: impl Fn(&TcpStream, SocketAddr) -> C + Send + 'static,
    mut stop: watch::Receiver<bool>,
) {
    let service = TowerToHyperService::new(service);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            // It fails when the sender has been dropped, which is a stop as well.
            _ = stop.wait_for(|stopped| *stopped) => break,
        };
        let (stream, client) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
            Err(_) => {
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Small answers must not wait for more data. If this fails they are only slower.
        let _ = stream.set_nodelay(true);
        let (service, about) = (service.clone(), ConnectInfo(describe(&stream, client)));
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(|body| TimedBody::new(body, patience));
            request.extensions_mut().insert(about.clone());
            service.call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(patience)
            .serve_connection(TokioIo::new(stream), service);
        // An error of a single connection ends that one only.
        connections.spawn(graceful.watch(connection));
    }
    drop(listener);
    graceful.shutdown().await;
}

/// A request's body that must arrive in time.
struct TimedBody {
    body: Incoming,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl TimedBody {
    fn new(body: Incoming, time: Duration) -> Self {
        let deadline = (!body.is_end_stream()).then(|| Box::pin(sleep(time)));
        Self { body, deadline }
    }
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        match &mut self.deadline {
            Some(deadline) => {
                ready!(deadline.as_mut().poll(context));
                Poll::Ready(Some(Err(TooSlow.into())))
            }
            None => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body has not arrived in time.
#[derive(Debug)]
pub(crate) struct TooSlow;

impl std::fmt::Display for TooSlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body does not arrive")
    }
}

impl std::error::Error for TooSlow {}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const SHORT: Duration = Duration::from_millis(200);

    /// The answer to a client that sends these parts, each after half of the patience.
    async fn heard(parts: &[&str]) -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = Router::new().fallback(async |body: Result<Bytes, _>| match body {
            Ok(body) => format!("{} bytes", body.len()),
            Err(error) => format!("{error:?}"),
        });
        let _server = Server::start_with(listener, service, SHORT, |_, client| client);
        let mut stream = TcpStream::connect(address).await.unwrap();
        let (mut reader, mut writer) = stream.split();
        let sending = async {
            for part in parts {
                // It fails when the server has closed the connection.
                let _ = writer.write_all(part.as_bytes()).await;
                sleep(SHORT / 2).await;
            }
            sleep(SHORT * 20).await;
        };
        let mut answer = String::new();
        tokio::select! {
            _ = reader.read_to_string(&mut answer) => {}
            () = sending => panic!("the connection is still open: {answer}"),
        }
        answer
    }

    #[tokio::test]
    async fn a_head_that_does_not_end_closes_the_connection() {
        let since = Instant::now();
        assert_eq!(
            heard(&["GET / HTTP/1.1\r\n", "a: b\r\n", "c: d\r\n", "e: f\r\n"]).await,
            ""
        );
        assert!(since.elapsed() < SHORT * 10);
    }

    #[tokio::test]
    async fn a_body_that_does_not_end_is_not_waited_for() {
        let head = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n";
        assert!(heard(&[head, "a", "b", "c", "d"]).await.contains("TooSlow"));
        let whole = heard(&[head, "123456789"]).await;
        assert!(whole.ends_with("9 bytes"), "{whole}");
    }

    #[tokio::test]
    async fn nobody_keeps_a_connection_for_nothing() {
        assert_eq!(heard(&[]).await, "");
    }
}
