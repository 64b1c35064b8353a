//! A test person, and what they ask.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::client::Client;
use crate::encoding::Encoding;
use crate::failure::{Failure, Outcome, equal, holds};
use crate::http::{Exchange, Request};

/// The people of one lane share what was last asked, for failures that no answer shows by itself.
pub(crate) struct Lane {
    pub(crate) client: Arc<Client>,
    last: Mutex<Option<Exchange>>,
    /// Tokens of owners and the paths of their groups. Their list may still be without the newest when it is asked for.
    groups: Mutex<Vec<(String, String)>>,
}

impl Lane {
    pub(crate) fn new(client: Arc<Client>) -> Self {
        Self {
            client,
            last: Mutex::default(),
            groups: Mutex::default(),
        }
    }

    #[track_caller]
    pub(crate) fn send(&self, caller: Option<&str>, request: &Request) -> Outcome<Exchange> {
        let exchange = self.client.send(caller, request)?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(exchange.clone());
        Ok(exchange)
    }

    pub(crate) fn take_last(&self) -> Option<Exchange> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Somebody of the tokens file.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) phone_number: String,
    avatar_url: Value,
    pub(crate) token: String,
    lane: Arc<Lane>,
    /// Whether something of their own person may differ from what is above.
    is_changed: AtomicBool,
}

impl Person {
    /// Asks whose token this is. Who has no phone number, as a broken run may leave it, gets `fallback_number`.
    pub(crate) fn of_token(lane: &Arc<Lane>, token: &str, fallback_number: &str) -> Outcome<Self> {
        let request = Request::new("GET", "/v1/me").bearer(token);
        let me = lane.send(None, &request).answers(200)?;
        Ok(Self {
            id: id(&me).to_owned(),
            username: me["username"].as_str().unwrap_or_default().to_owned(),
            phone_number: me["phone_number"].as_str().unwrap_or(fallback_number).to_owned(),
            avatar_url: me["avatar_url"].clone(),
            token: token.to_owned(),
            lane: Arc::clone(lane),
            is_changed: AtomicBool::new(me["phone_number"].is_null()),
        })
    }

    /// The same person with another lane's people.
    pub(crate) fn in_lane(self, lane: &Arc<Lane>) -> Self {
        Self {
            lane: Arc::clone(lane),
            ..self
        }
    }

    #[track_caller]
    pub(crate) fn send(&self, request: Request) -> Outcome<Exchange> {
        if request.method == "PUT" && request.path == "/v1/me" {
            self.is_changed.store(true, Ordering::Relaxed);
        }
        let request = request.bearer(&self.token);
        let exchange = self.lane.send(Some(&self.username), &request)?;
        let location = exchange.answer.header("location").unwrap_or_default();
        if location.starts_with("/v1/groups/") {
            let group = (self.token.clone(), location.to_owned());
            let mut groups = self.lane.groups.lock().unwrap_or_else(PoisonError::into_inner);
            groups.push(group);
        }
        Ok(exchange)
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Outcome<Exchange> {
        self.send(Request::new("GET", path))
    }

    #[track_caller]
    pub(crate) fn delete(&self, path: &str) -> Outcome<Exchange> {
        self.send(Request::new("DELETE", path))
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Outcome<Exchange> {
        self.post_in(Encoding::Json, path, body)
    }

    #[track_caller]
    pub(crate) fn put(&self, path: &str, body: &Value) -> Outcome<Exchange> {
        self.put_in(Encoding::Json, path, body)
    }

    #[track_caller]
    pub(crate) fn post_in(&self, encoding: Encoding, path: &str, body: &Value) -> Outcome<Exchange> {
        self.send(Request::new("POST", path).encoded(encoding, body))
    }

    #[track_caller]
    pub(crate) fn put_in(&self, encoding: Encoding, path: &str, body: &Value) -> Outcome<Exchange> {
        self.send(Request::new("PUT", path).encoded(encoding, body))
    }

    /// A POST with an idempotency key.
    #[track_caller]
    pub(crate) fn post_with_key(&self, key: &str, path: &str, body: &Value) -> Outcome<Exchange> {
        self.send(
            Request::new("POST", path)
                .header("idempotency-key", key)
                .json(body),
        )
    }

    /// The parameters with which others add this person to their contacts.
    pub(crate) fn card(&self) -> Value {
        json!({"username": self.username, "phone_number": self.phone_number})
    }

    /// The path of the entry for this person in anybody's contacts.
    pub(crate) fn entry(&self) -> String {
        format!("/v1/contacts/{}", self.id)
    }

    /// Adds `other` to this person's contacts, and gives the path of the conversation of the two.
    #[track_caller]
    pub(crate) fn meet(&self, other: &Self) -> Outcome<String> {
        self.add(&other.card())
    }

    /// The same by the parameters of the create.
    #[track_caller]
    pub(crate) fn add(&self, card: &Value) -> Outcome<String> {
        let contact = self.post("/v1/contacts", card).created("/v1/contacts")?;
        let id = contact["conversation_id"].as_str().unwrap_or_default();
        Ok(format!("/v1/conversations/{id}"))
    }

    /// Sends a message to the conversation at that path.
    #[track_caller]
    pub(crate) fn say(&self, conversation: &str, text: &str) -> Outcome<Value> {
        let message = json!({"conversation_id": id_of(conversation), "message": text});
        self.post("/v1/messages", &message).created("/v1/messages")
    }

    /// Creates a group with these people in it, who must be contacts, and gives its path.
    #[track_caller]
    pub(crate) fn gather(&self, members: &[&Self]) -> Outcome<String> {
        let contacts: Vec<_> = members.iter().map(|member| &member.id).collect();
        let group = json!({"name": "The McCallisters", "contacts": contacts});
        let group = self.post("/v1/groups", &group).created("/v1/groups")?;
        Ok(format!("/v1/groups/{}", id(&group)))
    }

    /// The groups that they have created since this was last asked.
    pub(crate) fn take_created_groups(&self) -> Vec<String> {
        let mut groups = self.lane.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let own = groups.extract_if(.., |(token, _)| *token == self.token);
        own.map(|(_, path)| path).collect()
    }

    /// The whole list at that path: every page.
    #[track_caller]
    pub(crate) fn all(&self, path: &str) -> Outcome<Vec<Value>> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("{path}?limit=100{cursor}")).answers(200)?;
            items.extend(page["data"].as_array().into_iter().flatten().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&starting_after={next}"),
                None => return Ok(items),
            }
        }
    }

    /// Takes their own person back to what it was at the start.
    pub(crate) fn restore(&self) -> Outcome {
        if self.is_changed.load(Ordering::Relaxed) {
            let me = json!({"phone_number": self.phone_number, "avatar_url": self.avatar_url});
            self.put("/v1/me", &me).answers(200)?;
            self.is_changed.store(false, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// What an answer has to be.
pub(crate) trait Answers {
    /// The body of an answer with this status; null where there is none.
    fn answers(self, status: u16) -> Outcome<Value>;

    /// The resource of a 201, which must say where it is.
    fn created(self, collection: &str) -> Outcome<Value>;

    /// An error of this code and parameter, and otherwise as every error is.
    fn refused(self, status: u16, code: &str, param: Option<&str>) -> Outcome;
}

impl Answers for Outcome<Exchange> {
    #[track_caller]
    fn answers(self, status: u16) -> Outcome<Value> {
        let exchange = self?;
        let found = exchange.answer.status;
        if found != status {
            let failure = Failure::new(format!("it is answered {found}"));
            let failure = failure.with_values(status.to_string(), found.to_string());
            return Err(failure.seen_in(&exchange));
        }
        // That it is JSON, and that a 204 has no body, is in the contract.
        Ok(serde_json::from_slice(&exchange.answer.body).unwrap_or_default())
    }

    #[track_caller]
    fn created(self, collection: &str) -> Outcome<Value> {
        let exchange = self?;
        let location = exchange.answer.header("location").map(str::to_owned);
        let resource = Ok(exchange).answers(201)?;
        equal(
            "the header location",
            location,
            format!("{collection}/{}", id(&resource)),
        )?;
        Ok(resource)
    }

    #[track_caller]
    fn refused(self, status: u16, code: &str, param: Option<&str>) -> Outcome {
        let exchange = self?;
        let request_id = exchange.answer.header("x-request-id").map(str::to_owned);
        let body = Ok(exchange.clone()).answers(status)?;
        let seen = [&body["code"], &body["param"], &body["request_id"]];
        if json!(seen) != json!([code, param, request_id]) {
            let failure = Failure::new("it is another error");
            let expected = json!({"code": code, "param": param, "request_id": request_id});
            return Err(failure
                .with_values(expected.to_string(), body.to_string())
                .seen_in(&exchange));
        }
        let kind = if status < 500 {
            "invalid_request"
        } else {
            "api_error"
        };
        equal("the type", &body["type"], kind)?;
        let url = body["documentation_url"].as_str().unwrap_or_default();
        holds("documentation_url names the code", url.contains(code), url)
    }
}

/// The id of a resource.
pub(crate) fn id(resource: &Value) -> &str {
    resource["id"].as_str().unwrap_or_default()
}

/// The path of a message.
pub(crate) fn at(message: &Value) -> String {
    format!("/v1/messages/{}", id(message))
}

/// The last segment of a path.
pub(crate) fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
