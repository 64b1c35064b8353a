//! A separate storage for each test.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_config::{Region, SdkConfig};
use aws_sdk_s3::config::Credentials;
use local::Data;
use local::storage::Storage;
use local::template::Template;
use reqwest::{Client, Response};
use shared::model::{Download, Millis, StoredSound, WAVEFORM_PEAKS, Waveform};
use shared::store::bucket::{Bucket, objects};
use shared::store::system_clock;

/// The SHA-256 of the test sounds.
const AUDIO: &str = "5d5b09f6dcb2d53a5fffc60c4ac0d55fabdf556069d6631545f42aa6e3500f2e";

/// An embedded storage with the template's bucket, and a `Bucket` with a clock that the test controls.
pub(crate) struct Files {
    pub(crate) storage: Storage,
    pub(crate) bucket: Bucket,
    pub(crate) credentials: local::Credentials,
    /// How far the bucket's clock is behind, in seconds.
    behind: Arc<AtomicU64>,
}

impl Files {
    pub(crate) async fn start() -> Self {
        Self::start_on(&Data::Memory).await
    }

    pub(crate) async fn start_on(data: &Data) -> Self {
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
        let credentials = local::Credentials::draw();
        let storage = Storage::start(&Template::load(&template).unwrap(), data, &credentials)
            .await
            .unwrap();
        let behind = Arc::new(AtomicU64::new(0));
        let clock = Arc::clone(&behind);
        let clock = Arc::new(move || Millis(system_clock().0 - clock.load(Ordering::Relaxed) * 1000));
        let config = config(
            storage.url(),
            credentials.access_key_id(),
            credentials.secret_access_key(),
        )
        .await;
        let bucket = Bucket::new(&config, storage.bucket_name().unwrap(), clock);
        Self {
            storage,
            bucket,
            credentials,
            behind,
        }
    }

    /// Sets the bucket's signing clock back by this many seconds.
    pub(crate) fn sign_as_before(&self, seconds: u64) {
        self.behind.store(seconds, Ordering::Relaxed);
    }

    /// Stores the file of a sound with this title, and returns a link to its original.
    pub(crate) async fn download(&self, title: &str) -> Download {
        let key = objects::original(AUDIO);
        self.bucket
            .put(&key, b"RIFF".to_vec(), "audio/wav")
            .await
            .unwrap();
        self.bucket.download(&sound(title)).await.unwrap()
    }
}

/// The configuration of a client with these credentials.
pub(crate) async fn config(url: &str, id: &str, secret: &str) -> SdkConfig {
    shared::aws::config()
        .endpoint_url(url)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(id, secret, None, None, "test"))
        .load()
        .await
}

/// A sound with this title.
pub(crate) fn sound(title: &str) -> StoredSound {
    StoredSound {
        id: "L0E1G2M6uuh3y93T".parse().unwrap(),
        title: title.to_owned().try_into().unwrap(),
        description: None,
        category: None,
        tags: Vec::new(),
        themes: Vec::new(),
        playlists: Vec::new(),
        duration_ms: 1000,
        sample_rate: 44_100,
        channels: 1,
        file_type: "audio/wav".to_owned(),
        file_size: 4,
        waveform: Waveform::of(&[0.5; WAVEFORM_PEAKS]),
        file: "bells/small.wav".to_owned(),
        audio: AUDIO.to_owned(),
    }
}

/// An HTTP client that ignores the machine's proxy settings.
pub(crate) fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// Follows a link without credentials.
pub(crate) async fn follow(url: &str) -> Response {
    client().get(url).send().await.unwrap()
}
