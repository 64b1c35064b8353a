//! A separate table for each test.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_dynamodb::types::AttributeValue;
use local::Data;
use local::database::Database;
use local::template::Template;
use shared::model::{
    Contact, ConversationId, Message, MessageId, Millis, NewContact, NewMessage, Page, PageRequest, PersonId,
    Timestamp,
};
use shared::store::bucket::Bucket;
use shared::store::{Clock, NewToken, SentMessage, Store, StoreError, StreamRecord, Work, system_clock};

/// A bucket for what asks it nothing.
pub(crate) fn no_bucket() -> Bucket {
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url("http://127.0.0.1:1");
    Bucket::new(&config.build(), "none", Arc::new(system_clock))
}

/// A row as DynamoDB returns it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// An embedded database with the template's table, and a store on it with a clock that the test controls.
pub(crate) struct Table {
    pub(crate) database: Database,
    pub(crate) store: Store,
    pub(crate) client: Client,
    clock: Arc<AtomicU64>,
}

impl Table {
    pub(crate) async fn start() -> Self {
        Self::start_for(&local::Credentials::draw()).await
    }

    /// Another database, which accepts calls signed for this one.
    pub(crate) async fn start_another(&self) -> Self {
        Self::start_for(self.database.credentials()).await
    }

    async fn start_for(credentials: &local::Credentials) -> Self {
        let template =
            Template::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml")).unwrap();
        let database = Database::start(&template, &Data::Memory, credentials)
            .await
            .unwrap();
        let clock = Arc::new(AtomicU64::new(1_800_000_000_000));
        let client = Client::from_conf(config(database.url(), credentials).build());
        let store = store(database.url(), &database, &clock);
        Self {
            database,
            store,
            client,
            clock,
        }
    }

    /// A store on the same table, reached through `url`.
    pub(crate) fn store_through(&self, url: &str) -> Store {
        store(url, &self.database, &self.clock)
    }

    /// A store on the same table with its own clock.
    pub(crate) fn store_by(&self, clock: Clock) -> Store {
        let config = config(self.database.url(), self.database.credentials());
        Store::new(config, self.database.table_name(), clock)
    }

    /// Advances the clock to the next full second, and returns it.
    pub(crate) fn next_second(&self) -> Timestamp {
        let next = |now: u64| (now / 1000 + 1) * 1000;
        let before = self.clock.load(Ordering::Relaxed);
        self.clock.store(next(before), Ordering::Relaxed);
        Millis(next(before)).into()
    }

    /// Advances the clock.
    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    /// A person with a token.
    pub(crate) async fn person(&self, username: &str) -> PersonId {
        let new: NewToken = serde_json::from_value(serde_json::json!({ "username": username })).unwrap();
        self.store.create_token(&new).await.unwrap().person.id
    }

    /// A new person in the address book of `owner`, with a conversation of the two.
    pub(crate) async fn contact(&self, owner: PersonId, username: &str) -> Contact {
        self.store
            .create_contact(owner, &new_contact(username), None)
            .await
            .unwrap()
            .resource
    }

    /// The conversation of `owner` with a new person.
    pub(crate) async fn conversation(&self, owner: PersonId, username: &str) -> ConversationId {
        self.contact(owner, username).await.conversation_id.unwrap()
    }

    /// Two people and their conversation.
    pub(crate) async fn pair(&self) -> (PersonId, PersonId, ConversationId) {
        let kate = self.person("kate").await;
        let kevin = self.contact(kate, "kevin").await;
        (kate, kevin.id, kevin.conversation_id.unwrap())
    }

    /// Sends a message.
    pub(crate) async fn say(&self, sender: PersonId, id: ConversationId, text: &str) -> Message {
        let message = new_message(id, text);
        let sent = self
            .store
            .send_message(sender, &message, None, &no_bucket())
            .await;
        sent.unwrap().resource
    }

    /// A message as the stream delivers it.
    pub(crate) async fn streamed(&self, message: &Message) -> SentMessage {
        let rows = self.rows_of(message.conversation_id).await;
        let is_it = |row: &Item| text(row, "sk") == format!("MESSAGE#{}", message.id);
        let image = rows.into_iter().find(is_it).unwrap();
        match StreamRecord::from_image(image.into()).unwrap() {
            StreamRecord::Message(sent) => sent,
            other => panic!("{other:?}"),
        }
    }

    /// The number of messages that a person has not read.
    pub(crate) async fn unread(&self, person: PersonId, id: ConversationId) -> u64 {
        self.store.conversation(person, id).await.unwrap().unread_count
    }

    /// Every row of the table.
    pub(crate) async fn rows(&self) -> Vec<Item> {
        let scan = self
            .client
            .scan()
            .table_name(self.database.table_name())
            .consistent_read(true);
        scan.into_paginator()
            .items()
            .send()
            .collect::<Result<_, _>>()
            .await
            .unwrap()
    }

    /// Every row of a conversation, including the work row and the pair's claim.
    pub(crate) async fn rows_of(&self, id: ConversationId) -> Vec<Item> {
        let id = AttributeValue::S(id.to_string());
        self.rows()
            .await
            .into_iter()
            .filter(|row| row.get("conversation_id") == Some(&id))
            .collect()
    }

    /// Writes many rows unchanged, bypassing the stream.
    pub(crate) fn import(&self, rows: Vec<Item>) {
        let rows = rows.into_iter().map(|row| {
            let row = serde_json::to_value(serde_dynamo::Item::from(row)).unwrap();
            serde_json::from_value(row).unwrap()
        });
        let table = self.database.table_name();
        self.database
            .handle()
            .import_items(table, rows.collect(), dynoxide::ImportOptions::default())
            .unwrap();
    }

    /// Writes a row unchanged.
    pub(crate) async fn put(&self, row: Item) {
        self.client
            .put_item()
            .table_name(self.database.table_name())
            .set_item(Some(row))
            .send()
            .await
            .unwrap();
    }
}

/// The work in a work row.
pub(crate) fn left_work(row: Item) -> Work {
    match StreamRecord::from_image(row.into()).unwrap() {
        StreamRecord::Work(work) => work,
        other => panic!("{other:?}"),
    }
}

/// The messages of a conversation. `opens` decides whether that opens it.
pub(crate) async fn list(
    store: &Store,
    caller: PersonId,
    id: ConversationId,
    page: PageRequest,
    opens: bool,
) -> Result<Page<Message>, StoreError> {
    if opens {
        store.open_messages(caller, id, page).await
    } else {
        store.messages(caller, id, page).await
    }
}

/// The request to add `username` as a contact.
pub(crate) fn new_contact(username: &str) -> NewContact {
    let body = serde_json::json!({ "username": username, "phone_number": "1-800-759-3000" });
    serde_json::from_value(body).unwrap()
}

/// The request to send `text` to a conversation.
pub(crate) fn new_message(id: ConversationId, text: &str) -> NewMessage {
    serde_json::from_value(serde_json::json!({ "conversation_id": id, "message": text })).unwrap()
}

/// The place before all messages of a conversation: right after its own id.
pub(crate) fn beginning(id: ConversationId) -> MessageId {
    const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = id.to_string();
    let mut zeros = String::new();
    while text.ends_with('z') {
        text.pop();
        zeros.push('0');
    }
    let last = DIGITS.find(text.pop().unwrap()).unwrap();
    format!("{text}{}{zeros}", &DIGITS[last + 1..last + 2])
        .parse()
        .unwrap()
}

/// The text attribute `name` of a row.
pub(crate) fn text<'a>(row: &'a Item, name: &str) -> &'a str {
    row[name].as_s().unwrap()
}

fn config(url: &str, credentials: &local::Credentials) -> aws_sdk_dynamodb::config::Builder {
    let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
    aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("local"))
        .credentials_provider(Credentials::new(id, secret, None, None, "these tests"))
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(4)
                .with_initial_backoff(std::time::Duration::from_millis(25)),
        )
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(url)
}

fn store(url: &str, database: &Database, clock: &Arc<AtomicU64>) -> Store {
    let clock = clock.clone();
    // Each reading of the clock is a millisecond later than the one before, so that later ids sort later.
    Store::new(
        config(url, database.credentials()),
        database.table_name(),
        Arc::new(move || Millis(clock.fetch_add(1, Ordering::Relaxed))),
    )
}
