//! What the embedded storage lets web pages do, and where it never looks.

use std::path::Path;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config;
use aws_sdk_s3::presigning::PresigningConfig;
use local::storage::Storage;
use local::template::Template;
use local::{Credentials, Data};
use tempfile::TempDir;

use crate::files::{Files, client, config as configuration};

/// A storage and a client of it.
struct World {
    storage: Storage,
    client: Client,
    directory: TempDir,
}

impl World {
    /// `origins` are what the template's `CorsOrigins` says.
    async fn start(origins: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
        let text = std::fs::read_to_string(path).unwrap();
        let (before, after) = text.split_once("  CorsOrigins:").unwrap();
        let after = after.replacen("Default: \"\"", &format!("Default: \"{origins}\""), 1);
        let template = Template::parse(&format!("{before}  CorsOrigins:{after}")).unwrap();
        let directory = TempDir::new().unwrap();
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

    fn bucket(&self) -> &str {
        self.storage.bucket_name().unwrap()
    }

    fn file(&self, path: &str) -> std::path::PathBuf {
        self.directory.path().join("kept").join(path)
    }

    async fn link_to_get(&self, key: &str) -> String {
        let request = self.client.get_object().bucket(self.bucket()).key(key);
        request.presigned(life()).await.unwrap().uri().to_owned()
    }

    async fn link_to_put(&self, key: &str) -> String {
        let request = self.client.put_object().bucket(self.bucket()).key(key);
        request.presigned(life()).await.unwrap().uri().to_owned()
    }
}

fn life() -> PresigningConfig {
    PresigningConfig::expires_in(Duration::from_mins(1)).unwrap()
}

#[tokio::test]
async fn a_page_may_follow_links_and_do_nothing_else() {
    let world = World::start("https://app.example,https://other.example").await;
    let put = world.link_to_put("a").await;
    let request = |origin: &str| {
        client()
            .put(&put)
            .header("origin", origin)
            .header("sec-fetch-site", "cross-site")
            .body("a")
    };
    for origin in [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "https://app.example.evil",
    ] {
        assert_eq!(request(origin).send().await.unwrap().status(), 403, "{origin}");
        assert!(!world.file("storage").join(world.bucket()).join("a").exists());
    }
    assert_eq!(request("https://app.example").send().await.unwrap().status(), 200);
    let get = world.link_to_get("a").await;
    let get = |name: &str, value: &str| client().get(&get).header(name, value).send();
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        assert_eq!(get(name, value).await.unwrap().status(), 200, "{name}: {value}");
    }
    assert_eq!(get("host", "evil.test").await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_form_of_a_page_stores_nothing() {
    let files = Files::start().await;
    let form = "--x\r\ncontent-disposition: form-data; name=\"key\"\r\n\r\na\r\n--x--\r\n";
    let post = client()
        .post(format!(
            "{}/{}",
            files.storage.url(),
            files.storage.bucket_name().unwrap()
        ))
        .header("content-type", "multipart/form-data; boundary=x")
        .header("origin", "http://127.0.0.1:1")
        .header("sec-fetch-site", "same-site");
    let answer = post.body(form).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let said = answer.text().await.unwrap();
    assert!(said.contains("Only programs of this machine"), "{said}");
}
