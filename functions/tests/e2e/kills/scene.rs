//! Three people who know each other a little, what one does, and what all of them see in the end.

use std::collections::BTreeMap;

use local::FunctionError;
use serde_json::{Value, json};

use crate::http::{Answer, Request, send_bytes, to_bytes};
use crate::world::{Machine, Person, id_of, wait_for};

/// What is done, and done again when it failed.
pub(super) enum Act {
    /// Kate sends this request.
    Request(Request),
    /// The operator, or a schedule, invokes this function.
    Invoke(&'static str, Value),
    /// The stream is delivered.
    Deliver,
}

/// How it went.
pub(super) enum Outcome {
    Answered(Answer),
    Invoked(Result<Value, FunctionError>),
    Delivered(anyhow::Result<usize>),
}

impl Outcome {
    #[track_caller]
    pub(super) fn assert_succeeded(&self) {
        match self {
            Self::Answered(answer) => assert!((200..=204).contains(&answer.status), "{answer:?}"),
            Self::Invoked(result) => assert!(result.is_ok(), "{result:?}"),
            Self::Delivered(result) => assert!(result.is_ok(), "{result:?}"),
        }
    }

    /// What was deleted or revoked the first time is gone the second time.
    #[track_caller]
    pub(super) fn assert_succeeded_again(&self) {
        match self {
            Self::Answered(answer) if answer.status == 404 => {
                assert!(format!("{answer:?}").contains("DELETE "), "{answer:?}");
            }
            Self::Invoked(Err(error)) => assert_eq!(error.error_message, "no such token"),
            outcome => outcome.assert_succeeded(),
        }
    }

    #[track_caller]
    pub(super) fn assert_killed(&self) {
        let error = match self {
            Self::Answered(answer) => return assert_eq!(answer.status, 502, "{answer:?}"),
            Self::Invoked(result) => result.as_ref().unwrap_err().to_string(),
            Self::Delivered(result) => result.as_ref().unwrap_err().to_string(),
        };
        assert!(error.contains("signal: 9"), "{error}");
    }
}

/// Kate has Kevin and Anna as contacts, and each has written to her.
pub(super) struct Scene<'m> {
    pub(super) machine: &'m Machine,
    pub(super) kate: Person<'m>,
    pub(super) kevin: Person<'m>,
    pub(super) anna: Person<'m>,
    /// The path of Kate's conversation with Kevin, the older one.
    pub(super) with_kevin: String,
    /// The path of Kate's conversation with Anna.
    pub(super) with_anna: String,
    /// The name and phone number of somebody whom nobody knows yet.
    pub(super) stranger: Value,
    rows: BTreeMap<String, i64>,
}

/// What there is in the end.
pub(super) struct State {
    /// What each of the people sees.
    seen: Value,
    /// How many rows of each kind have come, or gone.
    rows: BTreeMap<String, i64>,
}

impl<'m> Scene<'m> {
    pub(super) fn new(machine: &'m Machine) -> Self {
        let rows = count_rows(machine);
        let (kate, kevin, anna) = (
            machine.person("kate"),
            machine.person("kevin"),
            machine.person("anna"),
        );
        let with_kevin = kate.meet(&kevin);
        let with_anna = kate.meet(&anna);
        kevin.say(&with_kevin, "Hello from Kevin");
        anna.say(&with_anna, "Hello from Anna");
        let (username, phone_number) = machine.new_name("stranger");
        let scene = Self {
            machine,
            kate,
            kevin,
            anna,
            with_kevin,
            with_anna,
            stranger: json!({"username": username, "phone_number": phone_number}),
            rows,
        };
        scene.settle();
        scene
    }

    /// Kate adds somebody whom nobody has claimed, writes to them, and puts them into a group. Another one gets the name.
    pub(super) fn claim(&self) {
        let stranger = self.kate.post("/v1/contacts", &self.stranger).expect(201);
        let conversation = format!(
            "/v1/conversations/{}",
            stranger["conversation_id"].as_str().unwrap()
        );
        self.kate.say(&conversation, "Hello");
        let group = json!({"name": "Neighbours", "contacts": [stranger["id"]]});
        self.kate.post("/v1/groups", &group).expect(201);
        let claim = json!({"username": self.stranger["username"], "claim": true});
        self.machine.invoke("tokens-create", &claim).unwrap();
    }

    /// Delivers what is in the stream.
    pub(super) fn settle(&self) {
        wait_for(self.machine.local.deliver()).unwrap();
    }

    pub(super) fn perform(&self, act: &Act) -> Outcome {
        match act {
            Act::Request(request) => Outcome::Answered(send(&self.kate, request.clone())),
            Act::Invoke(function, payload) => Outcome::Invoked(self.machine.invoke(function, payload)),
            Act::Deliver => Outcome::Delivered(wait_for(self.machine.local.deliver())),
        }
    }

    /// The path of the conversation of one of the groups that Kate is in.
    pub(super) fn conversation_of(&self, group: &str) -> String {
        let group = self.kate.get(&format!("/v1/groups/{group}")).expect(200);
        format!("/v1/conversations/{}", group["conversation_id"].as_str().unwrap())
    }

    /// Makes work that waits old enough for `reconcile`.
    pub(super) fn age_work(&self) {
        for mut row in self.machine.rows_with("waiting_since") {
            row["waiting_since"] = json!({"N": "1"});
            self.machine.put_row(&row);
        }
    }

    /// Lets all work be done, and looks what there is.
    pub(super) fn end(&self) -> State {
        self.settle();
        // What is done of it may leave more.
        for _ in 0..2 {
            self.age_work();
            self.machine.invoke("reconcile", &json!({})).unwrap();
        }
        let mut rows = count_rows(self.machine);
        for (kind, before) in &self.rows {
            *rows.entry(kind.clone()).or_default() -= before;
        }
        rows.retain(|_, count| *count != 0);
        State {
            seen: self.seen(),
            rows,
        }
    }

    fn seen(&self) -> Value {
        let people = [&self.kate, &self.kevin, &self.anna];
        let mut seen = people.map(look_around).into_iter().collect();
        normalize(&mut seen, &mut Vec::new());
        seen
    }
}

impl State {
    /// Asserts that it is the other one, but for rows that may be left over.
    #[track_caller]
    pub(super) fn assert_is(&self, other: &Self, left_over: &[(&str, i64)], when: &str) {
        let (seen, expected) = (format!("{:#}", self.seen), format!("{:#}", other.seen));
        let lines = seen.lines().zip(expected.lines());
        let differing: Vec<_> = lines
            .filter(|(seen, expected)| seen != expected)
            .take(5)
            .collect();
        assert!(seen == expected, "{when}: {differing:#?}");
        let mut rows = other.rows.clone();
        for (kind, count) in left_over {
            *rows.entry((*kind).to_owned()).or_default() += count;
        }
        assert!(
            self.rows == other.rows || self.rows == rows,
            "{when}: {:?} in place of {:?}",
            self.rows,
            other.rows
        );
    }
}

/// Sends a request without a look at the contract: there is no 502 in it, and there are many requests.
fn send(person: &Person<'_>, request: Request) -> Answer {
    let address = person.machine.address;
    send_bytes(address, &to_bytes(&request.bearer(&person.token), address))
}

/// Everything that somebody can see, without opening anything.
fn look_around(person: &Person<'_>) -> Value {
    let get = |path: &str| send(person, Request::new("GET", path)).expect(200);
    let conversations = get("/v1/conversations?limit=100");
    let messages: Vec<_> = conversations["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|conversation| {
            let id = conversation["id"].as_str().unwrap();
            get(&format!(
                "/v1/messages?conversation_id={id}&mark_read=false&limit=100"
            ))
        })
        .collect();
    json!([
        get("/v1/me"),
        get("/v1/contacts?limit=100"),
        get("/v1/groups?limit=100"),
        conversations,
        messages,
        get("/v1/messages?limit=100"),
        get("/v1/attachments?limit=100"),
    ])
}

/// Takes away what differs from scene to scene: numbers ids in the order in which they appear, and leaves nothing of
/// times, phone numbers and names that are drawn.
fn normalize(value: &mut Value, ids: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| normalize(value, ids)),
        Value::Object(map) => {
            for (name, value) in map {
                if name.ends_with("_at") && value.is_number() {
                    *value = json!("a time");
                }
                normalize(value, ids);
            }
        }
        Value::String(text) if text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            let number = ids.iter().position(|id| id == text).unwrap_or_else(|| {
                ids.push(text.clone());
                ids.len() - 1
            });
            *text = format!("id {number}");
        }
        Value::String(text) if text.starts_with("http://127.0.0.1") => "a link".clone_into(text),
        Value::String(text) if text.starts_with("+1 555 ") => "a phone number".clone_into(text),
        Value::String(text) if text.starts_with("deleted-") => "nobody".clone_into(text),
        Value::String(text) => {
            if let Some((name, number)) = text.split_once('.')
                && number.parse::<u32>().is_ok()
            {
                *text = name.to_owned();
            }
        }
        _ => {}
    }
}

fn count_rows(machine: &Machine) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for row in machine.rows_with("") {
        *counts
            .entry(row["kind"]["S"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    counts
}

/// The id of the newest message of a conversation, without opening it.
pub(super) fn newest(person: &Person<'_>, conversation: &str) -> String {
    let id = id_of(conversation);
    let page = person.get(&format!(
        "/v1/messages?conversation_id={id}&mark_read=false&limit=1"
    ));
    page.expect(200)["data"][0]["id"].as_str().unwrap().to_owned()
}
