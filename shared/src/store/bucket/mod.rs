//! The bucket: files and indexes, and signed links to files. `objects` says how objects are called.

mod error;
mod file_name;
pub mod objects;
mod signer;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{ProvideCredentials as _, Region, SharedCredentialsProvider};
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use aws_sdk_s3::{Client, config};
use tokio::time::timeout;

pub use error::{Result, StorageError};

use crate::aws;
use crate::model::{Download, Page, Sound, StoredSound, Timestamp};
use crate::store::table::{Clock, system_clock};
use signer::{LINK_LIFE, Place, Signer};

/// How long reading an object may take, all of it: an index of 30 MB comes in less than a second where Lambda runs.
const READ_TIME: Duration = Duration::from_secs(8);

/// How long one attempt of a write may take: only the import writes, from wherever the operator is.
const WRITE_TIME: Duration = Duration::from_mins(10);

/// The most keys that S3 deletes in one call.
const MOST_KEYS: usize = 1000;

/// The door to the bucket. Cheap to clone: clones share one client and its connections.
#[derive(Clone)]
pub struct Bucket {
    client: Client,
    name: Arc<str>,
    region: Option<Region>,
    credentials: Option<SharedCredentialsProvider>,
    clock: Clock,
    /// Where links lead. Found out once.
    place: Arc<OnceLock<Place>>,
}

impl Bucket {
    /// The bucket `name`, reached with this configuration. Where it has an endpoint of its own, the bucket's name stands
    /// in the path; S3 itself takes it in the host's name.
    pub fn new(config: &SdkConfig, name: impl Into<Arc<str>>, clock: Clock) -> Self {
        let client = config::Builder::from(config)
            .force_path_style(config.endpoint_url().is_some())
            .timeout_config(
                // Up to the headers of the answer. `get` limits how long the rest may take.
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

    /// The bucket that the environment names: in `BUCKET_NAME`, with region, credentials and endpoint as in every AWS
    /// SDK. Nothing is asked of the network: links need no connection.
    pub async fn from_env() -> Result<Self> {
        let name = std::env::var("BUCKET_NAME").map_err(|_| {
            StorageError::Internal("the environment variable BUCKET_NAME is not set".to_owned())
        })?;
        let config = aws::config().load().await;
        // The SDK would find it, but `new` asks whether there is one.
        let config = match std::env::var("AWS_ENDPOINT_URL_S3") {
            Ok(url) if !url.is_empty() => config.into_builder().endpoint_url(url).build(),
            _ => config,
        };
        Ok(Self::new(&config, name, Arc::new(system_clock)))
    }

    /// An object's content, whole. Once it has begun to come, nothing is tried again: a connection that breaks then makes
    /// it unavailable. A caller that may not list the bucket, such as a function, gets "access denied" for a missing object.
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
            // The connection broke, or what came is not what was stored.
            let bytes = bytes.map_err(|error| StorageError::Unavailable(aws::chain(&error)))?;
            content.extend_from_slice(&bytes);
        }
        Ok(content)
    }

    /// Stores an object, whatever had the key before.
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

    /// Removes objects, and is content with those that are not there. What the bucket keeps of them, as old versions,
    /// goes by its own rules.
    pub async fn delete(&self, keys: &[String]) -> Result<()> {
        for keys in keys.chunks(MOST_KEYS) {
            let objects = keys
                .iter()
                .map(|key| ObjectIdentifier::builder().key(key).build());
            let objects = objects
                .collect::<Result<_, _>>()
                .map_err(StorageError::internal)?;
            let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build();
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

    /// The sound as callers see it, with a link to its preview.
    pub async fn sound(&self, sound: StoredSound) -> Result<Sound> {
        let (signer, _) = self.signer().await?;
        signed(&signer, sound)
    }

    /// The sounds as callers see them, each with a link to its preview.
    pub async fn sounds(&self, sounds: Page<StoredSound>) -> Result<Page<Sound>> {
        let (signer, _) = self.signer().await?;
        sounds.try_map(|sound| signed(&signer, sound))
    }

    /// A link to the original file of a sound. A browser saves it under the sound's title.
    pub async fn download(&self, sound: &StoredSound) -> Result<Download> {
        let (signer, expires_at) = self.signer().await?;
        let disposition = file_name::attachment(&sound.title, &sound.file);
        let url = signer.link(&objects::original(&sound.audio), Some(&disposition))?;
        Ok(Download { url, expires_at })
    }

    /// Who signs links now, and until when they last.
    async fn signer(&self) -> Result<(Signer<'_>, Timestamp)> {
        let now = Timestamp::from((self.clock)());
        let place = self.place().await?;
        let provider = self.credentials.as_ref();
        let provider =
            provider.ok_or_else(|| StorageError::Internal("there are no credentials".to_owned()))?;
        let credentials = provider.provide_credentials().await;
        let credentials = credentials.map_err(StorageError::internal)?;
        let expires_at = now.plus(i64::from(LINK_LIFE));
        Ok((Signer::new(place, credentials, now), expires_at))
    }

    /// Where the bucket is, as the SDK knows it: of the partition's domain, of an endpoint, or how a configuration
    /// wants it. A link of its own tells.
    async fn place(&self) -> Result<&Place> {
        if let Some(place) = self.place.get() {
            return Ok(place);
        }
        let life = Duration::from_secs(LINK_LIFE.into());
        let life = PresigningConfig::expires_in(life).map_err(StorageError::internal)?;
        let request = self.client.get_object().bucket(&*self.name).key(Place::KEY);
        // Signing sends nothing, so trying again helps nothing.
        let request = request.presigned(life).await;
        let request = request.map_err(|error| StorageError::Internal(aws::describe(&error)))?;
        let region = self.region.as_ref().map(ToString::to_string);
        let place = Place::of(request.uri(), region.unwrap_or_default())?;
        Ok(self.place.get_or_init(|| place))
    }
}

fn signed(signer: &Signer, sound: StoredSound) -> Result<Sound> {
    let preview = signer.link(&objects::preview(&sound.audio), None)?;
    Ok(sound.into_sound(preview))
}

fn read_error(error: SdkError<GetObjectError>, key: &str) -> StorageError {
    match error.as_service_error() {
        Some(GetObjectError::NoSuchKey(_)) => StorageError::Missing { key: key.to_owned() },
        _ => error.into(),
    }
}
