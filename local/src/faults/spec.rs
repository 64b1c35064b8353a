//! The faults of a command line: `throttle=5%,delay:Query=20ms@10%,seed=42`.
//!
//! Commas separate the parts. Each part is `KIND[:OPERATION][:FUNCTION]=WHEN`, `KIND…=TIME[@WHEN]` if the kind takes a
//! time, or `KIND=TIME` if it concerns everything. `WHEN` is `5%` or `#3`, only the third; `TIME` is `20ms` or `2s`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::fault::{Fault, Moment, OPERATIONS, Rule};

/// The faults that a command line asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultSpec {
    pub(super) rules: Vec<Rule>,
    pub(super) index_lag: Option<Duration>,
    pub(super) torn_transactions: Option<Duration>,
    pub(super) seed: Option<u64>,
}

/// Why a text is not a list of faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultSpecError {
    part: String,
    reason: String,
}

impl fmt::Display for FaultSpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.part, self.reason)
    }
}

impl std::error::Error for FaultSpecError {}

/// Every kind of fault, and what follows it.
const KINDS: &str = "throttle, conflict, internal, lose_reply, unprocessed, kill, kill_after and stream_twice (each =5%), \
                     delay and stream_late (each =20ms@5%), index_lag and torn_transactions (each =500ms), seed (=42)";

/// The longest time of a fault: no function runs longer.
const LONGEST: Duration = Duration::from_hours(1);

impl FromStr for FaultSpec {
    type Err = FaultSpecError;

    fn from_str(text: &str) -> Result<Self, FaultSpecError> {
        let mut spec = Self::default();
        for part in text.split(',').map(str::trim) {
            spec.add(part).map_err(|reason| FaultSpecError {
                part: part.to_owned(),
                reason,
            })?;
        }
        Ok(spec)
    }
}

impl FaultSpec {
    fn add(&mut self, part: &str) -> Result<(), String> {
        let (target, value) = part
            .split_once('=')
            .ok_or_else(|| format!("there is no value. The faults are {KINDS}"))?;
        match target {
            "seed" => {
                let seed = value.parse().map_err(|_| "a seed is a whole number".to_owned())?;
                set(&mut self.seed, seed)
            }
            "index_lag" => set(&mut self.index_lag, time(value)?),
            "torn_transactions" => set(&mut self.torn_transactions, time(value)?),
            _ => {
                self.rules.push(rule(target, value)?);
                Ok(())
            }
        }
    }
}

fn set<T>(place: &mut Option<T>, value: T) -> Result<(), String> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err("it is given twice".to_owned()),
    }
}

fn rule(target: &str, value: &str) -> Result<Rule, String> {
    let mut names = target.split(':');
    let kind = names.next().unwrap_or_default();
    let (fault, when) = match kind {
        "throttle" => (Fault::Throttle, Some(value)),
        "conflict" => (Fault::Conflict(None), Some(value)),
        "internal" => (Fault::Internal, Some(value)),
        "lose_reply" => (Fault::LoseReply, Some(value)),
        "unprocessed" => (Fault::Unprocessed, Some(value)),
        "kill" => (Fault::Kill(Moment::Before), Some(value)),
        "kill_after" => (Fault::Kill(Moment::After), Some(value)),
        "stream_twice" => (Fault::StreamTwice, Some(value)),
        "delay" | "stream_late" => {
            let (length, when) = match value.split_once('@') {
                Some((length, when)) => (length, Some(when)),
                None => (value, None),
            };
            let length = time(length)?;
            let fault = if kind == "delay" {
                Fault::Delay(length)
            } else {
                Fault::StreamLate(length)
            };
            (fault, when)
        }
        _ => return Err(format!("there is no such fault. The faults are {KINDS}")),
    };
    let mut rule = Rule::new(fault);
    for name in names {
        rule = aim(rule, name)?;
    }
    match when {
        Some(when) => at(rule, when),
        None => Ok(rule),
    }
}

/// Operations begin with a capital letter, functions with a small one.
fn aim(rule: Rule, name: &str) -> Result<Rule, String> {
    let kind = rule.fault.name();
    if name.starts_with(|first: char| first.is_ascii_uppercase()) {
        if !OPERATIONS.contains(&name) {
            return Err(format!(
                "there is no operation {name}. They are {}",
                OPERATIONS.join(", ")
            ));
        }
        if !rule.fault.happens_to(name) {
            return Err(format!("{kind} never happens to {name}"));
        }
        if rule.operation.is_some() {
            return Err("it names two operations".to_owned());
        }
        return Ok(rule.on(name));
    }
    if name.is_empty() {
        return Err("a name is missing after the colon".to_owned());
    }
    if rule.function.is_some() {
        return Err("it names two functions".to_owned());
    }
    Ok(rule.of(name))
}

fn at(rule: Rule, when: &str) -> Result<Rule, String> {
    if let Some(number) = when.strip_prefix('#') {
        let number: usize = number.parse().unwrap_or_default();
        return match number.checked_sub(1) {
            Some(after) => Ok(rule.after(after).times(1)),
            None => Err("after # comes a whole number from 1".to_owned()),
        };
    }
    let percent = when.strip_suffix('%').and_then(|number| number.parse().ok());
    match percent {
        Some(percent) if (0.0..=100.0).contains(&percent) => Ok(rule.percent(percent)),
        _ => Err(format!(
            "`{when}` says not when: 5% strikes that many at random, #3 only the third"
        )),
    }
}

fn time(text: &str) -> Result<Duration, String> {
    let number = |text: &str| text.parse().ok();
    let time = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(millis), _) => number(millis).map(Duration::from_millis),
        (None, Some(seconds)) => number(seconds).map(Duration::from_secs),
        (None, None) => None,
    };
    time.filter(|time| *time <= LONGEST)
        .ok_or_else(|| format!("`{text}` is no time of at most an hour, such as 20ms or 2s"))
}

/// A text that parses to the same faults.
impl fmt::Display for FaultSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<_> = self.rules.iter().map(rule_text).collect();
        let settings = [
            ("index_lag", self.index_lag),
            ("torn_transactions", self.torn_transactions),
        ];
        for (name, time) in settings {
            parts.extend(time.map(|time| format!("{name}={}", time_text(time))));
        }
        parts.extend(self.seed.map(|seed| format!("seed={seed}")));
        f.write_str(&parts.join(","))
    }
}

fn rule_text(rule: &Rule) -> String {
    let names = [&rule.operation, &rule.function];
    let names = names.into_iter().flatten().map(|name| format!(":{name}"));
    let length = match &rule.fault {
        Fault::Delay(time) | Fault::StreamLate(time) => format!("{}@", time_text(*time)),
        _ => String::new(),
    };
    let when = match rule.times {
        Some(_) => format!("#{}", rule.after + 1),
        None => format!("{}%", rule.percent),
    };
    let names: String = names.collect();
    format!("{}{names}={length}{when}", rule.fault.name())
}

fn time_text(time: Duration) -> String {
    format!("{}ms", time.as_millis())
}

#[cfg(test)]
mod tests;
