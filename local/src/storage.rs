//! The embedded S3: s3s in this process, with every object in a file, and the buckets of the functions.

mod access;
mod cors;
mod object_files;
mod objects;

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use axum::Router;
use axum::error_handling::HandleError;
use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use s3s::auth::SimpleAuth;
use s3s::dto::PutObjectInput;
use s3s::service::S3ServiceBuilder;
use s3s::{Body, S3 as _, S3Request};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::credentials::Credentials;
use crate::directory::Data;
use crate::files;
use crate::guard::{self, Pages};
use crate::server::Server;
use crate::template::Template;
use access::Access;
use objects::Objects;

/// The directory of the objects, in the data directory.
const DIRECTORY: &str = "storage";

/// How long requests in flight may take when the storage stops.
const STOP_TIME: Duration = Duration::from_secs(1);

/// A running storage with the buckets in the functions' environment. As in AWS, it answers only requests that are
/// signed with the functions' credentials, and a link only as long as it is valid.
pub struct Storage {
    url: String,
    buckets: Vec<String>,
    objects: Objects,
    service: Router,
    server: Server,
    /// The directory of objects that are not kept.
    _temporary: Option<TempDir>,
}

impl Storage {
    /// Starts the storage on a free port of 127.0.0.1, and creates the buckets that aren't there.
    pub async fn start(template: &Template, data: &Data, credentials: &Credentials) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Self::start_on(listener, template, data, credentials)
    }

    pub(crate) fn start_on(
        listener: TcpListener,
        template: &Template,
        data: &Data,
        credentials: &Credentials,
    ) -> Result<Self> {
        let (root, temporary) = match data {
            Data::Memory => {
                let temporary = TempDir::new().context("can't create a directory for the storage")?;
                (temporary.path().to_owned(), Some(temporary))
            }
            Data::Directory(directory) => (directory.join(DIRECTORY), None),
        };
        for bucket in &template.buckets {
            files::create_private_directory(&root.join(bucket))?;
        }
        files::create_private_directory(&root)?;
        let objects = Objects::open(&root)?;
        let mut service = S3ServiceBuilder::new(objects.clone());
        service.set_auth(SimpleAuth::from_single(
            credentials.access_key_id(),
            credentials.secret_access_key(),
        ));
        service.set_access(Access);
        let service = HandleError::new(service.build(), async |_| StatusCode::INTERNAL_SERVER_ERROR);
        let address = listener.local_addr()?;
        let rules = &template.bucket_cors;
        let origins = rules.iter().flat_map(|rule| rule.origins.clone());
        let pages = Pages::MayFollowLinks(origins.collect());
        let service = cors::tell_pages(Router::new().fallback_service(service), rules);
        let refuse = || refusal("AccessDenied", guard::REFUSAL);
        let guarded = guard::keep_strangers_out(service.clone(), address, pages, refuse);
        Ok(Self {
            url: format!("http://{address}"),
            buckets: template.buckets.clone(),
            objects,
            service,
            server: Server::start(listener, guarded),
            _temporary: temporary,
        })
    }

    /// The endpoint that speaks S3's protocol.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The name of the bucket in the functions' environment, if there is one.
    #[must_use]
    pub fn bucket_name(&self) -> Option<&str> {
        self.buckets.first().map(String::as_str)
    }

    /// The answer to a request of a client in this process, which needs no port.
    pub async fn call(&self, request: Request) -> Response {
        match TowerToHyperService::new(self.service.clone()).call(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }

    /// Stores an object, as a request would.
    pub(crate) async fn put(
        &self,
        bucket: &str,
        key: &str,
        content_type: &str,
        content: Vec<u8>,
    ) -> Result<()> {
        let input = PutObjectInput::builder()
            .bucket(bucket.to_owned())
            .key(key.to_owned())
            .content_type(Some(content_type.to_owned()))
            .body(Some(Body::from(content).into()))
            .build()?;
        let request = S3Request {
            input,
            method: Method::PUT,
            uri: Uri::default(),
            headers: HeaderMap::default(),
            extensions: Extensions::default(),
            credentials: None,
            region: None,
            service: None,
            trailing_headers: None,
        };
        let stored = self.objects.put_object(request).await;
        stored.map_err(|error| anyhow!("can't store {key}: {error}"))?;
        Ok(())
    }

    /// Stops serving, after the requests in flight.
    pub async fn stop(self) {
        self.server.stop(STOP_TIME).await;
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
fn refusal(code: &str, message: &str) -> Response {
    let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    (StatusCode::FORBIDDEN, [("content-type", "application/xml")], body).into_response()
}
