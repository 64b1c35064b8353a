//! Links, followed as by a browser.

use percent_encoding::percent_decode_str;
use reqwest::Method;
use shared::model::{Page, Timestamp};
use shared::store::bucket::objects;
use shared::store::system_clock;

use crate::files::{Files, client, follow, sound};

#[tokio::test]
async fn a_download_is_the_original_file_under_its_title() {
    let files = Files::start().await;
    for (title, fallback, name) in [
        ("Small bell", "Small bell.wav", "Small bell.wav"),
        ("say \"hi\"; x=\\1", "say 'hi'; x=_1.wav", "say 'hi'; x=_1.wav"),
        ("Дверной звонок", "file.wav", "Дверной звонок.wav"),
        ("小铃铛", "file.wav", "小铃铛.wav"),
        ("Bell 🔔👩‍🚒", "Bell.wav", "Bell 🔔👩‍🚒.wav"),
        ("جرس صغير", "file.wav", "جرس صغير.wav"),
        ("a+b & c=d?e#f%41", "a+b & c=d_e#f41.wav", "a+b & c=d_e#f%41.wav"),
    ] {
        let before = Timestamp::from(system_clock());
        let link = files.download(title).await;
        let after = Timestamp::from(system_clock());
        assert!((before.plus(3600)..=after.plus(3900)).contains(&link.expires_at));

        let answer = follow(link.url.as_str()).await;
        assert_eq!(answer.status(), 200, "{title}");
        let header = answer.headers()["content-disposition"].to_str().unwrap();
        let names = header.strip_prefix("attachment; filename=\"").unwrap();
        let (given_fallback, given_name) = names.split_once("\"; filename*=UTF-8''").unwrap();
        assert_eq!(given_fallback, fallback, "{title}");
        assert_eq!(
            percent_decode_str(given_name).decode_utf8().unwrap(),
            name,
            "{title}"
        );
        assert_eq!(answer.headers()["content-type"], "audio/wav");
        assert_eq!(answer.bytes().await.unwrap(), "RIFF");
    }
}

#[tokio::test]
async fn a_preview_is_played_where_it_stands() {
    let files = Files::start().await;
    let preview = objects::preview(&sound("a").audio);
    files
        .bucket
        .put(&preview, b"0123456789".to_vec(), "audio/mpeg")
        .await
        .unwrap();
    let page = Page {
        has_more: true,
        data: vec![sound("a"), sound("b")],
        next_cursor: Some("c".to_owned()),
    };
    let page = files.bucket.sounds(page).await.unwrap();
    assert_eq!((page.has_more, page.next_cursor.as_deref()), (true, Some("c")));
    assert_eq!(page.data[1].title.as_str(), "b");
    let one = files.bucket.sound(sound("a")).await.unwrap();
    for sound in page.data.iter().chain([&one]) {
        let url = sound.preview_url.as_str();
        let answer = follow(url).await;
        assert_eq!(answer.headers()["content-type"], "audio/mpeg");
        assert!(answer.headers().get("content-disposition").is_none());
        assert_eq!(answer.bytes().await.unwrap(), "0123456789");
        // A range request, as a player sends.
        let part = client()
            .get(url)
            .header("range", "bytes=2-4")
            .send()
            .await
            .unwrap();
        assert_eq!(part.status(), 206);
        assert_eq!(part.headers()["content-range"], "bytes 2-4/10");
        assert_eq!(part.bytes().await.unwrap(), "234");
    }
}

#[tokio::test]
async fn an_altered_link_is_refused() {
    let files = Files::start().await;
    let link = files.download("Small bell").await;
    let url = link.url.as_str();
    let (rest, signature) = url.rsplit_once("X-Amz-Signature=").unwrap();
    let last = if signature.ends_with('0') { '1' } else { '0' };
    let altered_signature = format!("{rest}X-Amz-Signature={}{last}", &signature[..63]);
    for (what, altered) in [
        ("signature", altered_signature),
        ("key", url.replace("/original?", "/preview?")),
        ("file name", url.replace("Small", "Large")),
        ("life", url.replace("X-Amz-Expires=3900", "X-Amz-Expires=86400")),
        (
            "one more parameter",
            format!("{url}&response-content-type=text%2Fhtml"),
        ),
    ] {
        assert_ne!(altered, url, "{what}");
        let answer = follow(&altered).await;
        assert_eq!(answer.status(), 403, "{what}");
        let body = answer.text().await.unwrap();
        assert!(
            body.contains("<Code>SignatureDoesNotMatch</Code>"),
            "{what}: {body}"
        );
    }
    for method in [Method::PUT, Method::DELETE, Method::POST] {
        let answer = client()
            .request(method.clone(), url)
            .body("x")
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_client_error(), "{method}: {}", answer.status());
    }
    assert_eq!(follow(url).await.bytes().await.unwrap(), "RIFF");
}

#[tokio::test]
async fn a_link_lasts_an_hour_at_least() {
    let files = Files::start().await;
    files.sign_as_before(3600);
    let link = files.download("Small bell").await;
    assert_eq!(follow(link.url.as_str()).await.status(), 200);

    files.sign_as_before(3901);
    let link = files.download("Small bell").await;
    assert!(link.expires_at < Timestamp::from(system_clock()));
    let answer = follow(link.url.as_str()).await;
    assert_eq!(answer.status(), 403);
    let body = answer.text().await.unwrap();
    assert!(
        body.contains("<Code>AccessDenied</Code>") && body.contains("expired"),
        "{body}"
    );
}

#[tokio::test]
async fn no_link_shows_in_a_debug_text() {
    let files = Files::start().await;
    let download = files.download("Small bell").await;
    let sound = files.bucket.sound(sound("Small bell")).await.unwrap();
    for text in [format!("{download:?}"), format!("{sound:?}")] {
        assert!(!text.contains("http") && !text.contains("Signature"), "{text}");
    }
    let json = serde_json::to_value(&download).unwrap();
    assert_eq!(json["url"], download.url.as_str());
    assert_eq!(json["expires_at"], download.expires_at.0);
}
