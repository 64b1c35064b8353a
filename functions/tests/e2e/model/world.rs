//! The machine and the model beside it, and how one asks the machine something whatever goes wrong.

use local::{Faults, Rule};
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use super::state::{Known, State};
use super::steps::{Action, Mishap, PEOPLE, People, SENDER, Step};
use crate::http::{Answer, Request};
use crate::world::{Machine, Person, now, text};

/// The result of whatever may differ from the model.
pub(super) type Verdict<T = ()> = Result<T, TestCaseError>;

/// So often is something asked again that is answered with 503, before it counts as an error.
const MOST_ATTEMPTS: usize = 20;

/// What came of a request.
pub(super) struct Asked {
    pub(super) answer: Answer,
    /// The time before the first attempt.
    pub(super) since: i64,
    /// Whether an attempt before was answered with 503: it may have been done.
    pub(super) is_retry: bool,
}

pub(super) struct World<'m> {
    pub(super) machine: &'m Machine,
    faults: Option<&'m Faults>,
    pub(super) people: Vec<Person<'m>>,
    pub(super) state: State,
    /// Counts what needs a name of its own: idempotency keys, texts.
    count: usize,
    /// Whether the present step makes its POST twice, and whether something may go wrong in it.
    repeats: bool,
    has_mishap: bool,
}

impl<'m> World<'m> {
    /// Four people, who have written nothing yet. Kate has all others as contacts and Kevin has Frank, so these have
    /// conversations; and Kate has a group with Kevin and Frank.
    pub(super) fn start(machine: &'m Machine, faults: Option<&'m Faults>) -> Verdict<Self> {
        let people: Vec<_> = PEOPLE.iter().map(|name| machine.person(name)).collect();
        let mut world = Self {
            machine,
            faults,
            people,
            state: State::default(),
            count: 0,
            repeats: false,
            has_mishap: false,
        };
        for person in &world.people {
            let mut card = person.get("/v1/me").expect(200);
            let active_at = card["last_active_at"].take().as_i64();
            let id = person.id.clone();
            world.state.people.push(Known { id, card, active_at });
        }
        let contacts = [(0, 1), (0, 2), (0, 3), (1, 2)].map(|(who, whom)| (who, Action::AddContact(whom)));
        let group = (0, Action::Found(0, People(0b110)));
        for (who, action) in contacts.into_iter().chain([group]) {
            world.happen(&Step {
                who,
                action,
                repeats: false,
                mishap: None,
            })?;
        }
        Ok(world)
    }

    /// Does the step on both sides, and compares what is answered.
    pub(super) fn happen(&mut self, step: &Step) -> Verdict {
        if let (Some(faults), Some(mishap)) = (self.faults, &step.mishap) {
            let Mishap { fault, after, times } = mishap.clone();
            faults.set(Rule::new(fault).after(after).times(times));
        }
        (self.repeats, self.has_mishap) = (step.repeats, step.mishap.is_some());
        let outcome = match self.actor(step) {
            Some(who) => self.act(who, step.action),
            None => Ok(()),
        };
        if let Some(faults) = self.faults {
            faults.clear();
        }
        (self.repeats, self.has_mishap) = (false, false);
        outcome
    }

    /// Who does it; nobody where it is for the sender of a message that is not there.
    fn actor(&self, step: &Step) -> Option<usize> {
        let (Action::Edit(place, which) | Action::Delete(place, which)) = step.action else {
            return Some(step.who);
        };
        let known = self.state.known(place)?;
        let message = &known.messages[known.at(which)?];
        Some(if step.who == SENDER {
            message.sender
        } else {
            step.who
        })
    }

    fn act(&mut self, who: usize, action: Action) -> Verdict {
        match action {
            Action::Send(place) => self.send(who, place),
            Action::Edit(place, which) => self.edit(who, place, which),
            Action::Delete(place, which) => self.delete_message(who, place, which),
            Action::React(place, which, name, on) => self.react(who, place, which, name, on),
            Action::ReactWith(place, which, names) => self.react_with(who, place, which, names),
            Action::List {
                place,
                from,
                limit,
                opens,
            } => self.list(who, place, from, limit, opens),
            Action::Read(place, which) => self.read(who, place, which),
            Action::SetSide(place, side) => self.set_side(who, place, side),
            Action::Pin(place, of, which) => self.pin(who, place, of, which),
            Action::Unpin(place) => self.unpin(who, place),
            Action::Create(place) => self.create_conversation(who, place),
            Action::DeleteConversation(place) => self.delete_conversation(who, place),
            Action::AddContact(whom) => self.add_contact(who, whom),
            Action::RemoveContact(whom) => self.remove_contact(who, whom),
            Action::NameContact(whom, on) => self.name_contact(who, whom, on),
            Action::Found(number, with) => self.found(who, number, with),
            Action::ChangeGroup(number, change) => self.change_group(who, number, change),
            Action::Leave(number) => self.leave(who, number),
            Action::Disband(number) => self.disband(who, number),
            Action::Stream => self.deliver(),
            Action::StreamAgain => self.deliver_again(),
        }
    }

    /// A number that was not used before.
    pub(super) fn number(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    /// Asks until the answer is another one than that it should be tried again.
    pub(super) fn ask(&self, who: usize, request: &Request) -> Verdict<Asked> {
        let since = now();
        for attempt in 0..MOST_ATTEMPTS {
            let answer = self.people[who].send(request.clone());
            let is_busy = answer.status == 503
                || answer.status == 409 && answer.json()["code"] == "idempotency_key_in_use";
            if !is_busy || !self.has_mishap {
                return Ok(Asked {
                    answer,
                    since,
                    is_retry: attempt > 0,
                });
            }
            same(
                "the header of a 503",
                &json!(answer.header("retry-after")),
                &json!("1"),
            )?;
        }
        Err(TestCaseError::fail(format!(
            "{} is told to try again for ever: {request:?}",
            PEOPLE[who]
        )))
    }

    pub(super) fn get(&self, who: usize, path: &str) -> Verdict<Asked> {
        self.ask(who, &Request::new("GET", path))
    }

    pub(super) fn put(&self, who: usize, path: &str, body: &Value) -> Verdict<Asked> {
        self.ask(who, &Request::new("PUT", path).json(body))
    }

    pub(super) fn try_delete(&self, who: usize, path: &str) -> Verdict<Asked> {
        self.ask(who, &Request::new("DELETE", path))
    }

    /// A DELETE, of something that is there. Where an attempt before may have done it, it may be gone.
    pub(super) fn delete(&self, who: usize, path: &str) -> Verdict {
        let asked = self.try_delete(who, path)?;
        if asked.is_retry && asked.answer.status == 404 {
            return asked.refused(404, "resource_missing", None);
        }
        asked.expect(204).map(drop)
    }

    /// A POST, with an idempotency key where it may have to be made again.
    pub(super) fn post(&mut self, who: usize, path: &str, body: Option<&Value>) -> Verdict<Asked> {
        let mut request = Request::new("POST", path);
        if let Some(body) = body {
            request = request.json(body);
        }
        if self.repeats || self.has_mishap {
            request = request.header("idempotency-key", format!("key-{}", self.number()));
        }
        let asked = self.ask(who, &request)?;
        if self.repeats {
            let Asked { answer: again, .. } = self.ask(who, &request)?;
            let first = &asked.answer;
            let what = "the answer to a repeated request";
            same(what, &json!(again.status), &json!(first.status))?;
            if first.status < 300 {
                same(what, &json!(again.header("idempotent-replayed")), &json!("true"))?;
                same(what, &body_of(&again), &body_of(first))?;
            }
        }
        Ok(asked)
    }

    /// The stream brings what it has.
    fn deliver(&mut self) -> Verdict {
        for _ in 0..MOST_ATTEMPTS {
            if crate::world::wait_for(self.machine.local.deliver()).is_ok() {
                self.state.deliver();
                return Ok(());
            }
            if !self.has_mishap {
                break;
            }
        }
        Err(TestCaseError::fail("the stream fails to be delivered"))
    }

    /// The stream brings what it has brought before: it changes nothing.
    fn deliver_again(&mut self) -> Verdict {
        for _ in 0..MOST_ATTEMPTS {
            if crate::world::wait_for(self.machine.local.redeliver()).is_ok() {
                return Ok(());
            }
            if !self.has_mishap {
                break;
            }
        }
        Err(TestCaseError::fail("the stream fails to be delivered again"))
    }
}

impl Asked {
    /// The JSON of an answer with this status.
    pub(super) fn expect(&self, status: u16) -> Verdict<Value> {
        if self.answer.status != status {
            return Err(TestCaseError::fail(format!(
                "in place of {status}: {:?}",
                self.answer
            )));
        }
        Ok(self.answer.expect(status))
    }

    pub(super) fn refused(&self, status: u16, code: &str, param: Option<&str>) -> Verdict {
        let error = self.expect(status)?;
        let shown = json!([error["code"], error["param"]]);
        same(
            &format!("the error of {:?}", self.answer),
            &shown,
            &json!([code, param]),
        )
    }

    /// It does not exist for the caller.
    pub(super) fn missing(&self, param: Option<&str>) -> Verdict {
        self.refused(404, "resource_missing", param)
    }

    pub(super) fn not_allowed(&self) -> Verdict {
        self.refused(403, "not_allowed", None)
    }
}

fn body_of(answer: &Answer) -> Value {
    if answer.body.is_empty() {
        Value::Null
    } else {
        answer.json()
    }
}

/// The text at a place of an answer.
pub(super) fn id(value: &Value) -> String {
    text(&value["id"])
}

/// Fails where the two are not the same, and names only what differs.
pub(super) fn same(what: &str, shown: &Value, expected: &Value) -> Verdict {
    let mut differences = Vec::new();
    differ("", shown, expected, &mut differences);
    if differences.is_empty() {
        return Ok(());
    }
    Err(TestCaseError::fail(format!("{what}: {}", differences.join(", "))))
}

fn differ(path: &str, shown: &Value, expected: &Value, differences: &mut Vec<String>) {
    match (shown, expected) {
        (Value::Object(one), Value::Object(other)) => {
            let mut keys: Vec<_> = one.keys().chain(other.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                differ(
                    &format!("{path}.{key}"),
                    &shown[key.as_str()],
                    &expected[key.as_str()],
                    differences,
                );
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                differ(&format!("{path}[{at}]"), one, other, differences);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            let ids = |items: &[Value]| items.iter().map(|item| item["id"].clone()).collect::<Value>();
            differences.push(format!(
                "{path} has {} items {} in place of {} {}",
                one.len(),
                ids(one),
                other.len(),
                ids(other)
            ));
        }
        _ if shown == expected => {}
        _ => differences.push(format!("{path} is {shown} in place of {expected}")),
    }
}
