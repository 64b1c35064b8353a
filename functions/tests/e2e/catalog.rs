//! A catalogue for these tests, written as an import leaves it: rows, files and indexes. That the import does is shown
//! where it is; here it is about what callers get.

use std::sync::Arc;

use aws_sdk_dynamodb::config::{Builder, Credentials, Region};
use local::Local;
use serde_json::{Value, json};
use shared::model::{
    Id, Label, Millis, Playlist, SoundId, StoredSound, TagCount, Theme, WAVEFORM_PEAKS, Waveform,
};
use shared::store::bucket::{Bucket, objects};
use shared::store::{Neighbour, Publishing, Store, StoredAudio, system_clock};

use crate::runtime::wait_for;

/// A page holds 100 at most, so that lists have several of any size.
const SOUNDS: u32 = 120;
/// The most that a sound's list of similar ones holds.
const MOST_SIMILAR: usize = 100;

pub(crate) const TAGS: [&str; 7] = ["Café", "bell", "door", "loud", "metal", "night", "soft"];
pub(crate) const THEMES: [&str; 3] = ["Nature", "Town", "Äther"];
pub(crate) const CATEGORIES: [&str; 4] = ["Bells", "Doors", "Machines", "Weather"];
const PLAYLISTS: [(&str, Option<&str>); 4] = [
    ("Stormy evening", Some("Nature")),
    ("Town hall", Some("town")),
    ("Empty shelf", None),
    ("Everything", None),
];
/// What sounds are called: no two words are close enough for one to be found in place of the other.
pub(crate) const WORDS: [&str; 6] = ["Rainfall", "Squeak", "Engine", "Footsteps", "Zither", "Whoosh"];

/// All that an import writes.
#[derive(Clone)]
pub(crate) struct Catalogue {
    /// Newest first, as all lists by id.
    pub(crate) sounds: Vec<StoredSound>,
    pub(crate) playlists: Vec<Playlist>,
    pub(crate) themes: Vec<Theme>,
    /// The most used first.
    pub(crate) tags: Vec<TagCount>,
    /// Words that mean the same.
    synonyms: Vec<Vec<String>>,
}

fn label(text: &str) -> Label {
    text.to_owned().try_into().unwrap()
}

/// Some of the names, by the number of a sound. Every other sound writes them in capital letters.
fn some(names: &[&str], number: u32) -> Vec<Label> {
    let chosen = (2..)
        .zip(names)
        .filter(|(divisor, _)| number.is_multiple_of(*divisor));
    chosen
        .map(|(_, name)| {
            if number % 2 == 1 {
                label(&name.to_uppercase())
            } else {
                label(name)
            }
        })
        .collect()
}

/// Whether two labels are the same, as an outsider works it out.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let text = text.to_lowercase().replace('é', "e").replace('ä', "a");
        text.replace('\u{308}', "")
    };
    plain(one) == plain(other)
}

fn has(labels: &[Label], name: &str) -> bool {
    labels.iter().any(|label| is_same(label.as_str(), name))
}

/// The id of the thing with this number, which was made so many seconds after a certain day.
fn id<K>(number: u32) -> Id<K> {
    Id::from_parts(
        Millis(1_790_000_000_000 + u64::from(number) * 1_000),
        number.into(),
    )
}

fn count<T>(items: &[T], is_one: impl Fn(&T) -> bool) -> u32 {
    u32::try_from(items.iter().filter(|item| is_one(item)).count()).unwrap()
}

/// What the file of the sound at this place of the list holds.
pub(crate) fn file(number: u32) -> Vec<u8> {
    format!("sound number {number} ").repeat(100).into_bytes()
}

impl Catalogue {
    /// `edition` stands in every description.
    pub(crate) fn new(edition: &str) -> Self {
        Self::of(edition, SOUNDS)
    }

    pub(crate) fn of(edition: &str, count_of_sounds: u32) -> Self {
        let playlists = |number: u32| {
            // The last has all of them, and the third none.
            let chosen = [number.is_multiple_of(3), number.is_multiple_of(4), false, true];
            let chosen = (0..).zip(chosen).filter(|(_, is_in)| *is_in);
            chosen.map(|(playlist, _)| id(playlist)).collect()
        };
        let sound = |number: u32| {
            let word = WORDS[number as usize % WORDS.len()];
            let category = CATEGORIES.get(number as usize % (CATEGORIES.len() + 1));
            let mut peaks = [0.0; WAVEFORM_PEAKS];
            peaks[number as usize % WAVEFORM_PEAKS] = 1.0;
            StoredSound {
                id: id(number),
                title: format!("{word} {number}").try_into().unwrap(),
                description: (!number.is_multiple_of(3)).then(|| format!("Edition {edition}, take {number}")),
                category: category.map(|name| label(name)),
                tags: some(&TAGS, number),
                themes: some(&THEMES, number),
                playlists: playlists(number),
                duration_ms: u64::from(number) * 100 + 50,
                sample_rate: 44_100,
                channels: 1 + u16::from(number.is_multiple_of(2)),
                file_type: "audio/wav".to_owned(),
                file_size: file(number).len() as u64,
                waveform: Waveform::of(&peaks),
                file: format!("some/{number}.wav"),
                audio: format!("{number:064x}"),
            }
        };
        let sounds: Vec<_> = (0..count_of_sounds).rev().map(sound).collect();
        let playlist = |(number, (name, theme)): (u32, &(&str, Option<&str>))| Playlist {
            id: id(number),
            name: label(name),
            description: theme.map(|_| format!("Edition {edition}")),
            theme: theme.map(label),
            sound_count: count(&sounds, |sound: &StoredSound| {
                sound.playlists.contains(&id(number))
            }),
            created_at: id::<Playlist>(number).created_at(),
        };
        let mut playlists: Vec<_> = (0..).zip(&PLAYLISTS).map(playlist).collect();
        playlists.reverse();
        let theme = |(number, name): (u32, &&str)| Theme {
            id: id(number),
            name: label(name),
            playlist_count: count(&playlists, |playlist: &Playlist| {
                has(playlist.theme.as_slice(), name)
            }),
            sound_count: count(&sounds, |sound: &StoredSound| has(&sound.themes, name)),
        };
        let tag = |name: &&str| TagCount {
            name: label(name),
            count: count(&sounds, |sound: &StoredSound| has(&sound.tags, name)),
        };
        let mut themes: Vec<_> = (0..).zip(&THEMES).map(theme).collect();
        themes.reverse();
        let mut tags: Vec<_> = TAGS.iter().map(tag).collect();
        tags.sort_by_key(|tag| std::cmp::Reverse(tag.count));
        Self {
            sounds,
            playlists,
            themes,
            tags,
            synonyms: Vec::new(),
        }
    }

    /// Sounds with these titles and tags, in no list, and nothing else that a search could find them by.
    pub(crate) fn titled(sounds: Vec<(String, Vec<String>)>, synonyms: &[&[&str]]) -> Self {
        let mut catalogue = Self::of("titled", u32::try_from(sounds.len()).unwrap());
        for (sound, (title, tags)) in catalogue.sounds.iter_mut().zip(sounds) {
            sound.title = title.try_into().unwrap();
            sound.description = None;
            sound.category = None;
            sound.tags = tags.iter().map(|tag| label(tag)).collect();
            sound.themes = Vec::new();
            sound.playlists = Vec::new();
        }
        let owned = |group: &&[&str]| group.iter().map(|&term| term.to_owned()).collect();
        Self {
            playlists: Vec::new(),
            themes: Vec::new(),
            tags: Vec::new(),
            synonyms: synonyms.iter().map(owned).collect(),
            ..catalogue
        }
    }

    /// What is like the sound at this place: the others, the nearest in the list first.
    pub(crate) fn similar(&self, place: usize) -> Vec<Neighbour> {
        let mut others: Vec<_> = (0..self.sounds.len()).filter(|other| *other != place).collect();
        others.sort_by_key(|other| other.abs_diff(place));
        others.truncate(MOST_SIMILAR);
        let neighbour = |(rank, other): (u16, usize)| Neighbour {
            id: self.sounds[other].id,
            similarity: 1.0 - f32::from(rank) / 200.0,
        };
        (0..).zip(others).map(neighbour).collect()
    }

    /// The sounds that hold these filters: tag, theme, category.
    pub(crate) fn filtered(&self, filters: [Option<&str>; 3]) -> Vec<&StoredSound> {
        let [tag, theme, category] = filters;
        let holds = |labels: &[Label], wanted: Option<&str>| wanted.is_none_or(|name| has(labels, name));
        let sounds = self.sounds.iter();
        sounds
            .filter(|sound| {
                holds(&sound.tags, tag)
                    && holds(&sound.themes, theme)
                    && holds(sound.category.as_slice(), category)
            })
            .collect()
    }

    /// Puts this catalogue in the place of the one that is there.
    pub(crate) fn publish(&self, local: &Local) {
        wait_for(self.publish_by(&store(local), &bucket(local)));
    }

    async fn publish_by(&self, store: &Store, bucket: &Bucket) {
        for (place, sound) in self.sounds.iter().enumerate() {
            let number = u32::try_from(self.sounds.len() - 1 - place).unwrap();
            for key in [objects::original(&sound.audio), objects::preview(&sound.audio)] {
                bucket.put(&key, file(number), "audio/wav").await.unwrap();
            }
        }
        let audio: Vec<_> = self.sounds.iter().map(audio).collect();
        store.put_audio(&audio).await.unwrap();
        let base = store.published_now().await.unwrap();
        let draft = store.begin_version(base).await.unwrap().unwrap();
        let written = store
            .write_sounds(draft, &self.sounds, |place| self.similar(place), |_| ())
            .await;
        assert!(written.unwrap());
        store
            .write_lists(draft, &self.playlists, &self.themes, &self.tags)
            .await
            .unwrap();
        for (key, index) in [
            (
                objects::sound_index(draft.version),
                search::build_sounds(&self.sounds, &self.synonyms).unwrap(),
            ),
            (
                objects::playlist_index(draft.version),
                search::build_playlists(&self.playlists, &self.synonyms).unwrap(),
            ),
        ] {
            bucket.put(&key, index, "application/octet-stream").await.unwrap();
        }
        let count = u32::try_from(self.sounds.len()).unwrap();
        let published = store.publish(draft, count).await.unwrap();
        assert!(matches!(published, Publishing::Done(_)));
    }
}

/// The measurements of a sound's audio.
fn audio(sound: &StoredSound) -> StoredAudio<()> {
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

/// A sound as callers must see it, but for its link.
pub(crate) fn shown(sound: &StoredSound) -> Value {
    json!({
        "id": sound.id,
        "title": sound.title,
        "description": sound.description,
        "category": sound.category,
        "tags": sound.tags,
        "themes": sound.themes,
        "duration_ms": sound.duration_ms,
        "sample_rate": sound.sample_rate,
        "channels": sound.channels,
        "file_type": sound.file_type,
        "file_size": sound.file_size,
        "preview_url": null,
        "waveform": sound.waveform.peaks(),
        "created_at": sound.id.created_at(),
    })
}

/// A sound of an answer without its link, which must be there.
#[track_caller]
pub(crate) fn unlinked(mut sound: Value) -> Value {
    let link = sound["preview_url"].take();
    assert!(
        link.as_str()
            .is_some_and(|link| link.contains("X-Amz-Signature=")),
        "no link: {link}"
    );
    sound
}

/// The machine's table.
pub(crate) fn store(local: &Local) -> Store {
    let config = wait_for(configuration(local, local.database_url()));
    Store::new(Builder::from(&config), local.table_name(), Arc::new(system_clock))
}

/// The machine's bucket.
pub(crate) fn bucket(local: &Local) -> Bucket {
    let config = wait_for(configuration(local, local.storage_url()));
    Bucket::new(&config, local.bucket_name().unwrap(), Arc::new(system_clock))
}

/// As the functions have it.
async fn configuration(local: &local::Local, endpoint: &str) -> aws_config::SdkConfig {
    let credentials = local.credentials();
    let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
    shared::aws::config()
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(id, secret, None, None, "these tests"))
        .load()
        .await
}

/// The id of a sound that there never was.
pub(crate) fn nobodys_sound() -> SoundId {
    id(1_000_000)
}
