//! Plans the next version of the catalogue from the directory and the published version.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use shared::model::{Label, Millis, Playlist, PlaylistId, SoundId, StoredSound, TagCount, Theme};
use shared::store::CatalogContent;

use super::audio::Audio;
use super::ids::new_ids;
use crate::manifest::{Entry, PlaylistEntry, composed};

/// The next version of the catalogue.
pub(super) struct Plan {
    /// Its content.
    pub(super) content: CatalogContent,
    /// How many sounds are new.
    pub(super) new: usize,
    /// How many have changed.
    pub(super) changed: usize,
    /// How many of the directory have not changed.
    pub(super) unchanged: usize,
    /// How many stay although they are not in the directory or could not be read.
    pub(super) kept: usize,
    /// The files of those that are removed.
    pub(super) removed: Vec<String>,
    /// The names of playlists that are described but have no sound.
    pub(super) empty_playlists: Vec<Label>,
}

/// One spelling for each label: the first that is met.
#[derive(Default)]
struct Spelling(HashMap<String, Label>);

impl Spelling {
    fn of(&mut self, label: &Label) -> Label {
        self.0.entry(label.key()).or_insert_with(|| label.clone()).clone()
    }

    /// The labels, each once. A sound of an earlier release may have several that are one now.
    fn of_all(&mut self, labels: &[Label]) -> Vec<Label> {
        let mut spelt: Vec<Label> = Vec::with_capacity(labels.len());
        for label in labels.iter().map(|label| self.of(label)) {
            if !spelt.contains(&label) {
                spelt.push(label);
            }
        }
        spelt
    }
}

#[derive(Default)]
struct Spellings {
    categories: Spelling,
    tags: Spelling,
    themes: Spelling,
    playlists: Spelling,
}

/// Plans the next version. `sounds` are those of the directory, the newest first, each with its audio; `keeps` tells
/// whether another file stays in the catalogue.
pub(super) fn plan(
    sounds: &[(&Entry, &Audio)],
    playlists: &[PlaylistEntry],
    published: &CatalogContent,
    keeps: impl Fn(&str) -> bool,
    now: Millis,
) -> Plan {
    let mut spellings = Spellings::default();
    // An earlier release took two forms of one name for two files. The older sound is the one that stays.
    let by_file: HashMap<String, &StoredSound> = published
        .sounds
        .iter()
        .map(|sound| (composed(&sound.file), sound))
        .collect();
    let names: Vec<Vec<Label>> = sounds
        .iter()
        .map(|(entry, _)| spellings.playlists.of_all(&entry.playlists))
        .collect();
    let playlist_ids = playlist_ids(&names, published, now);
    let mut ids = {
        let count = sounds
            .iter()
            .filter(|(entry, _)| !by_file.contains_key(&entry.file));
        let newest = published.sounds.iter().map(|sound| sound.id).max();
        new_ids(count.count(), now, newest).into_iter()
    };
    let (mut new, mut changed, mut unchanged) = (0, 0, 0);
    let mut planned = Vec::with_capacity(sounds.len());
    for ((entry, audio), names) in sounds.iter().zip(&names) {
        let old = by_file.get(&entry.file).copied();
        let Some(id) = old.map(|old| old.id).or_else(|| ids.next()) else {
            continue;
        };
        let playlists = names
            .iter()
            .filter_map(|name| playlist_ids.get(&name.key()))
            .copied();
        let sound = stored(entry, audio, id, playlists.collect(), &mut spellings);
        match old {
            None => new += 1,
            Some(old) if *old == sound => unchanged += 1,
            Some(_) => changed += 1,
        }
        planned.push(sound);
    }
    let in_directory: HashSet<SoundId> = planned.iter().map(|sound| sound.id).collect();
    let merged = merged(published, &playlist_ids);
    let (mut kept, mut removed) = (0, Vec::new());
    for sound in &published.sounds {
        if in_directory.contains(&sound.id) {
            continue;
        }
        if keeps(&sound.file) {
            kept += 1;
            planned.push(respelt(sound, &merged, &mut spellings));
        } else {
            removed.push(sound.file.clone());
        }
    }
    planned.sort_unstable_by_key(|sound| Reverse(sound.id));
    removed.sort_unstable();
    let lists = Lists {
        said: playlists,
        published,
        ids: &playlist_ids,
        touched: names.iter().flatten().map(Label::key).collect(),
    };
    let playlists_of_all = lists.playlists(&planned, &mut spellings);
    let themes = themes(&planned, &playlists_of_all, published, now);
    let tags = tags(&planned);
    let there: HashSet<_> = playlists_of_all
        .iter()
        .map(|playlist| playlist.name.key())
        .collect();
    let empty_playlists = playlists
        .iter()
        .filter(|playlist| !there.contains(&playlist.name.key()))
        .map(|playlist| playlist.name.clone());
    Plan {
        empty_playlists: empty_playlists.collect(),
        content: CatalogContent {
            sounds: planned,
            playlists: playlists_of_all,
            themes,
            tags,
            synonyms: published.synonyms.clone(),
        },
        new,
        changed,
        unchanged,
        kept,
        removed,
    }
}

/// The sound as the catalogue holds it.
fn stored(
    entry: &Entry,
    audio: &Audio,
    id: SoundId,
    playlists: Vec<PlaylistId>,
    spellings: &mut Spellings,
) -> StoredSound {
    StoredSound {
        id,
        title: entry.title.clone(),
        description: entry.description.clone(),
        category: entry
            .category
            .as_ref()
            .map(|category| spellings.categories.of(category)),
        tags: spellings.tags.of_all(&entry.tags),
        themes: spellings.themes.of_all(&entry.themes),
        playlists,
        duration_ms: audio.duration_ms,
        sample_rate: audio.sample_rate,
        channels: audio.channels,
        file_type: audio.file_type.clone(),
        file_size: audio.file_size,
        waveform: audio.waveform.clone(),
        file: entry.file.clone(),
        audio: audio.sha256.clone(),
    }
}

/// A sound that stays, with the labels as they are spelt now.
fn respelt(
    sound: &StoredSound,
    merged: &HashMap<PlaylistId, PlaylistId>,
    spellings: &mut Spellings,
) -> StoredSound {
    let mut playlists = Vec::with_capacity(sound.playlists.len());
    for id in &sound.playlists {
        let id = *merged.get(id).unwrap_or(id);
        if !playlists.contains(&id) {
            playlists.push(id);
        }
    }
    StoredSound {
        playlists,
        category: sound
            .category
            .as_ref()
            .map(|category| spellings.categories.of(category)),
        tags: spellings.tags.of_all(&sound.tags),
        themes: spellings.themes.of_all(&sound.themes),
        ..sound.clone()
    }
}

/// The ids of all playlists by the keys of their names. Published playlists keep their ids, of several with one key the
/// oldest; of the new ones, the one that is met first is the newest.
fn playlist_ids(
    names: &[Vec<Label>],
    published: &CatalogContent,
    now: Millis,
) -> HashMap<String, PlaylistId> {
    let published = published.playlists.iter();
    let newest = published.clone().map(|playlist| playlist.id).max();
    let mut ids: HashMap<_, _> = published
        .map(|playlist| (playlist.name.key(), playlist.id))
        .collect();
    let mut seen = HashSet::new();
    let new: Vec<_> = names
        .iter()
        .flatten()
        .map(Label::key)
        .filter(|key| !ids.contains_key(key) && seen.insert(key.clone()))
        .collect();
    let new_ids = new_ids(new.len(), now, newest);
    ids.extend(new.into_iter().zip(new_ids));
    ids
}

/// The ids that published playlists have now. Labels that an earlier release kept apart may be one.
fn merged(published: &CatalogContent, ids: &HashMap<String, PlaylistId>) -> HashMap<PlaylistId, PlaylistId> {
    let published = published.playlists.iter();
    published
        .filter_map(|playlist| Some((playlist.id, *ids.get(&playlist.name.key())?)))
        .collect()
}

struct Lists<'a> {
    said: &'a [PlaylistEntry],
    published: &'a CatalogContent,
    ids: &'a HashMap<String, PlaylistId>,
    /// The keys of the playlists that sounds of the directory are in.
    touched: HashSet<String>,
}

impl Lists<'_> {
    /// The playlists that have sounds, newest first.
    fn playlists(&self, sounds: &[StoredSound], spellings: &mut Spellings) -> Vec<Playlist> {
        let mut members: HashMap<PlaylistId, Vec<&StoredSound>> = HashMap::new();
        for sound in sounds {
            for id in &sound.playlists {
                members.entry(*id).or_default().push(sound);
            }
        }
        let said: HashMap<_, _> = self.said.iter().map(|entry| (entry.name.key(), entry)).collect();
        let old: HashMap<_, _> = self
            .published
            .playlists
            .iter()
            .map(|playlist| (playlist.id, playlist))
            .collect();
        let mut playlists = Vec::new();
        for (key, id) in self.ids {
            let Some(sounds) = members.get(id) else { continue };
            let old = old.get(id).copied();
            let said = said.get(key).copied();
            let known = old.map(|old| &old.name).or(said.map(|said| &said.name));
            let name = match (spellings.playlists.0.get(key), known) {
                (Some(name), _) | (None, Some(name)) => name.clone(),
                (None, None) => continue,
            };
            let (description, theme) = match (said, old) {
                (Some(said), _) => (said.description.clone(), said.theme.clone()),
                // The directory knows nothing of a playlist whose sounds are all kept ones.
                (None, Some(old)) if !self.touched.contains(key) => {
                    (old.description.clone(), old.theme.clone())
                }
                _ => (None, None),
            };
            let theme = theme.or_else(|| common_theme(sounds));
            playlists.push(Playlist {
                id: *id,
                name,
                description,
                theme: theme.map(|theme| spellings.themes.of(&theme)),
                sound_count: count(sounds.len()),
                created_at: id.created_at(),
            });
        }
        playlists.sort_unstable_by_key(|playlist| Reverse(playlist.id));
        playlists
    }
}

/// The theme that more than half of the sounds share; of several, the one that most sounds share, then the first by
/// name.
fn common_theme(sounds: &[&StoredSound]) -> Option<Label> {
    let mut counts: HashMap<String, (usize, &Label)> = HashMap::new();
    for theme in sounds.iter().flat_map(|sound| &sound.themes) {
        counts.entry(theme.key()).or_insert((0, theme)).0 += 1;
    }
    counts
        .into_iter()
        .filter(|(_, (count, _))| count * 2 > sounds.len())
        .max_by_key(|(key, (count, _))| (*count, Reverse(key.clone())))
        .map(|(_, (_, theme))| theme.clone())
}

/// The themes of all sounds and playlists, newest first.
fn themes(
    sounds: &[StoredSound],
    playlists: &[Playlist],
    published: &CatalogContent,
    now: Millis,
) -> Vec<Theme> {
    let old: HashMap<_, _> = published
        .themes
        .iter()
        .map(|theme| (theme.name.key(), theme.id))
        .collect();
    // In the order in which they are met.
    let mut order = Vec::new();
    let mut found: HashMap<String, (Label, usize, usize)> = HashMap::new();
    let in_sounds = sounds
        .iter()
        .flat_map(|sound| &sound.themes)
        .map(|theme| (theme, 1, 0));
    let in_playlists = playlists
        .iter()
        .filter_map(|playlist| playlist.theme.as_ref())
        .map(|theme| (theme, 0, 1));
    for (theme, sounds, playlists) in in_sounds.chain(in_playlists) {
        let key = theme.key();
        let entry = found.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            (theme.clone(), 0, 0)
        });
        entry.1 += sounds;
        entry.2 += playlists;
    }
    let new = order.iter().filter(|key| !old.contains_key(*key)).count();
    let newest = published.themes.iter().map(|theme| theme.id).max();
    let mut new = new_ids(new, now, newest).into_iter();
    let mut themes: Vec<_> = order
        .into_iter()
        .filter_map(|key| {
            let id = old.get(&key).copied().or_else(|| new.next())?;
            let (name, sounds, playlists) = found.remove(&key)?;
            Some(Theme {
                id,
                name,
                playlist_count: count(playlists),
                sound_count: count(sounds),
            })
        })
        .collect();
    themes.sort_unstable_by_key(|theme| Reverse(theme.id));
    themes
}

/// The tags of all sounds, the most used first, then by name.
fn tags(sounds: &[StoredSound]) -> Vec<TagCount> {
    let mut counts: HashMap<&str, (&Label, usize)> = HashMap::new();
    for tag in sounds.iter().flat_map(|sound| &sound.tags) {
        counts.entry(tag.as_str()).or_insert((tag, 0)).1 += 1;
    }
    let mut tags: Vec<_> = counts
        .into_values()
        .map(|(name, tagged)| TagCount {
            name: name.clone(),
            count: count(tagged),
        })
        .collect();
    tags.sort_unstable_by(|one, other| {
        (Reverse(one.count), one.name.as_str()).cmp(&(Reverse(other.count), other.name.as_str()))
    });
    tags
}

/// A count as rows hold it.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
