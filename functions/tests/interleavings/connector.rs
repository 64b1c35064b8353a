//! The SDK's HTTP clients, in this process: their requests go to functions in place of sockets. So nothing waits for
//! anything outside, and a paused clock goes on by itself.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use axum::body::{Body, to_bytes};
use http::header::HOST;
use local::InProcess;
use local::storage::Storage;

/// What a client's requests go to.
#[derive(Clone)]
pub(crate) enum Connector {
    Database(Arc<InProcess>),
    /// Also counts what was written.
    Storage(Arc<Storage>, Arc<AtomicU64>),
}

impl Connector {
    async fn answer(&self, request: HttpRequest) -> Result<Option<HttpResponse>, BoxError> {
        let request = request.try_into_http1x()?;
        let answer = match self {
            Self::Database(database) => {
                let body = request.body().bytes().unwrap_or_default();
                let Some((status, body)) = database.call(request.headers(), body).await else {
                    return Ok(None);
                };
                HttpResponse::new(status.try_into()?, SdkBody::from(body))
            }
            Self::Storage(storage, changes) => {
                if !request.method().is_safe() {
                    changes.fetch_add(1, Ordering::Relaxed);
                }
                let mut request = request.map(Body::new);
                // A connection would add it, and the signature covers it.
                if let Some(host) = request.uri().authority() {
                    let host = host.as_str().try_into()?;
                    request.headers_mut().insert(HOST, host);
                }
                let (parts, body) = storage.call(request).await.into_parts();
                let body = to_bytes(body, usize::MAX).await?;
                http::Response::from_parts(parts, SdkBody::from(body)).try_into()?
            }
        };
        Ok(Some(answer))
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move {
            match connector.answer(request).await {
                Ok(Some(answer)) => Ok(answer),
                Ok(None) => Err(ConnectorError::io("the connection is broken".into())),
                Err(error) => Err(ConnectorError::user(error)),
            }
        })
    }
}
