//! Signed links. The SDK's presigning builds a whole request for each link, and a list has a hundred links, so this
//! module signs directly. `shared/tests/bucket` compares both results.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::config::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::error::{Result, StorageError};
use crate::model::{Link, Timestamp, UploadHeaders};

/// Characters that a query must escape:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Characters that a path must escape.
const IN_PATH: &AsciiSet = &IN_QUERY.remove(b'/');

/// How long a link lasts from the time of its signature, in seconds. That time is rounded down, so a link lasts an hour
/// at least.
pub(super) const LINK_LIFE: u32 = 3600 + ROUNDED_TO;

/// Links are signed as of a multiple of these seconds. So one environment gives the same link for some minutes, and a
/// browser's cache works.
const ROUNDED_TO: u32 = 300;

/// The base URL and region of a bucket.
#[derive(Debug)]
pub(crate) struct Place {
    /// The URL before the object key.
    url: String,
    region: String,
}

impl Place {
    /// The key of the sample link from which [`Place::of`] derives the base URL.
    pub(crate) const KEY: &str = "key";

    /// The place to which a link to [`Self::KEY`] points.
    pub(crate) fn of(link: &str, region: String) -> Result<Self> {
        let (address, _) = link.split_once('?').unwrap_or((link, ""));
        let url = address.strip_suffix(Self::KEY).map(ToOwned::to_owned);
        let url = url.ok_or_else(|| StorageError::Internal("a link does not end with its key".to_owned()))?;
        Ok(Self { url, region })
    }
}

/// Signs links as of one moment. Links last for [`LINK_LIFE`], or until the credentials expire if that is sooner.
pub(crate) struct Signer<'a> {
    place: &'a Place,
    credentials: Credentials,
    settings: SigningSettings,
    time: Timestamp,
    /// When the credentials expire, if they do.
    end: Option<Timestamp>,
    expires_at: Timestamp,
}

impl<'a> Signer<'a> {
    pub(crate) fn new(
        place: &'a Place,
        credentials: Credentials,
        now: Timestamp,
        end: Option<Timestamp>,
    ) -> Self {
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        // S3 expects a path that is encoded once.
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        let time = Timestamp(now.0 - now.0.rem_euclid(ROUNDED_TO.into()));
        let signer = Self {
            place,
            credentials,
            settings,
            time,
            end,
            expires_at: time,
        };
        signer.until(time.plus(LINK_LIFE.into()))
    }

    /// Signs for a life that ends at this time.
    pub(crate) fn until(mut self, expires_at: Timestamp) -> Self {
        let life = u64::try_from(expires_at.0 - self.time.0).unwrap_or_default();
        self.settings.expires_in = Some(Duration::from_secs(life));
        self.expires_at = self.end.map_or(expires_at, |end| end.min(expires_at));
        self
    }

    /// When what is signed expires.
    pub(crate) fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// A link to the object. With `content_type` and `disposition`, S3 answers with these headers, which are part of the
    /// signature.
    pub(crate) fn link(
        &self,
        key: &str,
        content_type: Option<&str>,
        disposition: Option<&str>,
    ) -> Result<Link> {
        let mut url = self.url(key, "GetObject");
        if let Some(disposition) = disposition {
            push(&mut url, "response-content-disposition", disposition);
        }
        if let Some(content_type) = content_type {
            push(&mut url, "response-content-type", content_type);
        }
        self.signed("GET", url, &[])
    }

    /// An address to which to upload the object with these headers.
    pub(crate) fn upload(&self, key: &str, headers: &UploadHeaders) -> Result<Link> {
        let headers = [
            ("content-length", &*headers.content_length),
            ("content-type", headers.content_type.as_str()),
            ("if-none-match", headers.if_none_match),
        ];
        self.signed("PUT", self.url(key, "PutObject"), &headers)
    }

    fn url(&self, key: &str, operation: &str) -> String {
        let mut url = self.place.url.clone();
        url.extend(utf8_percent_encode(key, IN_PATH));
        // This parameter has no effect, but the SDK's links have it.
        url.push_str("?x-id=");
        url.push_str(operation);
        url
    }

    /// The URL with the parameters that sign it.
    fn signed(&self, method: &str, mut url: String, headers: &[(&str, &str)]) -> Result<Link> {
        let identity = self.credentials.clone().into();
        let seconds = u64::try_from(self.time.0).unwrap_or_default();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(&self.place.region)
            .name("s3")
            .time(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .settings(self.settings.clone())
            .build()
            .map_err(StorageError::internal)?
            .into();
        let headers = headers.iter().copied();
        let request = SignableRequest::new(method, &url, headers, SignableBody::UnsignedPayload);
        let signed = sign(request.map_err(StorageError::internal)?, &parameters);
        let (instructions, _) = signed.map_err(StorageError::internal)?.into_parts();
        let (_, parameters) = instructions.into_parts();
        for (name, value) in &parameters {
            push(&mut url, name, value);
        }
        Ok(url.into())
    }
}

fn push(url: &mut String, name: &str, value: &str) {
    url.push('&');
    url.push_str(name);
    url.push('=');
    url.extend(utf8_percent_encode(value, IN_QUERY));
}
