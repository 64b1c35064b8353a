//! The cost of message calls: round trips, and request units as the database counts them, for conversations of any
//! length.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use shared::model::{
    ConversationId, Message, MessageId, Millis, Page, PageRequest, PersonId, Position, ReadUpTo,
};
use shared::store::{Idempotency, Store};

use crate::proxy::{Proxy, trips};
use crate::table::{Table, beginning, list, new_message, no_bucket, text};

/// The cost of an action.
#[derive(Debug, PartialEq)]
pub(crate) struct Cost {
    /// The calls of each round trip.
    trips: Vec<Vec<String>>,
    read_units: f64,
    write_units: f64,
}

impl Cost {
    pub(crate) fn calls(&self) -> Vec<Vec<&str>> {
        self.trips
            .iter()
            .map(|trip| trip.iter().map(String::as_str).collect())
            .collect()
    }

    pub(crate) fn units(&self) -> (f64, f64) {
        (self.read_units, self.write_units)
    }
}

/// Runs `act`, which must make round trips of these numbers of calls, and no other calls.
pub(crate) async fn measured<T>(
    table: &Table,
    sizes: &[usize],
    act: impl AsyncFnOnce(Store) -> T,
) -> (T, Cost) {
    let proxy = Proxy::start(table.database.url(), trips(sizes)).await;
    let act = act(table.store_through(&proxy.url));
    let done = tokio::time::timeout(Duration::from_mins(1), act).await;
    assert!(
        done.is_ok(),
        "the calls of a round trip are under way together: {sizes:?}, {:?}",
        proxy.take_seen()
    );
    let seen = proxy.take_seen();
    assert_eq!(seen.len(), sizes.iter().sum::<usize>(), "calls of {seen:?}");
    let mut cost = Cost {
        trips: Vec::new(),
        read_units: 0.0,
        write_units: 0.0,
    };
    let mut calls = seen.into_iter();
    for size in sizes {
        let mut trip = Vec::new();
        for call in calls.by_ref().take(*size) {
            let is_write = matches!(
                &*call.operation,
                "TransactWriteItems" | "UpdateItem" | "BatchWriteItem"
            );
            *(if is_write {
                &mut cost.write_units
            } else {
                &mut cost.read_units
            }) += call.units;
            trip.push(call.operation);
        }
        trip.sort();
        cost.trips.push(trip);
    }
    (done.unwrap(), cost)
}

async fn list_ten(
    store: &Store,
    caller: PersonId,
    id: ConversationId,
    position: Position<String>,
    opens: bool,
) -> Page<Message> {
    let page = PageRequest { limit: 10, position };
    list(store, caller, id, page, opens).await.unwrap()
}

/// Both people send messages, ten in all.
async fn converse(table: &Table, [one, other]: [PersonId; 2], id: ConversationId) {
    for number in 0..5 {
        table.say(one, id, &format!("Is anybody home? {number}")).await;
        table.say(other, id, &format!("Keep the change. {number}")).await;
    }
}

/// Adds messages of both people, as if sent, after the existing ones.
async fn fill(table: &Table, people: [PersonId; 2], id: ConversationId, pairs: u64) {
    let rows = table.rows_of(id).await;
    let of_kind = |kind: &str| rows.iter().find(|row| text(row, "kind") == kind).unwrap().clone();
    let (template, mut head) = (of_kind("message"), of_kind("conversation"));
    table.advance(1000);
    let start = u64::try_from(table.next_second().0).unwrap() * 1000;
    let message = |number: u64| {
        let place = MessageId::from_parts(Millis(start + number), (u64::from(id.tag().0) << 21) | 1);
        let sender = people[usize::from(number % 2 == 1)];
        let mut row = template.clone();
        let values = [
            ("sk", format!("MESSAGE#{place}")),
            ("message_id", place.to_string()),
            ("sender_id", sender.to_string()),
        ];
        row.extend(values.map(|(name, value)| (name.to_owned(), AttributeValue::S(value))));
        row
    };
    table.import((0..2 * pairs).map(message).collect());
    let newest = text(&message(2 * pairs - 1), "message_id").to_owned();
    let number = |value: u64| AttributeValue::N(value.to_string());
    let sent = |person: PersonId| {
        rows.iter()
            .filter(|row| row.get("sender_id") == Some(&AttributeValue::S(person.to_string())))
            .count() as u64
    };
    let by = people.map(|person| (person.to_string(), number(sent(person) + pairs)));
    let total = people.into_iter().map(sent).sum::<u64>() + 2 * pairs;
    head.insert("last_message_id".to_owned(), AttributeValue::S(newest));
    head.insert("sent_total".to_owned(), number(total));
    head.insert("sent_by".to_owned(), AttributeValue::M(by.into()));
    table.put(head).await;
    table.advance(2 * pairs / 1000 + 1);
}

#[tokio::test]
async fn a_send_is_one_round_trip_of_eight_write_units_and_ten_with_a_key() {
    let table = Table::start().await;
    let (kate, _, id) = table.pair().await;
    let new = new_message(id, "You guys give up, or are you thirsty for more?");
    for first in [true, false] {
        let (_, cost) = measured(&table, &[2], async |store: Store| {
            store.send_message(kate, &new, None, &no_bucket()).await.unwrap()
        })
        .await;
        assert_eq!(cost.calls(), [["BatchGetItem", "TransactWriteItems"]]);
        assert_eq!(cost.units(), (1.0, 8.0), "first: {first}");
    }
    let key = Idempotency::new(kate, "messages-create", "k", &new);
    let (_, cost) = measured(&table, &[2], async |store: Store| {
        store
            .send_message(kate, &new, Some(&key), &no_bucket())
            .await
            .unwrap()
    })
    .await;
    assert_eq!(cost.calls(), [["BatchGetItem", "TransactWriteItems"]]);
    assert_eq!(cost.units(), (1.0, 10.0));
}

#[tokio::test]
async fn a_message_takes_three_read_units() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    converse(&table, [kate, kevin], id).await;
    let sent = table.say(kevin, id, "I made my family disappear").await;
    list_ten(&table.store, kate, id, Position::Start, true).await;
    for caller in [kate, kevin] {
        let (found, cost) = measured(&table, &[1, 2], async |store: Store| {
            store.message(caller, sent.id).await.unwrap()
        })
        .await;
        assert!(found.read_at.is_some());
        assert_eq!(
            cost.calls(),
            [vec!["BatchGetItem"], vec!["BatchGetItem", "Query"]]
        );
        assert_eq!(cost.units(), (3.0, 0.0), "with the token's one: four");
    }
}

#[tokio::test]
async fn changes_of_a_message_take_three_round_trips() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let sent = table.say(kate, id, "A lovely cheese pizza, just for me").await;
    let heart = String::from("heart").try_into().unwrap();
    let read = vec!["BatchGetItem"];
    let render = vec!["BatchGetItem", "Query"];
    let write = vec!["TransactWriteItems"];

    let (_, cost) = measured(&table, &[1, 1, 2], async |store: Store| {
        store.add_reaction(kevin, sent.id, &heart).await.unwrap()
    })
    .await;
    println!("a reaction: {cost:?}");
    assert_eq!(cost.calls(), [read.clone(), write.clone(), render.clone()]);
    assert!(cost.read_units <= 4.0 && cost.write_units <= 4.0);

    let (_, cost) = measured(&table, &[1, 2], async |store: Store| {
        store.add_reaction(kevin, sent.id, &heart).await.unwrap()
    })
    .await;
    assert_eq!(
        cost.calls(),
        [read.clone(), render],
        "the same reaction again writes nothing"
    );

    let (_, cost) = measured(&table, &[1, 1, 1], async |store: Store| {
        store
            .mark_read(kevin, id, ReadUpTo::default(), None)
            .await
            .unwrap()
    })
    .await;
    println!("marking as read: {cost:?}");
    assert_eq!(cost.calls(), [read.clone(), write.clone(), read.clone()]);

    let unread = table.say(kate, id, "Bless this highly nutritious dinner").await;
    let ((), cost) = measured(&table, &[1, 1, 1], async |store: Store| {
        store.delete_message(kate, unread.id).await.unwrap();
    })
    .await;
    println!("deleting an unread message: {cost:?}");
    assert_eq!(cost.calls(), [read, vec!["Query"], write]);
}

#[tokio::test]
async fn a_page_costs_the_same_with_ten_and_with_a_hundred_thousand_messages() {
    let table = Table::start().await;
    let (kate, kevin, small) = table.pair().await;
    let frank = table.contact(kate, "frank").await;
    let large = frank.conversation_id.unwrap();
    converse(&table, [kate, kevin], small).await;
    table.say(kate, large, "Look what you did, you little jerk").await;
    fill(&table, [kate, frank.id], large, 50_000).await;
    converse(&table, [kate, frank.id], large).await;
    let mut costs = Vec::new();
    for id in [small, large] {
        let look = async |opens| {
            // Two round trips. First: the page and the caller's participant row. Second: senders, the read receipts of
            // both people, and the opening.
            let sizes = if opens { [2, 4] } else { [2, 3] };
            let act = async |store: Store| list_ten(&store, kate, id, Position::Start, opens).await;
            let (page, cost) = measured(&table, &sizes, act).await;
            let others = page.data.iter().filter(|message| message.contact.id != kate);
            assert_eq!(page.data.len(), 10);
            assert!(
                others
                    .into_iter()
                    .all(|message| message.read_at.is_some() == opens)
            );
            cost
        };
        let looking = look(false).await;
        table.next_second();
        let opening = look(true).await;
        assert_eq!(table.unread(kate, id).await, 0);
        table.next_second();
        let again = look(true).await;
        costs.push([looking, opening, again]);
    }
    println!(
        "a page of ten, not opening, opening, opening where nothing is new: {:#?}",
        costs[0]
    );
    assert_eq!(costs[0], costs[1]);
    let [looking, opening, again] = &costs[0];
    let page = vec!["BatchGetItem", "Query"];
    assert_eq!(
        looking.calls(),
        [page.clone(), vec!["BatchGetItem", "Query", "Query"]]
    );
    let opened = vec!["BatchGetItem", "Query", "Query", "TransactWriteItems"];
    assert_eq!(opening.calls(), [page.clone(), opened]);
    assert_eq!(
        again.calls(),
        [page, vec!["BatchGetItem", "Query", "Query", "UpdateItem"]]
    );
    // Without the one unit for the token. There are two senders.
    for cost in &costs[0] {
        assert!(cost.read_units <= 3.0 + 0.5 * 2.0, "{cost:?}");
    }
    assert!(looking.write_units <= 0.0);
    assert!(opening.write_units <= 6.0 && again.write_units <= 2.0);
    deep_pages(&table, kate, large).await;
}

/// A page in the middle of 100,000 messages, and the pages at both ends, cost as much as the first page.
async fn deep_pages(table: &Table, caller: PersonId, id: ConversationId) {
    let tag = u64::from(id.tag().0) << 21;
    let first = list_ten(&table.store, caller, id, Position::Start, false).await;
    let middle = first.data[0].created_at.0 - 51;
    let middle = MessageId::from_parts(Millis(u64::try_from(middle).unwrap() * 1000), tag).to_string();
    let end = beginning(id).to_string();
    for position in [
        Position::After(middle.clone()),
        Position::Before(middle),
        Position::Before(end),
    ] {
        let at = position.clone();
        let act = async |store: Store| list_ten(&store, caller, id, at, true).await;
        let (page, cost) = measured(table, &[2, 3], act).await;
        assert_eq!((page.data.len(), page.has_more), (10, true), "{position:?}");
        println!("a page at {position:?}: {cost:?}");
        assert!(cost.write_units <= 0.0, "it opens nothing");
        assert!(cost.read_units <= 4.0);
    }
}

#[tokio::test]
async fn the_first_page_of_all_messages_takes_three_round_trips() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let mut newest = Vec::new();
    for number in 0..12 {
        let id = table.conversation(kate, &format!("contact-{number}")).await;
        for text in ["one", "two", "three"] {
            table.say(kate, id, text).await;
        }
        newest.push(id);
    }
    let page = |position| PageRequest { limit: 10, position };
    // Inbox and archive; eleven conversations and the caller's participant rows; the sender, and the receipts of the
    // readers in the four conversations on the page.
    let (first, cost) = measured(&table, &[2, 12, 5], async |store: Store| {
        store.feed(kate, page(Position::Start)).await.unwrap()
    })
    .await;
    println!("the first page of twelve conversations: {cost:?}");
    let expected: Vec<_> = newest.iter().rev().flat_map(|id| [*id; 3]).take(10).collect();
    let found: Vec<_> = first.data.iter().map(|message| message.conversation_id).collect();
    assert_eq!(found, expected);
    assert!(cost.read_units <= 2.0 + 11.0 + 11.0 + 0.5 + 4.0 * 0.5);
    assert!(cost.write_units <= 0.0);
}

#[tokio::test]
async fn what_follows_from_messages_takes_three_write_units_for_each_inbox() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let cost_of = async |messages: usize| {
        let mut sent = Vec::new();
        table.next_second();
        for _ in 0..messages {
            let message = table.say(kate, id, "Guess who").await;
            sent.push(table.streamed(&message).await);
        }
        let act = async |store: Store| store.on_messages_sent(&sent).await.unwrap();
        measured(&table, &[2, 1], act).await.1
    };
    let (one, ten) = (cost_of(1).await, cost_of(10).await);
    println!("what follows from one message: {one:?}");
    assert_eq!(
        one, ten,
        "a batch of ten from one sender costs what one message does"
    );
    assert_eq!(one.calls(), [vec!["Query", "UpdateItem"], vec!["UpdateItem"]]);
    assert!(one.write_units <= 3.0 + 1.0, "and one for the sender's person");
    let shown = table.store.messages(
        kevin,
        id,
        PageRequest {
            limit: 1,
            position: Position::Start,
        },
    );
    let newest = shown.await.unwrap().data.remove(0);
    assert_eq!(newest.contact.last_active_at, Some(newest.created_at));
}
