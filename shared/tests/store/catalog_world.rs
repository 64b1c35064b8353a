//! A generated catalogue for tests.

use std::collections::BTreeMap;

use shared::model::{
    Id, Label, Millis, Playlist, PlaylistId, SoundId, StoredSound, SynonymGroup, TagCount, Theme,
    WAVEFORM_PEAKS, Waveform,
};
use shared::store::{CatalogContent, Draft, Neighbour, Published, Publishing, Store, StoredAudio};

/// When the first sound was imported, in Unix milliseconds.
const BEGINNING: u64 = 1_790_000_000_000;

pub(crate) fn label(text: &str) -> Label {
    Label::try_from(text.to_owned()).unwrap()
}

/// A sound with labels derived from its number: one of three categories, one of two themes or none, up to four tags,
/// one of five playlists or none.
pub(crate) fn sound(number: u64) -> StoredSound {
    let id: SoundId = Id::from_parts(Millis(BEGINNING + number), number);
    let every = |step: u64, name: &str| number.is_multiple_of(step).then(|| label(name));
    let tags = [
        every(2, "Short"),
        every(3, "Wet"),
        every(7, "Café"),
        every(50, "Rare"),
    ];
    let theme = [Some("Rain"), Some("City"), None][usize::try_from(number % 3).unwrap()];
    StoredSound {
        id,
        title: format!("Sound {number}").try_into().unwrap(),
        description: (number % 2 == 1).then(|| "What can be heard".to_owned()),
        category: Some(label(
            ["Nature", "Machines", "Voices"][usize::try_from(number % 3).unwrap()],
        )),
        tags: tags.into_iter().flatten().collect(),
        themes: theme.map(label).into_iter().collect(),
        playlists: (number % 10 < 5)
            .then(|| playlist_id(number % 10))
            .into_iter()
            .collect(),
        duration_ms: number * 10,
        sample_rate: 44_100,
        channels: 1,
        file_type: "audio/wav".to_owned(),
        file_size: 1000 + number,
        waveform: Waveform::of(&[0.5; WAVEFORM_PEAKS]),
        file: format!("sounds/{number}.wav"),
        audio: format!("{number:064x}"),
    }
}

pub(crate) fn playlist_id(number: u64) -> PlaylistId {
    Id::from_parts(Millis(BEGINNING - 1000 + number), number)
}

/// The catalogue content with the sounds of these numbers.
pub(crate) fn content(numbers: impl Iterator<Item = u64>) -> CatalogContent {
    let mut sounds: Vec<_> = numbers.map(sound).collect();
    sounds.sort_unstable_by_key(|sound| std::cmp::Reverse(sound.id));
    let count = |is_in: &dyn Fn(&StoredSound) -> bool| {
        u32::try_from(sounds.iter().filter(|sound| is_in(sound)).count()).unwrap()
    };
    let playlists = (0..5).rev().map(|number| Playlist {
        id: playlist_id(number),
        name: label(&format!("Playlist {number}")),
        description: None,
        theme: Some(label("Rain")),
        sound_count: count(&|sound| sound.playlists.contains(&playlist_id(number))),
        created_at: playlist_id(number).created_at(),
    });
    let themes = [(2, "City", 0), (1, "Rain", 5)].map(|(number, name, playlist_count)| Theme {
        id: Id::from_parts(Millis(BEGINNING), number),
        name: label(name),
        playlist_count,
        sound_count: count(&|sound| sound.themes.contains(&label(name))),
    });
    let mut tags: BTreeMap<String, u32> = BTreeMap::new();
    for tag in sounds.iter().flat_map(|sound| &sound.tags) {
        *tags.entry(tag.as_str().to_owned()).or_default() += 1;
    }
    let mut tags: Vec<_> = tags
        .into_iter()
        .map(|(name, count)| TagCount {
            name: label(&name),
            count,
        })
        .collect();
    tags.sort_by_key(|tag| std::cmp::Reverse(tag.count));
    CatalogContent {
        playlists: playlists.filter(|playlist| playlist.sound_count > 0).collect(),
        themes: themes.to_vec(),
        tags,
        synonyms: synonyms(&[&["rain", "rainfall"], &["plane", "aeroplane", "air plane"]]),
        sounds,
    }
}

/// Groups of synonyms.
pub(crate) fn synonyms(groups: &[&[&str]]) -> Vec<SynonymGroup> {
    let group = |terms: &&[&str]| {
        SynonymGroup::of(&terms.iter().map(|term| label(term)).collect::<Vec<_>>()).unwrap()
    };
    groups.iter().map(group).collect()
}

/// Publishes a catalogue in which each sound is similar to the following ones in the list, up to a hundred.
pub(crate) async fn publish(store: &Store, content: &CatalogContent) -> Published {
    let base = store.published_now().await.unwrap();
    let draft = store.begin_version(base).await.unwrap().unwrap();
    write(store, draft, content).await;
    let count = u32::try_from(content.sounds.len()).unwrap();
    match store.publish(draft, count).await.unwrap() {
        Publishing::Done(published) => published,
        Publishing::Superseded => panic!("another import has taken its place"),
    }
}

/// Writes all rows of a version.
pub(crate) async fn write(store: &Store, draft: Draft, content: &CatalogContent) {
    let sounds = &content.sounds;
    let audio: Vec<_> = sounds.iter().map(audio).collect();
    store.put_audio(&audio).await.unwrap();
    let similar = |index: usize| neighbours(sounds, index);
    assert!(store.write_sounds(draft, sounds, similar, |_| ()).await.unwrap());
    let CatalogContent {
        playlists,
        themes,
        tags,
        synonyms,
        ..
    } = content;
    store.write_lists(draft, playlists, themes, tags).await.unwrap();
    store.write_synonyms(draft, synonyms).await.unwrap();
}

/// The sounds similar to the sound at an index.
pub(crate) fn neighbours(sounds: &[StoredSound], index: usize) -> Vec<Neighbour> {
    let others = sounds[index + 1..].iter().chain(&sounds[..index]).take(100);
    let similarity = (0u8..100).map(|place| 1.0 - f32::from(place) / 100.0);
    others
        .zip(similarity)
        .map(|(sound, similarity)| Neighbour {
            id: sound.id,
            similarity,
        })
        .collect()
}

fn audio(sound: &StoredSound) -> StoredAudio<Vec<f32>> {
    StoredAudio {
        sha256: sound.audio.clone(),
        analysis: 1,
        duration_ms: sound.duration_ms,
        sample_rate: sound.sample_rate,
        channels: sound.channels,
        waveform: sound.waveform.clone(),
        file_type: sound.file_type.clone(),
        file_size: sound.file_size,
        features: vec![0.5; 60],
    }
}
