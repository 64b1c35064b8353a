//! Names, media types and sizes of files.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::name::Name;

/// The most bytes of a file name. File systems allow no more.
const LONGEST_NAME: usize = 255;

/// The media type of a file about which nothing is known.
const UNKNOWN: &str = "application/octet-stream";

/// The longest type or subtype: <https://www.rfc-editor.org/rfc/rfc6838#section-4.2>.
const LONGEST_TYPE: usize = 127;

/// The name of a file: a [`Name`] of 1 to 255 bytes, without a path.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct FileName(Name<LONGEST_NAME>);

/// The text is no file name. The message is the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a file name: a line of 1 to 255 bytes, some of it visible, without a path, control characters and \
     bidirectional overrides"
)]
pub struct InvalidFileName;

impl FileName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<String> for FileName {
    type Error = InvalidFileName;

    fn try_from(text: String) -> Result<Self, InvalidFileName> {
        let name = Name::try_from(text).map_err(|_| InvalidFileName)?;
        let text = name.as_str();
        let is_path = text.contains(['/', '\\']) || matches!(text, "." | "..");
        if is_path || text.len() > LONGEST_NAME {
            return Err(InvalidFileName);
        }
        Ok(Self(name))
    }
}

// File names are personal data and must not appear in logs.
impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileName(…)")
    }
}

/// A media type in lower case and without parameters, such as `image/png`:
/// <https://www.rfc-editor.org/rfc/rfc6838#section-4.2>. Parameters are dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct MediaType(String);

/// The text is no media type. The message is the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a media type such as image/png")]
pub struct InvalidMediaType;

impl MediaType {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A known type, which is valid.
    pub(crate) fn known(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// Whether it is a type of images.
    #[must_use]
    pub fn is_image(&self) -> bool {
        self.0.starts_with("image/")
    }
}

/// The type of a file about which nothing is known.
impl Default for MediaType {
    fn default() -> Self {
        Self::known(UNKNOWN)
    }
}

impl TryFrom<String> for MediaType {
    type Error = InvalidMediaType;

    fn try_from(text: String) -> Result<Self, InvalidMediaType> {
        let (text, _parameters) = text.split_once(';').unwrap_or((&text, ""));
        let text = text.trim().to_ascii_lowercase();
        let is_name = |name: &str| {
            (1..=LONGEST_TYPE).contains(&name.len())
                && name.starts_with(|c: char| c.is_ascii_alphanumeric())
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
        };
        match text.split_once('/') {
            Some((main, sub)) if is_name(main) && is_name(sub) => Ok(Self(text)),
            _ => Err(InvalidMediaType),
        }
    }
}

/// The size of a file that its sender uploads directly, in bytes: 1 to 100 MB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FileSize(pub u64);

impl FileSize {
    /// The most bytes of a file.
    pub const MOST: u64 = 100 << 20;
}

impl<'de> Deserialize<'de> for FileSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let size = u64::try_from(i64::deserialize(deserializer)?).unwrap_or_default();
        if (1..=Self::MOST).contains(&size) {
            return Ok(Self(size));
        }
        Err(de::Error::custom("must be between 1 and 104857600 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_names_without_a_path() {
        let longest = "é".repeat(127) + "x";
        for good in [
            "a",
            "a b.pdf",
            "文档.txt",
            "🎄.png",
            "say \"hi\".txt",
            ".env",
            "...",
            &longest,
        ] {
            assert_eq!(FileName::try_from(good.to_owned()).unwrap().as_str(), good);
        }
        assert_eq!(
            FileName::try_from(" a.txt ".to_owned()).unwrap().as_str(),
            "a.txt"
        );
        let too_long = "é".repeat(128);
        for bad in [
            "",
            " ",
            ".",
            "..",
            "../a",
            "a/b",
            "a\\b",
            "a\nb",
            "a\0",
            "\u{202e}gpj.exe",
            "\u{200b}",
            &too_long,
        ] {
            assert!(FileName::try_from(bad.to_owned()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn media_types_lose_their_parameters() {
        let media_type = |text: &str| MediaType::try_from(text.to_owned());
        for (text, expected) in [
            ("image/png", "image/png"),
            ("Audio/WebM;codecs=opus", "audio/webm"),
            ("text/plain; charset=utf-8", "text/plain"),
            (
                "application/vnd.oasis.opendocument.text",
                "application/vnd.oasis.opendocument.text",
            ),
        ] {
            assert_eq!(media_type(text).unwrap().as_str(), expected);
        }
        for bad in [
            "",
            "image",
            "image/",
            "/png",
            "image/png/x",
            "image/p ng",
            "-a/b",
            "é/b",
            "a/b\nc",
            ";",
        ] {
            assert!(media_type(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn files_have_one_byte_to_a_hundred_megabytes() {
        let size = |text: &str| serde_json::from_str::<FileSize>(text).ok();
        assert_eq!(size("1"), Some(FileSize(1)));
        assert_eq!(size("104857600"), Some(FileSize(FileSize::MOST)));
        for bad in ["0", "-1", "104857601", "1.5", "\"1\"", "null"] {
            assert_eq!(size(bad), None, "{bad}");
        }
    }
}
