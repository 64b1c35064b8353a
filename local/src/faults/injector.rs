//! Decides which calls and deliveries go wrong.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::call::Call;
use super::condition::Omission;
use super::environments::{Environments, Seat};
use super::fault::{Fault, Rule};
use super::gate::Gate;
use super::spec::FaultSpec;
use crate::template::Function;

/// The faults that are injected while a machine runs. Its clones share their state.
#[derive(Clone, Debug)]
pub struct Faults(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    seed: u64,
    state: Mutex<State>,
    environments: Arc<Environments>,
}

#[derive(Debug)]
struct State {
    random: StdRng,
    rules: Vec<Rule>,
    index_lag: Option<Duration>,
    torn_transactions: Option<Duration>,
    /// Whether faults happen. None happens before the machine is ready.
    is_armed: bool,
    calls: Option<Vec<Call>>,
    omission: Option<Omission>,
    /// The client tokens of transactions that were done but not answered.
    unanswered: HashSet<String>,
    injected: BTreeMap<&'static str, usize>,
}

/// The decision on a call.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) delay: Duration,
    pub(super) gates: Vec<Gate>,
    /// What the writes of the call leave out of their conditions.
    pub(super) omission: Option<Omission>,
    pub(super) fault: Option<Fault>,
    /// Whether the call is a transaction that was done before.
    pub(super) is_done: bool,
    /// A random number for everything that the fault leaves open.
    pub(super) draw: usize,
}

/// The decision on a delivery of the stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Disturbance {
    pub(crate) delay: Duration,
    pub(crate) is_doubled: bool,
}

impl Faults {
    /// No faults yet. The seed decides what is drawn at random: the same calls in the same order meet the same faults.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let state = State {
            random: StdRng::seed_from_u64(seed),
            rules: Vec::new(),
            index_lag: None,
            torn_transactions: None,
            is_armed: false,
            calls: None,
            omission: None,
            unanswered: HashSet::new(),
            injected: BTreeMap::new(),
        };
        Self(Arc::new(Shared {
            seed,
            state: Mutex::new(state),
            environments: Arc::default(),
        }))
    }

    /// The faults of a command line, with a random seed if it names none.
    #[must_use]
    pub fn from_spec(spec: &FaultSpec) -> Self {
        let faults = Self::new(spec.seed.unwrap_or_else(rand::random));
        {
            let mut state = faults.lock();
            state.rules.clone_from(&spec.rules);
            state.index_lag = spec.index_lag;
            state.torn_transactions = spec.torn_transactions;
        }
        faults
    }

    /// Keeps every call, for `calls`.
    #[must_use]
    pub fn keeping_calls(self) -> Self {
        self.lock().calls = Some(Vec::new());
        self
    }

    /// The faults that are injected now, with the seed. Their text is that of the command line as far as it can express
    /// them.
    #[must_use]
    pub fn spec(&self) -> FaultSpec {
        let state = self.lock();
        FaultSpec {
            rules: state.rules.clone(),
            index_lag: state.index_lag,
            torn_transactions: state.torn_transactions,
            seed: Some(self.0.seed),
        }
    }

    /// Adds a rule.
    pub fn add(&self, rule: Rule) {
        self.lock().rules.push(rule);
    }

    /// Replaces all rules by this one.
    pub fn set(&self, rule: Rule) {
        self.lock().rules = vec![rule];
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.lock().rules.clear();
    }

    /// Lets queries of indexes see the table as it was that long ago. Must be set before the start, and can change
    /// afterwards.
    pub fn set_index_lag(&self, lag: Duration) {
        self.lock().index_lag = Some(lag);
    }

    /// Lets the rows of a transaction become visible one by one in this time, before it is answered. Must be set before
    /// the start, and can change afterwards. The SDK waits a second for an answer, so it should be shorter.
    pub fn set_torn_transactions(&self, window: Duration) {
        self.lock().torn_transactions = Some(window);
    }

    /// Leaves parts of conditions out of all writes from now on, or none.
    pub fn omit(&self, omission: Option<Omission>) {
        self.lock().omission = omission;
    }

    /// Every call since the start, or since they were taken. Empty without `keeping_calls`.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone().unwrap_or_default()
    }

    /// The same, and forgets them.
    #[must_use]
    pub fn take_calls(&self) -> Vec<Call> {
        self.lock().calls.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// How often each fault has struck, by its name on the command line: calls, deliveries, transactions that were torn,
    /// and queries of an index that lags.
    #[must_use]
    pub fn injected(&self) -> BTreeMap<&'static str, usize> {
        self.lock().injected.clone()
    }

    /// Refuses rules about functions that are not in the template.
    pub(crate) fn ensure_known(&self, functions: &[Function]) -> Result<()> {
        for rule in &self.lock().rules {
            if let Some(name) = &rule.function {
                ensure!(
                    functions.iter().any(|function| function.name == *name),
                    "the faults name a function that the template does not have: {name}"
                );
            }
        }
        Ok(())
    }

    /// Notes that a call has been done and its answer lost.
    pub(super) fn note_unanswered(&self, call: &Call) {
        let token = call.client_token().map(str::to_owned);
        self.lock().unanswered.extend(token);
    }

    pub(super) fn count(&self, name: &'static str) {
        *self.lock().injected.entry(name).or_default() += 1;
    }

    pub(super) fn index_lag(&self) -> Option<Duration> {
        self.lock().index_lag
    }

    pub(super) fn torn_transactions(&self) -> Option<Duration> {
        self.lock().torn_transactions
    }

    pub(super) fn is_armed(&self) -> bool {
        self.lock().is_armed
    }

    /// A random number.
    pub(super) fn draw(&self) -> u64 {
        self.lock().random.random()
    }

    /// Lets faults happen from now on.
    pub(crate) fn arm(&self) {
        self.lock().is_armed = true;
    }

    /// An entry for an environment that starts.
    pub(crate) fn enter(&self) -> Seat {
        self.0.environments.enter()
    }

    /// Counts a call of an environment, and gives its number in its invocation, from 1; 0 outside of one.
    pub(super) fn count_call(&self, environment: u64) -> usize {
        self.0.environments.count_call(environment)
    }

    /// Kills the process of an environment.
    pub(super) fn kill(&self, environment: u64) {
        self.0.environments.kill(environment);
    }

    /// Decides on a delivery to a function.
    pub(crate) fn disturb(&self, function: &str) -> Disturbance {
        let mut disturbance = Disturbance::default();
        let fits = |rule: &Rule| rule.fault.is_of_stream() && rule.is_of(Some(function));
        self.lock().strike(fits, |fault| {
            match fault {
                Fault::StreamLate(delay) => disturbance.delay += *delay,
                _ => disturbance.is_doubled = true,
            }
            Goes::On
        });
        disturbance
    }

    /// Decides on a call.
    pub(super) fn judge(&self, call: &Call) -> Verdict {
        let mut state = self.lock();
        if let Some(calls) = &mut state.calls {
            calls.push(call.clone());
        }
        // A transaction that is done succeeds however often it is repeated: DynamoDB cancels it no more.
        let is_done = call
            .client_token()
            .is_some_and(|token| state.unanswered.contains(token));
        let mut verdict = Verdict {
            is_done,
            draw: state.random.random_range(0..1 << 20),
            omission: state.omission.clone(),
            ..Verdict::default()
        };
        state.strike(
            |rule| rule.fits(call) && !(is_done && matches!(rule.fault, Fault::Conflict(_))),
            |fault| match fault {
                Fault::Delay(delay) => {
                    verdict.delay += *delay;
                    Goes::On
                }
                Fault::Hold(gate) => {
                    verdict.gates.push(gate.clone());
                    Goes::On
                }
                fault => {
                    verdict.fault = Some(fault.clone());
                    Goes::NoFurther
                }
            },
        );
        verdict
    }

    /// The state is valid between any two of its operations, so a panic elsewhere does no harm.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether other rules are asked after one that has struck.
#[derive(PartialEq, Eq)]
enum Goes {
    On,
    NoFurther,
}

impl State {
    /// Asks the rules that fit, one after the other, and hands the faults of those that strike to `take`.
    fn strike(&mut self, fits: impl Fn(&Rule) -> bool, mut take: impl FnMut(&Fault) -> Goes) {
        if !self.is_armed {
            return;
        }
        for rule in self.rules.iter_mut().filter(|rule| fits(rule)) {
            if !rule.strikes(self.random.random()) {
                continue;
            }
            *self.injected.entry(rule.fault.name()).or_default() += 1;
            if take(&rule.fault) == Goes::NoFurther {
                break;
            }
        }
    }
}
