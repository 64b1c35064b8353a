//! Links equal those of the SDK, byte for byte, for every kind of bucket address.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{self, Credentials, SharedCredentialsProvider};
use aws_sdk_s3::presigning::PresigningConfig;
use percent_encoding::percent_decode_str;
use shared::model::Millis;
use shared::store::bucket::{Bucket, objects};

use crate::files::sound;

/// The time of signing, in Unix seconds.
const NOW: u64 = 1_800_000_000;

const BUCKET: &str = "some-bucket";

fn configuration(region: &'static str, endpoint: Option<&str>, session: Option<&str>) -> SdkConfig {
    let session = session.map(ToOwned::to_owned);
    let credentials = Credentials::new(
        "AKIDEXAMPLE",
        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        session,
        None,
        "test",
    );
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials));
    match endpoint {
        Some(url) => config.endpoint_url(url),
        None => config,
    }
    .build()
}

/// The link that the SDK signs.
async fn sdk_link(config: &SdkConfig, key: String, disposition: Option<String>) -> String {
    let config = config::Builder::from(config).force_path_style(config.endpoint_url().is_some());
    let client = aws_sdk_s3::Client::from_conf(config.build());
    let life = PresigningConfig::builder()
        .start_time(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW))
        .expires_in(Duration::from_mins(65))
        .build()
        .unwrap();
    let request = client
        .get_object()
        .bucket(BUCKET)
        .key(key)
        .set_response_content_disposition(disposition);
    request.presigned(life).await.unwrap().uri().to_owned()
}

/// The value of a query parameter of a link.
fn parameter(link: &str, name: &str) -> Option<String> {
    let (_, value) = link.split_once(&format!("&{name}="))?;
    let value = value.split('&').next()?;
    Some(percent_decode_str(value).decode_utf8().unwrap().into_owned())
}

#[tokio::test]
async fn links_are_those_of_the_sdk() {
    let session = "IQoJb3JpZ2luX2VjEPT//////////wEaDGV1LWNlbnRyYWwtMSJ+/=";
    for (region, endpoint, start) in [
        (
            "us-east-1",
            None,
            "https://some-bucket.s3.us-east-1.amazonaws.com/sounds/",
        ),
        (
            "eu-central-1",
            None,
            "https://some-bucket.s3.eu-central-1.amazonaws.com/sounds/",
        ),
        (
            "cn-north-1",
            None,
            "https://some-bucket.s3.cn-north-1.amazonaws.com.cn/sounds/",
        ),
        (
            "us-gov-west-1",
            None,
            "https://some-bucket.s3.us-gov-west-1.amazonaws.com/sounds/",
        ),
        (
            "us-east-1",
            Some("http://127.0.0.1:9000"),
            "http://127.0.0.1:9000/some-bucket/sounds/",
        ),
        (
            "eu-north-1",
            Some("https://s3.example.com"),
            "https://s3.example.com/some-bucket/sounds/",
        ),
    ] {
        for session in [None, Some(session)] {
            let config = configuration(region, endpoint, session);
            let bucket = Bucket::new(&config, BUCKET, Arc::new(|| Millis(NOW * 1000 + 999)));
            let sound = sound("Дверь \"1\" & a+b=c/d~e_f-g.h 🔔");

            let preview = bucket.sound(sound.clone()).await.unwrap().preview_url;
            let expected = sdk_link(&config, objects::preview(&sound.audio), None).await;
            assert_eq!(preview.as_str(), expected);
            assert!(expected.starts_with(start), "{expected}");
            assert_eq!(parameter(&expected, "X-Amz-Security-Token").as_deref(), session);

            let download = bucket.download(&sound).await.unwrap();
            assert_eq!(u64::try_from(download.expires_at.0), Ok(NOW + 3900));
            let disposition = parameter(download.url.as_str(), "response-content-disposition");
            let expected = sdk_link(&config, objects::original(&sound.audio), disposition).await;
            assert_eq!(download.url.as_str(), expected);
        }
    }
}
