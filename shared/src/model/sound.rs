//! Sounds: what the catalogue holds of them, and how callers ask for them.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::id::{PlaylistId, SoundId};
use super::link::Link;
use super::page::Page;
use super::patch::present;
use super::text::{CatalogQuery, Label};
use super::timestamp::Timestamp;

/// How many peaks a waveform has.
pub const WAVEFORM_PEAKS: usize = 100;

/// A sound as callers see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sound {
    /// Unique, and the same in every version of the catalogue.
    pub id: SoundId,
    /// What it is called.
    pub title: String,
    /// What can be heard.
    pub description: Option<String>,
    /// The one category that it belongs to.
    pub category: Option<Label>,
    /// What it is tagged with.
    pub tags: Vec<Label>,
    /// The names of the themes that it belongs to.
    pub themes: Vec<Label>,
    /// How long it is, in milliseconds.
    pub duration_ms: u64,
    /// Samples a second.
    pub sample_rate: u32,
    /// How many channels it has: 1 is mono, 2 is stereo.
    pub channels: u16,
    /// The media type of the original file.
    pub file_type: String,
    /// The size of the original file, in bytes.
    pub file_size: u64,
    /// A link to a short version to listen to. It is signed anew in every answer and lasts an hour.
    pub preview_url: Link,
    /// The loudest moment of each hundredth of the sound, 0 to 1.
    pub waveform: Vec<f32>,
    /// When it was first imported.
    pub created_at: Timestamp,
}

/// A sound as the catalogue holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSound {
    /// Unique, and the same in every version of the catalogue.
    pub id: SoundId,
    /// What it is called.
    pub title: String,
    /// What can be heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The one category that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Label>,
    /// What it is tagged with.
    pub tags: Vec<Label>,
    /// The names of the themes that it belongs to.
    pub themes: Vec<Label>,
    /// The playlists that it is in.
    pub playlists: Vec<PlaylistId>,
    /// How long it is, in milliseconds.
    pub duration_ms: u64,
    /// Samples a second.
    pub sample_rate: u32,
    /// How many channels it has.
    pub channels: u16,
    /// The media type of the original file.
    pub file_type: String,
    /// The size of the original file, in bytes.
    pub file_size: u64,
    /// The peaks.
    pub waveform: Waveform,
    /// Its path in the imported directory, with `/` between the parts. It is what makes it the same sound in the next
    /// import.
    pub file: String,
    /// The SHA-256 of the original file, in hexadecimal digits: its objects are stored under it.
    pub audio: String,
}

/// The loudest moment of each hundredth of a sound: 0 is silence, 255 full scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waveform(Vec<u8>);

/// Which sounds to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoundFilter {
    /// Those with the tag.
    #[serde(default, deserialize_with = "present")]
    pub tag: Option<Label>,
    /// Those of the theme with this name.
    #[serde(default, deserialize_with = "present")]
    pub theme: Option<Label>,
    /// Those of the category.
    #[serde(default, deserialize_with = "present")]
    pub category: Option<Label>,
}

/// Which sounds to find.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoundSearch {
    /// What to search for.
    pub query: CatalogQuery,
    /// Only those with the tag.
    #[serde(default, deserialize_with = "present")]
    pub tag: Option<Label>,
    /// Only those of the theme with this name.
    #[serde(default, deserialize_with = "present")]
    pub theme: Option<Label>,
    /// Only those of the category.
    #[serde(default, deserialize_with = "present")]
    pub category: Option<Label>,
    /// Only those that are at least so long, in milliseconds.
    #[serde(default, deserialize_with = "duration")]
    pub min_duration_ms: Option<u64>,
    /// Only those that are at most so long, in milliseconds. Not less than `min_duration_ms`: see
    /// [`SoundSearch::check`].
    #[serde(default, deserialize_with = "duration")]
    pub max_duration_ms: Option<u64>,
}

/// A sound that is like another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimilarSound {
    /// The sound.
    #[serde(flatten)]
    pub sound: Sound,
    /// How much it is like the other, 0 to 1. 1 is the same.
    pub similarity: f32,
}

/// How often a tag is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagCount {
    /// The tag.
    pub name: Label,
    /// How many sounds have it.
    pub count: u32,
}

/// A link to the original file of a sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Download {
    /// The link. It gives the file to everybody who has it.
    pub url: Link,
    /// Until when it is valid.
    pub expires_at: Timestamp,
}

impl StoredSound {
    /// The sound as callers see it.
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
    /// The page of sounds with how similar each is.
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
    /// Whether it is one of the sounds to list.
    #[must_use]
    pub fn matches(&self, sound: &StoredSound) -> bool {
        let has = |wanted: &Option<Label>, labels: &[Label]| {
            wanted
                .as_ref()
                .is_none_or(|wanted| labels.iter().any(|label| label.key() == wanted.key()))
        };
        has(&self.tag, &sound.tags)
            && has(&self.theme, &sound.themes)
            && has(&self.category, sound.category.as_slice())
    }
}

impl SoundSearch {
    /// The rule that is not one parameter's own. The error names the parameter, and says what it must be.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        match (self.min_duration_ms, self.max_duration_ms) {
            (Some(min), Some(max)) if min > max => {
                Err(("max_duration_ms", "must not be less than min_duration_ms"))
            }
            _ => Ok(()),
        }
    }
}

/// Reads a duration that may be left out. Integers of the API are `i64`.
fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let millis = i64::deserialize(deserializer)?;
    let millis = u64::try_from(millis).map_err(|_| de::Error::custom("must not be negative"))?;
    Ok(Some(millis))
}

impl Waveform {
    /// The waveform of peaks 0 to 1, of which there are [`WAVEFORM_PEAKS`].
    #[must_use]
    pub fn of(peaks: &[f32; WAVEFORM_PEAKS]) -> Self {
        // Between 0 and 255 after clamping; NaN becomes 0.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let byte = |peak: &f32| (peak.clamp(0.0, 1.0) * 255.0).round() as u8;
        Self(peaks.iter().map(byte).collect())
    }

    /// The peaks, 0 to 1, in steps of a hundredth.
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
