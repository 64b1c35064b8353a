//! What the embedded storage allows web pages, and which paths it never reads.

use std::path::Path;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config;
use aws_sdk_s3::presigning::PresigningConfig;
use local::storage::Storage;
use local::template::{Parameters, Template};
use local::{Credentials, Data};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::files::{Files, client, config as configuration};

/// A storage and its client.
struct World {
    storage: Storage,
    client: Client,
    directory: TempDir,
}

impl World {
    /// `origins` is the value of the template's `CorsOrigins`.
    async fn start(origins: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
        let parameters = Parameters::from([("CorsOrigins".to_owned(), origins.to_owned())]);
        let template = Template::load_with(&path, &parameters).unwrap();
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

    /// The status of a request whose path is sent unchanged.
    async fn status(&self, method: &str, link: &str) -> String {
        let (_, rest) = link.split_once("http://").unwrap();
        let (host, target) = rest.split_once('/').unwrap();
        let request = format!(
            "{method} /{target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        );
        let mut stream = TcpStream::connect(host).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let code = answer
            .split("<Code>")
            .nth(1)
            .and_then(|rest| rest.split("</").next());
        format!("{} {}", answer[9..12].to_owned(), code.unwrap_or_default())
    }
}

fn life() -> PresigningConfig {
    PresigningConfig::expires_in(Duration::from_mins(1)).unwrap()
}

#[tokio::test]
async fn no_key_leads_out_of_its_bucket() {
    let world = World::start("").await;
    for path in ["secret", "storage/secret", "storage/others/secret"] {
        std::fs::create_dir_all(world.file(path).parent().unwrap()).unwrap();
        std::fs::write(world.file(path), "secret").unwrap();
    }
    for key in [
        "../secret",
        "../../secret",
        "../others/secret",
        "a/../../others/secret",
        "/secret",
    ] {
        for (method, link) in [
            ("GET", world.link_to_get(key).await),
            ("PUT", world.link_to_put(key).await),
        ] {
            for link in [
                link.clone(),
                link.replace("..", "%2e%2e"),
                link.replace("..", "%2E."),
            ] {
                let status = world.status(method, &link).await;
                assert_eq!(status, "400 InvalidArgument", "{method} {link}");
            }
        }
        let copy = world.client.copy_object().bucket(world.bucket()).key("copy");
        let copied = copy.copy_source(format!("{}/{key}", world.bucket())).send().await;
        assert!(format!("{copied:?}").contains("InvalidArgument"), "{copied:?}");
        let object = aws_sdk_s3::types::ObjectIdentifier::builder().key(key).build();
        let delete = aws_sdk_s3::types::Delete::builder()
            .objects(object.unwrap())
            .build();
        let request = world.client.delete_objects().bucket(world.bucket());
        let deleted = request.delete(delete.unwrap()).send().await;
        assert!(format!("{deleted:?}").contains("InvalidArgument"), "{deleted:?}");
    }
    for path in ["secret", "storage/secret", "storage/others/secret"] {
        assert_eq!(std::fs::read_to_string(world.file(path)).unwrap(), "secret");
    }
    let link = world.link_to_put("a..b/..c").await;
    assert_eq!(world.status("PUT", &link).await, "200 ");
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
    let may_read = |answer: &reqwest::Response| answer.headers().contains_key("access-control-allow-origin");
    let get = world.link_to_get("a").await;
    let get = |name: &str, value: &str| client().get(&get).header(name, value).send();
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let answer = get(name, value).await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), may_read(&answer)),
            (200, false),
            "{name}: {value}"
        );
    }
    let answer = get("origin", "https://other.example").await.unwrap();
    assert_eq!((answer.status().as_u16(), may_read(&answer)), (200, true));
    let headers = answer.headers();
    assert_eq!(headers["access-control-allow-origin"], "https://other.example");
    let readable = headers["access-control-expose-headers"].to_str().unwrap();
    for name in ["content-length", "etag"] {
        assert!(
            readable.contains(name) && headers.contains_key(name),
            "{name}: {headers:?}"
        );
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
