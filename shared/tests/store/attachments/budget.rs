//! What attachments cost: round trips, and request units as the database counts them.

use serde_json::json;
use shared::model::{AnnouncedFile, AttachmentFilter, NewAttachment, PageRequest, Position};

use super::world::World;
use crate::budget_messages::measured;

fn first_ten() -> PageRequest {
    PageRequest {
        limit: 10,
        position: Position::Start,
    }
}

#[tokio::test]
async fn lists_take_one_trip_and_a_single_one_two() {
    let world = World::start().await;
    let (table, bucket) = (&world.table, &world.bucket);
    let (kate, kevin, conversation) = table.pair().await;
    let mut sent = None;
    for _ in 0..12 {
        let id = world.upload(&table.store, kate).await.unwrap();
        let message = world
            .send(&table.store, kate, conversation, json!([id]))
            .await
            .unwrap();
        sent = message.attachments.into_iter().next();
    }
    let unsent = world.upload(&table.store, kate).await.unwrap();
    let sent = sent.unwrap().attachment_id;

    let own = AttachmentFilter::default();
    let (page, cost) = measured(table, &[1], async |store| {
        store.attachments(kate, &own, first_ten()).await
    })
    .await;
    assert_eq!((page.unwrap().data.len(), cost.units()), (10, (1.0, 0.0)));
    let filter = AttachmentFilter {
        conversation_id: Some(conversation),
    };
    let list = async |store: shared::store::Store| store.attachments(kevin, &filter, first_ten()).await;
    let (page, cost) = measured(table, &[2], list).await;
    assert_eq!((page.unwrap().data.len(), cost.units().1), (10, 0.0));
    assert!(cost.units().0 <= 2.0, "{cost:?}");
    let (found, cost) = measured(table, &[1, 1], async |store| store.attachment(kevin, sent).await).await;
    assert_eq!((found.unwrap().0.attachment_id, cost.units()), (sent, (3.0, 0.0)));
    let (found, cost) = measured(table, &[1], async |store| store.attachment(kate, unsent).await).await;
    assert_eq!((found.unwrap().1, cost.units()), (None, (1.0, 0.0)));

    let announced = json!({"filename": "House.mp4", "file_size": 5});
    let new = NewAttachment::Announced(serde_json::from_value::<AnnouncedFile>(announced).unwrap());
    let (created, cost) = measured(table, &[1, 1], async |store| {
        store.create_attachment(kate, &new, None, bucket).await
    })
    .await;
    assert!(created.unwrap().resource.upload.is_some());
    assert_eq!(cost.units(), (1.0, 9.0));
}

#[tokio::test]
async fn a_send_takes_one_trip_more_and_a_list_none() {
    let world = World::start().await;
    let table = &world.table;
    let (kate, kevin, conversation) = table.pair().await;
    let said = table.say(kate, conversation, "one").await;
    let opened =
        async |store: shared::store::Store| store.messages(kevin, conversation, first_ten()).await.unwrap();
    let (_, plain) = measured(table, &[2, 2], opened).await;
    table.store.delete_message(kate, said.id).await.unwrap();

    let upload = world.upload(&table.store, kate).await.unwrap();
    let (sent, cost) = measured(table, &[2, 1], async |store| {
        world.send(&store, kate, conversation, json!([upload])).await
    })
    .await;
    sent.unwrap();
    // Eight for the message, two for the upload, and one for its place in the index.
    assert_eq!(
        (cost.calls()[1].clone(), cost.units().1),
        (vec!["TransactWriteItems"], 11.0)
    );
    let forward = json!([{"forward_id": upload}]);
    let (sent, cost) = measured(table, &[2, 1, 1], async |store| {
        world.send(&store, kate, conversation, forward).await
    })
    .await;
    sent.unwrap();
    assert_eq!(
        cost.units(),
        (4.0, 15.0),
        "six for the forward, and one for its place in the index"
    );

    for _ in 0..8 {
        let mut uploads = Vec::new();
        for _ in 0..3 {
            uploads.push(world.upload(&table.store, kate).await.unwrap());
        }
        world
            .send(&table.store, kate, conversation, json!(uploads))
            .await
            .unwrap();
    }
    let (page, cost) = measured(table, &[2, 2], opened).await;
    assert_eq!(
        page.data
            .iter()
            .map(|message| message.attachments.len())
            .sum::<usize>(),
        26
    );
    // Less than 8 KB of rows.
    assert!(cost.units().0 <= plain.units().0 + 2.0, "{cost:?} and {plain:?}");
}
