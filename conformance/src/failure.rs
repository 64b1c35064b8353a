//! What a case says when a rule does not hold, and how it compares.

use std::fmt;
use std::panic::Location;

use serde::Serialize;
use serde_json::Value;

use crate::http::{Answer, Exchange};

/// What a case, and most of its steps, end with.
pub type Outcome<T = ()> = Result<T, Box<Failure>>;

/// A rule that does not hold.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What is wrong, in one line.
    pub problem: String,
    /// What the contract wants, where that is a value.
    pub expected: Option<String>,
    /// What was found in its place.
    pub actual: Option<String>,
    /// The request that showed it, or the last one before it was noticed.
    pub exchange: Option<Exchange>,
    /// The line of the case that noticed it.
    pub place: &'static Location<'static>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)?;
        if let Some(exchange) = &self.exchange {
            let body = String::from_utf8_lossy(&exchange.answer.body);
            write!(f, ": {} {body}", exchange.answer.status)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// Something that is wrong.
    #[track_caller]
    #[must_use]
    pub fn new(problem: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            problem: problem.into(),
            expected: None,
            actual: None,
            exchange: None,
            place: Location::caller(),
        })
    }

    /// The same, seen in this exchange.
    #[must_use]
    pub fn seen_in(mut self: Box<Self>, exchange: &Exchange) -> Box<Self> {
        self.exchange = Some(exchange.clone());
        self
    }

    /// The same, with what was expected and what was found.
    #[must_use]
    pub fn with_values(mut self: Box<Self>, expected: String, actual: String) -> Box<Self> {
        self.expected = Some(expected);
        self.actual = Some(actual);
        self
    }
}

impl Answer {
    /// The body.
    #[track_caller]
    pub fn json(&self) -> Outcome<Value> {
        match serde_json::from_slice(&self.body) {
            Ok(value) => Ok(value),
            Err(error) => Err(Failure::new(format!("the body is no JSON: {error}"))),
        }
    }
}

/// Both sides as JSON: a text and a JSON string are the same.
fn as_json(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| Value::String(format!("no JSON: {error}")))
}

/// Fails where the two are not the same as JSON. `what` says what is compared.
#[track_caller]
pub(crate) fn equal(what: &str, actual: impl Serialize, expected: impl Serialize) -> Outcome {
    let (actual, expected) = (as_json(actual), as_json(expected));
    if actual == expected {
        return Ok(());
    }
    Err(Failure::new(format!("{what}: not what it must be"))
        .with_values(expected.to_string(), actual.to_string()))
}

/// Fails where `condition` does not hold. `seen` is what was found.
#[track_caller]
pub(crate) fn holds(what: &str, condition: bool, seen: impl Serialize) -> Outcome {
    if condition {
        return Ok(());
    }
    Err(Failure::new(what).with_values(what.to_owned(), as_json(seen).to_string()))
}
