//! The search of sounds, through the real functions and against a plain model.

use shared::model::StoredSound;

use crate::catalog::WORDS;
use crate::lists::{assert_pages, page, query};
use crate::sounds::ids;
use crate::world::{catalogue, person};

#[test]
fn a_search_finds_what_has_the_word_and_holds_the_filters() {
    let kate = person("sounds.search");
    let catalogue = catalogue();
    let found = |query: &str, filter: &str| {
        let all = page(
            &kate,
            "/v1/sounds/search",
            &format!("query={query}&limit=100&{filter}"),
        );
        assert!(!all.has_more);
        all.ids
    };
    let sorted = |mut ids: Vec<String>| {
        ids.sort_unstable();
        ids
    };
    for word in WORDS {
        let all: Vec<_> = catalogue
            .sounds
            .iter()
            .filter(|sound| sound.title.as_str().starts_with(word))
            .collect();
        // In any case, and as the beginning of a word.
        let best_first = found(word, "");
        assert_eq!(
            sorted(best_first.clone()),
            sorted(ids(all.iter().copied())),
            "{word}"
        );
        assert_eq!(found(&word.to_uppercase(), ""), best_first);
        assert_eq!(
            sorted(found(&word[..5], "")),
            sorted(best_first.clone()),
            "{word}"
        );
        for filters in [
            [Some("bell"), None, None],
            [None, Some("ather"), None],
            [None, None, Some("WEATHER")],
            [Some("cafe"), Some("nature"), Some("Bells")],
            [Some("nothing"), None, None],
        ] {
            let names = ["tag", "theme", "category"].iter().zip(filters);
            let given: Vec<_> = names
                .filter_map(|(name, value)| Some((*name, value?.to_owned())))
                .collect();
            let holding = ids(catalogue.filtered(filters));
            let expected = best_first.iter().filter(|id| holding.contains(id)).cloned();
            // Filters do not change the order.
            assert_eq!(
                found(word, &query(&given)),
                expected.collect::<Vec<_>>(),
                "{word} {given:?}"
            );
        }
        for (least, most) in [(0, 50), (2_000, 7_000), (5_050, 5_050), (7_000, 7_001)] {
            let filter = format!("min_duration_ms={least}&max_duration_ms={most}");
            let within = |sound: &&&StoredSound| (least..=most).contains(&sound.duration_ms);
            let expected = ids(all.iter().filter(within).copied());
            assert_eq!(sorted(found(word, &filter)), sorted(expected), "{word} {filter}");
        }
    }
    assert_eq!(found("qqzzxx", ""), [] as [String; 0]);
    let one = page(&kate, "/v1/sounds/search", "query=zither%2016&limit=1");
    let sixteen = catalogue
        .sounds
        .iter()
        .find(|sound| sound.title.as_str().ends_with(" 16"))
        .unwrap();
    let title = sixteen.title.as_str();
    assert!(title.starts_with("Zither"), "{title}");
    assert_eq!(one.ids, [sixteen.id.to_string()], "the best is first");
}

#[test]
fn a_search_pages_exactly() {
    let kate = person("sounds.search.pages");
    let all = page(&kate, "/v1/sounds/search", "query=engine&limit=100").ids;
    assert_eq!(all.len(), 20);
    assert_pages(&kate, "/v1/sounds/search", "query=engine", &all);
    let few = page(&kate, "/v1/sounds/search", "query=engine&tag=bell&limit=100").ids;
    assert_pages(&kate, "/v1/sounds/search", "query=engine&tag=bell", &few);
    // A sound that there is, and that is not found, or not with this filter.
    let squeak = page(&kate, "/v1/sounds/search", "query=squeak&limit=1")
        .ids
        .remove(0);
    let unfiltered = all.iter().find(|id| !few.contains(id)).unwrap();
    for (filter, cursor) in [("", &squeak), ("&tag=bell", unfiltered)] {
        for param in ["starting_after", "ending_before"] {
            kate.get(&format!(
                "/v1/sounds/search?query=engine{filter}&{param}={cursor}"
            ))
            .refused(400, "cursor_invalid", Some(param));
        }
    }
}
