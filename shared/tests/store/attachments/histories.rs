//! Random histories of uploads, sends, edits, forwards and deletes, in which functions die between any two calls. The
//! file of a message is never lost, and in the end the bucket holds what the table refers to, and nothing else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use shared::model::{AttachmentId, ConversationId, ConversationWith, MessageId, PersonId};
use shared::store::{Store, StoreError};
use tokio::runtime::Runtime;

use super::world::{World, put};
use crate::proxy::{Proxy, Verdict};

/// Something that a person does, or what happens in the background. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Upload,
    Announce,
    /// Sends a file to an address that was given out, perhaps long ago.
    Put(usize),
    Send(Vec<Ref>),
    Edit(usize, Vec<Ref>),
    DeleteAttachment(usize),
    DeleteMessage(usize),
    DeleteConversation,
    Deliver,
    Reconcile,
}

/// An attachment that a message names.
#[derive(Clone, Copy, Debug)]
enum Ref {
    Own(usize),
    Forward(usize),
}

/// When the function that does a step dies: before or after its call with this number.
#[derive(Clone, Copy, Debug)]
struct Death {
    call: usize,
    is_after: bool,
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step, Option<Death>)>> {
    let refs = || {
        let one =
            prop_oneof![2 => any::<usize>().prop_map(Ref::Own), 1 => any::<usize>().prop_map(Ref::Forward)];
        prop::collection::vec(one, 0..4)
    };
    let step = prop_oneof![
        4 => Just(Step::Upload),
        2 => Just(Step::Announce),
        3 => any::<usize>().prop_map(Step::Put),
        6 => refs().prop_map(Step::Send),
        3 => (any::<usize>(), refs()).prop_map(|(which, refs)| Step::Edit(which, refs)),
        2 => any::<usize>().prop_map(Step::DeleteAttachment),
        2 => any::<usize>().prop_map(Step::DeleteMessage),
        1 => Just(Step::DeleteConversation),
        4 => Just(Step::Deliver),
        1 => Just(Step::Reconcile),
    ];
    // Most steps make three calls or less.
    let call = prop_oneof![3 => 1usize..4, 1 => 4usize..9];
    let death = (call, any::<bool>()).prop_map(|(call, is_after)| Death { call, is_after });
    let death = prop::option::weighted(0.5, death);
    prop::collection::vec((0usize..2, step, death), 10..50)
}

/// What was given out so far, whether or not it remains.
struct History<'w> {
    world: &'w World,
    /// The store of a function that dies as it is told.
    store: Store,
    people: [PersonId; 2],
    conversation: ConversationId,
    attachments: Vec<AttachmentId>,
    addresses: Vec<String>,
    messages: Vec<MessageId>,
}

impl History<'_> {
    fn chosen(&self, refs: &[Ref]) -> Value {
        let pick = |which: usize| self.attachments.get(which.checked_rem(self.attachments.len())?);
        let refs = refs.iter().filter_map(|reference| match reference {
            Ref::Own(which) => Some(json!({"id": pick(*which)?})),
            Ref::Forward(which) => Some(json!({"forward_id": pick(*which)?})),
        });
        refs.collect()
    }

    fn message(&self, which: usize) -> Option<MessageId> {
        let which = which.checked_rem(self.messages.len())?;
        Some(self.messages[which])
    }

    async fn take(&mut self, who: usize, step: &Step) -> Result<(), StoreError> {
        let (world, who) = (self.world, self.people[who]);
        match step {
            Step::Upload => {
                let id = world.upload(&self.store, who).await?;
                self.attachments.push(id);
            }
            Step::Announce => {
                let (id, address) = world.announce(&self.store, who).await?;
                self.attachments.push(id);
                self.addresses.push(address);
            }
            Step::Put(which) => {
                if let Some(which) = which.checked_rem(self.addresses.len()) {
                    let status = put(&self.addresses[which]).await;
                    assert!([200, 412].contains(&status), "{status}");
                }
            }
            Step::Send(refs) => {
                let refs = self.chosen(refs);
                let sent = world.send(&self.store, who, self.conversation, refs).await?;
                self.messages.push(sent.id);
                let files = sent.attachments.iter().map(|file| file.attachment_id);
                self.attachments.extend(files);
            }
            Step::Edit(which, refs) => {
                if let Some(message) = self.message(*which) {
                    world.attach(&self.store, who, message, self.chosen(refs)).await?;
                }
            }
            Step::DeleteAttachment(which) => {
                if let Some(which) = which.checked_rem(self.attachments.len()) {
                    self.store.delete_attachment(who, self.attachments[which]).await?;
                }
            }
            Step::DeleteMessage(which) => {
                if let Some(message) = self.message(*which) {
                    self.store.delete_message(who, message).await?;
                }
            }
            Step::DeleteConversation => {
                self.store.delete_conversation(who, self.conversation).await?;
            }
            Step::Deliver => world.deliver(&self.store).await?,
            Step::Reconcile => world.reconcile(&self.store).await?,
        }
        Ok(())
    }

    /// After a delete the two begin another conversation.
    async fn begin_again(&mut self) {
        let store = &self.world.table.store;
        if store
            .conversation(self.people[0], self.conversation)
            .await
            .is_err()
        {
            let with = ConversationWith::Contact(self.people[1]);
            let created = store.create_conversation(self.people[0], with, None).await;
            self.conversation = created.unwrap().resource.id;
        }
    }
}

async fn live(steps: Vec<(usize, Step, Option<Death>)>, deaths: &AtomicUsize) {
    let world = World::start().await;
    let (kate, kevin, conversation) = world.table.pair().await;
    let fate: Arc<Mutex<Option<Death>>> = Arc::default();
    let drawn = Arc::clone(&fate);
    let mut calls = 0;
    let proxy = Proxy::start(world.table.database.url(), move |_, _| {
        let fate = *drawn.lock().unwrap();
        let Some(Death { call, is_after }) = fate else {
            calls = 0;
            return Verdict::Pass;
        };
        calls += 1;
        // A dead function makes no further call. One that dies after a call has lost its reply.
        match calls.cmp(&call) {
            std::cmp::Ordering::Less => Verdict::Pass,
            std::cmp::Ordering::Equal if is_after => Verdict::LoseReply,
            _ => Verdict::Refuse("ValidationException"),
        }
    })
    .await;
    let mut history = History {
        world: &world,
        store: world.table.store_through(&proxy.url),
        people: [kate, kevin],
        conversation,
        attachments: Vec::new(),
        addresses: Vec::new(),
        messages: Vec::new(),
    };
    for (who, step, death) in steps {
        *fate.lock().unwrap() = death;
        let outcome = history.take(who, &step).await;
        *fate.lock().unwrap() = None;
        // So that the next one begins to count anew.
        let _ = history.store.conversation(kate, history.conversation).await;
        match outcome {
            Err(StoreError::Internal(why)) if death.is_some() => {
                assert!(why.contains("injected"), "{step:?}: {why}");
                deaths.fetch_add(1, Ordering::Relaxed);
            }
            Err(StoreError::Internal(why) | StoreError::Unavailable(why)) => panic!("{step:?}: {why}"),
            _ => {}
        }
        history.begin_again().await;
        world
            .assert_nothing_is_lost(&format!("after {step:?} and {death:?}"))
            .await;
    }
    // What dies leaves work, and work may leave more.
    for _ in 0..3 {
        world.deliver(&world.table.store).await.unwrap();
        world.reconcile(&world.table.store).await.unwrap();
    }
    world.assert_nothing_is_lost("in the end").await;
    assert_eq!(
        world.objects().await,
        world.referred().await,
        "the bucket and the table"
    );
    // Nothing can be written to any address any more.
    world.table.advance(2 * 60 * 60);
    world.reconcile(&world.table.store).await.unwrap();
    assert_eq!(world.noted().await, 0, "notes of uploads");
    world.assert_consistent("in the end").await;
}

#[test]
fn no_file_of_a_message_is_lost_and_no_other_stays() {
    let runtime = Runtime::new().unwrap();
    let deaths = AtomicUsize::new(0);
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(16)
    });
    let run = runner.run(&steps(), |steps| {
        runtime.block_on(live(steps, &deaths));
        Ok(())
    });
    run.unwrap();
    assert!(deaths.load(Ordering::Relaxed) > 20, "functions died: {deaths:?}");
}
