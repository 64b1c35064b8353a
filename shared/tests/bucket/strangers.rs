//! What the embedded storage allows web pages, and which paths it never reads.

use crate::files::{Files, client};
use crate::world::World;

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
