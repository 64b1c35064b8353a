//! Phone numbers can't be guessed: at most ten wrong guesses per hour are compared.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shared::model::{NewContact, PersonId};
use shared::store::{Result, StoreError};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::table::{Table, new_contact, text};

/// Kevin exists because Kate added him as a contact. Frank does not know Kevin's phone number.
async fn setting() -> (Table, PersonId) {
    let table = Table::start().await;
    table.pair().await;
    let frank = table.person("frank").await;
    (table, frank)
}

fn guess(username: &str, number: usize) -> NewContact {
    let card = serde_json::json!({ "username": username, "phone_number": format!("+1 555 {number:07}") });
    serde_json::from_value(card).unwrap()
}

async fn add(table: &Table, caller: PersonId, card: &NewContact) -> Result<bool> {
    let created = table.store.create_contact(caller, card, None).await;
    created.map(|created| created.is_new)
}

/// The number of attempts counted for Frank.
async fn tries(table: &Table) -> Option<String> {
    let rows = table.rows().await;
    let row = rows.iter().find(|row| text(row, "kind") == "attempts")?;
    Some(row["tries"].as_n().unwrap().clone())
}

#[tokio::test]
async fn the_eleventh_guess_in_an_hour_is_not_compared() {
    let (table, frank) = setting().await;
    table.contact(frank, "friend").await;
    for number in 0..10 {
        let refused = add(&table, frank, &guess("kevin", number)).await;
        assert!(matches!(refused, Err(StoreError::UsernameTaken)), "{refused:?}");
        table.advance(60);
    }
    // Refused for every existing person, whatever the number.
    for card in [new_contact("kevin"), new_contact("kate"), guess("kevin", 10)] {
        let refused = add(&table, frank, &card).await;
        let Err(StoreError::TooManyAttempts { retry_after }) = refused else {
            panic!("{refused:?}")
        };
        assert!((3_500..=3_540).contains(&retry_after), "{retry_after}");
    }
    // No guess: a new person, or a contact whose number the entry shows.
    assert!(add(&table, frank, &guess("nobody", 0)).await.unwrap());
    assert!(!add(&table, frank, &new_contact("friend")).await.unwrap());
    // Other callers are not affected.
    let anna = table.person("anna").await;
    assert!(add(&table, anna, &new_contact("kevin")).await.unwrap());

    table.advance(3_541);
    assert_eq!(
        tries(&table).await.as_deref(),
        Some("10"),
        "the row still stands there"
    );
    assert!(add(&table, frank, &new_contact("kevin")).await.unwrap());
    assert_eq!(tries(&table).await.as_deref(), Some("0"));
}

#[tokio::test]
async fn right_numbers_are_no_guesses() {
    let (table, frank) = setting().await;
    let other = table.person("other").await;
    for number in 0..15 {
        let username = format!("friend-{number}");
        table.contact(other, &username).await;
        assert!(add(&table, frank, &new_contact(&username)).await.unwrap());
    }
    assert_eq!(tries(&table).await.as_deref(), Some("0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_at_once_ten_are_compared() {
    let (table, frank) = setting().await;
    let mut tries = JoinSet::new();
    for number in 0..100 {
        let store = table.store.clone();
        tries.spawn(async move { store.create_contact(frank, &guess("kevin", number), None).await });
    }
    let (mut compared, mut refused) = (0, 0);
    for outcome in tries.join_all().await {
        match outcome {
            Err(StoreError::UsernameTaken) => compared += 1,
            Err(StoreError::TooManyAttempts { .. }) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((compared, refused), (10, 90));
    let right = add(&table, frank, &new_contact("kevin")).await;
    assert!(
        matches!(right, Err(StoreError::TooManyAttempts { .. })),
        "{right:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_right_numbers_at_once_all_are_taken() {
    let (table, frank) = setting().await;
    let other = table.person("other").await;
    for number in 0..40 {
        table.contact(other, &format!("friend-{number}")).await;
    }
    let mut adds = JoinSet::new();
    for number in 0..40 {
        let store = table.store.clone();
        let card = new_contact(&format!("friend-{number}"));
        adds.spawn(async move { store.create_contact(frank, &card, None).await.map(drop) });
    }
    for outcome in adds.join_all().await {
        outcome.unwrap();
    }
    assert_eq!(tries(&table).await.as_deref(), Some("0"));
}

#[test]
fn no_hour_has_more_than_ten() {
    let steps = prop::collection::vec((0u64..900, prop::bool::weighted(0.2)), 20..40);
    let config = Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&steps, |steps| {
            Runtime::new().unwrap().block_on(async {
                let (table, frank) = setting().await;
                let (mut now, mut compared) = (0, Vec::new());
                for (number, (pause, is_right)) in steps.into_iter().enumerate() {
                    table.advance(pause);
                    now += pause;
                    let card = if is_right {
                        let username = format!("friend-{number}");
                        let other = table.person(&format!("other-{number}")).await;
                        table.contact(other, &username).await;
                        new_contact(&username)
                    } else {
                        guess("kevin", number)
                    };
                    match add(&table, frank, &card).await {
                        Ok(_) => assert!(is_right),
                        Err(StoreError::UsernameTaken) => compared.push(now),
                        Err(StoreError::TooManyAttempts { retry_after }) => {
                            assert!((1..=3_600).contains(&retry_after), "{retry_after}");
                        }
                        Err(error) => panic!("{error}"),
                    }
                }
                for (at, first) in compared.iter().enumerate() {
                    let hour = compared[at..].iter().take_while(|time| **time < first + 3_600);
                    assert!(hour.count() <= 10, "{compared:?}");
                }
            });
            Ok(())
        })
        .unwrap();
}
