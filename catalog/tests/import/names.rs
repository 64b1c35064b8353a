//! The names of files: of manifests, and of sounds in the forms of Unicode.

use aws_sdk_dynamodb::types::AttributeValue;
use catalog::manifest::Manifest;

use crate::world::{Item, Sounds, World, files};

/// The same name as most programs write it, and as some on a Mac do.
const COMPOSED: &str = "Caf\u{E9}.wav";
const DECOMPOSED: &str = "Cafe\u{301}.wav";

fn problems(sounds: &Sounds) -> Vec<String> {
    let manifest = Manifest::read(sounds.path()).unwrap();
    manifest.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn a_manifest_and_a_file_find_each_other_in_any_form() {
    for (on_disk, in_manifest) in [
        (COMPOSED, DECOMPOSED),
        (DECOMPOSED, COMPOSED),
        (
            "Vie\u{302}\u{323}t/Cafe\u{301}/x.wav",
            "Vi\u{1EC7}t/Caf\u{E9}/x.wav",
        ),
        ("\u{D55C}.wav", "\u{1112}\u{1161}\u{11AB}.wav"),
    ] {
        let sounds = Sounds::of(&[on_disk]);
        sounds.write("manifest.csv", format!("file,title\n{in_manifest},A\n"));
        let manifest = Manifest::read(sounds.path()).unwrap();
        assert_eq!(manifest.problems, [], "{in_manifest:?}");
        let [sound] = &manifest.sounds[..] else {
            panic!("{manifest:?}")
        };
        assert!(sound.path.ends_with(on_disk), "{:?}", sound.path);
        assert!(manifest.unnamed.is_empty(), "{:?}", manifest.unnamed);
        // Without a manifest, the sound is the same.
        sounds.remove("manifest.csv");
        let alone = Manifest::read(sounds.path()).unwrap();
        assert_eq!(alone.sounds[0].file, sound.file);
        assert_eq!(alone.sounds[0].path, sound.path);
    }
}

#[test]
fn a_folder_may_be_there_in_both_forms() {
    let sounds = Sounds::of(&["Caf\u{E9}/a.wav", "Cafe\u{301}/b.wav"]);
    sounds.write("manifest.csv", "file\nCaf\u{E9}/a.wav\nCaf\u{E9}/b.wav\n");
    assert_eq!(problems(&sounds), [""; 0]);
}

#[test]
fn two_files_with_one_name_are_one_error() {
    let sounds = Sounds::of(&[COMPOSED, DECOMPOSED, "x.wav"]);
    let message = "there are two files with this name, in different forms of Unicode (Cafe\\u{301}.wav and \
                   Caf\\u{e9}.wav): rename or remove one";
    assert_eq!(problems(&sounds), [format!("{COMPOSED}: {message}")]);
    sounds.write("manifest.csv", format!("file\n{DECOMPOSED}\nx.wav\n"));
    assert_eq!(
        problems(&sounds),
        [format!("manifest.csv:2: {COMPOSED}: {message}")]
    );
    sounds.remove(COMPOSED);
    sounds.write("manifest.csv", format!("file\n{DECOMPOSED}\nx.wav\n{COMPOSED}\n"));
    assert_eq!(
        problems(&sounds),
        [format!("manifest.csv:4: {COMPOSED}: line 2 names the same file")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_stays_the_same_in_another_form() {
    let world = World::start().await;
    let sounds = Sounds::of(&[DECOMPOSED]);
    world.import(&sounds, &[]).await.assert(0, &["1 imported"]);
    let before = world.sound(COMPOSED).await;
    sounds.rename(DECOMPOSED, COMPOSED);
    let run = world.import(&sounds, &["--prune"]).await;
    run.assert(
        0,
        &["nothing to do: 0 imported, 0 changed, 1 unchanged, 0 removed"],
    );
    assert_eq!(world.sounds().await, [before]);
}

/// An earlier release stored names as they were.
#[tokio::test(flavor = "multi_thread")]
async fn a_sound_that_was_stored_in_another_form_keeps_its_id() {
    let world = World::start().await;
    let sounds = Sounds::of(&[COMPOSED, "x.wav"]);
    world.import(&sounds, &[]).await.assert(0, &["2 imported"]);
    let before = world.sound(COMPOSED).await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let rename = |row: &mut Item| {
        row.get("file") == Some(&text(COMPOSED)) && row.insert("file".to_owned(), text(DECOMPOSED)).is_some()
    };
    world.change_rows(rename).await;
    assert_eq!(world.sound(DECOMPOSED).await.id, before.id);
    // A sound that can't be imported stays, too, also with `--prune`.
    let good = sounds.read(COMPOSED);
    sounds.write(COMPOSED, "broken");
    let run = world.import(&sounds, &["--prune"]).await;
    run.assert(
        1,
        &["0 imported, 0 changed, 1 unchanged, 0 removed, 1 failed, 1 kept"],
    );
    sounds.write(COMPOSED, good);
    let run = world.import(&sounds, &["--prune"]).await;
    run.assert(0, &["0 imported, 1 changed, 1 unchanged, 0 removed, 0 failed"]);
    assert!(!run.text().contains("decoding"), "{}", run.text());
    assert_eq!(world.sound(COMPOSED).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn control_characters_are_refused_with_and_without_a_manifest() {
    let world = World::start().await;
    let sounds = Sounds::of(&["tab\t.wav", "new\nline.wav", "x.wav"]);
    let rule = "file must be a path of at most 1000 bytes without control characters";
    world.import(&sounds, &[]).await.assert(
        1,
        &[
            "1 imported, 0 changed, 0 unchanged, 0 removed, 2 failed",
            &format!("not imported: tab\\t.wav: {rule}"),
            &format!("not imported: new\\nline.wav: {rule}"),
        ],
    );
    assert_eq!(files(&world.sounds().await), ["x.wav"]);
    sounds.write("manifest.csv", "file\nx.wav\n\"tab\t.wav\"\n\"new\nline.wav\"\n");
    assert_eq!(
        problems(&sounds),
        [
            format!("manifest.csv:3: tab\\t.wav: {rule}"),
            format!("manifest.csv:4: new\\nline.wav: {rule}")
        ]
    );
}

#[test]
fn a_manifest_is_seen_whatever_its_case() {
    for (name, playlists) in [
        ("Manifest.CSV", "PLAYLISTS.csv"),
        ("MANIFEST.JSONL", "Playlists.JsonL"),
    ] {
        let sounds = Sounds::of(&["a.wav"]);
        let is_csv = name.ends_with("CSV");
        sounds.write(
            name,
            if is_csv {
                "file,title,playlists\na.wav,Seen,Calm\n"
            } else {
                "{\"file\": \"a.wav\", \"title\": \"Seen\"}\n"
            },
        );
        sounds.write(
            playlists,
            if is_csv {
                "name,theme\nCalm,Night\nCalm,\n"
            } else {
                "{\"name\": \"Calm\"}\n{\"name\": \"Calm\"}\n"
            },
        );
        let manifest = Manifest::read(sounds.path()).unwrap();
        assert_eq!(manifest.sounds[0].title.as_str(), "Seen");
        assert_eq!(manifest.playlists.len(), 1);
        let line = if is_csv { 3 } else { 2 };
        assert_eq!(
            problems(&sounds),
            [format!(
                "{playlists}:{line}: line {} names the same playlist",
                line - 1
            )]
        );
    }
}

#[test]
fn of_two_manifests_both_are_named() {
    for (one, other) in [
        ("Manifest.CSV", "manifest.csv"),
        ("Manifest.Csv", "manifest.jsonl"),
        ("PLAYLISTS.CSV", "playlists.jsonl"),
        ("SYNONYMS.CSV", "synonyms.csv"),
    ] {
        let sounds = Sounds::of(&["a.wav"]);
        sounds.write(one, "x");
        sounds.write(other, "x");
        let refused = format!("{:#}", Manifest::read(sounds.path()).unwrap_err());
        assert_eq!(
            refused,
            format!("there are both {one} and {other}: remove one of them")
        );
    }
}

#[test]
fn a_file_that_is_not_read_is_no_secret() {
    for (name, remedy) in [
        (
            "manifest.json",
            "write its objects into manifest.jsonl, each on a line of its own, or make it manifest.csv",
        ),
        ("Manifest.txt", "rename it to manifest.csv"),
        ("manifest.tsv", "rename it to manifest.csv"),
        ("manifest.csv.txt", "rename it to manifest.csv"),
        ("manifest.csv.csv", "rename it to manifest.csv"),
        ("manifest.ndjson", "rename it to manifest.jsonl"),
        (
            "manifest.xlsx",
            "save it as manifest.csv (in Excel: \"CSV UTF-8\")",
        ),
        (
            "manifest.numbers",
            "save it as manifest.csv (in Excel: \"CSV UTF-8\")",
        ),
        ("playlists.TXT", "rename it to playlists.csv"),
        ("synonyms.json", "make it synonyms.csv"),
    ] {
        let sounds = Sounds::of(&["a.wav"]);
        sounds.write(name, "x");
        let refused = format!("{:#}", Manifest::read(sounds.path()).unwrap_err());
        assert_eq!(refused, format!("there is {name}, which is not read: {remedy}"));
    }
    // Beside a manifest, and with other endings, a file may be called as it likes.
    let sounds = Sounds::of(&["a.wav", "manifest.wav"]);
    sounds.write("manifest.md", "x");
    assert_eq!(Manifest::read(sounds.path()).unwrap().sounds.len(), 2);
    sounds.write("manifest.csv", "file\na.wav\n");
    sounds.write("manifest.json", "x");
    assert_eq!(Manifest::read(sounds.path()).unwrap().sounds.len(), 1);
}
