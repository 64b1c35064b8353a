//! What separates the cells of a manifest, empty rows and columns, quotation marks, and JSON that is not lines.

use catalog::manifest::Manifest;
use proptest::prelude::*;
use shared::model::Label;

use crate::encodings::Encoding;
use crate::world::Sounds;

/// The file, title and tags of each sound, and the problems.
type Read = (Vec<[String; 3]>, Vec<String>);

/// What a manifest with this content says, or why it is refused as a whole.
fn read(name: &str, content: impl AsRef<[u8]>) -> Result<Read, String> {
    let sounds = Sounds::of(&["a.wav", "b.wav", "c,d.wav"]);
    sounds.write(name, content);
    let manifest = Manifest::read(sounds.path()).map_err(|error| format!("{error:#}"))?;
    let said = manifest.sounds.into_iter().map(|sound| {
        let tags: Vec<_> = sound.tags.iter().map(Label::as_str).collect();
        [sound.file, sound.title.as_str().to_owned(), tags.join("|")]
    });
    Ok((
        said.collect(),
        manifest.problems.iter().map(ToString::to_string).collect(),
    ))
}

#[track_caller]
fn assert_says(content: &str, expected: &[[&str; 3]]) {
    let (said, problems) = read("manifest.csv", content).unwrap();
    assert_eq!(problems, [""; 0], "{content:?}");
    assert_eq!(said, expected, "{content:?}");
}

#[test]
fn the_header_tells_the_delimiter() {
    for content in [
        "file,title,tags\r\na.wav,A,x\r\n",
        "file;title;tags\r\na.wav;A;x\r\n",
        "file\ttitle\ttags\na.wav\tA\tx\n",
        "\"file\";\"title\";\"tags\"\n\"a.wav\";\"A\";\"x\"\n",
        " File ; TITLE ; Tags \na.wav;A;x\n",
        "title;tags;file\nA;x;a.wav\n",
        "sep=;\r\nfile;title;tags\r\na.wav;A;x\r\n",
        "SEP=,\nfile,title,tags\na.wav,A,x\n",
        "\"sep=|\"\nfile|title|tags\na.wav|A|x\n",
        "sep=\t\rfile\ttitle\ttags\ra.wav\tA\tx",
        "\n\r\nfile;title;tags\n\na.wav;A;x\n",
    ] {
        assert_says(content, &[["a.wav", "A", "x"]]);
    }
}

#[test]
fn lists_have_semicolons_whatever_the_delimiter_is() {
    assert_says("file;title;tags\na.wav;A;\"x; y\"\n", &[["a.wav", "A", "x|y"]]);
    assert_says("file,title,tags\na.wav,A,x; y\n", &[["a.wav", "A", "x|y"]]);
    assert_says("file\ttitle\ttags\na.wav\tA\tx; y\n", &[["a.wav", "A", "x|y"]]);
}

#[test]
fn a_list_of_files_has_no_delimiter() {
    assert_says("file\nc,d.wav\n", &[["c,d.wav", "C,d", ""]]);
    assert_says("sep=;\nfile\nc,d.wav\n", &[["c,d.wav", "C,d", ""]]);
}

#[test]
fn errors_speak_of_the_delimiter_in_use() {
    for (content, delimiter, line) in [
        ("file,title\na.wav,A,B\n", "comma", 2),
        ("file;title\na.wav;A;B\n", "semicolon", 2),
        ("file\ttitle\na.wav\tA\tB\n", "tab", 2),
        ("sep=|\nfile|title\na.wav|A|B\n", "'|'", 3),
    ] {
        let (said, problems) = read("manifest.csv", content).unwrap();
        assert_eq!(said.len(), 0, "{content:?}");
        assert_eq!(
            problems,
            [format!(
                "manifest.csv:{line}: has 3 fields, the header has 2: a field with a {delimiter} needs quotation marks"
            )]
        );
    }
    for (content, message) in [
        (
            "file;autor\na.wav;A\n",
            "manifest.csv:1: unknown column \"autor\": columns are file, title,",
        ),
        (
            "file,autor\na.wav,A\n",
            "manifest.csv:1: unknown column \"autor\": columns are file, title,",
        ),
        (
            "a.wav;A\n",
            "manifest.csv:1: unknown column \"a.wav;A\": columns are",
        ),
        (
            "\n,\nfile|title\n",
            "manifest.csv:3: unknown column \"file|title\": columns are",
        ),
        // As a Mac may write it: letters stay as they are.
        (
            "file,Ti\u{301}tulo d'or\n",
            "manifest.csv:1: unknown column \"Ti\u{301}tulo d'or\": columns are",
        ),
        ("title;tags\nA;x\n", "manifest.csv:1: there is no column file"),
        (
            "file;title;file\na.wav;A;b.wav\n",
            "manifest.csv:1: the column file stands there twice",
        ),
        (
            "sep=;;\nfile;title\n",
            "manifest.csv:1: sep= names the delimiter: one character, such as ; or a tab",
        ),
        ("sep=x\nfilextitle\n", "manifest.csv:1: sep= names the delimiter"),
        (
            ",,\n\n",
            "manifest.csv:1: there is no header: the first line must name the columns",
        ),
    ] {
        let refused = read("manifest.csv", content).unwrap_err();
        assert!(refused.starts_with(message), "{refused}");
    }
}

#[test]
fn empty_rows_and_columns_are_passed_over() {
    for content in [
        "file,title,tags\r\na.wav,A,x\r\n,\r\n,,,,\r\n \r\n\"\", ,\r\n",
        "file,title,tags,\r\na.wav,A,x,\r\n",
        "file,title,tags,,,\r\na.wav,A,x\r\n",
        "file,title,tags\r\na.wav,A,x,,,\r\n",
        "file,,title,tags\r\na.wav,,A,x\r\n",
        "file;title;tags;;\r\n;;;;\r\na.wav;A;x;;\r\n",
    ] {
        assert_says(content, &[["a.wav", "A", "x"]]);
    }
    // A cell in a column without a name is none of these.
    let (said, problems) = read("manifest.csv", "file,,title\na.wav,x,A\nb.wav,,B,,y\n").unwrap();
    assert_eq!(said.len(), 0);
    assert_eq!(
        problems,
        [
            "manifest.csv:2: has a field in column 2, which the header does not name",
            "manifest.csv:3: has 5 fields, the header has 3: a field with a comma needs quotation marks"
        ]
    );
}

#[test]
fn missing_cells_at_the_end_are_empty() {
    assert_says(
        "file,title,tags\na.wav,A\nb.wav\n",
        &[["a.wav", "A", ""], ["b.wav", "B", ""]],
    );
}

#[test]
fn quotation_marks_within_a_field_are_taken_as_they_are() {
    for (content, title) in [
        ("file,title\na.wav,12\" pipe\n", "12\" pipe"),
        ("file,title\na.wav,a \"big\" bell\n", "a \"big\" bell"),
        ("file;title\na.wav;7\"\n", "7\""),
        ("file,title\na.wav,\"12\"\" pipe\"\n", "12\" pipe"),
        ("file,title\na.wav, \"Rain, soft\" \n", "Rain, soft"),
        ("file,title\na.wav,\t\"Rain, soft\"\u{A0}\n", "Rain, soft"),
        ("file\ttitle\na.wav\t \"Rain, soft\"\t\n", "Rain, soft"),
    ] {
        assert_says(content, &[["a.wav", title, ""]]);
    }
    let (_, problems) = read("manifest.csv", "file,title\na.wav,12\" pipe\nx.wav,B\n").unwrap();
    assert_eq!(problems, ["manifest.csv:3: x.wav: there is no such file"]);
    let (_, problems) = read("manifest.csv", "file,title,tags\na.wav,\"A\r\rB\",\nx.wav,X,\n").unwrap();
    assert_eq!(
        problems.last().unwrap(),
        "manifest.csv:5: x.wav: there is no such file"
    );
}

#[test]
fn a_missing_quotation_mark_refuses_all_and_names_its_line() {
    for (content, message) in [
        (
            "file,title\na.wav,12\" pipe\nb.wav,\"B\nc.wav,C\n",
            "manifest.csv:3: a quotation mark is missing: the field that begins with one here does not end",
        ),
        (
            "file,title\na.wav,\"A\nb.wav,\"B\"\n",
            "manifest.csv:2: a quotation mark is missing or too many: \"B\\\"\" follows the field in quotation marks that \
             begins here",
        ),
        (
            "file,title\na.wav,\"The \"Big\" bell\"\n",
            "manifest.csv:2: a quotation mark is missing or too many: \"Big\\\" bell\\\"\" follows the field",
        ),
        (
            "file,title,description\na.wav,\"A\r\nA\",\"B\n",
            "manifest.csv:3: a quotation mark is missing: the field that begins with one here",
        ),
    ] {
        let refused = read("manifest.csv", content).unwrap_err();
        assert!(refused.starts_with(message), "{refused}");
    }
}

#[test]
fn lines_may_end_with_cr_only() {
    assert_says(
        "file,title\ra.wav,A\rb.wav,B\r",
        &[["a.wav", "A", ""], ["b.wav", "B", ""]],
    );
    let (_, problems) = read("manifest.csv", "file,title\r\ra.wav,A\rx.wav,B\r").unwrap();
    assert_eq!(problems, ["manifest.csv:4: x.wav: there is no such file"]);
    let (_, problems) = read(
        "manifest.jsonl",
        "{\"file\": \"a.wav\"}\r\r{\"file\": \"x.wav\"}\r",
    )
    .unwrap();
    assert_eq!(problems, ["manifest.jsonl:3: x.wav: there is no such file"]);
}

#[test]
fn json_that_is_not_lines_is_told_of_once() {
    let what = "each row must be an object on a line of its own, such as {\"file\": \"…\"}, without brackets and commas \
                between the rows";
    for (content, place) in [
        ("[{\"file\":\"a.wav\"}]\n", "1: a JSON array begins here"),
        (
            "[\n  {\"file\":\"a.wav\"},\n  {\"file\":\"b.wav\"}\n]\n",
            "1: a JSON array begins here",
        ),
        (
            "{\n\"file\":\"a.wav\"\n}\n",
            "1: an object over several lines begins here",
        ),
        (
            "{\"file\":\"a.wav\"}\n{\"file\":\n\"b.wav\"}\n",
            "2: an object over several lines begins here",
        ),
        ("{\n", "1: an object over several lines begins here"),
        ("[\"a.wav\", \"A title\"]\n", "1: a JSON array begins here"),
        (
            "{\"file\": \"a.wav\",\n\n\"title\": \"A\",\n}\n",
            "1: an object over several lines begins here",
        ),
    ] {
        assert_eq!(
            read("manifest.jsonl", content).unwrap_err(),
            format!("manifest.jsonl:{place}; {what}")
        );
    }
    // An object that is cut off is the mistake of one row.
    for content in [
        "{\"file\": \"a.wav\"\n{\"file\": \"b.wav\"}\n",
        "{\"file\": \"a.wav\"}\n{\"file\": \"b.wav\"\n",
    ] {
        let (said, problems) = read("manifest.jsonl", content).unwrap();
        assert_eq!((said.len(), problems.len()), (1, 1), "{problems:?}");
    }
    let (_, problems) = read("manifest.jsonl", "null\n").unwrap();
    assert_eq!(
        problems,
        ["manifest.jsonl:1: invalid type: null, expected an object (at character 4)"]
    );
}

/// A field as a spreadsheet writes it.
fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// However a manifest is written, it says what JSON Lines say.
    #[test]
    fn every_spelling_of_a_manifest_says_the_same(
        titles in proptest::collection::vec("[a-zÀ-ÿ漢😀\"][a-zÀ-ÿ漢😀 ,;\t\"'|]{0,12}[a-z\"]", 1..3),
        encoding in proptest::sample::select(&Encoding::ALL[..]),
        delimiter in proptest::sample::select(&[",", ";", "\t"][..]),
        line_end in proptest::sample::select(&["\n", "\r\n", "\r"][..]),
        is_named: bool, padding in 0usize..3,
    ) {
        let titles: Vec<_> = titles.iter().map(|title| title.replace('\t', " ")).collect();
        let rows = ["a.wav", "b.wav"].iter().zip(&titles);
        let empty = delimiter.repeat(padding);
        let mut lines = vec![format!("file{delimiter}title{empty}")];
        if is_named {
            lines.insert(0, format!("sep={delimiter}"));
        }
        for (file, title) in rows.clone() {
            lines.extend([format!("{file}{delimiter}{}{empty}", quoted(title)), empty.clone()]);
        }
        let csv = lines.join(line_end);
        let json: Vec<_> = rows.map(|(file, title)| serde_json::json!({"file": file, "title": title}).to_string()).collect();
        let json = encoding.of(&json.join(line_end));
        prop_assert_eq!(read("manifest.csv", encoding.of(&csv)).unwrap(), read("manifest.jsonl", json).unwrap());
    }
}
