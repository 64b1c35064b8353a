//! Faults, and the rules that say when they happen.

use std::fmt;
use std::time::Duration;

use super::batch;
use super::call::Call;
use super::gate::Gate;

/// The operations that functions call.
pub(super) const OPERATIONS: [&str; 10] = [
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
];

/// What goes wrong with a call to the database, or with the delivery of its stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call is throttled, in one of the ways in which DynamoDB says so. It is not done.
    Throttle,
    /// Another transaction is at work on a row of the call, which is not done. The number says which row of a
    /// transaction, from 0; without it, any row is chosen.
    Conflict(Option<usize>),
    /// DynamoDB fails. The call is not done.
    Internal,
    /// The call is refused with this error code of DynamoDB, such as `RequestLimitExceeded`. It is not done.
    Refuse(String),
    /// The call is done, and then the connection breaks in place of an answer.
    LoseReply,
    /// The call waits before it is done. Other faults may follow.
    Delay(Duration),
    /// The call waits at the gate before it is done. Other faults may follow.
    Hold(Gate),
    /// A batch of at least two rows is done in part, and the rest is returned as unprocessed.
    Unprocessed,
    /// The process that makes the call is killed, if it is handling an invocation.
    Kill(Moment),
    /// A batch of the stream is delivered twice.
    StreamTwice,
    /// A batch of the stream is delivered that much later.
    StreamLate(Duration),
}

/// When a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before its call is done.
    Before,
    /// After its call is done and before it is answered.
    After,
}

impl Fault {
    /// Its name on the command line.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::Conflict(_) => "conflict",
            Self::Internal => "internal",
            Self::Refuse(_) => "refuse",
            Self::LoseReply => "lose_reply",
            Self::Delay(_) => "delay",
            Self::Hold(_) => "hold",
            Self::Unprocessed => "unprocessed",
            Self::Kill(Moment::Before) => "kill",
            Self::Kill(Moment::After) => "kill_after",
            Self::StreamTwice => "stream_twice",
            Self::StreamLate(_) => "stream_late",
        }
    }

    /// Whether it concerns the stream, and no call.
    pub(super) fn is_of_stream(&self) -> bool {
        matches!(self, Self::StreamTwice | Self::StreamLate(_))
    }

    /// Whether it can happen to this operation.
    pub(super) fn happens_to(&self, operation: &str) -> bool {
        match self {
            Self::Conflict(_) => matches!(
                operation,
                "TransactWriteItems" | "TransactGetItems" | "PutItem" | "UpdateItem" | "DeleteItem"
            ),
            Self::Unprocessed => operation.starts_with("Batch"),
            fault => !fault.is_of_stream(),
        }
    }
}

/// A fault and the calls that it strikes. Of several rules for one call, the first that strikes decides; only delays
/// let others follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub(super) fault: Fault,
    pub(super) operation: Option<String>,
    pub(super) function: Option<String>,
    /// The number of the call in its invocation, from 1.
    pub(super) call: Option<usize>,
    /// How many calls that it fits are spared first.
    pub(super) after: usize,
    /// How often it may still strike.
    pub(super) times: Option<usize>,
    pub(super) percent: f64,
}

impl Rule {
    /// A rule that strikes every call to which the fault can happen.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            operation: None,
            function: None,
            call: None,
            after: 0,
            times: None,
            percent: 100.0,
        }
    }

    /// Only calls of this operation, such as `Query`.
    #[must_use]
    pub fn on(self, operation: impl Into<String>) -> Self {
        Self {
            operation: Some(operation.into()),
            ..self
        }
    }

    /// Only calls of this function; of the stream, only deliveries to it.
    #[must_use]
    pub fn of(self, function: impl Into<String>) -> Self {
        Self {
            function: Some(function.into()),
            ..self
        }
    }

    /// Only the call of this number in its invocation, from 1. Attempts of the SDK count.
    #[must_use]
    pub fn at_call(self, call: usize) -> Self {
        Self {
            call: Some(call),
            ..self
        }
    }

    /// Only after this many calls that it fits.
    #[must_use]
    pub fn after(self, after: usize) -> Self {
        Self { after, ..self }
    }

    /// At most this often.
    #[must_use]
    pub fn times(self, times: usize) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Only this percentage of the calls, drawn at random.
    #[must_use]
    pub fn percent(self, percent: f64) -> Self {
        Self { percent, ..self }
    }

    /// Whether it fits the call.
    pub(super) fn fits(&self, call: &Call) -> bool {
        let can_be_killed = call.number > 0 && call.environment.is_some();
        self.fault.happens_to(&call.operation)
            && (can_be_killed || !matches!(self.fault, Fault::Kill(_)))
            && (self.fault != Fault::Unprocessed || batch::len(&call.body) > 1)
            && self.operation.as_ref().is_none_or(|own| *own == call.operation)
            && self.call.is_none_or(|own| own == call.number)
            && self.is_of(call.function.as_deref())
    }

    /// Whether it fits this function.
    pub(super) fn is_of(&self, function: Option<&str>) -> bool {
        self.function.as_deref().is_none_or(|own| Some(own) == function)
    }

    /// Whether it strikes a call or a delivery that it fits. `draw` is a random number from 0 to below 1.
    pub(super) fn strikes(&mut self, draw: f64) -> bool {
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        if self.times == Some(0) || draw * 100.0 >= self.percent {
            return false;
        }
        self.times = self.times.map(|times| times - 1);
        true
    }
}

/// The name of a fault in logs.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refuse(code) => write!(f, "refuse with {code}"),
            Self::Delay(time) | Self::StreamLate(time) => {
                write!(f, "{} of {} ms", self.name(), time.as_millis())
            }
            _ => f.write_str(self.name()),
        }
    }
}
