//! Sounds: their stored and public forms, filters and searches.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::id::{PlaylistId, SoundId};
use super::link::Link;
use super::name::{Label, SoundTitle};
use super::page::Page;
use super::patch::present;
use super::text::CatalogQuery;
use super::timestamp::Timestamp;

/// The number of peaks in a waveform.
pub const WAVEFORM_PEAKS: usize = 100;

/// The public form of a sound.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sound {
    /// Unique, and the same in all versions of the catalogue.
    pub id: SoundId,
    /// The sound's title.
    pub title: SoundTitle,
    /// The sound's description.
    pub description: Option<String>,
    /// The sound's only category.
    pub category: Option<Label>,
    /// The sound's tags.
    pub tags: Vec<Label>,
    /// The names of the sound's themes.
    pub themes: Vec<Label>,
    /// The duration, in milliseconds.
    pub duration_ms: u64,
    /// The sample rate, in samples per second.
    pub sample_rate: u32,
    /// The number of channels: 1 is mono, 2 is stereo.
    pub channels: u16,
    /// The media type of the original file.
    pub file_type: String,
    /// The size of the original file, in bytes.
    pub file_size: u64,
    /// A link to a short preview. Newly signed in every answer; valid for an hour.
    pub preview_url: Link,
    /// The peak of each hundredth of the sound, 0 to 1.
    pub waveform: Vec<f32>,
    /// When the sound was first imported.
    pub created_at: Timestamp,
}

/// The stored form of a sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSound {
    /// Unique, and the same in all versions of the catalogue.
    pub id: SoundId,
    /// The sound's title.
    pub title: SoundTitle,
    /// The sound's description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The sound's only category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Label>,
    /// The sound's tags.
    pub tags: Vec<Label>,
    /// The names of the sound's themes.
    pub themes: Vec<Label>,
    /// The playlists that contain the sound.
    pub playlists: Vec<PlaylistId>,
    /// The duration, in milliseconds.
    pub duration_ms: u64,
    /// The sample rate, in samples per second.
    pub sample_rate: u32,
    /// The number of channels.
    pub channels: u16,
    /// The media type of the original file.
    pub file_type: String,
    /// The size of the original file, in bytes.
    pub file_size: u64,
    /// The peaks of the waveform.
    pub waveform: Waveform,
    /// The path in the imported directory, with `/` as separator. The next import recognizes the sound by it.
    pub file: String,
    /// The SHA-256 of the original file, in hexadecimal digits. Part of the keys of its objects.
    pub audio: String,
}

/// The peak of each hundredth of a sound: 0 is silence, 255 is full scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waveform(Vec<u8>);

/// A filter of sounds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoundFilter {
    /// Only sounds with this tag.
    #[serde(default, deserialize_with = "present")]
    pub tag: Option<Label>,
    /// Only sounds of the theme with this name.
    #[serde(default, deserialize_with = "present")]
    pub theme: Option<Label>,
    /// Only sounds of this category.
    #[serde(default, deserialize_with = "present")]
    pub category: Option<Label>,
}

/// A search for sounds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoundSearch {
    /// The query.
    pub query: CatalogQuery,
    /// Only sounds with this tag.
    #[serde(default, deserialize_with = "present")]
    pub tag: Option<Label>,
    /// Only sounds of the theme with this name.
    #[serde(default, deserialize_with = "present")]
    pub theme: Option<Label>,
    /// Only sounds of this category.
    #[serde(default, deserialize_with = "present")]
    pub category: Option<Label>,
    /// The shortest duration, in milliseconds.
    #[serde(default, deserialize_with = "duration")]
    pub min_duration_ms: Option<u64>,
    /// The longest duration, in milliseconds. Not less than `min_duration_ms`: see [`SoundSearch::check`].
    #[serde(default, deserialize_with = "duration")]
    pub max_duration_ms: Option<u64>,
}

/// A sound that is similar to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimilarSound {
    /// The sound.
    #[serde(flatten)]
    pub sound: Sound,
    /// The similarity, 0 to 1. 1 is identical.
    pub similarity: f32,
}

/// A tag with the number of its sounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagCount {
    /// The tag's name.
    pub name: Label,
    /// The number of sounds with the tag.
    pub count: u32,
}

/// A link to the original file of a sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Download {
    /// The link. Anyone holding it can read the file.
    pub url: Link,
    /// When the link expires.
    pub expires_at: Timestamp,
}

impl StoredSound {
    /// The public form of the sound.
    #[must_use]
    pub fn into_sound(self, preview_url: Link) -> Sound {
        Sound {
            id: self.id,
            title: self.title,
            description: self.description,
            category: self.category,
            tags: self.tags,
            themes: self.themes,
            duration_ms: self.duration_ms,
            sample_rate: self.sample_rate,
            channels: self.channels,
            file_type: self.file_type,
            file_size: self.file_size,
            preview_url,
            waveform: self.waveform.peaks(),
            created_at: self.id.created_at(),
        }
    }
}

impl SimilarSound {
    /// A page of sounds, each with its similarity.
    #[must_use]
    pub fn page(sounds: Page<Sound>, similarities: Vec<f32>) -> Page<Self> {
        let mut similarities = similarities.into_iter();
        sounds.map(|sound| Self {
            sound,
            similarity: similarities.next().unwrap_or_default(),
        })
    }
}

impl SoundFilter {
    /// Whether the filter matches the sound.
    #[must_use]
    pub fn matches(&self, sound: &StoredSound) -> bool {
        let has = |wanted: &Option<Label>, labels: &[Label]| {
            wanted.as_ref().is_none_or(|wanted| {
                let wanted = wanted.key();
                labels.iter().any(|label| label.key() == wanted)
            })
        };
        has(&self.tag, &sound.tags)
            && has(&self.theme, &sound.themes)
            && has(&self.category, sound.category.as_slice())
    }
}

impl SoundSearch {
    /// Checks the rule that involves two parameters. The error is the parameter's name and the rule.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        match (self.min_duration_ms, self.max_duration_ms) {
            (Some(min), Some(max)) if min > max => {
                Err(("max_duration_ms", "must not be less than min_duration_ms"))
            }
            _ => Ok(()),
        }
    }
}

/// Deserializes an optional duration. Integers in the API are `i64`.
fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let millis = i64::deserialize(deserializer)?;
    let millis = u64::try_from(millis).map_err(|_| de::Error::custom("must not be negative"))?;
    Ok(Some(millis))
}

impl Waveform {
    /// The waveform of these peaks, 0 to 1.
    #[must_use]
    pub fn of(peaks: &[f32; WAVEFORM_PEAKS]) -> Self {
        // Between 0 and 255 after clamping; NaN becomes 0.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let byte = |peak: &f32| (peak.clamp(0.0, 1.0) * 255.0).round() as u8;
        Self(peaks.iter().map(byte).collect())
    }

    /// The peaks, 0 to 1, rounded to hundredths.
    #[must_use]
    pub fn peaks(&self) -> Vec<f32> {
        let peak = |byte: &u8| (f32::from(*byte) / 2.55).round() / 100.0;
        self.0.iter().map(peak).collect()
    }
}

impl Serialize for Waveform {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Waveform {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl serde::de::Visitor<'_> for Bytes {
            type Value = Waveform;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{WAVEFORM_PEAKS} bytes")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Waveform, E> {
                if bytes.len() == WAVEFORM_PEAKS {
                    Ok(Waveform(bytes.to_vec()))
                } else {
                    Err(E::invalid_length(bytes.len(), &self))
                }
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(durations: &str) -> Result<SoundSearch, serde_json::Error> {
        serde_json::from_str(&format!(r#"{{"query": "rain"{durations}}}"#))
    }

    #[test]
    fn durations_are_not_negative_and_in_order() {
        for good in [
            "",
            r#", "min_duration_ms": 0"#,
            r#", "max_duration_ms": 7"#,
            r#", "max_duration_ms": 7, "min_duration_ms": 7"#,
        ] {
            assert_eq!(search(good).unwrap().check(), Ok(()), "{good}");
        }
        let (param, _) = search(r#", "max_duration_ms": 6, "min_duration_ms": 7"#)
            .unwrap()
            .check()
            .unwrap_err();
        assert_eq!(param, "max_duration_ms");
        for bad in [r#", "min_duration_ms": -1"#, r#", "max_duration_ms": null"#] {
            assert!(search(bad).is_err(), "{bad}");
        }
    }
}
