//! Sounds to search.

use shared::model::{Id, Label, Millis, StoredSound, WAVEFORM_PEAKS, Waveform};

/// A sound, made at this time.
pub(crate) fn sound(made_at: u64, title: &str) -> StoredSound {
    StoredSound {
        id: Id::from_parts(Millis(made_at), made_at),
        title: title.to_owned().try_into().unwrap(),
        description: None,
        category: None,
        tags: Vec::new(),
        themes: Vec::new(),
        playlists: Vec::new(),
        duration_ms: 1000,
        sample_rate: 44_100,
        channels: 2,
        file_type: "audio/wav".to_owned(),
        file_size: 1,
        waveform: Waveform::of(&[0.0; WAVEFORM_PEAKS]),
        file: format!("{made_at}.wav"),
        audio: String::new(),
    }
}

/// A label.
pub(crate) fn label(name: &str) -> Label {
    Label::try_from(name.to_owned()).expect("a label")
}
