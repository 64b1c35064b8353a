//! While another version of the catalogue is published, every answer is of the old one or of the new one.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::catalog::Catalogue;
use crate::races::at_once;
use crate::world::{Machine, text};

/// For how long a function takes the version that it remembers for granted.
const MEMORY: Duration = Duration::from_secs(61);

/// The same, and some more.
const PATIENCE: Duration = Duration::from_secs(90);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// The editions of which these sounds and playlists are.
fn editions(page: &Value) -> Vec<String> {
    let items = page["data"].as_array().unwrap().iter().chain([page]);
    let descriptions = items.filter_map(|item| item["description"].as_str());
    let mut editions: Vec<_> = descriptions
        .map(|text| {
            text.trim_start_matches("Edition ")
                .split(',')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    editions.sort_unstable();
    editions.dedup();
    editions
}

/// By one environment of each function: it goes forward only.
#[test]
fn readers_see_the_old_catalogue_or_the_new_one() {
    let machine = Machine::start(|options| options.max_concurrency = 1);
    let (old, new) = (Catalogue::of("old", 60), Catalogue::of("new", 80));
    old.publish(&machine.local);
    let (first, playlist) = (&old.sounds[30], &old.playlists[0]);
    let paths = [
        "/v1/sounds?limit=100".to_owned(),
        format!("/v1/sounds/{}/similar?limit=100", first.id),
        "/v1/sounds?limit=100&tag=cafe&category=doors".to_owned(),
        "/v1/sounds/search?query=edition&limit=100".to_owned(),
        "/v1/playlists?limit=100".to_owned(),
        "/v1/playlists/search?query=edition&limit=100".to_owned(),
        format!("/v1/playlists/{}?limit=100", playlist.id),
        "/v1/themes?limit=100".to_owned(),
    ];
    let is_published = Mutex::new(None::<Instant>);
    at_once(paths.len() + 1, |number| {
        let Some(path) = paths.get(number) else {
            std::thread::sleep(Duration::from_millis(500));
            new.publish(&machine.local);
            *is_published.lock().unwrap() = Some(Instant::now());
            // What is new is found at once, whatever a function remembers.
            let kate = machine.person("versions.new");
            let newest = new.sounds[0].id;
            kate.get(&format!("/v1/sounds/{newest}")).expect(200);
            kate.get(&format!("/v1/sounds/{newest}/similar")).expect(200);
            return;
        };
        let kate = machine.person("versions");
        let (mut seen, start) = (Vec::new(), Instant::now());
        loop {
            let page = kate.get(path).expect(200);
            // Themes have no description: their counts tell.
            let edition = if path.starts_with("/v1/themes") {
                vec![edition_of_themes(&page, &[&old, &new])]
            } else {
                editions(&page)
            };
            assert_eq!(edition.len(), 1, "{path}: {page}");
            if seen.last() != edition.last() {
                seen.extend(edition);
            }
            if seen.last().is_some_and(|edition| edition == "new") {
                // It stays so.
                for _ in 0..5 {
                    let page = kate.get(path).expect(200);
                    if !path.starts_with("/v1/themes") {
                        assert_eq!(editions(&page), ["new"], "{path}");
                    }
                }
                break;
            }
            assert!(start.elapsed() < PATIENCE, "{path} never shows the new one");
            std::thread::sleep(PAUSE);
        }
        assert_eq!(seen, ["old", "new"], "{path}");
    });
    let took = is_published.lock().unwrap().unwrap().elapsed();
    assert!(
        took < Duration::from_secs(90),
        "it takes a minute at most: {took:?}"
    );
}

/// Each environment remembers the published version by itself. So the new one may be followed by the old one once more,
/// but not for longer than any of them remembers.
#[test]
fn after_a_minute_every_environment_shows_the_new_catalogue() {
    let machine = Machine::start(|_| ());
    let (old, new) = (Catalogue::of("old", 60), Catalogue::of("new", 80));
    old.publish(&machine.local);
    let kate = machine.person("versions.many");
    let look = || editions(&kate.get("/v1/sounds?limit=100").expect(200));
    // At once, so that there are several.
    at_once(4, |_| assert_eq!(look(), ["old"]));
    new.publish(&machine.local);
    let published = Instant::now();
    at_once(4, |_| {
        while published.elapsed() < MEMORY {
            let shown = look();
            assert!(shown == ["old"] || shown == ["new"], "{shown:?}");
            std::thread::sleep(PAUSE);
        }
    });
    at_once(4, |_| assert_eq!(look(), ["new"]));
}

fn edition_of_themes(page: &Value, catalogues: &[&Catalogue; 2]) -> String {
    let counts: Vec<_> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|theme| theme["sound_count"].clone())
        .collect();
    let is_of = |catalogue: &Catalogue| {
        let own: Vec<_> = catalogue
            .themes
            .iter()
            .map(|theme| Value::from(theme.sound_count))
            .collect();
        own == counts
    };
    let names = ["old", "new"];
    let found = names
        .iter()
        .zip(catalogues)
        .find(|(_, catalogue)| is_of(catalogue));
    let (edition, _) = found.unwrap_or_else(|| panic!("of neither: {page}"));
    (*edition).to_owned()
}

/// Every id is a position in lists by id, so a reader who goes on in another version sees nothing twice.
#[test]
fn a_sound_that_is_gone_is_a_position() {
    let machine = Machine::start(|_| ());
    let kate = machine.person("versions.cursor");
    Catalogue::of("old", 60).publish(&machine.local);
    let page = kate.get("/v1/sounds?limit=10").expect(200);
    let cursor = text(&page["next_cursor"]);
    // Only the oldest ten stay.
    Catalogue::of("new", 10).publish(&machine.local);
    let rest = kate
        .get(&format!("/v1/sounds?limit=100&starting_after={cursor}"))
        .expect(200);
    let rest = rest["data"].as_array().unwrap().len();
    assert!(
        [50, 10].contains(&rest),
        "of the old version, or of the new one: {rest}"
    );
}
