//! Versions of the catalogue whose keys follow the first rule of labels, which kept the separators of words: as a
//! release with that rule has left them.

use aws_sdk_dynamodb::types::AttributeValue;
use shared::model::{PageRequest, Position, SoundFilter, TagCount};
use shared::store::{CatalogContent, Store};
use tokio::time::{Duration, Instant};

use crate::catalog_world::{content, label, publish};
use crate::table::{Item, Table, text};

/// Sounds that all have a tag with a hyphen.
fn hyphenated() -> CatalogContent {
    let mut content = content(0..6);
    for sound in &mut content.sounds {
        sound.tags.push(label("zz-wind"));
    }
    content.tags.insert(
        0,
        TagCount {
            name: label("zz-wind"),
            count: 6,
        },
    );
    content
}

/// The row as the earlier release wrote it.
fn of_before(mut row: Item) -> Item {
    row.remove("label_keys");
    let pk = text(&row, "pk").replace("#TAG#zzwind", "#TAG#zz-wind");
    row.insert("pk".to_owned(), AttributeValue::S(pk));
    row
}

/// A table that the earlier release has written.
async fn table_of_before() -> Table {
    let (writer, table) = (Table::start().await, Table::start().await);
    publish(&writer.store, &hyphenated()).await;
    table.import(writer.rows().await.into_iter().map(of_before).collect());
    table
}

async fn tagged(store: &Store, tag: &str) -> usize {
    let filter = SoundFilter {
        tag: Some(label(tag)),
        ..SoundFilter::default()
    };
    let page = PageRequest {
        limit: 100,
        position: Position::Start,
    };
    store.published_now().await.unwrap();
    store.sounds(&filter, page).await.unwrap().data.len()
}

#[tokio::test]
async fn a_tag_is_found_by_the_rule_of_its_version() {
    let table = table_of_before().await;
    let store = &table.store;
    let old = store.published_now().await.unwrap().unwrap();
    assert!(!old.has_present_keys());
    assert_eq!(tagged(store, "zz-wind").await, 6);
    assert_eq!(tagged(store, "ZZ-Wind").await, 6);
    let new = publish(store, &hyphenated()).await;
    assert!(new.has_present_keys());
    for tag in ["zz-wind", "zzwind", "ZZ Wind"] {
        assert_eq!(tagged(store, tag).await, 6, "{tag}");
    }
}

#[tokio::test]
async fn a_version_of_before_is_whole_and_removed_to_the_last_row() {
    let table = table_of_before().await;
    let store = &table.store;
    let until = Instant::now() + Duration::from_mins(1);
    let found = store.check_integrity(None, until).await.unwrap();
    assert_eq!(serde_json::to_string(&found.problems).unwrap(), "[]");
    let old = store.published_now().await.unwrap().unwrap().version;
    publish(store, &hyphenated()).await;
    table.advance(121);
    assert_eq!(store.outdated_versions(None).await.unwrap(), [old]);
    store.remove_version(old).await.unwrap();
    store.forget_version(old).await.unwrap();
    let rows = table.rows().await;
    let left = rows
        .iter()
        .filter(|row| text(row, "pk").contains(&old.to_string()));
    assert_eq!(left.count(), 0);
}
