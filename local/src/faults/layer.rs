//! The layer itself: an HTTP server that passes calls on to the database, or injects faults into them.

use std::future::pending;
use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::connection::Connection;
use super::fault::Fault;
use super::injector::Faults;
use super::reply::{self, error};
use super::service::Service;
use crate::database::{self, Database};
use crate::logs::Logger;
use crate::server::{PATIENCE, Server};
use crate::template::Template;

/// A running layer. It ends when it is dropped.
pub(crate) struct Layer {
    url: String,
    _server: Server,
    _follower: JoinSet<()>,
}

impl Layer {
    /// Starts a layer in front of the database.
    pub(crate) async fn start(
        faults: Faults,
        template: &Template,
        database: &Database,
        logger: Logger,
    ) -> Result<Self> {
        let service = Service::new(faults, database, logger);
        let service = Arc::new(service.with_views(template, database).await?);
        let mut follower = JoinSet::new();
        follower.spawn(Arc::clone(&service).follow());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .fallback(handle)
            // The limit is the database's own.
            .layer(DefaultBodyLimit::disable())
            .with_state(service);
        let router = database::restrict(router, address, database.credentials());
        Ok(Self {
            url: format!("http://{address}"),
            _server: Server::start_with(listener, router, PATIENCE, |stream, _| Connection::of(stream)),
            _follower: follower,
        })
    }

    /// The endpoint that speaks DynamoDB's protocol.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

async fn handle(
    State(service): State<Arc<Service>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some((call, verdict)) = service.receive(&headers, &body) else {
        return reply::render(&error("SerializationException"));
    };
    // A process that is killed must not see its connection break first.
    let breaks_off = verdict.fault == Some(Fault::LoseReply);
    // A call that has reached the database is done, even if nobody waits for it any more.
    let answered = tokio::spawn(async move {
        let answer = service.answer(call, verdict).await;
        if answer.is_none() && breaks_off {
            connection.break_off();
        }
        answer
    });
    match answered.await {
        Ok(Some(answer)) => reply::render(&answer),
        // Its connection is broken, or will be with its process.
        Ok(None) => pending().await,
        Err(_) => reply::render(&error("InternalServerError")),
    }
}
