//! How long an upload and its object live.

use serde_json::json;
use shared::model::{AttachmentFilter, Millis, NewGroup, PageRequest, Position};
use shared::store::{MOST_UNSENT, StoreError, UnusedAudio};

use super::world::{World, later, put};
use crate::catalog_world::{content, publish, sound};
use crate::table::text;

fn everything() -> PageRequest {
    PageRequest {
        limit: 100,
        position: Position::Start,
    }
}

#[tokio::test]
async fn an_upload_that_is_never_sent_goes_after_a_day() {
    let world = World::start().await;
    let store = &world.table.store;
    let kate = world.table.person("kate").await;
    world.upload(store, kate).await.unwrap();
    let (_, address) = world.announce(store, kate).await.unwrap();
    assert_eq!(put(&address).await, 200);
    world.table.advance(24 * 60 * 60 - 1);
    assert_eq!(
        store.expire_uploads(false, &world.bucket, later()).await.unwrap(),
        0
    );
    assert_eq!((world.objects().await.len(), world.noted().await), (2, 2));
    world.table.advance(1);
    assert_eq!(
        store.expire_uploads(false, &world.bucket, later()).await.unwrap(),
        2
    );
    assert_eq!((world.objects().await.len(), world.noted().await), (0, 0));
    let own = AttachmentFilter::default();
    let listed = store.attachments(kate, &own, everything()).await.unwrap();
    assert_eq!(listed.data, []);
    world.assert_consistent("in the end").await;
}

#[tokio::test]
async fn what_comes_to_the_address_of_a_deleted_upload_counts_and_goes() {
    let world = World::start().await;
    let store = &world.table.store;
    let kate = world.table.person("kate").await;
    let (id, address) = world.announce(store, kate).await.unwrap();
    assert_eq!(put(&address).await, 200);
    assert_eq!(put(&address).await, 412, "it is written once");
    store.delete_attachment(kate, id).await.unwrap();
    world.deliver(store).await.unwrap();
    assert_eq!((world.objects().await.len(), world.noted().await), (0, 1));
    // The address is still valid.
    assert_eq!(put(&address).await, 200);
    assert_eq!((world.objects().await.len(), world.noted().await), (1, 1));
    world.table.advance(75 * 60 - 1);
    store.expire_uploads(false, &world.bucket, later()).await.unwrap();
    assert_eq!((world.objects().await.len(), world.noted().await), (1, 1));
    world.table.advance(1);
    store.expire_uploads(false, &world.bucket, later()).await.unwrap();
    assert_eq!((world.objects().await.len(), world.noted().await), (0, 0));
}

#[tokio::test]
async fn nobody_has_more_uploads_that_are_not_sent_than_are_allowed() {
    let world = World::start().await;
    let store = &world.table.store;
    let (kate, kevin, conversation) = world.table.pair().await;
    let first = world.upload(store, kate).await.unwrap();
    let row = world.table.rows().await;
    let note = row.into_iter().find(|row| text(row, "kind") == "upload").unwrap();
    let more = (1..MOST_UNSENT).map(|number| {
        let mut note = note.clone();
        let key = format!("UPLOAD#{number:016}");
        note.insert("sk".to_owned(), aws_sdk_dynamodb::types::AttributeValue::S(key));
        note
    });
    world.table.import(more.collect());
    let refused = world.upload(store, kate).await.unwrap_err();
    let StoreError::UploadQuota { uploads, bytes } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((uploads, bytes), (1000, 15_000));
    world.upload(store, kevin).await.unwrap();
    // What is sent makes room.
    world
        .send(store, kate, conversation, json!([first]))
        .await
        .unwrap();
    world.deliver(store).await.unwrap();
    world.upload(store, kate).await.unwrap();
}

#[tokio::test]
async fn a_file_stays_as_long_as_a_message_has_it() {
    let world = World::start().await;
    let store = &world.table.store;
    let (kate, kevin, conversation) = world.table.pair().await;
    let id = world.upload(store, kate).await.unwrap();
    let first = world.send(store, kate, conversation, json!([id])).await.unwrap();
    let forward = json!([{"forward_id": id}]);
    let second = world
        .send(store, kevin, conversation, forward.clone())
        .await
        .unwrap();
    assert_ne!(
        first.attachments[0].attachment_id,
        second.attachments[0].attachment_id
    );
    assert_eq!(first.attachments[0].object, second.attachments[0].object);
    store.delete_message(kate, first.id).await.unwrap();
    world.deliver(store).await.unwrap();
    assert_eq!(world.objects().await.len(), 1);
    // It is gone for whoever wants to forward it, and the forward remains.
    let refused = world.send(store, kate, conversation, forward).await.unwrap_err();
    assert!(matches!(refused, StoreError::Missing { .. }), "{refused:?}");
    let again = json!([{"forward_id": second.attachments[0].attachment_id}]);
    world.send(store, kate, conversation, again).await.unwrap();
    store.delete_conversation(kate, conversation).await.unwrap();
    world.deliver(store).await.unwrap();
    assert_eq!(world.objects().await.len(), 0);
    world.assert_consistent("in the end").await;
}

#[tokio::test]
async fn the_last_two_that_have_a_file_may_go_at_once() {
    let world = World::start().await;
    let store = &world.table.store;
    let (kate, kevin, conversation) = world.table.pair().await;
    for _ in 0..20 {
        let id = world.upload(store, kate).await.unwrap();
        let first = world.send(store, kate, conversation, json!([id])).await.unwrap();
        let forward = json!([{"forward_id": id}]);
        let second = world.send(store, kevin, conversation, forward).await.unwrap();
        store.delete_message(kate, first.id).await.unwrap();
        store.delete_message(kevin, second.id).await.unwrap();
        let work = store.waiting_work(true).await.unwrap();
        let [one, other] = work.as_slice() else {
            panic!("two")
        };
        let (one, other) = (one.as_ref().unwrap(), other.as_ref().unwrap());
        tokio::try_join!(
            store.work(one, &world.bucket, later()),
            store.work(other, &world.bucket, later())
        )
        .unwrap();
        assert_eq!(world.objects().await.len(), 0);
    }
    world.reconcile(store).await.unwrap();
    world.assert_consistent("in the end").await;
}

#[tokio::test]
async fn a_forward_and_the_end_of_the_file_race() {
    let world = World::start().await;
    let store = &world.table.store;
    let (kate, kevin, conversation) = world.table.pair().await;
    let mut forwarded = 0;
    for _ in 0..20 {
        let id = world.upload(store, kate).await.unwrap();
        let first = world.send(store, kate, conversation, json!([id])).await.unwrap();
        let forward = world.send(store, kevin, conversation, json!([{"forward_id": id}]));
        let end = async {
            store.delete_message(kate, first.id).await.unwrap();
            world.deliver(store).await.unwrap();
        };
        let (forward, ()) = tokio::join!(forward, end);
        world.assert_nothing_is_lost("after a race").await;
        if let Ok(message) = forward {
            forwarded += 1;
            store.delete_message(kevin, message.id).await.unwrap();
            world.deliver(store).await.unwrap();
        }
        assert_eq!(world.objects().await.len(), 0);
    }
    assert!(forwarded > 0);
    world.reconcile(store).await.unwrap();
    world.assert_consistent("in the end").await;
}

#[tokio::test]
async fn a_send_and_the_end_of_the_upload_race() {
    let world = World::start().await;
    let store = &world.table.store;
    let (kate, _, conversation) = world.table.pair().await;
    for _ in 0..20 {
        let id = world.upload(store, kate).await.unwrap();
        let (sent, expired) = tokio::join!(
            world.send(store, kate, conversation, json!([id])),
            store.expire_uploads(true, &world.bucket, later())
        );
        expired.unwrap();
        world.assert_nothing_is_lost("after a race").await;
        match sent {
            Ok(message) => store.delete_message(kate, message.id).await.unwrap(),
            Err(StoreError::Missing { .. } | StoreError::Invalid { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        world.deliver(store).await.unwrap();
        world.reconcile(store).await.unwrap();
        assert_eq!(world.objects().await.len(), 0);
    }
    world.table.advance(2 * 60 * 60);
    world.reconcile(store).await.unwrap();
    assert_eq!(world.noted().await, 0);
    world.assert_consistent("in the end").await;
}

#[tokio::test]
async fn a_file_of_a_deleted_conversation_is_gone_for_the_members_of_its_group() {
    let world = World::start().await;
    let store = &world.table.store;
    let (kate, kevin, pair) = world.table.pair().await;
    let group: NewGroup = serde_json::from_value(json!({"name": "All", "contacts": [kevin]})).unwrap();
    let group = store.create_group(kate, &group, None).await.unwrap().resource;
    let conversation = group.conversation_id.unwrap();
    let id = world.upload(store, kate).await.unwrap();
    world.send(store, kate, conversation, json!([id])).await.unwrap();
    assert_eq!(store.attachment(kevin, id).await.unwrap().0.attachment_id, id);
    // Its rows wait for the purge, and the members have other rows in their place.
    store.delete_conversation(kate, conversation).await.unwrap();
    for who in [kate, kevin] {
        let found = store.attachment(who, id).await;
        assert!(matches!(found, Err(StoreError::Missing { .. })), "{found:?}");
        let forward = world.send(store, who, pair, json!([{"forward_id": id}])).await;
        assert!(matches!(forward, Err(StoreError::Missing { .. })), "{forward:?}");
    }
    let deleted = store.delete_attachment(kate, id).await;
    assert!(matches!(deleted, Err(StoreError::Missing { .. })), "{deleted:?}");
}

#[tokio::test]
async fn audio_stays_as_long_as_a_message_has_the_sound() {
    let world = World::start().await;
    let store = &world.table.store;
    let (kate, _, conversation) = world.table.pair().await;
    publish(store, &content(0..3)).await;
    let (named, other) = (sound(1), sound(2));
    let sounds = json!([{"sound_id": named.id}]);
    let message = world.send(store, kate, conversation, sounds).await.unwrap();
    assert_eq!(message.attachments[0].filename.as_str(), "Sound 1.wav");
    let audio = [named.audio.clone(), other.audio.clone()];
    let base = store.published_now().await.unwrap();
    let draft = store.begin_version(base).await.unwrap().unwrap();
    store.note_unused_audio(draft, &audio).await.unwrap();
    let removed = store.remove_audio(draft, unused(&audio)).await.unwrap();
    assert_eq!(removed, Some(unused(&[other.audio])));
    store.delete_message(kate, message.id).await.unwrap();
    world.deliver(store).await.unwrap();
    let removed = store.remove_audio(draft, unused(&audio[..1])).await.unwrap();
    assert_eq!(removed, Some(unused(&[named.audio])));
    // Its row is gone: nothing can name it any more, also if a function still remembers the version.
    let sounds = json!([{"sound_id": named.id}]);
    let refused = world.send(store, kate, conversation, sounds).await.unwrap_err();
    assert!(matches!(refused, StoreError::Missing { .. }), "{refused:?}");
}

#[tokio::test]
async fn the_largest_message_in_the_largest_group_is_sent_changed_and_deleted() {
    let world = World::start().await;
    let store = &world.table.store;
    let kate = world.table.person("kate").await;
    let mut others = Vec::new();
    for number in 0..89 {
        others.push(world.table.contact(kate, &format!("other{number}")).await.id);
    }
    publish(store, &content(0..40)).await;
    let group: NewGroup = serde_json::from_value(json!({"name": "All", "contacts": others})).unwrap();
    let group = store.create_group(kate, &group, None).await.unwrap().resource;
    let conversation = group.conversation_id.unwrap();
    let sounds = |numbers: std::ops::Range<u64>| numbers.map(|number| json!({"sound_id": sound(number).id}));
    let all: Vec<_> = sounds(0..30).collect();
    let message = world.send(store, kate, conversation, json!(all)).await.unwrap();
    assert_eq!(message.attachments.len(), 30);
    // Ten stay, ten are uploads, ten are forwarded: everything that a message can get.
    let mut next: Vec<_> = message.attachments[..10]
        .iter()
        .map(|file| json!(file.attachment_id))
        .collect();
    for _ in 0..10 {
        next.push(json!(world.upload(store, kate).await.unwrap()));
    }
    let forwards = message.attachments[20..].iter();
    next.extend(forwards.map(|file| json!({"forward_id": file.attachment_id})));
    let changed = world.attach(store, kate, message.id, json!(next)).await.unwrap();
    assert_eq!(changed.attachments.len(), 30);
    // All others have not read it.
    store.delete_message(kate, message.id).await.unwrap();
    world.deliver(store).await.unwrap();
    assert_eq!(world.objects().await.len(), 0);
    let files = world.table.rows().await;
    let left = files
        .iter()
        .filter(|row| ["attachment", "reference"].contains(&text(row, "kind")));
    assert_eq!(left.count(), 0);
    world.reconcile(store).await.unwrap();
    world.assert_consistent("in the end").await;
}

/// Candidates for removal with these SHA-256s.
fn unused(sha256s: &[String]) -> Vec<UnusedAudio> {
    let unused = |sha256: &String| UnusedAudio {
        sha256: sha256.clone(),
        since: Millis(0),
    };
    sha256s.iter().map(unused).collect()
}
