//! The embedded S3: s3s in this process, with every object in a file, and the buckets that the functions are told of.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use axum::Router;
use axum::error_handling::HandleError;
use axum::http::StatusCode;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::aws;
use crate::files;
use crate::options::Data;
use crate::server;
use crate::template::Template;

/// The directory of what is kept, in the data directory.
const DIRECTORY: &str = "storage";

/// How long requests in flight may take when the storage stops.
const STOP_TIME: Duration = Duration::from_secs(1);

/// A running storage with the buckets that the template's functions are told of. As in AWS it answers only what is
/// signed, with the credentials of the functions, and a link only as long as it is valid.
pub struct Storage {
    url: String,
    buckets: Vec<String>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    /// What is not kept.
    _temporary: Option<TempDir>,
}

impl Storage {
    /// Starts the storage on a free port of 127.0.0.1, and creates the buckets that aren't there.
    pub async fn start(template: &Template, data: &Data) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Self::start_on(listener, template, data)
    }

    pub(crate) fn start_on(listener: TcpListener, template: &Template, data: &Data) -> Result<Self> {
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
        let files = FileSystem::new(&root)
            .map_err(|error| anyhow!("can't keep objects in {}: {error:?}", root.display()))?;
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(
            aws::ACCESS_KEY_ID,
            aws::SECRET_ACCESS_KEY,
        ));
        let service = HandleError::new(service.build(), async |_| StatusCode::INTERNAL_SERVER_ERROR);
        let url = format!("http://{}", listener.local_addr()?);
        let stop = watch::Sender::new(false);
        let router = Router::new().fallback_service(service);
        Ok(Self {
            url,
            buckets: template.buckets.clone(),
            server: server::serve(listener, router, stop.subscribe()),
            stop,
            _temporary: temporary,
        })
    }

    /// The endpoint that speaks S3's protocol.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The name of the bucket that the functions are told of, if they are.
    #[must_use]
    pub fn bucket_name(&self) -> Option<&str> {
        self.buckets.first().map(String::as_str)
    }

    /// Stops serving, after the requests in flight.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // A client that never finishes its request does not hold the stop.
        let _ = tokio::time::timeout(STOP_TIME, &mut self.server).await;
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        self.server.abort();
    }
}
