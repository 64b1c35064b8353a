//! Objects: what is opened is what was built.

use proptest::prelude::*;
use search::{PlaylistIndex, SearchError, SoundIndex, build_playlists, build_sounds};
use serde_json::json;
use shared::model::{Id, Millis, PageRequest, Playlist, PlaylistId, PlaylistSearch, Position};

use crate::support::{label, sound};
use crate::{NONE, page, query};

fn playlist(made_at: u64, name: &str, description: Option<&str>, theme: Option<&str>) -> Playlist {
    let id: PlaylistId = Id::from_parts(Millis(made_at), 7);
    Playlist {
        id,
        name: label(name),
        description: description.map(ToOwned::to_owned),
        theme: theme.map(label),
        sound_count: 1,
        created_at: id.created_at(),
    }
}

#[test]
fn playlists_are_found_by_name_description_and_theme() {
    let playlists = [
        playlist(1, "Rainy Days", Some("For thinking"), None),
        playlist(2, "Farm Life", Some("Cows after the rain"), Some("Nature")),
        playlist(3, "City", None, Some("Traffic")),
    ];
    let index = PlaylistIndex::open(build_playlists(&playlists, &NONE).unwrap()).unwrap();
    let find = |query: &str| {
        let search: PlaylistSearch = serde_json::from_value(json!({ "query": query })).unwrap();
        let page = PageRequest {
            limit: 10,
            position: Position::Start,
        };
        index.search(&search, &page).unwrap().data
    };
    let [rainy, farm, city] = playlists.each_ref().map(|playlist| playlist.id);
    assert_eq!(find("rain"), [rainy, farm]);
    assert_eq!(find("rainy"), [rainy, farm]);
    assert_eq!(find("nat"), [farm]);
    assert_eq!(find("trafic"), [city]);
    assert_eq!(find("winter"), []);
}

#[test]
fn an_index_over_nothing_finds_nothing() {
    let index = SoundIndex::open(build_sounds([], &NONE).unwrap()).unwrap();
    let found = page(&index, &query("rain door"), 5, Position::Start).unwrap();
    assert!(found.data.is_empty() && !found.has_more && found.next_cursor.is_none());
}

#[test]
fn the_order_of_building_does_not_matter() {
    let sounds = [sound(1, "Rain"), sound(2, "Rain and rain"), sound(3, "Rainy")];
    let find = |index: SoundIndex| page(&index, &query("rain"), 5, Position::Start).unwrap();
    let forward = SoundIndex::open(build_sounds(&sounds, &NONE).unwrap()).unwrap();
    let backward = SoundIndex::open(build_sounds(sounds.iter().rev(), &NONE).unwrap()).unwrap();
    assert_eq!(find(forward), find(backward));
}

#[test]
fn foreign_objects_are_told_apart() {
    let sounds = build_sounds(&[sound(1, "Rain")], &NONE).unwrap();
    assert!(matches!(
        PlaylistIndex::open(sounds.clone()),
        Err(SearchError::Foreign)
    ));
    assert!(matches!(SoundIndex::open(Vec::new()), Err(SearchError::Foreign)));
    assert!(matches!(
        SoundIndex::open(b"RIFF....WAVEfmt ".to_vec()),
        Err(SearchError::Foreign)
    ));
    let mut older = sounds;
    older[8] = 0;
    let error = SoundIndex::open(older).err().unwrap();
    assert!(matches!(error, SearchError::Format { found: 0, .. }), "{error}");
    assert!(
        error.to_string().contains("import the catalogue again"),
        "{error}"
    );
}

proptest! {
    #[test]
    fn damage_is_found(at: prop::sample::Index, by in 1..=u8::MAX, cut: prop::sample::Index) {
        let object = build_sounds(&[sound(1, "Rain"), sound(2, "Door")], &NONE).unwrap();
        let mut changed = object.clone();
        changed[at.index(object.len())] ^= by;
        prop_assert!(SoundIndex::open(changed).is_err());
        prop_assert!(SoundIndex::open(object[..cut.index(object.len())].to_vec()).is_err());
    }

    #[test]
    fn garbage_is_refused(mut garbage in prop::collection::vec(any::<u8>(), 0..200), with_magic: bool) {
        if with_magic {
            garbage.splice(0..0, *b"PROTOIDX\x02\0\0\0");
        }
        prop_assert!(SoundIndex::open(garbage).is_err());
    }
}
