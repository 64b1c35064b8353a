//! `synonyms.csv`: read as manifests are, kept with the version.

use std::fmt::Write as _;

use catalog::manifest::Manifest;
use proptest::prelude::*;
use shared::model::SynonymGroup;

use crate::encodings::Encoding;
use crate::world::{Sounds, World};

/// The groups and the problems of a file, or why it is refused.
fn read(content: impl AsRef<[u8]>) -> Result<(Vec<Vec<String>>, Vec<String>), String> {
    let sounds = Sounds::of(&["a.wav"]);
    sounds.write("synonyms.csv", content);
    let manifest = Manifest::read(sounds.path()).map_err(|error| format!("{error:#}"))?;
    let groups = manifest
        .synonyms
        .unwrap()
        .into_iter()
        .map(|group| group.terms().to_vec());
    Ok((
        groups.collect(),
        manifest.problems.iter().map(ToString::to_string).collect(),
    ))
}

#[test]
fn each_row_is_a_group() {
    for content in [
        "airplane, aeroplane, plane\nrain,rainfall\n",
        "airplane;aeroplane;plane\r\n\r\nrain;rainfall;\r\n",
        "airplane\taeroplane\tplane\rrain\trainfall\r",
        "sep=|\nairplane|aeroplane|plane\n|\nrain|rainfall\n",
        "\"airplane\", \"aeroplane\",,plane,\n,,\nrain,rainfall,Rain,RAIN-FALL\n",
    ] {
        let (groups, problems) = read(content).unwrap();
        assert_eq!(
            groups,
            [&["airplane", "aeroplane", "plane"][..], &["rain", "rainfall"]],
            "{content:?}"
        );
        assert_eq!(problems, [""; 0], "{content:?}");
    }
}

#[test]
fn problems_name_their_line() {
    let many: Vec<_> = (0..51).map(|number| format!("term {number}")).collect();
    let content = format!(
        "plane,aeroplane\n\nalone\n rain , RAIN\nPLANE,jet\nx,{}\n{}\nkick drum,bass drum\n",
        "y".repeat(65),
        many.join(",")
    );
    let (groups, problems) = read(content).unwrap();
    assert_eq!(groups, [["plane", "aeroplane"], ["kick drum", "bass drum"]]);
    let expected = [
        "synonyms.csv:3: a group needs two terms that differ, with a comma between them",
        "synonyms.csv:4: a group needs two terms that differ, with a comma between them",
        "synonyms.csv:5: \"PLANE\" is in line 1, too: a term belongs to one group",
        "synonyms.csv:6: \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\" must be a line of 1 to 64 characters, some of them visible, \
         without control characters and bidirectional overrides",
        "synonyms.csv:7: has 51 terms: at most 50 are possible",
    ];
    assert_eq!(problems, expected);
}

#[test]
fn too_many_groups_are_left_out() {
    let content = (0..2003).fold("alone\n".to_owned(), |mut text, number| {
        writeln!(text, "word {number},other {number}").unwrap();
        text
    });
    let (groups, problems) = read(content).unwrap();
    assert_eq!(groups.len(), 2000);
    assert_eq!(
        problems,
        [
            "synonyms.csv:1: a group needs two terms that differ, with a comma between them",
            "synonyms.csv:2002: at most 2000 groups are possible: from here on, 3 rows are left out"
        ]
    );
}

#[test]
fn a_doubtful_file_is_refused() {
    for (content, message) in [
        (&b""[..], "synonyms.csv is empty: it has 0 bytes"),
        (b"\n,\n", "synonyms.csv is empty: it has no row"),
        (b"a,\"b\nc,d\n", "synonyms.csv:1: a quotation mark is missing"),
        (
            b"7\" vinyl;\"LP\na;b\n",
            "synonyms.csv:1: a quotation mark is missing",
        ),
        (b"a,Caf\xE9\n", "synonyms.csv:1: the file is not UTF-8"),
        (b"sep=\na,b\n", "synonyms.csv:1: sep= names the delimiter"),
    ] {
        let refused = read(content).unwrap_err();
        assert!(refused.starts_with(message), "{refused}");
    }
}

/// The groups that are published.
async fn published(world: &World) -> Vec<String> {
    let store = world.store();
    let version = store.published_now().await.unwrap().unwrap().version;
    let groups = store.content_of(version).await.unwrap().synonyms;
    groups
        .iter()
        .map(|group: &SynonymGroup| group.terms().join("="))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn they_stay_until_the_directory_says_otherwise() {
    let world = World::start().await;
    let sounds = Sounds::of(&["a.wav"]);
    sounds.write("synonyms.csv", "plane,aeroplane\nrain,rainfall\n");
    let run = world.import(&sounds, &["--dry-run"]).await;
    run.assert(
        0,
        &[
            "nothing was written",
            "the groups of synonyms change: 0 before, 2 now",
        ],
    );
    world.import(&sounds, &[]).await.assert(0, &["1 imported"]);
    assert_eq!(published(&world).await, ["plane=aeroplane", "rain=rainfall"]);
    world.import(&sounds, &[]).await.assert(0, &["nothing to do"]);
    // A change of them alone is a new version.
    sounds.write("synonyms.csv", "plane,aeroplane,jet\nrain\n");
    let run = world.import(&sounds, &[]).await;
    run.assert(
        1,
        &[
            "not imported: synonyms.csv:2: a group needs two terms that differ",
            "note: the groups of synonyms change: 2 before, 1 now",
            "1 unchanged, 0 removed, 1 failed",
            "published version",
        ],
    );
    assert_eq!(published(&world).await, ["plane=aeroplane=jet"]);
    // A file without one good row takes nothing away, nor does a directory without the file.
    sounds.write("synonyms.csv", "rain\n");
    world
        .import(&sounds, &["--prune"])
        .await
        .assert(1, &["nothing to do"]);
    sounds.remove("synonyms.csv");
    world.import(&sounds, &[]).await.assert(0, &["nothing to do"]);
    world
        .import(&Sounds::of(&["b.wav"]), &[])
        .await
        .assert(0, &["1 imported"]);
    assert_eq!(published(&world).await, ["plane=aeroplane=jet"]);
    let run = world.import(&sounds, &["--prune"]).await;
    run.assert(
        0,
        &[
            "the groups of synonyms change: 1 before, 0 now",
            "1 removed",
            "published version",
        ],
    );
    assert_eq!(published(&world).await, [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However a file is written, its groups are the same.
    #[test]
    fn every_spelling_of_a_file_says_the_same(
        groups in proptest::collection::hash_set("[a-zà-ÿ漢]{3,8}", 6),
        encoding in proptest::sample::select(&Encoding::ALL[..]),
        delimiter in proptest::sample::select(&[",", ";", "\t"][..]),
        line_end in proptest::sample::select(&["\n", "\r\n", "\r"][..]),
    ) {
        let terms: Vec<String> = groups.into_iter().map(|term| format!("w{term}")).collect();
        let rows: Vec<_> = terms.chunks(3).map(|terms| terms.join(delimiter)).collect();
        let text = format!("sep={delimiter}{line_end}{}{line_end}", rows.join(line_end));
        let plain = rows.join(line_end).replace(delimiter, ",").replace(line_end, "\n");
        prop_assert_eq!(read(encoding.of(&text)).unwrap(), read(plain).unwrap());
    }
}
