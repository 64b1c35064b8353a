//! Reading manifests.

use catalog::manifest::Manifest;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use crate::world::Sounds;

fn read(sounds: &Sounds) -> Manifest {
    Manifest::read(sounds.path()).unwrap()
}

fn labels(labels: &[shared::model::Label]) -> Vec<&str> {
    labels.iter().map(shared::model::Label::as_str).collect()
}

#[test]
fn problems_name_their_line() {
    let sounds = Sounds::of(&["a.wav", "b c.wav", "folder/x.wav"]);
    std::os::unix::fs::symlink("/etc/hostname", sounds.path().join("out.wav")).unwrap();
    std::os::unix::fs::symlink("a.wav", sounds.path().join("in.wav")).unwrap();
    let long = "x".repeat(65);
    let many: Vec<_> = (0..51).map(|number| format!("t{number}")).collect();
    let manifest = format!(
        "File, Title ,tags,description\r\n\
         a.wav,A,,\r\n\
         ./a.wav,Again,,\r\n\
         \r\n\
         ../b.wav,,,\r\n\
         /etc/passwd,,,\r\n\
         b c.wav,\"two\r\nlines\",,\r\n\
         out.wav,,,\r\n\
         folder,,,\r\n\
         folder\\x.wav,,,\r\n\
         ,Nothing,,\r\n\
         folder/x.wav,X,{long},\r\n\
         in.wav,,{},\r\n\
         a.wav,too,many,fields,here\r\n\
         missing.wav,,,\r\n\
         folder//x.wav,Good; really,\" a ; b;;A\",\"Line 1\r\nLine 2\"\r\n",
        many.join(";")
    );
    sounds.write("manifest.csv", manifest);
    let manifest = read(&sounds);
    let problems: Vec<_> = manifest.problems.iter().map(ToString::to_string).collect();
    let expected = [
        "manifest.csv:3: a.wav: line 2 names the same file",
        "manifest.csv:5: ../b.wav: file must be a path in the directory: not absolute, and without ..",
        "manifest.csv:6: /etc/passwd: file must be a path in the directory: not absolute, and without ..",
        "manifest.csv:7: b c.wav: title: \"two\\r\\nlines\" must be a line of 1 to 200 characters, some of them visible, \
         without control characters and bidirectional overrides",
        "manifest.csv:9: out.wav: is a link that leads out of the directory",
        "manifest.csv:10: folder: is not a file",
        "manifest.csv:11: folder\\x.wav: there is no such file (folders are separated by /)",
        "manifest.csv:12: file is missing",
        "manifest.csv:13: folder/x.wav: tags: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" must be a line of 1 to 64 characters, some \
         of them visible, without control characters and bidirectional overrides",
        "manifest.csv:14: in.wav: tags are 51: at most 50 are possible",
        "manifest.csv:15: has 5 fields, the header has 4: a field with a comma needs quotation marks",
        "manifest.csv:16: missing.wav: there is no such file",
        "manifest.csv:17: folder/x.wav: line 13 names the same file",
    ];
    assert_eq!(problems, expected);
    assert_eq!(manifest.sounds.len(), 1);
    assert_eq!(manifest.sounds[0].tags.len(), 0);
}

#[test]
fn lists_and_empty_fields() {
    let sounds = Sounds::of(&["bells/old/a.wav", "bells/old/b.wav", "bells/old/c.wav"]);
    sounds.write(
        "manifest.csv",
        "file,tags,category,themes\nbells/old/a.wav,\" x ; Ö;;X;ö\",,One;Two\nbells/old/b.wav,,Own,\n",
    );
    let manifest = read(&sounds);
    assert_eq!(labels(&manifest.sounds[0].tags), ["x", "Ö"]);
    assert_eq!(labels(&manifest.sounds[0].themes), ["One", "Two"]);
    assert_eq!(labels(&manifest.sounds[1].tags), ["old"]);
    assert_eq!(manifest.sounds[1].category.as_ref().unwrap().as_str(), "Own");
    assert_eq!(manifest.unnamed, ["bells/old/c.wav"]);
    sounds.remove("manifest.csv");
    sounds.write(
        "manifest.jsonl",
        b"{\"file\": \"bells/old/a.wav\", \"tags\": [], \"title\": null}\n\
          {\"file\": \"b\", \"title\": 1}\n\
          {\"file\": \"bells/old/b.wav\", \"file\": \"bells/old/c.wav\"}\n\
          {\"file\": \"bells/old/b.wav\"\n\
          {\"file\": \"bells/old/c.wav\", \"tags\": \"x\"}\n",
    );
    let manifest = read(&sounds);
    assert_eq!((manifest.sounds.len(), manifest.sounds[0].tags.len()), (1, 0));
    let problems: Vec<_> = manifest.problems.iter().map(ToString::to_string).collect();
    assert!(
        problems[0].starts_with("manifest.jsonl:2: invalid type: integer"),
        "{problems:?}"
    );
    assert!(
        problems[1].starts_with("manifest.jsonl:3: duplicate field `file`"),
        "{problems:?}"
    );
    assert!(
        problems[2].starts_with("manifest.jsonl:4: EOF while parsing"),
        "{problems:?}"
    );
    assert!(
        problems[3].starts_with("manifest.jsonl:5: invalid type: string"),
        "{problems:?}"
    );
}

#[test]
fn playlists_are_told_of() {
    let sounds = Sounds::of(&["a.wav"]);
    sounds.write("manifest.csv", "file,playlists\na.wav,Calm\n");
    sounds.write(
        "playlists.jsonl",
        "{\"name\": \"Calm\", \"description\": \"Slow\", \"theme\": \"Night\"}\n{\"name\": \"CALM\"}\n{\"name\": \" \"}\n",
    );
    let manifest = read(&sounds);
    assert_eq!(manifest.playlists.len(), 1);
    assert_eq!(manifest.playlists[0].theme.as_ref().unwrap().as_str(), "Night");
    let problems: Vec<_> = manifest.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "playlists.jsonl:2: line 1 names the same playlist",
            "playlists.jsonl:3: a playlist has no name"
        ]
    );
}

/// A field as a spreadsheet writes it.
fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}

/// Titles and tags of characters that can be seen, or of spaces, but not the one that stands for lost letters.
const TITLE: &str = "[^\\p{C}\\p{Zl}\\p{Zp}\\p{DI}\\x{2800}\\x{1D159}\\x{FFFD}]{0,40}";
const TAG: &str = "[^;\\p{C}\\p{Zl}\\p{Zp}\\p{DI}\\x{2800}\\x{1D159}\\x{FFFD}]{1,20}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a file is called, it becomes a sound that the catalogue can hold.
    #[test]
    fn any_file_name_has_defaults(
        folders in proptest::collection::vec("[^/\\.\\p{C}][^/\\p{C}]{0,30}", 0..3), stem in "[^/\\.\\p{C}][^/\\p{C}]{0,50}",
    ) {
        let sounds = Sounds::new();
        let mut file = folders.join("/");
        if !file.is_empty() {
            file.push('/');
        }
        let file = format!("{file}{stem}.WAV");
        sounds.write(&file, "");
        let manifest = Manifest::read(sounds.path()).unwrap();
        prop_assert_eq!(&manifest.problems, &[]);
        let [sound] = &manifest.sounds[..] else { panic!("{manifest:?}") };
        prop_assert_eq!(&sound.file, &file.nfc().collect::<String>());
        prop_assert!((1..=200).contains(&sound.title.as_str().chars().count()));
        prop_assert!(sound.tags.len() <= folders.len().saturating_sub(1));
    }

    /// Both formats say the same of whatever can be said.
    #[test]
    fn csv_and_json_say_the_same(
        title in TITLE, description in "[^\\p{C}\\x{FFFD}\r]{0,40}\n?[^\\p{C}\\x{FFFD}]{0,10}",
        tags in proptest::collection::vec(TAG, 1..5),
    ) {
        let sounds = Sounds::new();
        sounds.write("x/y/z.wav", "");
        let row = [quoted("x/y/z.wav"), quoted(&title), quoted(&description), quoted(&tags.join(";"))].join(",");
        sounds.write("manifest.csv", format!("file,title,description,tags\n{row}\n"));
        let csv = read(&sounds);
        sounds.remove("manifest.csv");
        let mut line = serde_json::json!({ "file": "x/y/z.wav", "title": title, "description": description });
        // In CSV a cell without a tag is one that says nothing.
        if !tags.join(";").trim().is_empty() {
            line["tags"] = tags.into();
        }
        sounds.write("manifest.jsonl", line.to_string());
        let json = read(&sounds);
        prop_assert_eq!(&csv.problems, &[]);
        prop_assert_eq!(&json.problems, &[]);
        let (mut one, mut other) = (csv.sounds[0].clone(), json.sounds[0].clone());
        one.place.source = None;
        other.place = one.place.clone();
        prop_assert_eq!(one, other);
    }

    /// No content makes the reader stop, and whatever it takes leads to a file of the directory.
    #[test]
    fn any_bytes_are_read(content in proptest::collection::vec(any::<u8>(), 0..200), is_csv: bool, header: bool) {
        let sounds = Sounds::new();
        sounds.write("a.wav", "");
        let name = if is_csv { "manifest.csv" } else { "manifest.jsonl" };
        let header: &[u8] = if header && is_csv { b"file,title,tags\n" } else { b"" };
        sounds.write(name, [header, &content].concat());
        if let Ok(manifest) = Manifest::read(sounds.path()) {
            prop_assert!(manifest.sounds.iter().all(|sound| sound.file == "a.wav"));
        }
    }
}
