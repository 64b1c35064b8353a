//! Versions of the catalogue: written beside the published one, published atomically, and removed, with interruptions
//! at every point.

use std::collections::BTreeSet;
use std::time::Duration;

use shared::model::{Millis, PageRequest, Position, SoundFilter, StoredSound, VersionId};
use shared::store::{CatalogContent, Publishing, Store, UnusedAudio};

use crate::catalog_world::{content, publish, sound, write};
use crate::faults::first;
use crate::proxy::{Proxy, Verdict};
use crate::table::{Table, text};

/// The number of sounds that callers see, and how many of them match `is_new`.
async fn seen(store: &Store, is_new: impl Fn(&StoredSound) -> bool) -> (usize, usize) {
    let page = PageRequest {
        limit: 100,
        position: Position::Start,
    };
    store.published_now().await.unwrap();
    let sounds = store.sounds(&SoundFilter::default(), page).await.unwrap().data;
    (sounds.len(), sounds.iter().filter(|sound| is_new(sound)).count())
}

/// The same sounds with other titles.
fn renamed(content: &CatalogContent) -> CatalogContent {
    let mut content = content.clone();
    for sound in &mut content.sounds {
        sound.title = "New".to_owned().try_into().unwrap();
    }
    content
}

fn is_new(sound: &StoredSound) -> bool {
    sound.title.as_str() == "New"
}

/// The versions that have rows of any kind.
async fn versions(table: &Table) -> BTreeSet<String> {
    let rows = table.rows().await;
    let own = rows
        .iter()
        .filter_map(|row| Some(text(row, "pk").strip_prefix("CATALOG#")?[..16].to_owned()));
    let listed = rows
        .iter()
        .filter_map(|row| Some(text(row, "sk").strip_prefix("VERSION#")?.to_owned()));
    own.chain(listed).collect()
}

/// Removes a version as an import does, except its objects.
async fn remove(store: &Store, version: VersionId) -> Result<(), shared::store::StoreError> {
    store.remove_version(version).await?;
    store.forget_version(version).await
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_the_old_catalogue_or_the_new_one() {
    let table = Table::start().await;
    let old = content(0..60);
    publish(&table.store, &old).await;
    let reader = table.store_through(table.database.url());
    let reading = tokio::spawn(async move {
        let (mut before, mut after) = (0, 0);
        while after == 0 {
            match seen(&reader, is_new).await {
                (60, 0) => before += 1,
                (60, 60) => after += 1,
                mixed => panic!("{mixed:?}"),
            }
        }
        before
    });
    let draft = {
        let base = table.store.published_now().await.unwrap();
        table.store.begin_version(base).await.unwrap().unwrap()
    };
    write(&table.store, draft, &renamed(&old)).await;
    assert_eq!(
        seen(&table.store, is_new).await,
        (60, 0),
        "what is not published is not seen"
    );
    let outcome = table.store.publish(draft, 60).await.unwrap();
    assert!(matches!(outcome, Publishing::Done(published) if published.version == draft.version));
    assert!(reading.await.unwrap() > 0);
}

#[tokio::test]
async fn whoever_begins_later_takes_the_place_of_the_other() {
    let table = Table::start().await;
    let store = &table.store;
    let one = store.begin_version(None).await.unwrap().unwrap();
    assert!(store.is_current(one).await.unwrap());
    let other = store.begin_version(None).await.unwrap().unwrap();
    assert!(!store.is_current(one).await.unwrap() && store.is_current(other).await.unwrap());
    let sounds = content(0..3).sounds;
    assert!(
        !store
            .write_sounds(one, &sounds, |_| Vec::new(), |_| ())
            .await
            .unwrap()
    );
    let unused = UnusedAudio {
        sha256: "x".to_owned(),
        since: Millis(0),
    };
    assert_eq!(store.remove_audio(one, vec![unused]).await.unwrap(), None);
    assert_eq!(store.publish(one, 3).await.unwrap(), Publishing::Superseded);
    assert_eq!(store.published_now().await.unwrap(), None);
    assert_eq!(store.outdated_versions(Some(other)).await.unwrap(), [one.version]);
    assert!(matches!(
        store.publish(other, 0).await.unwrap(),
        Publishing::Done(_)
    ));
    // This import began before the other one was published.
    let late = store.begin_version(None).await.unwrap().unwrap();
    assert_eq!(store.publish(late, 0).await.unwrap(), Publishing::Superseded);
    assert_eq!(
        store.published_now().await.unwrap().unwrap().version,
        other.version
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_begin_at_once_one_can_publish() {
    let table = Table::start().await;
    let import = || async {
        let Some(draft) = table.store.begin_version(None).await.unwrap() else {
            return false;
        };
        matches!(table.store.publish(draft, 0).await.unwrap(), Publishing::Done(_))
    };
    let (a, b, c, d) = tokio::join!(import(), import(), import(), import());
    assert!(
        [a, b, c, d].into_iter().filter(|won| *won).count() <= 1,
        "all began with nothing published"
    );
    let again = table.store.published_now().await.unwrap();
    let draft = table.store.begin_version(again).await.unwrap().unwrap();
    assert!(matches!(
        table.store.publish(draft, 0).await.unwrap(),
        Publishing::Done(_)
    ));
}

#[tokio::test]
async fn a_reply_lost_when_it_is_published_is_no_loss() {
    let table = Table::start().await;
    let draft = table.store.begin_version(None).await.unwrap().unwrap();
    let proxy = Proxy::start(
        table.database.url(),
        first("TransactWriteItems", 2, || Verdict::LoseReply),
    )
    .await;
    let outcome = table.store_through(&proxy.url).publish(draft, 7).await.unwrap();
    assert!(matches!(outcome, Publishing::Done(published) if published.sounds == 7));
}

#[tokio::test]
async fn rows_that_the_database_leaves_undone_are_written_in_the_end() {
    let table = Table::start().await;
    let proxy = Proxy::start(
        table.database.url(),
        first("BatchWriteItem", 12, || Verdict::FirstOnly),
    )
    .await;
    let content = content(0..20);
    publish(&table.store_through(&proxy.url), &content).await;
    let published = table.store.published_now().await.unwrap().unwrap();
    assert_eq!(table.store.content_of(published.version).await.unwrap(), content);
}

#[tokio::test]
async fn long_lists_stand_in_several_rows() {
    let table = Table::start().await;
    let mut content = content(0..4);
    content.tags = (0..9000u32)
        .map(|number| shared::model::TagCount {
            name: crate::catalog_world::label(&format!("{number:05}{}", "ü".repeat(50))),
            count: 9000 - number,
        })
        .collect();
    let published = publish(&table.store, &content).await;
    assert_eq!(
        table.store.content_of(published.version).await.unwrap().tags,
        content.tags
    );
    let rows = table.rows().await;
    assert!(rows.iter().filter(|row| text(row, "kind") == "tags").count() > 2);
}

#[tokio::test]
async fn versions_go_two_minutes_after_they_were_replaced() {
    let table = Table::start().await;
    let store = &table.store;
    let content = content(0..30);
    let first = publish(store, &content).await.version;
    let second = publish(store, &renamed(&content)).await.version;
    assert_eq!(store.outdated_versions(None).await.unwrap(), []);
    table.advance(119);
    assert_eq!(store.outdated_versions(None).await.unwrap(), []);
    table.advance(2);
    assert_eq!(store.outdated_versions(None).await.unwrap(), [first]);
    remove(store, first).await.unwrap();
    assert_eq!(versions(&table).await, BTreeSet::from([second.to_string()]));
    assert_eq!(store.content_of(second).await.unwrap(), renamed(&content));
    table.advance(1_000_000);
    assert_eq!(
        store.outdated_versions(None).await.unwrap(),
        [],
        "the last one stays"
    );
}

/// A clock set back does not make the published version look outdated.
#[tokio::test]
async fn the_published_version_is_never_outdated() {
    let table = Table::start().await;
    let content = content(0..2);
    publish(&table.store, &content).await;
    let early = table.store_by(std::sync::Arc::new(|| shared::model::Millis(1_700_000_000_000)));
    let second = publish(&early, &renamed(&content)).await;
    table.advance(1000);
    let outdated = table.store.outdated_versions(None).await.unwrap();
    assert!(
        outdated.len() == 1 && outdated[0] != second.version,
        "{outdated:?}"
    );
}

/// Kills the removal at each of its calls in turn. The next removal finishes, and the other version stays.
#[tokio::test]
async fn a_removal_killed_between_any_two_calls_is_finished_by_the_next() {
    let content = content(0..30);
    for survived in 0.. {
        let table = Table::start().await;
        let old = publish(&table.store, &content).await.version;
        let new = publish(&table.store, &renamed(&content)).await.version;
        let mut left = survived;
        let proxy = Proxy::start(table.database.url(), move |_, _| {
            if left == 0 {
                return Verdict::Refuse("AccessDeniedException");
            }
            left -= 1;
            Verdict::Pass
        })
        .await;
        let killed = remove(&table.store_through(&proxy.url), old).await;
        if killed.is_err() {
            table.advance(121);
            assert_eq!(
                table.store.outdated_versions(None).await.unwrap(),
                [old],
                "it is still listed"
            );
        }
        remove(&table.store, old).await.unwrap();
        assert_eq!(
            versions(&table).await,
            BTreeSet::from([new.to_string()]),
            "{survived}"
        );
        assert_eq!(table.store.content_of(new).await.unwrap(), renamed(&content));
        if killed.is_ok() {
            assert!(survived > 5, "{survived}");
            break;
        }
    }
}

#[tokio::test]
async fn audio_is_known_by_what_it_is_and_how_it_was_measured() {
    let table = Table::start().await;
    let store = &table.store;
    publish(store, &content(0..3)).await;
    let asked: Vec<_> = [0, 1, 1, 9].map(|number| sound(number).audio).into();
    let known = store.audio::<Vec<f32>>(&asked, 1).await.unwrap();
    assert_eq!(known.keys().collect::<BTreeSet<_>>(), asked[..2].iter().collect());
    assert!(store.audio::<Vec<f32>>(&asked, 2).await.unwrap().is_empty());

    let base = store.published_now().await.unwrap();
    let draft = store.begin_version(base).await.unwrap().unwrap();
    store.note_unused_audio(draft, &asked[..2]).await.unwrap();
    table.advance(60);
    let since = |seconds| store.unused_audio(Duration::from_secs(seconds));
    assert_eq!(since(0).await.unwrap().len(), 2);
    assert_eq!(since(59).await.unwrap().len(), 2);
    assert_eq!(since(61).await.unwrap().len(), 0);
    let mut unused = since(0).await.unwrap();
    unused.retain(|unused| unused.sha256 == asked[0]);
    let removed = store.remove_audio(draft, unused.clone()).await.unwrap();
    assert_eq!(removed.as_ref(), Some(&unused));
    store.forget_unused_audio(&unused).await.unwrap();
    assert_eq!(store.audio::<Vec<f32>>(&asked, 1).await.unwrap().len(), 1);
    assert_eq!(since(0).await.unwrap().len(), 1);
}
