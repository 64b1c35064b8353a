//! The machines that tests run on, and the people in them.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};
use std::{process, thread};

use local::{Delivery, Faults, FunctionError, Functions, Local, Options};
use serde_json::{Value, json};

use crate::catalog::Catalogue;
use crate::contract;
use crate::encoding::Encoding;
use crate::http::{Answer, Request, send_bytes, to_bytes};
pub(crate) use crate::runtime::wait_for;

static WORLD: LazyLock<Machine> = LazyLock::new(|| {
    let machine = Machine::start(|_| ());
    catalogue().publish(&machine.local);
    machine
});

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new("one"));

/// The machine that all tests share.
pub(crate) fn world() -> &'static Machine {
    &WORLD
}

/// The sounds in it. They stay as they are.
pub(crate) fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

/// Somebody new in the shared world.
pub(crate) fn person(prefix: &str) -> Person<'static> {
    world().person(prefix)
}

/// Asks again and again until there is an answer. Fails after a time that is longer than anything should take.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "never happened: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What is drawn at random goes wrong in the same way in each run.
const FAULT_SEED: u64 = 1;

/// The repository's template.
pub(crate) fn template() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml"))
}

/// A running machine.
pub(crate) struct Machine {
    pub(crate) local: Local,
    pub(crate) address: SocketAddr,
    people: AtomicUsize,
    secrets: Mutex<Vec<String>>,
}

impl Machine {
    /// Starts a machine in memory with the binary of this build.
    pub(crate) fn start(adjust: impl FnOnce(&mut Options)) -> Self {
        let binary = Functions::Prebuilt(env!("CARGO_BIN_EXE_functions").into());
        let mut options = Options::new(template(), binary);
        adjust(&mut options);
        let local = wait_for(Local::start(options)).unwrap();
        Self {
            address: local.url().strip_prefix("http://").unwrap().parse().unwrap(),
            local,
            people: AtomicUsize::new(0),
            secrets: Mutex::default(),
        }
    }

    /// A machine between whose functions and database things go wrong as the test says. It keeps every call.
    pub(crate) fn with_faults(adjust: impl FnOnce(&mut Options)) -> (Faults, Self) {
        let faults = Faults::new(FAULT_SEED).keeping_calls();
        let machine = Self::start(|options| {
            options.faults = Some(faults.clone());
            adjust(options);
        });
        (faults, machine)
    }

    /// The same, but the functions in the background have so little time that their work is interrupted.
    pub(crate) fn hasty() -> (Faults, Self) {
        let mut text = std::fs::read_to_string(template()).unwrap();
        // They stop 15 seconds before the end: `changes` at once, `reconcile` after one second.
        for (from, to) in [("Timeout: 60", "Timeout: 15"), ("Timeout: 300", "Timeout: 16")] {
            assert_eq!(text.matches(from).count(), 1, "{from}");
            text = text.replace(from, to);
        }
        let name = format!("hasty-{}-{:?}.yaml", process::id(), thread::current().id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, text).unwrap();
        let started = Self::with_faults(|options| {
            options.template.clone_from(&path);
            options.stream = Delivery::Manual;
        });
        std::fs::remove_file(path).unwrap();
        started
    }

    #[track_caller]
    pub(crate) fn send(&self, request: &Request) -> Answer {
        self.send_bytes(&to_bytes(request, self.address))
    }

    /// Sends exactly these bytes, and holds what comes of it against the contract.
    #[track_caller]
    pub(crate) fn send_bytes(&self, bytes: &[u8]) -> Answer {
        let answer = send_bytes(self.address, bytes);
        contract::check(bytes, &answer);
        answer
    }

    /// Invokes a function as an operator does.
    pub(crate) fn invoke(&self, function: &str, payload: &Value) -> Result<Value, FunctionError> {
        wait_for(self.local.invoke(function, payload))
    }

    /// Waits until what follows from all that was done has happened: places in inboxes, activity, purges.
    pub(crate) fn settle(&self) {
        wait_for(self.local.settle()).unwrap();
    }

    /// Asserts that all rows of the table fit together, and tells how many there are.
    pub(crate) fn assert_consistent(&self) -> u64 {
        let found = self.invoke("reconcile", &json!({"check": true})).unwrap();
        assert_eq!(
            [&found["problems"], &found["continue_from"]],
            [&json!([]), &Value::Null],
            "{found:#}"
        );
        found["rows"].as_u64().unwrap()
    }

    /// A name and a phone number that nobody has.
    pub(crate) fn new_name(&self, prefix: &str) -> (String, String) {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let phone_number = format!("+1 555 {number:07}");
        self.keep_secret(&phone_number);
        (format!("{prefix}.{number}"), phone_number)
    }

    /// Somebody new, with a token.
    pub(crate) fn person(&self, prefix: &str) -> Person<'_> {
        let (username, phone_number) = self.new_name(prefix);
        let payload = json!({"username": username, "phone_number": phone_number});
        let issued = self.invoke("tokens-create", &payload).unwrap();
        Person {
            machine: self,
            id: text(&issued["person"]["id"]),
            token: self.keep_secret(&text(&issued["token"])),
            token_id: text(&issued["id"]),
            username,
            phone_number,
        }
    }

    /// Another token of the same person.
    pub(crate) fn another_token(&self, username: &str, expires_at: Option<i64>) -> String {
        let payload = json!({"username": username, "expires_at": expires_at});
        let issued = self.invoke("tokens-create", &payload).unwrap();
        self.keep_secret(&text(&issued["token"]))
    }

    fn keep_secret(&self, secret: &str) -> String {
        self.secrets.lock().unwrap().push(secret.to_owned());
        secret.to_owned()
    }

    /// Every token and phone number that was ever used here.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.secrets.lock().unwrap().clone()
    }

    /// Every row in which `text` occurs, as DynamoDB writes it in JSON.
    pub(crate) fn rows_with(&self, text: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut start = Value::Null;
        loop {
            let mut request = json!({"TableName": self.local.table_name()});
            if !start.is_null() {
                request["ExclusiveStartKey"] = start;
            }
            let page = self
                .local
                .database()
                .scan(serde_json::from_value(request).unwrap())
                .unwrap();
            let mut page = serde_json::to_value(page).unwrap();
            let items = page["Items"].as_array_mut().unwrap().drain(..);
            rows.extend(items.filter(|row| row.to_string().contains(text)));
            start = page["LastEvaluatedKey"].take();
            if start.is_null() {
                return rows;
            }
        }
    }

    /// The one row of that kind in which `text` occurs.
    pub(crate) fn row(&self, kind: &str, text: &str) -> Value {
        let mut rows = self.rows_with(text);
        rows.retain(|row| row["kind"]["S"] == kind);
        assert_eq!(rows.len(), 1, "rows of the kind {kind} with {text}: {rows:?}");
        rows.remove(0)
    }

    /// Writes a row past the functions.
    pub(crate) fn put_row(&self, row: &Value) {
        let request = json!({"TableName": self.local.table_name(), "Item": row});
        self.local
            .database()
            .put_item(serde_json::from_value(request).unwrap())
            .unwrap();
    }
}

/// Somebody with a token, and the requests that they make.
pub(crate) struct Person<'m> {
    pub(crate) machine: &'m Machine,
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) phone_number: String,
    pub(crate) token: String,
    pub(crate) token_id: String,
}

impl Person<'_> {
    #[track_caller]
    pub(crate) fn send(&self, request: Request) -> Answer {
        self.machine.send(&request.bearer(&self.token))
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(Request::new("GET", path))
    }

    #[track_caller]
    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.send(Request::new("DELETE", path))
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_in(Encoding::Json, path, body)
    }

    #[track_caller]
    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        self.put_in(Encoding::Json, path, body)
    }

    #[track_caller]
    pub(crate) fn post_in(&self, encoding: Encoding, path: &str, body: &Value) -> Answer {
        self.send(Request::new("POST", path).encoded(encoding, body))
    }

    #[track_caller]
    pub(crate) fn put_in(&self, encoding: Encoding, path: &str, body: &Value) -> Answer {
        self.send(Request::new("PUT", path).encoded(encoding, body))
    }

    /// The parameters with which others add this person to their contacts.
    pub(crate) fn card(&self) -> Value {
        json!({"username": self.username, "phone_number": self.phone_number})
    }

    /// Adds `other` to this person's contacts, and gives the path of the conversation of the two.
    #[track_caller]
    pub(crate) fn meet(&self, other: &Person<'_>) -> String {
        let contact = self
            .post("/v1/contacts", &other.card())
            .expect_created("/v1/contacts");
        format!("/v1/conversations/{}", text(&contact["conversation_id"]))
    }

    /// Sends a message to the conversation at that path.
    #[track_caller]
    pub(crate) fn say(&self, conversation: &str, text: &str) -> Value {
        let message = json!({"conversation_id": id_of(conversation), "message": text});
        self.post("/v1/messages", &message).expect_created("/v1/messages")
    }

    /// Uploads a file: the attachment.
    #[track_caller]
    pub(crate) fn upload(&self, filename: &str, content: &str) -> Value {
        self.send(upload(filename, content))
            .expect_created("/v1/attachments")
    }

    /// Sends a message with attachments.
    #[track_caller]
    pub(crate) fn say_with(&self, conversation: &str, text: &str, attachments: &Value) -> Value {
        let message =
            json!({"conversation_id": id_of(conversation), "message": text, "attachments": attachments});
        self.post("/v1/messages", &message).expect_created("/v1/messages")
    }

    /// A new group of this person and some of their contacts: its id.
    #[track_caller]
    pub(crate) fn group(&self, others: &[&Person<'_>]) -> String {
        let contacts: Vec<_> = others.iter().map(|other| &other.id).collect();
        let group = json!({"name": "Plants vs People", "contacts": contacts});
        let created = self.post("/v1/groups", &group);
        text(&created.expect_created("/v1/groups")["id"])
    }

    /// The path of the entry for this person in anybody's contacts.
    pub(crate) fn entry(&self) -> String {
        format!("/v1/contacts/{}", self.id)
    }
}

/// The upload of a file.
pub(crate) fn upload(filename: &str, content: &str) -> Request {
    let part =
        format!("Content-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\r\n{content}");
    Request::new("POST", "/v1/attachments")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(format!("--b\r\n{part}\r\n--b--\r\n"))
}

/// Two people, the first of whom has the second as a contact, and the path of their conversation.
pub(crate) fn two_people(prefix: &str) -> (Person<'static>, Person<'static>, String) {
    let (one, other) = (person(prefix), person(prefix));
    let conversation = one.meet(&other);
    (one, other, conversation)
}

/// The path of a message.
#[track_caller]
pub(crate) fn at(message: &Value) -> String {
    format!("/v1/messages/{}", text(&message["id"]))
}

/// The last segment of a path.
pub(crate) fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// A JSON string's text.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no string"))
        .to_owned()
}

/// The present time in whole seconds.
pub(crate) fn now() -> i64 {
    let since_1970 = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since_1970.as_secs()).unwrap()
}
