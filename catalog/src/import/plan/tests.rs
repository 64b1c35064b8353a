use std::path::PathBuf;

use proptest::prelude::*;
use shared::model::{WAVEFORM_PEAKS, Waveform};

use super::*;
use crate::audio::{FEATURES, Features, VERSION};
use crate::manifest::Place;

const NOW: Millis = Millis(1_800_000_000_000);

fn label(text: &str) -> Label {
    Label::try_from(text.to_owned()).unwrap()
}

fn labels(text: &str) -> Vec<Label> {
    text.split_whitespace().map(label).collect()
}

fn audio(sha256: &str) -> Audio {
    Audio {
        sha256: sha256.to_owned(),
        analysis: VERSION,
        duration_ms: 1000,
        sample_rate: 8000,
        channels: 1,
        waveform: Waveform::of(&[0.5; WAVEFORM_PEAKS]),
        file_type: "audio/wav".to_owned(),
        file_size: 100,
        features: Features::of(vec![0.0; FEATURES]).unwrap(),
    }
}

fn entry(file: &str, tags: &str, themes: &str, playlists: &str) -> Entry {
    Entry {
        file: file.to_owned(),
        path: PathBuf::from(file),
        place: Place {
            source: None,
            line: 0,
        },
        title: file.to_owned().try_into().unwrap(),
        description: None,
        category: None,
        tags: labels(tags),
        themes: labels(themes),
        playlists: labels(playlists),
    }
}

fn said(name: &str, description: &str, theme: Option<&str>) -> PlaylistEntry {
    PlaylistEntry {
        name: label(name),
        description: Some(description.to_owned()),
        theme: theme.map(label),
    }
}

/// The plan for these entries, which keeps what is not among them.
fn planned(entries: &[Entry], playlists: &[PlaylistEntry], published: &CatalogContent, now: Millis) -> Plan {
    let audio = audio("x");
    let sounds: Vec<_> = entries.iter().map(|entry| (entry, &audio)).collect();
    plan(&sounds, playlists, published, |_| true, now)
}

fn playlists(content: &CatalogContent) -> Vec<String> {
    let text = |label: &Option<Label>| label.as_ref().map_or("-", Label::as_str).to_owned();
    let playlists = content.playlists.iter();
    playlists
        .map(|playlist| {
            let description = playlist.description.as_deref().unwrap_or("-");
            let theme = text(&playlist.theme);
            format!(
                "{} {description} {theme} {}",
                playlist.name.as_str(),
                playlist.sound_count
            )
        })
        .collect()
}

#[test]
fn a_playlist_has_the_theme_that_most_of_its_sounds_share() {
    let entries = [
        entry("a", "", "Rain Night", "p q"),
        entry("b", "", "rain City", "P r"),
        entry("c", "", "City", "p r s"),
        entry("d", "", "", "s q"),
    ];
    let plan = planned(&entries, &[], &CatalogContent::default(), NOW);
    assert_eq!(
        playlists(&plan.content),
        ["p - City 3", "q - - 2", "r - City 2", "s - - 2"],
        "City and Rain are in two of three; in half of them is not enough"
    );
}

#[test]
fn what_is_said_of_a_playlist_counts_while_the_directory_has_sounds_in_it() {
    let own = [entry("a", "", "", "Calm"), entry("b", "", "", "Loud")];
    let told = [said("calm", "Slow", Some("Night")), said("Loud", "Noise", None)];
    let first = planned(&own, &told, &CatalogContent::default(), NOW).content;
    assert_eq!(playlists(&first), ["Calm Slow Night 1", "Loud Noise - 1"]);
    // Another directory that has a sound in one of them, and says nothing of either.
    let other = [entry("c", "", "", "CALM")];
    let second = planned(&other, &[], &first, Millis(NOW.0 + 1)).content;
    assert_eq!(playlists(&second), ["CALM - - 2", "Loud Noise - 1"]);
    assert_eq!(second.playlists[0].id, first.playlists[0].id);
}

#[test]
fn lists_begin_as_the_manifest_does() {
    let entries = [
        entry("a", "x y", "T", "p"),
        entry("b", "Y z", "U", "q"),
        entry("c", "y", "T", "p"),
    ];
    let content = planned(&entries, &[], &CatalogContent::default(), NOW).content;
    let files: Vec<_> = content.sounds.iter().map(|sound| sound.file.as_str()).collect();
    assert_eq!(files, ["a", "b", "c"]);
    let themes: Vec<_> = content.themes.iter().map(|theme| theme.name.as_str()).collect();
    assert_eq!(themes, ["T", "U"]);
    let tags: Vec<_> = content
        .tags
        .iter()
        .map(|tag| (tag.name.as_str(), tag.count))
        .collect();
    assert_eq!(tags, [("y", 3), ("x", 1), ("z", 1)]);
    // What is new comes first, whatever the place in the manifest; the rest keeps its order.
    let entries = [
        entry("c", "", "", ""),
        entry("n", "", "", ""),
        entry("a", "", "", ""),
    ];
    let content = planned(&entries, &[], &content, Millis(NOW.0 + 1)).content;
    let files: Vec<_> = content.sounds.iter().map(|sound| sound.file.as_str()).collect();
    assert_eq!(files, ["n", "a", "b", "c"]);
}

/// The content of an earlier release, which took these for different labels.
fn of_before(tags: &[&[&str]], playlists: &[(&str, &[usize])], themes: &[&str]) -> CatalogContent {
    let files: Vec<_> = (0..tags.len()).map(|number| format!("f{number}")).collect();
    let entries: Vec<_> = files.iter().map(|file| entry(file, "", "", "")).collect();
    let mut content = planned(&entries, &[], &CatalogContent::default(), NOW).content;
    for (sound, tags) in content.sounds.iter_mut().zip(tags) {
        sound.tags = tags.iter().map(|tag| label(tag)).collect();
    }
    let ids = new_ids(playlists.len(), NOW, None);
    for ((name, members), id) in playlists.iter().zip(ids) {
        for member in *members {
            content.sounds[*member].playlists.push(id);
        }
        content.playlists.push(Playlist {
            id,
            name: label(name),
            description: Some(format!("of {name}")),
            theme: None,
            sound_count: count(members.len()),
            created_at: id.created_at(),
        });
    }
    let ids = new_ids(themes.len(), NOW, None);
    content.themes = themes
        .iter()
        .zip(ids)
        .map(|(name, id)| Theme {
            id,
            name: label(name),
            playlist_count: 0,
            sound_count: count(content.sounds.len()),
        })
        .collect();
    for sound in &mut content.sounds {
        sound.themes = themes.iter().map(|name| label(name)).collect();
    }
    content
}

#[test]
fn labels_that_were_kept_apart_become_one() {
    let published = of_before(
        &[&["zz-wind", "zzwind"], &["zzwind"], &["ZZ Wind", "x"]],
        &[("Sci-Fi", &[0, 1]), ("scifi", &[1, 2])],
        &["Night sky", "Nightsky"],
    );
    let plan = planned(&[], &[], &published, Millis(NOW.0 + 1));
    let content = &plan.content;
    let tags: Vec<_> = content
        .tags
        .iter()
        .map(|tag| (tag.name.as_str(), tag.count))
        .collect();
    assert_eq!(tags, [("zz-wind", 3), ("x", 1)]);
    let of_sounds: Vec<_> = content.sounds.iter().map(|sound| sound.tags.len()).collect();
    assert_eq!(of_sounds, [1, 1, 2]);
    // The older playlist and the older theme stay, with all sounds.
    let [playlist] = &content.playlists[..] else {
        panic!("{:?}", content.playlists)
    };
    assert_eq!(
        (playlist.id, playlist.sound_count),
        (published.playlists[1].id, 3)
    );
    assert!(
        content
            .sounds
            .iter()
            .all(|sound| sound.playlists == [playlist.id])
    );
    let [theme] = &content.themes[..] else {
        panic!("{:?}", content.themes)
    };
    assert_eq!((theme.id, theme.sound_count), (published.themes[1].id, 3));
    assert_eq!(theme.name.as_str(), "Night sky");
    let again = planned(&[], &[], content, Millis(NOW.0 + 2));
    assert_eq!(again.content, *content);
}

#[test]
fn of_two_sounds_with_one_name_the_older_is_that_of_the_file() {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}");
    for names in [[composed, decomposed], [decomposed, composed]] {
        let files = [entry("a", "", "", ""), entry("b", "", "", "")];
        let mut published = planned(&files, &[], &CatalogContent::default(), NOW).content;
        for (sound, name) in published.sounds.iter_mut().zip(names) {
            name.clone_into(&mut sound.file);
        }
        let [newer, older] = [0, 1].map(|place| published.sounds[place].id);
        let (own, audio) = (entry(composed, "", "", ""), audio("x"));
        let ids = |keeps: bool| {
            let plan = plan(&[(&own, &audio)], &[], &published, |_| keeps, Millis(NOW.0 + 1));
            assert_eq!(plan.new, 0);
            assert_eq!(
                plan.content
                    .sounds
                    .iter()
                    .find(|sound| sound.id == older)
                    .unwrap()
                    .file,
                composed
            );
            plan.content
                .sounds
                .iter()
                .map(|sound| sound.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(true), [newer, older]);
        assert_eq!(ids(false), [older]);
    }
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let words = |words: &'static str| {
        let all: Vec<_> = words.split(' ').collect();
        proptest::sample::subsequence(all, 0..=3).prop_map(|some| some.join(" "))
    };
    // The same labels in two spellings.
    let tags = prop_oneof![words("a b C d-d"), words("ä B c dd")];
    let one = (tags, words("t u V"), words("p q r"));
    let files = proptest::sample::subsequence((0..8).collect::<Vec<u32>>(), 0..=8).prop_shuffle();
    (files, proptest::collection::vec(one, 8)).prop_map(|(files, fields)| {
        let with = |(file, (tags, themes, playlists)): (u32, (String, String, String))| {
            entry(&format!("f{file}"), &tags, &themes, &playlists)
        };
        files.into_iter().zip(fields).map(with).collect()
    })
}

proptest! {
    #[test]
    fn the_same_again_is_no_change(first in entries(), second in entries()) {
        let one = planned(&first, &[], &CatalogContent::default(), NOW);
        let two = planned(&second, &[], &one.content, Millis(NOW.0 + 1));
        let again = planned(&second, &[], &two.content, Millis(NOW.0 + 2));
        prop_assert_eq!(&again.content, &two.content);
        prop_assert_eq!((again.new, again.changed), (0, 0));
    }

    #[test]
    fn every_count_is_that_of_the_sounds(first in entries(), second in entries(), keeps: bool) {
        let one = planned(&first, &[], &CatalogContent::default(), NOW).content;
        let audio = audio("x");
        let sounds: Vec<_> = second.iter().map(|entry| (entry, &audio)).collect();
        let plan = plan(&sounds, &[], &one, |_| keeps, Millis(NOW.0 + 1));
        let content = &plan.content;
        prop_assert_eq!(plan.new + plan.changed + plan.unchanged, second.len());
        prop_assert_eq!(plan.kept + second.len(), content.sounds.len());
        prop_assert_eq!(plan.removed.len() + plan.kept, one.sounds.len() - plan.changed - plan.unchanged);
        prop_assert!(content.sounds.windows(2).all(|pair| pair[0].id > pair[1].id));
        prop_assert!(content.playlists.windows(2).all(|pair| pair[0].id > pair[1].id));
        prop_assert!(content.themes.windows(2).all(|pair| pair[0].id > pair[1].id));
        let with = |is_in: &dyn Fn(&StoredSound) -> bool| count(content.sounds.iter().filter(|sound| is_in(sound)).count());
        for tag in &content.tags {
            prop_assert_eq!(tag.count, with(&|sound| sound.tags.contains(&tag.name)));
        }
        for theme in &content.themes {
            prop_assert_eq!(theme.sound_count, with(&|sound| sound.themes.contains(&theme.name)));
        }
        for playlist in &content.playlists {
            prop_assert!(playlist.sound_count > 0);
            prop_assert_eq!(playlist.sound_count, with(&|sound| sound.playlists.contains(&playlist.id)));
        }
        for sound in &content.sounds {
            prop_assert!(sound.tags.iter().all(|tag| content.tags.iter().any(|row| row.name == *tag)));
            prop_assert!(sound.themes.iter().all(|theme| content.themes.iter().any(|row| row.name == *theme)));
            prop_assert!(sound.playlists.iter().all(|id| content.playlists.iter().any(|row| row.id == *id)));
        }
    }
}
