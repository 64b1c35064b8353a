//! Parts of objects, and headers that a link decides.

use reqwest::Response;

use crate::files::{client, follow};
use crate::world::{World, code, life};

async fn part(link: &str, range: &str) -> Response {
    client().get(link).header("range", range).send().await.unwrap()
}

#[tokio::test]
async fn a_part_says_how_large_the_whole_is() {
    let world = World::start("").await;
    world.put("a", "0123456789").await;
    let link = world.link_to_get("a").await;
    for (range, content_range, content) in [
        ("bytes=0-3", "bytes 0-3/10", "0123"),
        ("bytes=0-511", "bytes 0-9/10", "0123456789"),
        ("bytes=8-", "bytes 8-9/10", "89"),
        ("bytes=-3", "bytes 7-9/10", "789"),
        ("bytes=-30", "bytes 0-9/10", "0123456789"),
    ] {
        let answer = part(&link, range).await;
        assert_eq!(answer.status(), 206, "{range}");
        assert_eq!(answer.headers()["content-range"], content_range, "{range}");
        assert_eq!(answer.text().await.unwrap(), content, "{range}");
    }
}

#[tokio::test]
async fn there_is_no_part_of_nothing() {
    let world = World::start("").await;
    world.put("empty", "").await;
    world.put("a", "a").await;
    let (empty, a) = (world.link_to_get("empty").await, world.link_to_get("a").await);
    for (link, range) in [
        (&empty, "bytes=0-511"),
        (&empty, "bytes=0-"),
        (&empty, "bytes=-1"),
        (&a, "bytes=1-"),
        (&a, "bytes=-0"),
    ] {
        let answer = part(link, range).await;
        assert_eq!(answer.status(), 416, "{range}");
        assert_eq!(code(&answer.text().await.unwrap()), "InvalidRange", "{range}");
    }
    assert_eq!(follow(&empty).await.text().await.unwrap(), "");
    for key in ["missing", "a/missing"] {
        let answer = part(&world.link_to_get(key).await, "bytes=0-511").await;
        assert_eq!(answer.status(), 404);
        assert_eq!(code(&answer.text().await.unwrap()), "NoSuchKey");
    }
}

#[tokio::test]
async fn a_link_decides_type_and_name() {
    let world = World::start("").await;
    let link = world.upload_address("a", 8, life()).await;
    let put = client().put(link).header("if-none-match", "*");
    let put = put.header("content-type", "image/png").body("<script>");
    assert_eq!(put.send().await.unwrap().status(), 200);
    let get = world.client.get_object().bucket(world.bucket()).key("a");
    let get = get
        .response_content_type("application/octet-stream")
        .response_content_disposition("attachment; filename=\"a b.html\"");
    let link = get.presigned(life()).await.unwrap().uri().to_owned();
    for range in [None, Some("bytes=0-3")] {
        let mut get = client().get(&link);
        if let Some(range) = range {
            get = get.header("range", range);
        }
        let answer = get.send().await.unwrap();
        let values = |name: &str| answer.headers().get_all(name).iter().collect::<Vec<_>>();
        assert_eq!(values("content-type"), ["application/octet-stream"]);
        assert_eq!(
            values("content-disposition"),
            ["attachment; filename=\"a b.html\""]
        );
    }
    let other = follow(&link.replace("octet-stream", "xml")).await;
    assert_eq!(other.status(), 403);
}
