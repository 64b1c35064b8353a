//! Where to import to: a deployment, or a `cargo local` that runs.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{ConfigLoader, Region, SdkConfig};
use aws_sdk_dynamodb::config::{self, Credentials};
use shared::aws;
use shared::store::bucket::Bucket;
use shared::store::{Store, system_clock};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The environment files of a `cargo local`, in the order in which they are tried.
const FILES: [&str; 2] = [".local/running.env", ".local/services.env"];

/// How long something on this machine has to answer.
const NEARBY: Duration = Duration::from_secs(1);

/// What the operator can do if nothing runs.
const ADVICE: &str =
    "start `cargo local` in another terminal, or name a deployment with --table and --bucket";

/// Where to import to.
pub struct Target {
    /// The table.
    pub store: Store,
    /// The bucket.
    pub bucket: Bucket,
    /// Its name in messages to the operator.
    pub name: String,
}

impl Target {
    /// A deployment in AWS, with region, credentials and endpoints as the environment and the profile give them.
    pub async fn deployed(table: String, bucket: String) -> Self {
        let config = loader().load().await;
        let endpoint = std::env::var("AWS_ENDPOINT_URL_S3").unwrap_or_default();
        let storage = if endpoint.is_empty() {
            config.clone()
        } else {
            config.clone().into_builder().endpoint_url(endpoint).build()
        };
        Self {
            name: format!("the table {table} and the bucket {bucket}"),
            store: Store::new(config::Builder::from(&config), table, Arc::new(system_clock)),
            bucket: Bucket::new(&storage, bucket, Arc::new(system_clock)),
        }
    }

    /// The `cargo local` that an environment file describes. Fails if it does not answer.
    pub async fn told_by(file: &Path) -> Result<Self> {
        let local = Local::read(file).with_context(|| format!("can't use {}", file.display()))?;
        local.ensure_running().await?;
        Ok(local.target().await)
    }

    /// The `cargo local` that runs here.
    pub async fn running() -> Result<Self> {
        let mut silent = None;
        for file in files() {
            match Self::told_by(&file).await {
                Ok(target) => return Ok(target),
                Err(error) => silent = silent.or(Some(error)),
            }
        }
        Err(silent.unwrap_or_else(|| anyhow!("there is no {} here: {ADVICE}", FILES.join(" and no "))))
    }
}

/// The environment files in this directory, the directories above it, and the repository of this command.
fn files() -> Vec<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    // Set by cargo.
    let repository = std::env::var_os("CARGO_MANIFEST_DIR");
    let repository = repository
        .as_deref()
        .and_then(|path: &OsStr| Path::new(path).parent());
    let places: Vec<&Path> = here.ancestors().chain(repository).collect();
    let files = FILES
        .iter()
        .flat_map(|file| places.iter().map(move |place| place.join(file)));
    files.filter(|file| file.is_file()).collect()
}

/// The variables of a `cargo local` on this machine.
struct Local {
    variables: HashMap<String, String>,
}

impl Local {
    fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)?;
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let variables = lines.filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            Some((name.to_owned(), value.trim_matches('\'').to_owned()))
        });
        let local = Self {
            variables: variables.collect(),
        };
        match local.missing() {
            Some(name) => bail!("it does not say what {name} is"),
            None => Ok(local),
        }
    }

    /// The first required variable that is missing.
    fn missing(&self) -> Option<&'static str> {
        let needed = ["TABLE_NAME", "BUCKET_NAME", DATABASE, STORAGE];
        needed.into_iter().find(|name| self.get(name).is_empty())
    }

    fn get(&self, name: &str) -> &str {
        self.variables.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Fails with advice if nothing answers: the file stays when the `cargo local` that has written it is killed.
    async fn ensure_running(&self) -> Result<()> {
        for name in [DATABASE, STORAGE] {
            let url = self.get(name);
            let address = url.trim_start_matches("http://").trim_end_matches('/');
            let answer = timeout(NEARBY, TcpStream::connect(address)).await;
            if !matches!(answer, Ok(Ok(_))) {
                bail!("nothing answers at {url}: {ADVICE}");
            }
        }
        Ok(())
    }

    async fn target(&self) -> Target {
        let credentials = Credentials::new(
            self.get("AWS_ACCESS_KEY_ID"),
            self.get("AWS_SECRET_ACCESS_KEY"),
            None,
            None,
            "cargo local",
        );
        let config = loader()
            .region(Region::new(self.get("AWS_REGION").to_owned()))
            .credentials_provider(credentials)
            .load()
            .await;
        let at = |name| -> SdkConfig {
            let builder = config.clone().into_builder();
            builder.endpoint_url(self.get(name)).build()
        };
        Target {
            name: "the catalogue of `cargo local`".to_owned(),
            store: Store::new(
                config::Builder::from(&at(DATABASE)),
                self.get("TABLE_NAME"),
                Arc::new(system_clock),
            ),
            bucket: Bucket::new(&at(STORAGE), self.get("BUCKET_NAME"), Arc::new(system_clock)),
        }
    }
}

const DATABASE: &str = "AWS_ENDPOINT_URL_DYNAMODB";
const STORAGE: &str = "AWS_ENDPOINT_URL_S3";

/// The retries and timeouts of an import. It has more time than a function, and no caller who would try again.
fn loader() -> ConfigLoader {
    let retry = RetryConfig::standard()
        .with_max_attempts(8)
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_secs(5));
    let time = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(10))
        .operation_timeout(Duration::from_mins(1))
        .build();
    aws::config().retry_config(retry).timeout_config(time)
}
