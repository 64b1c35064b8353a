//! Signed links. The SDK's presigning builds a whole request for each link, and a list has a hundred links, so this
//! module signs directly. `shared/tests/bucket` compares both results.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use aws_sdk_s3::config::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::error::{Result, StorageError};
use crate::model::{Link, Timestamp};

/// Characters that a query must escape:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Characters that a path must escape.
const IN_PATH: &AsciiSet = &IN_QUERY.remove(b'/');

/// How long a link lasts, in seconds.
pub(super) const LINK_LIFE: u32 = 3600;

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
    time: SystemTime,
}

impl<'a> Signer<'a> {
    pub(crate) fn new(place: &'a Place, credentials: Credentials, now: Timestamp) -> Self {
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(LINK_LIFE.into()));
        // S3 expects a path that is encoded once.
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        let seconds = u64::try_from(now.0).unwrap_or_default();
        Self {
            place,
            credentials,
            settings,
            time: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
        }
    }

    /// A link to the object. With `disposition`, S3 answers with that `Content-Disposition`, which is part of the
    /// signature.
    pub(crate) fn link(&self, key: &str, disposition: Option<&str>) -> Result<Link> {
        let mut url = self.place.url.clone();
        url.extend(utf8_percent_encode(key, IN_PATH));
        // This parameter has no effect, but the SDK's links have it.
        url.push_str("?x-id=GetObject");
        if let Some(disposition) = disposition {
            push(&mut url, "response-content-disposition", disposition);
        }
        let signed = self.signed(&url)?;
        for (name, value) in &signed {
            push(&mut url, name, value);
        }
        Ok(url.into())
    }

    /// The query parameters that sign a URL.
    fn signed(&self, url: &str) -> Result<Vec<(&'static str, Cow<'static, str>)>> {
        let identity = self.credentials.clone().into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(&self.place.region)
            .name("s3")
            .time(self.time)
            .settings(self.settings.clone())
            .build()
            .map_err(StorageError::internal)?
            .into();
        let request = SignableRequest::new("GET", url, std::iter::empty(), SignableBody::UnsignedPayload);
        let signed = sign(request.map_err(StorageError::internal)?, &parameters);
        let (instructions, _) = signed.map_err(StorageError::internal)?.into_parts();
        let (_, parameters) = instructions.into_parts();
        Ok(parameters)
    }
}

fn push(url: &mut String, name: &str, value: &str) {
    url.push('&');
    url.push_str(name);
    url.push('=');
    url.extend(utf8_percent_encode(value, IN_QUERY));
}
