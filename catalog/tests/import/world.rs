//! A table and a bucket, directories of sounds, and the command.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_dynamodb::types::AttributeValue;
use local::Data;
use local::database::Database;
use local::storage::Storage;
use local::template::Template;
use shared::model::{Page, PageRequest, Position, SoundFilter, StoredSound};
use shared::store::bucket::Bucket;
use shared::store::{Clock, Store, system_clock};
use tempfile::TempDir;

/// A row as DynamoDB returns it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// A table, a bucket, and a file that tells the command of them.
pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) storage: Storage,
    pub(crate) credentials: local::Credentials,
    directory: TempDir,
}

/// What the command said.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; none if it was killed.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    /// The lines on the standard error output.
    pub(crate) lines: Vec<String>,
}

impl Run {
    /// Everything that was said.
    pub(crate) fn text(&self) -> String {
        format!("{}\n{}", self.stdout, self.lines.join("\n"))
    }

    /// Fails unless the code is this one and all of the texts were said.
    #[track_caller]
    pub(crate) fn assert(&self, code: i32, texts: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.text());
        for text in texts {
            assert!(self.text().contains(text), "{text:?} is not in\n{}", self.text());
        }
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
        let template = Template::load(&template).unwrap();
        let directory = TempDir::new().unwrap();
        let credentials = local::Credentials::draw();
        let database = Database::start(&template, &Data::Memory, &credentials)
            .await
            .unwrap();
        let kept = Data::Directory(directory.path().to_owned());
        let storage = Storage::start(&template, &kept, &credentials).await.unwrap();
        let environment = format!(
            "# of a test\nTABLE_NAME='{}'\nBUCKET_NAME='{}'\nAWS_ENDPOINT_URL_DYNAMODB='{}'\nAWS_ENDPOINT_URL_S3='{}'\n\
             AWS_REGION='us-east-1'\nAWS_ACCESS_KEY_ID='{}'\nAWS_SECRET_ACCESS_KEY='{}'\n",
            database.table_name(),
            storage.bucket_name().unwrap(),
            database.url(),
            storage.url(),
            credentials.access_key_id(),
            credentials.secret_access_key(),
        );
        let world = Self {
            database,
            storage,
            credentials,
            directory,
        };
        std::fs::write(world.environment_file(), environment).unwrap();
        world
    }

    pub(crate) fn environment_file(&self) -> PathBuf {
        self.directory.path().join("running.env")
    }

    /// Imports a directory.
    pub(crate) async fn import(&self, sounds: &Sounds, options: &[&str]) -> Run {
        self.import_until(sounds, options, |_| false).await
    }

    /// The same; the command is killed when it has said a line of this kind.
    pub(crate) async fn import_until(
        &self,
        sounds: &Sounds,
        options: &[&str],
        kill: impl FnMut(&str) -> bool + Send + 'static,
    ) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_catalog"));
        command
            .args(["import", "--env-file"])
            .arg(self.environment_file())
            .args(options)
            .arg(sounds.path());
        tokio::task::spawn_blocking(move || run(command, kill))
            .await
            .unwrap()
    }

    fn config(&self, url: &str) -> SdkConfig {
        let credentials = Credentials::new(
            self.credentials.access_key_id(),
            self.credentials.secret_access_key(),
            None,
            None,
            "test",
        );
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(url)
            .build()
    }

    /// A store on the table.
    pub(crate) fn store(&self) -> Store {
        self.store_by(Arc::new(system_clock))
    }

    pub(crate) fn store_by(&self, clock: Clock) -> Store {
        let config = aws_sdk_dynamodb::config::Builder::from(&self.config(self.database.url()));
        Store::new(config, self.database.table_name(), clock)
    }

    pub(crate) fn bucket(&self) -> Bucket {
        let name = self.storage.bucket_name().unwrap();
        Bucket::new(&self.config(self.storage.url()), name, Arc::new(system_clock))
    }

    /// The sounds that callers see, newest first.
    pub(crate) async fn sounds(&self) -> Vec<StoredSound> {
        self.store()
            .sounds(&SoundFilter::default(), all())
            .await
            .unwrap()
            .data
    }

    /// The sound of a file, as callers see it.
    pub(crate) async fn sound(&self, file: &str) -> StoredSound {
        let mut sounds = self.sounds().await.into_iter();
        sounds.find(|sound| sound.file == file).unwrap()
    }

    /// Every row of the table, by its key.
    pub(crate) async fn rows(&self) -> BTreeMap<(String, String), Item> {
        let config = aws_sdk_dynamodb::config::Builder::from(&self.config(self.database.url()));
        let scan = Client::from_conf(config.build())
            .scan()
            .table_name(self.database.table_name())
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .unwrap();
        let text = |row: &Item, name: &str| row[name].as_s().unwrap().clone();
        scan.into_iter()
            .map(|row| ((text(&row, "pk"), text(&row, "sk")), row))
            .collect()
    }

    /// Changes rows as an earlier release would have written them. Tells whether to write the row.
    pub(crate) async fn change_rows(&self, change: impl Fn(&mut Item) -> bool) {
        let config = aws_sdk_dynamodb::config::Builder::from(&self.config(self.database.url()));
        let client = Client::from_conf(config.build());
        for (_, mut row) in self.rows().await {
            if change(&mut row) {
                let put = client.put_item().table_name(self.database.table_name());
                put.set_item(Some(row)).send().await.unwrap();
            }
        }
    }

    /// Every object, by its key, with what the storage keeps of it.
    pub(crate) fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        let root = self.directory.path().join("storage");
        walkdir::WalkDir::new(&root)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let key = entry
                    .path()
                    .strip_prefix(&root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                (key, std::fs::read(entry.path()).unwrap())
            })
            .collect()
    }

    /// Rows and objects.
    pub(crate) async fn everything(&self) -> (BTreeMap<(String, String), Item>, BTreeMap<String, Vec<u8>>) {
        (self.rows().await, self.objects())
    }
}

/// Runs a command to its end, or until it has said a line at which it is to be killed.
pub(crate) fn run(mut command: Command, mut kill: impl FnMut(&str) -> bool) -> Run {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let mut lines = Vec::new();
    for line in stderr.lines() {
        let line = line.unwrap();
        let is_last = kill(&line);
        lines.push(line);
        if is_last {
            child.kill().unwrap();
            break;
        }
    }
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        lines,
    }
}

/// The whole of a short list.
pub(crate) fn all() -> PageRequest {
    PageRequest {
        limit: 100,
        position: Position::Start,
    }
}

pub(crate) fn files<'a>(sounds: impl IntoIterator<Item = &'a StoredSound>) -> Vec<&'a str> {
    sounds.into_iter().map(|sound| sound.file.as_str()).collect()
}

pub(crate) fn names<T>(page: Page<T>, name: impl FnMut(T) -> String) -> Vec<String> {
    page.data.into_iter().map(name).collect()
}

/// A directory of sounds.
pub(crate) struct Sounds(TempDir);

impl Sounds {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A directory with these files, each another tone.
    pub(crate) fn of(files: &[&str]) -> Self {
        let sounds = Self::new();
        for (file, number) in files.iter().zip(1u16..) {
            sounds.tone(file, number * 100);
        }
        sounds
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a tone of a fifth of a second.
    pub(crate) fn tone(&self, file: &str, frequency: u16) {
        let rate = 8000;
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(path, spec).unwrap();
        for sample in 0u16..1600 {
            let phase = f32::from(frequency) * f32::from(sample) / 8000.0 * std::f32::consts::TAU;
            #[expect(clippy::cast_possible_truncation, reason = "a sample")]
            writer.write_sample((phase.sin() * 20_000.0) as i16).unwrap();
        }
        writer.finalize().unwrap();
    }

    pub(crate) fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.path().join(file)).unwrap()
    }

    pub(crate) fn remove(&self, file: &str) {
        std::fs::remove_file(self.path().join(file)).unwrap();
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.path().join(from), self.path().join(to)).unwrap();
    }
}
