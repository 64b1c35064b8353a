//! Plays: what is done in which order, and playing them.

use std::fmt;
use std::sync::Arc;

use local::{Call, Fault, Gate, Rule};
use tokio::task::{JoinError, JoinHandle};

use crate::doing::Doing;
use crate::rows::{Actor, Answer};
use crate::stage::Stage;

/// Writes, and how they meet.
#[derive(Clone)]
pub(crate) struct Play {
    /// The one that is held, or otherwise disturbed.
    pub(crate) first: Doing,
    /// Those that run meanwhile, one after the other.
    pub(crate) others: Vec<Doing>,
    pub(crate) schedule: Schedule,
}

/// What happens to the first write at one of its database calls, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schedule {
    /// It is alone.
    Alone,
    /// It is held before this call until the others have ended.
    Held(usize),
    /// The same, but the last of the others is held in turn before its call, until the first has ended.
    Crossed(usize, usize),
    /// It ends before this call, as when its process is killed, and is done again.
    Dies(usize),
    /// The answer to this call is lost.
    ReplyLost(usize),
}

/// What came of a play.
pub(crate) struct Played {
    /// The answers: to the first write, then to the others.
    pub(crate) answers: Vec<Answer>,
    /// The calls of each.
    pub(crate) calls: Vec<Vec<Call>>,
    /// Whether the calls were made at which something was to happen. If not, the first has ended before the others
    /// began.
    pub(crate) is_met: bool,
}

/// What marks as read what it has read, however long ago that was.
const READERS: [&str; 2] = ["messages-list", "conversations-read"];

impl Played {
    /// Whether the first write can only have come last. Before it was held it did nothing but read, so nobody could see
    /// anything of it when the others had ended.
    pub(crate) fn is_first_last(&self, play: &Play) -> bool {
        let Schedule::Held(gate) = play.schedule else {
            return false;
        };
        // A token's check comes first, and its verdict stands. What is forwarded or attached was seen: that is enough. Who
        // is let in has read what there was when the request was read.
        let rests_on_seen = ["forward", "sound", "lets somebody in"]
            .iter()
            .any(|word| play.first.row.what.contains(word))
            || play
                .others
                .iter()
                .any(|other| other.row.function == "tokens-revoke");
        let is_write = |call: &Call| !READS.contains(&call.operation.as_str());
        let (before, after) = self.calls[0].split_at((gate - 1).min(self.calls[0].len()));
        self.is_met
            && self.answers[0].status < 300
            && !rests_on_seen
            && !READERS.contains(&play.first.row.function)
            && !before.iter().any(is_write)
            && after.iter().any(is_write)
    }
}

/// The calls that only read.
const READS: [&str; 4] = ["BatchGetItem", "GetItem", "Query", "Scan"];

/// The names of the stores by which the faults tell the writes apart.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

impl Play {
    pub(crate) fn alone(first: Doing) -> Self {
        Self {
            first,
            others: Vec::new(),
            schedule: Schedule::Alone,
        }
    }

    pub(crate) fn doings(&self) -> impl Iterator<Item = Doing> {
        [self.first].into_iter().chain(self.others.iter().copied())
    }

    /// Plays it on the stage, which is as it was built.
    pub(crate) async fn on(&self, stage: &Stage) -> Played {
        let faults = &stage.machine.faults;
        faults.clear();
        _ = faults.take_calls();
        let (answers, is_met) = match self.schedule {
            Schedule::Alone => (vec![ended(start(stage, self.first, NAMES[0]).await)], true),
            Schedule::Held(call) => self.hold(stage, call, None).await,
            Schedule::Crossed(call, other) => self.hold(stage, call, Some(other)).await,
            Schedule::Dies(call) => self.die(stage, call).await,
            Schedule::ReplyLost(call) => {
                let before = faults.injected();
                let lost = Rule::new(Fault::LoseReply).of(NAMES[0]).after(call - 1).times(1);
                faults.set(lost);
                let answer = ended(start(stage, self.first, NAMES[0]).await);
                (vec![answer], faults.injected() != before)
            }
        };
        faults.clear();
        let calls = faults.take_calls();
        let of = |name: &&str| {
            let own = calls
                .iter()
                .filter(|call| call.function.as_deref() == Some(*name));
            own.cloned().collect()
        };
        Played {
            calls: NAMES[..answers.len()].iter().map(of).collect(),
            answers,
            is_met,
        }
    }

    async fn hold(&self, stage: &Stage, call: usize, other_call: Option<usize>) -> (Vec<Answer>, bool) {
        let (gate, mut first) = held(stage, self.first, NAMES[0], call);
        let is_held = is_reached(&gate, &mut first).await;
        let mut answers = Vec::new();
        let names = &NAMES[1..];
        let last = self.others.len() - 1;
        for (other, name) in self.others[..last].iter().zip(names) {
            answers.push(ended(start(stage, *other, name).await));
        }
        // Without a call to hold it at, one that never comes.
        let other_call = other_call.unwrap_or(usize::MAX);
        let (other_gate, mut other) = held(stage, self.others[last], names[last], other_call);
        let is_met = is_reached(&other_gate, &mut other).await || other_call == usize::MAX;
        gate.open();
        answers.insert(0, first.await);
        other_gate.open();
        answers.push(other.await);
        (answers, is_held && is_met)
    }

    async fn die(&self, stage: &Stage, call: usize) -> (Vec<Answer>, bool) {
        let (gate, mut first) = held(stage, self.first, NAMES[0], call);
        let is_held = is_reached(&gate, &mut first).await;
        if let Running::On(task) = &first {
            task.abort();
        }
        gate.open();
        let again = ended(start(stage, self.first, NAMES[1]).await);
        (vec![again], is_held)
    }
}

/// A write that is running, or has ended.
enum Running {
    On(JoinHandle<Answer>),
    Ended(Answer),
}

impl Running {
    async fn wait(self) -> Answer {
        match self {
            Self::On(task) => ended(task.await),
            Self::Ended(answer) => answer,
        }
    }
}

impl IntoFuture for Running {
    type Output = Answer;
    type IntoFuture = futures_util::future::LocalBoxFuture<'static, Answer>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

/// Begins a write, which a gate holds before this call and all that follow.
fn held(stage: &Stage, doing: Doing, name: &'static str, call: usize) -> (Gate, Running) {
    let gate = Gate::new();
    let rule = Rule::new(Fault::Hold(gate.clone())).of(name).after(call - 1);
    stage.machine.faults.add(rule);
    (gate, Running::On(start(stage, doing, name)))
}

/// Waits until the write is held or has ended, and tells whether it is held.
async fn is_reached(gate: &Gate, running: &mut Running) -> bool {
    let Running::On(task) = running else { return false };
    tokio::select! {
        biased;
        answer = task => {
            *running = Running::Ended(ended(answer));
            false
        }
        () = gate.reached() => true,
    }
}

/// The answer of a write that has ended. Without a condition it may meet what cannot be.
fn ended(result: Result<Answer, JoinError>) -> Answer {
    result.unwrap_or_else(|error| Answer {
        status: 0,
        body: error.to_string().into(),
    })
}

/// Begins a write.
fn start(stage: &Stage, doing: Doing, name: &'static str) -> JoinHandle<Answer> {
    let actor = Actor {
        machine: Arc::clone(&stage.machine),
        store: stage.machine.store(name),
        scene: Arc::clone(&stage.scene),
        who: doing.who,
    };
    tokio::task::spawn_local(async move { actor.perform(doing.row).await })
}

const HELD: &str = " is held at its call ";
const IN_TURN: &str = ", held in turn at its call ";
const DIES: &str = " dies at its call ";
const NO_REPLY: &str = " gets no reply to its call ";
const THEN: &str = ", then ";

impl fmt::Display for Play {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others: Vec<_> = self.others.iter().map(ToString::to_string).collect();
        let others = others.join(THEN);
        let first = self.first;
        match self.schedule {
            Schedule::Alone => write!(f, "{first}"),
            Schedule::Held(call) => write!(f, "{first}{HELD}{call}: {others}"),
            Schedule::Crossed(call, other) => write!(f, "{first}{HELD}{call}: {others}{IN_TURN}{other}"),
            Schedule::Dies(call) => write!(f, "{first}{DIES}{call}"),
            Schedule::ReplyLost(call) => write!(f, "{first}{NO_REPLY}{call}"),
        }
    }
}

impl Play {
    /// The play that this text shows, with writes that are among these.
    pub(crate) fn parse(text: &str, doings: &[Doing]) -> Option<Self> {
        let doing = |name: &str| doings.iter().copied().find(|doing| doing.to_string() == name);
        if let Some((first, rest)) = text.split_once(HELD) {
            let (call, others) = rest.split_once(": ")?;
            let (others, in_turn) = match others.split_once(IN_TURN) {
                Some((others, call)) => (others, Some(call.parse().ok()?)),
                None => (others, None),
            };
            let call = call.parse().ok()?;
            return Some(Self {
                first: doing(first)?,
                others: others.split(THEN).map(doing).collect::<Option<_>>()?,
                schedule: in_turn.map_or(Schedule::Held(call), |other| Schedule::Crossed(call, other)),
            });
        }
        for words in [DIES, NO_REPLY] {
            if let Some((first, call)) = text.split_once(words) {
                let call = call.parse().ok()?;
                let schedule = if words == DIES {
                    Schedule::Dies(call)
                } else {
                    Schedule::ReplyLost(call)
                };
                return Some(Self {
                    schedule,
                    ..Self::alone(doing(first)?)
                });
            }
        }
        Some(Self::alone(doing(text)?))
    }
}
