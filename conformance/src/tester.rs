//! What a case has to work with.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Client;
use crate::failure::{Failure, Outcome};
use crate::http::{Answer, Exchange, Request};
use crate::people::nobodys_username;
use crate::person::{Lane, Person};

/// Well-formed, and nobody's: ids begin with their time, and this one is of 1970.
pub(crate) const NOBODY: &str = "0000000000000000";

/// Longer than anything that the contract promises "within about a second" may take, with cold functions.
const PATIENCE: Duration = Duration::from_secs(20);

/// Four people who have nothing with anybody, and the deployment.
pub(crate) struct Tester {
    pub(crate) kate: Person,
    pub(crate) kevin: Person,
    pub(crate) frank: Person,
    pub(crate) fuller: Person,
    lane: Arc<Lane>,
    /// No other run has it: keys are kept for a day.
    run: String,
    keys: AtomicUsize,
    /// Why the case that runs now could not be checked.
    unchecked: Mutex<Option<&'static str>>,
}

impl Tester {
    /// Four people become a lane of their own.
    pub(crate) fn new(client: &Arc<Client>, people: [Person; 4], run: &str) -> Self {
        let lane = Arc::new(Lane::new(Arc::clone(client)));
        let [kate, kevin, frank, fuller] = people.map(|person| person.in_lane(&lane));
        Self {
            kate,
            kevin,
            frank,
            fuller,
            lane,
            run: run.to_owned(),
            keys: AtomicUsize::default(),
            unchecked: Mutex::default(),
        }
    }

    pub(crate) fn people(&self) -> [&Person; 4] {
        [&self.kate, &self.kevin, &self.frank, &self.fuller]
    }

    /// Where the deployment is.
    pub(crate) fn url(&self) -> &str {
        self.lane.client.base()
    }

    /// The last exchange of anybody here.
    pub(crate) fn take_last(&self) -> Option<Exchange> {
        self.lane.take_last()
    }

    /// Ends a case that this deployment gives nothing to check by, such as a catalogue without sounds.
    pub(crate) fn leave_unchecked(&self, reason: &'static str) {
        *self.unchecked.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
    }

    /// Why the last case was left unchecked, where it was.
    pub(crate) fn take_unchecked(&self) -> Option<&'static str> {
        self.unchecked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Follows a signed link.
    #[track_caller]
    pub(crate) fn follow(&self, link: &str) -> Outcome<Answer> {
        self.lane.client.follow(link, &Request::new("GET", ""))
    }

    /// Sends a file to the address of an upload, with these headers. The length is that of the bytes.
    #[track_caller]
    pub(crate) fn store(&self, url: &str, headers: &Value, bytes: &[u8]) -> Outcome<Answer> {
        let headers = headers.as_object().into_iter().flatten();
        let own = headers.filter(|(name, _)| *name != "content-length");
        let request = own.fold(Request::new("PUT", ""), |request, (name, value)| {
            request.header(name, value.as_str().unwrap_or_default())
        });
        self.lane.client.follow(url, &request.body(bytes))
    }

    /// Sends a request as it is: without a token, or with one that is not a person's.
    #[track_caller]
    pub(crate) fn send(&self, request: &Request) -> Outcome<Exchange> {
        self.lane.send(None, request)
    }

    /// Every operation of the contract, as method and path.
    pub(crate) fn operations(&self) -> Vec<(String, String)> {
        let operations = self.lane.client.contract.operations();
        operations
            .map(|(method, path)| (method.to_owned(), path.to_owned()))
            .collect()
    }

    /// Kate adds Kevin. The path of their conversation.
    #[track_caller]
    pub(crate) fn pair(&self) -> Outcome<String> {
        self.kate.meet(&self.kevin)
    }

    /// The card of a person without a token. Each number is another one, the same in every run.
    pub(crate) fn nobody(&self, number: usize) -> Value {
        json!({
            "username": nobodys_username(&self.kate.id, number),
            "phone_number": format!("+1 555 010 {number:04}"),
        })
    }

    /// An idempotency key that was never used.
    pub(crate) fn key(&self) -> String {
        format!("{}-{}", self.run, self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// Asks again and again until the answer is what the contract promises "within about a second".
    #[track_caller]
    pub(crate) fn eventually(what: &str, mut ask: impl FnMut() -> Outcome<bool>) -> Outcome {
        let deadline = Instant::now() + PATIENCE;
        while !ask()? {
            if Instant::now() > deadline {
                return Err(Failure::new(format!(
                    "it does not happen within {} s: {what}",
                    PATIENCE.as_secs()
                )));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// Lets the deployment's clock show another second: times are whole seconds.
    pub(crate) fn a_second_passes() {
        std::thread::sleep(Duration::from_millis(1_100));
    }
}

/// Runs `act` with the numbers 0 to `count` - 1 at the same time, and gives what came of each, in their order.
pub(crate) fn at_once<T: Send>(count: usize, act: impl Fn(usize) -> Outcome<T> + Sync) -> Outcome<Vec<T>> {
    let act = &act;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|number| scope.spawn(move || act(number)))
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|_| Err(Failure::new("a case panicked in a race")))
            })
            .collect()
    })
}
