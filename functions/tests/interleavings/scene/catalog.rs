//! A catalogue of two sounds, as an import leaves it.

use std::collections::BTreeMap;

use shared::model::{Id, Label, Millis, SoundId, StoredSound, WAVEFORM_PEAKS, Waveform};
use shared::store::bucket::{Bucket, objects};
use shared::store::{Publishing, Store, StoredAudio};

/// The sounds, newest first.
pub(crate) fn sounds() -> Vec<StoredSound> {
    vec![sound(2, "Rain"), sound(1, "Bell")]
}

fn sound(number: u8, title: &str) -> StoredSound {
    let label = |text: &str| -> Label { text.to_owned().try_into().unwrap() };
    StoredSound {
        id: Id::from_parts(Millis(1_790_000_000_000 + u64::from(number)), number.into()),
        title: title.to_owned().try_into().unwrap(),
        description: None,
        category: None,
        tags: vec![label("soft")],
        themes: Vec::new(),
        playlists: Vec::new(),
        duration_ms: 50,
        sample_rate: 44_100,
        channels: 1,
        file_type: "audio/wav".to_owned(),
        file_size: 4,
        waveform: Waveform::of(&[0.0; WAVEFORM_PEAKS]),
        file: format!("{title}.wav"),
        audio: format!("{number:064x}"),
    }
}

/// The measurements of a sound's audio.
pub(crate) fn audio(sound: &StoredSound) -> StoredAudio<()> {
    StoredAudio {
        sha256: sound.audio.clone(),
        analysis: 1,
        duration_ms: sound.duration_ms,
        sample_rate: sound.sample_rate,
        channels: sound.channels,
        waveform: sound.waveform.clone(),
        file_type: sound.file_type.clone(),
        file_size: sound.file_size,
        features: (),
    }
}

/// Publishes the two sounds, and gives their ids by their titles.
pub(super) async fn publish(store: &Store, bucket: &Bucket) -> BTreeMap<&'static str, SoundId> {
    let sounds = sounds();
    for sound in &sounds {
        for key in [objects::original(&sound.audio), objects::preview(&sound.audio)] {
            bucket.put(&key, b"wave".to_vec(), "audio/wav").await.unwrap();
        }
    }
    let audio: Vec<_> = sounds.iter().map(audio).collect();
    store.put_audio(&audio).await.unwrap();
    let base = store.published_now().await.unwrap();
    let draft = store.begin_version(base).await.unwrap().unwrap();
    assert!(
        store
            .write_sounds(draft, &sounds, |_| Vec::new(), |_| ())
            .await
            .unwrap()
    );
    let tags = shared::model::TagCount {
        name: "soft".to_owned().try_into().unwrap(),
        count: 2,
    };
    store.write_lists(draft, &[], &[], &[tags]).await.unwrap();
    let published = store.publish(draft, 2).await.unwrap();
    assert!(matches!(published, Publishing::Done(_)));
    BTreeMap::from([("Rain", sounds[0].id), ("Bell", sounds[1].id)])
}
