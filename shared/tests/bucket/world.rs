//! The embedded storage alone, with the SDK's client and raw requests.

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use local::storage::Storage;
use local::template::{Parameters, Template};
use local::{Credentials, Data};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::files::config as configuration;

/// A storage and its client.
pub(crate) struct World {
    pub(crate) storage: Storage,
    pub(crate) client: Client,
    directory: TempDir,
}

impl World {
    /// `origins` is the value of the template's `CorsOrigins`.
    pub(crate) async fn start(origins: &str) -> Self {
        Self::start_in(TempDir::new().unwrap(), origins).await
    }

    /// Starts it anew on what is kept.
    pub(crate) async fn start_again(self) -> Self {
        self.storage.stop().await;
        Self::start_in(self.directory, "").await
    }

    async fn start_in(directory: TempDir, origins: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
        let parameters = Parameters::from([("CorsOrigins".to_owned(), origins.to_owned())]);
        let template = Template::load_with(&path, &parameters).unwrap();
        let data = Data::Directory(directory.path().join("kept"));
        let credentials = Credentials::draw();
        let storage = Storage::start(&template, &data, &credentials).await.unwrap();
        let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
        let config = configuration(storage.url(), id, secret).await;
        let config = config::Builder::from(&config).force_path_style(true).build();
        Self {
            client: Client::from_conf(config),
            storage,
            directory,
        }
    }

    pub(crate) fn bucket(&self) -> &str {
        self.storage.bucket_name().unwrap()
    }

    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.directory.path().join("kept").join(path)
    }

    /// The files of the storage, without the directories, by their paths.
    pub(crate) fn files(&self) -> Vec<String> {
        let storage = self.file("storage");
        let mut directories = vec![storage.clone()];
        let mut files = Vec::new();
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    directories.push(path);
                } else {
                    files.push(path.strip_prefix(&storage).unwrap().display().to_string());
                }
            }
        }
        files
    }

    pub(crate) async fn put(&self, key: &str, content: &'static str) {
        let put = self.client.put_object().bucket(self.bucket()).key(key);
        let body = ByteStream::from_static(content.as_bytes());
        put.body(body).send().await.unwrap();
    }

    /// The content of an object, or the code of the error.
    pub(crate) async fn get(&self, key: &str) -> String {
        match self
            .client
            .get_object()
            .bucket(self.bucket())
            .key(key)
            .send()
            .await
        {
            Ok(object) => {
                let content = object.body.collect().await.unwrap().to_vec();
                String::from_utf8(content).unwrap()
            }
            Err(error) => error.code().unwrap().to_owned(),
        }
    }

    /// An address where one may upload so many bytes of this type, once.
    pub(crate) async fn upload_address(&self, key: &str, length: i64, life: PresigningConfig) -> String {
        let put = self.client.put_object().bucket(self.bucket()).key(key);
        let put = put
            .content_length(length)
            .content_type("image/png")
            .if_none_match("*");
        let request = put.presigned(life).await.unwrap();
        assert!(
            request
                .uri()
                .contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match&"),
            "{request:?}"
        );
        request.uri().to_owned()
    }

    pub(crate) async fn link_to_get(&self, key: &str) -> String {
        let request = self.client.get_object().bucket(self.bucket()).key(key);
        request.presigned(life()).await.unwrap().uri().to_owned()
    }

    pub(crate) async fn link_to_put(&self, key: &str) -> String {
        let request = self.client.put_object().bucket(self.bucket()).key(key);
        request.presigned(life()).await.unwrap().uri().to_owned()
    }

    /// The status of a request whose path is sent unchanged.
    pub(crate) async fn status(&self, method: &str, link: &str) -> String {
        answer(begin(method, link, "content-length: 0\r\n").await).await
    }
}

/// Sends the head of a request, with its path unchanged.
pub(crate) async fn begin(method: &str, link: &str, headers: &str) -> TcpStream {
    let (_, rest) = link.split_once("http://").unwrap();
    let (host, target) = rest.split_once('/').unwrap();
    let head = format!("{method} /{target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n");
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// The status of the answer, and the code of the error.
pub(crate) async fn answer(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    format!("{} {}", &answer[9..12], code(&answer))
}

/// The code of an error.
pub(crate) fn code(answer: &str) -> &str {
    let rest = answer.split_once("<Code>").map_or("", |(_, rest)| rest);
    rest.split_once("</").map_or("", |(code, _)| code)
}

pub(crate) fn life() -> PresigningConfig {
    PresigningConfig::expires_in(Duration::from_mins(1)).unwrap()
}
