//! The published catalogue: every list pages exactly, every reader sees one version, and calls stay within their cost.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use shared::model::{Id, Page, PageRequest, Position, SoundFilter, SoundId, StoredSound};
use shared::store::StoreError;

use crate::catalog_world::{content, label, playlist_id, publish, sound};
use crate::proxy::{Proxy, Seen};
use crate::table::Table;

fn page(limit: usize, position: Position<String>) -> PageRequest {
    PageRequest { limit, position }
}

fn filter(tag: Option<&str>, theme: Option<&str>, category: Option<&str>) -> SoundFilter {
    SoundFilter {
        tag: tag.map(label),
        theme: theme.map(label),
        category: category.map(label),
    }
}

fn ids(page: &Page<StoredSound>) -> Vec<SoundId> {
    page.data.iter().map(|sound| sound.id).collect()
}

/// The expected page, from the whole list `expected`.
fn expected_page<K>(expected: &[Id<K>], limit: usize, position: &Position<Id<K>>) -> (Vec<Id<K>>, bool) {
    let list: Vec<_> = match position {
        Position::Start => expected.to_vec(),
        Position::After(place) => expected.iter().copied().filter(|id| id < place).collect(),
        Position::Before(place) => expected.iter().rev().copied().filter(|id| id > place).collect(),
    };
    let mut data: Vec<_> = list.iter().copied().take(limit).collect();
    if position.is_backwards() {
        data.reverse();
    }
    (data, list.len() > limit)
}

#[tokio::test]
async fn every_page_of_every_list_is_what_a_plain_list_has_there() {
    let table = Table::start().await;
    let content = content(0..240);
    publish(&table.store, &content).await;
    let labels = |names: &'static [&'static str]| proptest::option::of(proptest::sample::select(names));
    let case = (
        labels(&["short", "WET", "cafe", "rare", "none"]),
        labels(&["rain", "City", "Sea"]),
        labels(&["nature", "machines", "Voices", "x"]),
        1usize..=100,
        // Also places without a sound.
        prop_oneof![
            Just(Position::Start),
            (0u64..250).prop_map(Position::After),
            (0u64..250).prop_map(Position::Before)
        ],
    );
    let cases: Vec<_> = {
        let mut runner = TestRunner::deterministic();
        (0..400)
            .map(|_| case.new_tree(&mut runner).unwrap().current())
            .collect()
    };
    for (tag, theme, category, limit, place) in cases {
        let filter = filter(tag, theme, category);
        let position = place.map(|number| sound(number).id);
        let matching: Vec<_> = content
            .sounds
            .iter()
            .filter(|sound| filter.matches(sound))
            .map(|sound| sound.id)
            .collect();
        let request = page(limit, position.map(|id| id.to_string()));
        let found = table.store.sounds(&filter, request).await.unwrap();
        let expected = expected_page(&matching, limit, &position);
        assert_eq!(
            (ids(&found), found.has_more),
            expected,
            "{filter:?} {limit} {position:?}"
        );
    }
    for number in 0..5 {
        let matching: Vec<_> = content
            .sounds
            .iter()
            .filter(|sound| sound.playlists.contains(&playlist_id(number)))
            .map(|sound| sound.id)
            .collect();
        for (limit, position) in [
            (3, Position::Start),
            (7, Position::After(sound(100).id)),
            (5, Position::Before(sound(100).id)),
            (100, Position::Start),
        ] {
            let request = page(limit, position.map(|id| id.to_string()));
            let (playlist, found) = table.store.playlist(playlist_id(number), request).await.unwrap();
            assert_eq!(
                (ids(&found), found.has_more),
                expected_page(&matching, limit, &position)
            );
            assert_eq!(playlist, content.playlists[usize::try_from(4 - number).unwrap()]);
        }
    }
}

#[tokio::test]
async fn short_lists_page_in_both_directions() {
    let table = Table::start().await;
    let content = content(0..240);
    publish(&table.store, &content).await;
    let store = &table.store;
    let all = store.tags(page(10, Position::Start)).await.unwrap();
    assert_eq!((&all.data, all.has_more), (&content.tags, false));
    let names: Vec<_> = all.data.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["Short", "Wet", "Café", "Rare"]);
    let second = store
        .tags(page(2, Position::After("Short".to_owned())))
        .await
        .unwrap();
    assert_eq!((&second.data[..], second.has_more), (&content.tags[1..3], true));
    assert_eq!(second.next_cursor.as_deref(), Some("Café"));
    let back = store
        .tags(page(1, Position::Before("Café".to_owned())))
        .await
        .unwrap();
    assert_eq!((&back.data[..], back.has_more), (&content.tags[1..2], true));
    let unknown = store.tags(page(1, Position::After("Nobody's".to_owned()))).await;
    assert!(matches!(
        unknown,
        Err(StoreError::CursorInvalid {
            param: "starting_after"
        })
    ));

    let themes = store.themes(page(1, Position::Start)).await.unwrap();
    assert_eq!((&themes.data[..], themes.has_more), (&content.themes[..1], true));
    let rest = store
        .themes(page(1, Position::After(themes.next_cursor.unwrap())))
        .await
        .unwrap();
    assert_eq!((&rest.data[..], rest.has_more), (&content.themes[1..], false));

    let playlists = store.playlists(page(3, Position::Start)).await.unwrap();
    assert_eq!(
        (&playlists.data[..], playlists.has_more),
        (&content.playlists[..3], true)
    );
    let back = store
        .playlists(page(2, Position::Before(playlist_id(1).to_string())))
        .await
        .unwrap();
    assert_eq!((&back.data[..], back.has_more), (&content.playlists[1..3], true));
}

#[tokio::test]
async fn similar_sounds_page_through_what_was_computed() {
    let table = Table::start().await;
    let content = content(0..240);
    publish(&table.store, &content).await;
    let first = &content.sounds[0];
    let (mut seen, mut last, mut position) = (BTreeSet::new(), 1.0, Position::Start);
    loop {
        let (found, similarities) = table.store.similar(first.id, page(30, position)).await.unwrap();
        assert_eq!(found.data.len(), similarities.len());
        for (sound, similarity) in found.data.iter().zip(similarities) {
            assert!(
                seen.insert(sound.id) && similarity <= last,
                "{sound:?} {similarity}"
            );
            last = similarity;
        }
        match found.next_cursor {
            Some(cursor) => position = Position::After(cursor),
            None => break,
        }
    }
    assert_eq!(
        seen,
        content.sounds[1..=100].iter().map(|sound| sound.id).collect()
    );
    let place = Position::Before(content.sounds[3].id.to_string());
    let (found, similarities) = table.store.similar(first.id, page(5, place)).await.unwrap();
    assert_eq!(found.data, content.sounds[1..3]);
    assert_eq!(similarities, [1.0, 0.99]);
    let place = Position::After(content.sounds[200].id.to_string());
    let far = table.store.similar(first.id, page(5, place)).await;
    assert!(matches!(far, Err(StoreError::CursorInvalid { .. })));
}

#[tokio::test]
async fn what_is_not_there_is_missing_and_before_the_first_import_everything_is_empty() {
    let table = Table::start().await;
    let store = &table.store;
    let start = || page(10, Position::Start);
    let is_missing = |outcome: Result<(), StoreError>| matches!(outcome, Err(StoreError::Missing { .. }));
    for published in [false, true] {
        if published {
            publish(store, &content(0..3)).await;
        }
        let unknown = sound(77).id;
        assert!(is_missing(store.sound(unknown).await.map(|_| ())));
        assert!(is_missing(store.similar(unknown, start()).await.map(|_| ())));
        assert!(is_missing(
            store.playlist(unknown.cast(), start()).await.map(|_| ())
        ));
        let sounds = store.sounds(&SoundFilter::default(), start()).await.unwrap();
        assert_eq!(sounds.data.is_empty(), !published);
        assert_eq!(store.tags(start()).await.unwrap().data.is_empty(), !published);
        assert_eq!(store.themes(start()).await.unwrap().data.is_empty(), !published);
        assert_eq!(
            store.playlists(start()).await.unwrap().data.is_empty(),
            !published
        );
    }
}

#[tokio::test]
async fn a_function_that_remembers_an_old_version_finds_what_a_new_one_has() {
    let table = Table::start().await;
    publish(&table.store, &content(0..10)).await;
    let other = table.store_through(table.database.url());
    assert_eq!(other.sound(sound(3).id).await.unwrap(), sound(3));
    publish(&table.store, &content(5..20)).await;
    let list = async || {
        ids(&other
            .sounds(&SoundFilter::default(), page(1, Position::Start))
            .await
            .unwrap())
    };
    let tags = async || other.tags(page(10, Position::Start)).await.unwrap().data;
    let themes = async || other.themes(page(10, Position::Start)).await.unwrap().data;
    // Lists are complete, and of the cached version.
    assert_eq!(list().await, [sound(9).id]);
    assert_eq!(
        (tags().await, themes().await),
        (content(0..10).tags, content(0..10).themes)
    );
    assert_eq!(other.sound(sound(3).id).await.unwrap(), sound(3));
    // A sound missing in the cached version is looked up in the new one, which is cached from then on.
    assert_eq!(other.sound(sound(15).id).await.unwrap(), sound(15));
    assert_eq!(list().await, [sound(19).id]);
    assert_eq!(
        (tags().await, themes().await),
        (content(5..20).tags, content(5..20).themes)
    );
    publish(&table.store, &content(5..30)).await;
    table.advance(61);
    assert_eq!(list().await, [sound(29).id]);
    assert_eq!(
        (tags().await, themes().await),
        (content(5..30).tags, content(5..30).themes)
    );
}

fn cost(seen: &[Seen]) -> (Vec<&str>, f64) {
    let operations = seen.iter().map(|call| call.operation.as_str()).collect();
    (operations, seen.iter().map(|call| call.units).sum())
}

#[tokio::test]
async fn every_call_has_its_round_trips_and_units() {
    let table = Table::start().await;
    publish(&table.store, &content(0..240)).await;
    let proxy = Proxy::watching(table.database.url()).await;
    let store = table.store_through(&proxy.url);
    let start = || page(50, Position::Start);

    store.published().await.unwrap();
    assert_eq!(cost(&proxy.take_seen()), (vec!["BatchGetItem"], 1.0));
    for (strong, advance) in [(true, 0), (false, 61)] {
        table.advance(advance);
        // Once per minute.
        store.published().await.unwrap();
        proxy.take_seen();
        let units = |eventual: f64| if strong { 2.0 * eventual } else { eventual };

        store.sound(sound(1).id).await.unwrap();
        assert_eq!(cost(&proxy.take_seen()), (vec!["BatchGetItem"], units(0.5)));
        for filter in [
            SoundFilter::default(),
            filter(Some("short"), None, None),
            filter(None, Some("rain"), None),
            filter(None, None, Some("nature")),
        ] {
            assert_eq!(store.sounds(&filter, start()).await.unwrap().data.len(), 50);
            let seen = proxy.take_seen();
            assert_eq!(cost(&seen).0, ["Query"]);
            assert!(cost(&seen).1 <= units(3.5), "{filter:?}: {seen:?}");
        }
        // A newly started function reads these lists and caches them.
        let store = table.store_through(&proxy.url);
        store.published().await.unwrap();
        proxy.take_seen();
        for expected in [(vec!["Query"], units(0.5)), (vec![], 0.0)] {
            store.tags(start()).await.unwrap();
            assert_eq!(cost(&proxy.take_seen()), expected);
            store.themes(start()).await.unwrap();
            assert_eq!(cost(&proxy.take_seen()), expected);
        }
        store.playlists(start()).await.unwrap();
        assert_eq!(cost(&proxy.take_seen()), (vec!["Query"], units(0.5)));
        store.similar(sound(1).id, start()).await.unwrap();
        let seen = proxy.take_seen();
        assert_eq!(cost(&seen), (vec!["BatchGetItem", "BatchGetItem"], units(25.5)));
        store.playlist(playlist_id(1), start()).await.unwrap();
        let seen = proxy.take_seen();
        assert_eq!(seen.len(), 2, "side by side");
    }
}
