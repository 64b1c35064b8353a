//! Taking over a username that a contact entry created: by the person whose number was typed there, or by a new person.

use std::time::Duration;

use shared::model::{ConversationWith, GroupFilter, IssuedToken, NewGroup, PageRequest, PersonId, Position};
use shared::store::{NewToken, Progress, StoreError, Work};
use tokio::time::Instant;

use crate::proxy::{Proxy, Verdict, script};
use crate::table::{Table, left_work, no_bucket, text};

/// Kate has added Kevin, written to him, and put him into two groups: one with a conversation and one without.
struct Added {
    table: Table,
    kate: PersonId,
    kevin: PersonId,
}

fn later() -> Instant {
    Instant::now() + Duration::from_mins(10)
}

fn first_page() -> PageRequest {
    PageRequest {
        limit: 100,
        position: Position::Start,
    }
}

fn claim(phone_number: Option<&str>) -> NewToken {
    let new = serde_json::json!({ "username": "KEVIN", "phone_number": phone_number, "claim": true });
    serde_json::from_value(new).unwrap()
}

impl Added {
    async fn start() -> Self {
        let table = Table::start().await;
        let (kate, kevin, id) = table.pair().await;
        table.say(kate, id, "Hello").await;
        for keeps_conversation in [true, false] {
            let group = serde_json::json!({ "name": "Neighbours", "contacts": [kevin] });
            let group: NewGroup = serde_json::from_value(group).unwrap();
            let group = table
                .store
                .create_group(kate, &group, None)
                .await
                .unwrap()
                .resource;
            if !keeps_conversation {
                let id = group.conversation_id.unwrap();
                table.store.delete_conversation(kate, id).await.unwrap();
            }
        }
        Self { table, kate, kevin }
    }

    async fn claim(&self, phone_number: Option<&str>) -> Result<IssuedToken, StoreError> {
        self.table.store.create_token(&claim(phone_number)).await
    }

    /// The work rows of this kind, as the stream delivers them: retirements or purges.
    async fn work(&self, kind: &str) -> Vec<Work> {
        let rows = self.table.rows().await.into_iter();
        let rows = rows.filter(|row| text(row, "pk") == "WORK" && text(row, "kind").starts_with(kind));
        rows.map(left_work).collect()
    }

    /// The number of conversations and groups of a person, counted in the table's rows.
    async fn places_of(&self, person: PersonId) -> usize {
        let sk = format!("PARTICIPANT#{person}");
        let rows = self.table.rows().await;
        rows.iter().filter(|row| text(row, "sk") == sk).count()
    }

    /// Does all the work, as late as `reconcile` does it.
    async fn finish(&self) {
        self.table.advance(121);
        for _ in 0..2 {
            for work in self.table.store.waiting_work(false).await.unwrap() {
                let progress = self
                    .table
                    .store
                    .work(&work.unwrap(), &no_bucket(), later())
                    .await
                    .unwrap();
                assert_eq!(progress, Progress::Done);
            }
            self.table.advance(121);
        }
        assert!(self.work("").await.is_empty());
    }

    /// Asserts that Kate sees a person without a name, and that nothing else of them is left.
    async fn assert_retired(&self, issued: &IssuedToken) {
        let Self { table, kate, kevin } = self;
        assert_ne!(issued.person.id, *kevin);
        assert_eq!(issued.person.username.as_str(), "KEVIN");
        let entry = table.store.contact(*kate, *kevin).await.unwrap();
        assert!(
            entry.username.as_str().starts_with("deleted-"),
            "{:?}",
            entry.username.as_str()
        );
        assert_eq!(
            (entry.phone_number, entry.avatar_url, entry.conversation_id),
            (None, None, None)
        );
        let groups = table
            .store
            .groups(*kate, &GroupFilter::default(), first_page())
            .await
            .unwrap();
        assert_eq!(groups.data.len(), 2);
        assert!(groups.data.iter().all(|group| group.contacts.len() == 1));
        assert_eq!(
            [
                self.places_of(*kevin).await,
                self.places_of(issued.person.id).await
            ],
            [0, 0]
        );
        let found = table.store.check_integrity(None, later()).await.unwrap();
        assert_eq!(found.problems, []);
    }
}

#[tokio::test]
async fn the_number_that_was_typed_keeps_everything() {
    let added = Added::start().await;
    let before = added.table.store.contact(added.kate, added.kevin).await.unwrap();
    let issued = added.claim(Some("1 800 7593000")).await.unwrap();
    assert_eq!(issued.person.id, added.kevin);
    assert_eq!(issued.person.phone_number, before.phone_number);
    assert!(added.work("retirement").await.is_empty());
    assert_eq!(added.places_of(added.kevin).await, 3);
    let after = added.table.store.contact(added.kate, added.kevin).await.unwrap();
    assert_eq!(
        (after.username, after.conversation_id),
        (before.username, before.conversation_id)
    );
}

#[tokio::test]
async fn another_number_or_none_is_somebody_else() {
    for number in [Some("+1 555 0100"), None] {
        let added = Added::start().await;
        let issued = added.claim(number).await.unwrap();
        let phone_number = issued.person.phone_number.as_ref();
        assert_eq!(phone_number.map(shared::model::PhoneNumber::as_str), number);
        // At once: name and number.
        let entry = added.table.store.contact(added.kate, added.kevin).await.unwrap();
        assert!(entry.username.as_str().starts_with("deleted-") && entry.phone_number.is_none());
        // With the stream: conversations and groups.
        for work in added.work("retirement").await {
            added
                .table
                .store
                .work(&work, &no_bucket(), later())
                .await
                .unwrap();
        }
        assert_eq!(added.places_of(added.kevin).await, 0);
        assert_eq!(
            added.work("retirement").await.len(),
            1,
            "it is looked at once more"
        );
        added.finish().await;
        added.assert_retired(&issued).await;
        // A claimed person can't be claimed again.
        let again = added.claim(Some("+1 555 0199")).await.unwrap();
        assert_eq!(again.person, issued.person);
    }
}

#[tokio::test]
async fn what_the_index_shows_late_is_found_by_the_second_look() {
    let added = Added::start().await;
    let Added { table, kate, kevin } = &added;
    let issued = added.claim(None).await.unwrap();
    let retirement = added.work("retirement").await;
    table
        .store
        .work(&retirement[0], &no_bucket(), later())
        .await
        .unwrap();
    // A caller with the contact entry may have begun a conversation before.
    let with = ConversationWith::Contact(*kevin);
    table.store.create_conversation(*kate, with, None).await.unwrap();
    added.finish().await;
    added.assert_retired(&issued).await;
}

#[tokio::test]
async fn a_retirement_killed_between_any_two_calls_is_finished_by_the_next() {
    for survived in 0.. {
        let added = Added::start().await;
        let issued = added.claim(None).await.unwrap();
        let work = added.work("retirement").await;
        let mut left = survived;
        let proxy = Proxy::start(added.table.database.url(), move |_, _| {
            if left == 0 {
                return Verdict::Refuse("AccessDeniedException");
            }
            left -= 1;
            Verdict::Pass
        })
        .await;
        let killed = added
            .table
            .store_through(&proxy.url)
            .work(&work[0], &no_bucket(), later())
            .await;
        added.finish().await;
        added.assert_retired(&issued).await;
        if killed.is_ok() {
            assert!(survived > 8, "only {survived} calls");
            break;
        }
    }
}

#[tokio::test]
async fn a_retirement_that_runs_out_of_time_goes_on() {
    let added = Added::start().await;
    let issued = added.claim(None).await.unwrap();
    added.table.advance(200);
    let work = added.work("retirement").await;
    let progress = added
        .table
        .store
        .work(&work[0], &no_bucket(), Instant::now())
        .await
        .unwrap();
    assert_eq!(progress, Progress::Interrupted);
    let touched = added.work("retirement").await;
    assert_ne!(touched, work, "a change that the stream brings again");
    let mut waiting = added.table.store.waiting_work(false).await.unwrap().into_iter();
    assert!(
        waiting.all(|other| other.unwrap() != touched[0]),
        "the stream has it first"
    );
    added.finish().await;
    added.assert_retired(&issued).await;
}

#[tokio::test]
async fn of_two_who_claim_at_once_one_decides_who_it_is() {
    let typed = Some("1-800-759-3000");
    for (one, other) in [(Some("+1 555 0100"), None), (typed, None), (None, typed)] {
        let added = Added::start().await;
        let fast = added.table.store.clone();
        let between = Box::pin(async move { drop(fast.create_token(&claim(other)).await.unwrap()) });
        let proxy = Proxy::start(
            added.table.database.url(),
            script("TransactWriteItems", [Verdict::Before(between)]),
        )
        .await;
        // This claim reads before the other one and writes after it.
        let slow = added.table.store_through(&proxy.url);
        let issued = slow.create_token(&claim(one)).await.unwrap();
        assert_eq!(issued.person.id == added.kevin, other == typed);
        let again = added.claim(None).await.unwrap();
        assert_eq!(again.person, issued.person);
        added.finish().await;
        let found = added.table.store.check_integrity(None, later()).await.unwrap();
        assert_eq!(found.problems, []);
    }
}
