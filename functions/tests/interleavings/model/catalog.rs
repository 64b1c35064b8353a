//! The catalogue, as the model knows it.

use std::collections::{BTreeMap, BTreeSet};

use super::files::Object;
use super::{Facts, Model, words};
use crate::scene::Scene;
use crate::scene::catalog::Directory;

/// What is published, and what is stored for it. Files are named without their ending.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    /// The titles of the published sounds, by their files.
    pub(crate) sounds: BTreeMap<&'static str, &'static str>,
    /// The files whose audio is stored.
    pub(crate) audio: BTreeSet<&'static str>,
    /// The files whose audio is noted as unused, and whether that was more than a day ago.
    pub(crate) unused: BTreeMap<&'static str, bool>,
}

impl Model {
    /// Imports a directory. With `prune`, what it does not have leaves the catalogue.
    pub(crate) fn import(&mut self, directory: Directory, prune: bool) -> u16 {
        let referred = self.referred();
        let Catalog {
            sounds,
            audio,
            unused,
        } = &mut self.catalog;
        let mut new = if prune { BTreeMap::new() } else { sounds.clone() };
        new.extend(directory.iter().copied());
        let is_same = new == *sounds && new.keys().all(|file| audio.contains(file));
        audio.extend(new.keys());
        let old = std::mem::replace(sounds, new);
        if !is_same {
            unused.extend(
                old.keys()
                    .filter(|file| !sounds.contains_key(*file))
                    .map(|file| (*file, false)),
            );
        }
        if prune {
            unused.retain(|file, is_old| {
                let is_used = sounds.contains_key(file)
                    || old.contains_key(file)
                    || referred.contains(&Object::Sound(file));
                if *is_old && !is_used {
                    audio.remove(file);
                }
                !*is_old || is_used
            });
        }
        unused.retain(|file, _| !sounds.contains_key(file));
        200
    }

    /// Lets a day pass since audio was noted as unused.
    pub(crate) fn age_unused(&mut self) {
        for is_old in self.catalog.unused.values_mut() {
            *is_old = true;
        }
    }

    pub(super) fn catalog_facts(&self, scene: &Scene, facts: &mut Facts) {
        let titles = self.catalog.sounds.values().map(|title| (*title).to_owned());
        facts.insert("the catalogue".to_owned(), words::set(titles));
        let tags = Some(self.catalog.sounds.len()).filter(|count| *count > 0);
        facts.insert(
            "the tags of the catalogue".to_owned(),
            words::maybe(tags.map(|count| format!("soft ({count})"))),
        );
        facts.insert(words::FORGOTTEN_AUDIO.to_owned(), words::list([]));
        let audio = &self.catalog.audio;
        for file in scene.audio.keys() {
            facts.insert(
                format!("whether the audio of {file} is stored"),
                words::yes(audio.contains(&**file)),
            );
        }
    }

    /// How many rows of each kind the catalogue has, once old versions are removed.
    pub(super) fn catalog_rows(&self, add: &mut impl FnMut(&'static str, usize)) {
        let Catalog { sounds, audio, .. } = &self.catalog;
        let some = usize::from(!sounds.is_empty());
        add("catalog", some);
        add("catalog_version", some);
        add("tags", some);
        // Each stands in the list of its tag, too.
        add("sound", 2 * sounds.len());
        add("similar", sounds.len());
        add("audio", audio.len());
    }
}
