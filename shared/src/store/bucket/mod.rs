//! The bucket: files, search indexes, and signed links to files. `objects` defines the object keys.

mod error;
pub(crate) mod file_name;
mod links;
pub mod objects;
mod signer;
mod uploads;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{Region, SharedCredentialsProvider};
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use aws_sdk_s3::{Client, config};
use tokio::time::timeout;

pub use error::{Result, StorageError};

use crate::aws;
use crate::store::table::{Clock, system_clock};
use signer::Place;

/// Time limit for reading a whole object. In Lambda, an index of 30 MB takes less than a second.
const READ_TIME: Duration = Duration::from_secs(8);

/// Time limit for one write attempt. Only the import writes, over the operator's own connection.
const WRITE_TIME: Duration = Duration::from_mins(10);

/// S3's limit on the keys of one delete call.
const MOST_KEYS: usize = 1000;

/// A client of the bucket. Cheap to clone: clones share one client and its connections.
#[derive(Clone)]
pub struct Bucket {
    client: Client,
    name: Arc<str>,
    region: Option<Region>,
    credentials: Option<SharedCredentialsProvider>,
    clock: Clock,
    /// The base URL of links, determined once.
    place: Arc<OnceLock<Place>>,
}

impl Bucket {
    /// The bucket `name`, reached with this configuration. With a custom endpoint, the bucket's name is part of the
    /// path; with S3 itself it is part of the host name.
    pub fn new(config: &SdkConfig, name: impl Into<Arc<str>>, clock: Clock) -> Self {
        let client = config::Builder::from(config)
            .force_path_style(config.endpoint_url().is_some())
            .timeout_config(
                // These limits end at the response headers. `get` limits the rest.
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(1))
                    .operation_attempt_timeout(Duration::from_secs(3))
                    .operation_timeout(READ_TIME)
                    .build(),
            )
            .build();
        Self {
            client: Client::from_conf(client),
            name: name.into(),
            region: config.region().cloned(),
            credentials: config.credentials_provider(),
            clock,
            place: Arc::default(),
        }
    }

    /// The bucket that the environment names in `BUCKET_NAME`. Region, credentials and endpoint are as in every AWS
    /// SDK. Opens no connection: links need none.
    pub async fn from_env() -> Result<Self> {
        let name = std::env::var("BUCKET_NAME").map_err(|_| {
            StorageError::Internal("the environment variable BUCKET_NAME is not set".to_owned())
        })?;
        let config = aws::config().load().await;
        // The SDK reads this variable too, but `new` must know whether an endpoint is set.
        let config = match std::env::var("AWS_ENDPOINT_URL_S3") {
            Ok(url) if !url.is_empty() => config.into_builder().endpoint_url(url).build(),
            _ => config,
        };
        Ok(Self::new(&config, name, Arc::new(system_clock)))
    }

    /// The whole content of an object. No retry after the first byte: a broken connection is `Unavailable`. S3 answers
    /// "access denied" for a missing object if the caller may not list the bucket; functions may not.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>> {
        let read = timeout(READ_TIME, self.read(key)).await;
        read.unwrap_or_else(|_| Err(StorageError::Unavailable(format!("reading {key} takes too long"))))
    }

    async fn read(&self, key: &str) -> Result<Vec<u8>> {
        let request = self.client.get_object().bucket(&*self.name).key(key);
        let mut object = request.send().await.map_err(|error| read_error(error, key))?;
        let length = object.content_length().and_then(|length| length.try_into().ok());
        let mut content = Vec::with_capacity(length.unwrap_or_default());
        while let Some(bytes) = object.body.next().await {
            // The connection broke, or the checksum does not match.
            let bytes = bytes.map_err(|error| StorageError::Unavailable(aws::chain(&error)))?;
            content.extend_from_slice(&bytes);
        }
        Ok(content)
    }

    /// Stores an object and overwrites any previous one.
    pub async fn put(&self, key: &str, content: impl Into<ByteStream>, content_type: &str) -> Result<()> {
        let time = TimeoutConfig::builder()
            .operation_attempt_timeout(WRITE_TIME)
            .operation_timeout(2 * WRITE_TIME)
            .build();
        let request = self
            .client
            .put_object()
            .bucket(&*self.name)
            .key(key)
            .content_type(content_type)
            .body(content.into())
            .customize()
            .config_override(config::Builder::new().timeout_config(time));
        request.send().await?;
        Ok(())
    }

    /// Removes objects; missing ones are no error. The bucket's own rules remove old versions.
    pub async fn delete(&self, keys: &[String]) -> Result<()> {
        let objects = keys
            .iter()
            .map(|key| ObjectIdentifier::builder().key(key).build());
        let objects = objects.collect::<Result<Vec<_>, _>>();
        self.delete_all(objects.map_err(StorageError::internal)?).await
    }

    async fn delete_all(&self, objects: Vec<ObjectIdentifier>) -> Result<()> {
        for objects in objects.chunks(MOST_KEYS) {
            let delete = Delete::builder()
                .set_objects(Some(objects.to_vec()))
                .quiet(true)
                .build();
            let delete = delete.map_err(StorageError::internal)?;
            let request = self.client.delete_objects().bucket(&*self.name).delete(delete);
            if let Some(error) = request.send().await?.errors().first() {
                let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                let (key, code, message) = (text(error.key()), text(error.code()), text(error.message()));
                return Err(StorageError::Unavailable(format!(
                    "{key} stays: {code}: {message}"
                )));
            }
        }
        Ok(())
    }
}

fn read_error(error: SdkError<GetObjectError>, key: &str) -> StorageError {
    match error.as_service_error() {
        Some(GetObjectError::NoSuchKey(_)) => StorageError::Missing { key: key.to_owned() },
        _ => error.into(),
    }
}
