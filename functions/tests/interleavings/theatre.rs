//! A theatre: its stages, and what has come of plays there.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex};

use local::{Call, Omission};

use crate::conditions::{Condition, Kinds, Met, Sent, learn};
use crate::doing::Doing;
use crate::footprint::Footprint;
use crate::judge::verdict;
use crate::machine::Machine;
use crate::mode::Mode;
use crate::play::{Play, Played, Schedule};
use crate::rows;
use crate::scene::Place;
use crate::stage::{Set, Stage};
use crate::tally::Tally;

/// More calls than a write ever makes.
pub(crate) const MOST_CALLS: usize = 200;

/// The stages of one thread, and what has come of them.
pub(crate) struct Theatre {
    machine: Arc<Machine>,
    scenes: Mutex<HashMap<Place, Set>>,
    stages: Mutex<HashMap<(Place, String), Arc<Stage>>>,
    alone: Mutex<HashMap<(Place, String), Arc<Footprint>>>,
    /// How plays end that were tried without conditions.
    ends: Mutex<HashMap<String, Option<End>>>,
    pub(crate) mode: Mode,
    pub(crate) outcome: Mutex<Outcome>,
}

/// How a play ends: the statuses, and what it looks like.
type End = (Vec<u16>, u64);

/// What has come of plays.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) tally: Tally,
    /// The conditions that were sent.
    pub(crate) met: Met,
    pub(crate) kinds: Kinds,
    pub(crate) failures: Vec<Failure>,
}

/// A play that ended as no order of its writes does.
pub(crate) struct Failure {
    pub(crate) place: Place,
    pub(crate) play: Play,
    pub(crate) lines: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, play, lines } = self;
        write!(f, "{place:?}: {play}")?;
        lines
            .iter()
            .take(4)
            .try_for_each(|line| write!(f, "\n    {line}"))
    }
}

/// All writes that are tried at a place.
pub(crate) fn doings(place: Place) -> Vec<Doing> {
    rows::all()
        .filter(|row| row.places.contains(&place))
        .flat_map(|row| row.by.iter().map(move |who| Doing { row, who: *who }))
        .collect()
}

impl Theatre {
    pub(crate) async fn open(mode: Mode) -> Self {
        Self {
            machine: Arc::new(Machine::start().await),
            scenes: Mutex::default(),
            stages: Mutex::default(),
            alone: Mutex::default(),
            ends: Mutex::default(),
            mode,
            outcome: Mutex::default(),
        }
    }

    /// The stage on which these writes meet: what each of them needs has been done before.
    pub(crate) async fn stage(
        &self,
        place: Place,
        doings: impl Iterator<Item = Doing>,
    ) -> (Arc<Stage>, String) {
        let mut before: Vec<Doing> = Vec::new();
        for (row, who) in doings.flat_map(|doing| doing.row.before) {
            let doing = Doing { row, who: *who };
            if !before.contains(&doing) {
                before.push(doing);
            }
        }
        let names: Vec<_> = before.iter().map(ToString::to_string).collect();
        let key = (place, names.join(" > "));
        let found = self.stages.lock().unwrap().get(&key).cloned();
        if let Some(stage) = found {
            return (stage, key.1);
        }
        let stage = Arc::new(self.build(place, &before).await);
        learn(&mut self.outcome.lock().unwrap().kinds, &self.machine.rows());
        let mut stages = self.stages.lock().unwrap();
        stages.insert(key.clone(), Arc::clone(&stage));
        (stage, key.1)
    }

    async fn build(&self, place: Place, before: &[Doing]) -> Stage {
        let known = self.scenes.lock().unwrap().get(&place).cloned();
        let set = match known {
            Some(set) => set,
            None => Set::build(&self.machine, place).await,
        };
        self.scenes.lock().unwrap().insert(place, set.clone());
        Stage::build(&self.machine, &set, before).await
    }

    /// Plays, and judges. Gives what is wrong, line by line.
    pub(crate) async fn play(
        &self,
        place: Place,
        play: &Play,
        omission: Option<Omission>,
    ) -> Result<Played, Vec<String>> {
        let (stage, _) = self.stage(place, play.doings()).await;
        self.play_on(&stage, play, omission).await
    }

    async fn play_on(
        &self,
        stage: &Stage,
        play: &Play,
        omission: Option<Omission>,
    ) -> Result<Played, Vec<String>> {
        stage.reset().await;
        self.machine.faults.omit(omission);
        let played = play.on(stage).await;
        let still = stage.settle().await;
        self.machine.faults.omit(None);
        let seen = stage.look(&still?).await?;
        verdict(stage, play, &played, &seen).map(|()| played)
    }

    /// Whether a play ends in the same way without a condition as with it. Then nobody needs to look.
    pub(crate) async fn is_same_without(&self, place: Place, play: &Play, omission: Omission) -> bool {
        let (stage, _) = self.stage(place, play.doings()).await;
        let name = format!("{place:?}: {play}");
        let known = self.ends.lock().unwrap().get(&name).cloned();
        let with = match known {
            Some(end) => end,
            None => self.end(&stage, play, None).await,
        };
        self.ends.lock().unwrap().insert(name, with.clone());
        with.is_some() && with == self.end(&stage, play, Some(omission)).await
    }

    /// How a play ends: the statuses, and what it looks like.
    async fn end(&self, stage: &Stage, play: &Play, omission: Option<Omission>) -> Option<End> {
        stage.reset().await;
        self.machine.faults.omit(omission);
        let played = play.on(stage).await;
        let still = stage.settle().await;
        self.machine.faults.omit(None);
        let statuses = played.answers.iter().map(|answer| answer.status).collect();
        Some((statuses, still.ok()?.fingerprint))
    }

    /// Plays, and notes what comes of it. Nothing is given if it went wrong.
    pub(crate) async fn try_play(&self, place: Place, stage: &Stage, play: Play) -> Option<Played> {
        let played = self.play_on(stage, &play, None).await;
        let mut outcome = self.outcome.lock().unwrap();
        match played {
            Ok(played) => {
                outcome.note(place, &play, &played);
                Some(played)
            }
            Err(lines) => {
                outcome.failures.push(Failure { place, play, lines });
                None
            }
        }
    }

    pub(crate) fn count(&self, more: Tally) {
        self.outcome.lock().unwrap().tally += more;
    }

    /// A write alone: undisturbed, dying before each of its calls, and without the reply to each.
    pub(crate) async fn alone(&self, place: Place, doing: Doing) {
        let (stage, _) = self.stage(place, [doing].into_iter()).await;
        if self.try_play(place, &stage, Play::alone(doing)).await.is_none() {
            return;
        }
        let schedules: [fn(usize) -> Schedule; 2] = [Schedule::Dies, Schedule::ReplyLost];
        for schedule in schedules {
            for call in 1..MOST_CALLS {
                let play = Play {
                    schedule: schedule(call),
                    ..Play::alone(doing)
                };
                self.count(Tally {
                    ways: 1,
                    played: 1,
                    ..Tally::default()
                });
                match self.try_play(place, &stage, play).await {
                    Some(played) if played.is_met => {}
                    _ => break,
                }
            }
        }
    }

    /// What the calls of a write concern that is alone, on the stage of its place.
    pub(crate) async fn footprint(&self, stage: &Stage, doing: Doing) -> Option<Arc<Footprint>> {
        let place = stage.scene.place;
        let key = (place, doing.to_string());
        if let Some(footprint) = self.alone.lock().unwrap().get(&key) {
            return Some(Arc::clone(footprint));
        }
        let played = self.try_play(place, stage, Play::alone(doing)).await?;
        let footprint = Arc::new(Footprint::of(&played.calls[0]));
        self.alone.lock().unwrap().insert(key, Arc::clone(&footprint));
        Some(footprint)
    }
}

impl Outcome {
    /// Notes the conditions that were sent, and the kinds of the rows that were put.
    pub(crate) fn note(&mut self, place: Place, play: &Play, played: &Played) {
        let last = play.others.len();
        for (number, (doing, calls)) in play.doings().zip(&played.calls).enumerate() {
            let conjuncts: Vec<_> = calls.iter().map(Call::conjuncts).collect();
            let all = conjuncts.iter().flatten();
            learn(&mut self.kinds, all.clone().map(|conjunct| &conjunct.row));
            let gate = match play.schedule {
                Schedule::Held(call) if number == 0 => call,
                Schedule::Crossed(call, _) if number == 0 => call,
                Schedule::Crossed(_, call) if number == last => call,
                _ => usize::MAX,
            };
            // The first write after the gate.
            let at_gate = conjuncts
                .iter()
                .skip(gate - 1)
                .find(|conjuncts| !conjuncts.is_empty());
            let at_gate: BTreeSet<_> = at_gate.into_iter().flatten().map(Condition::from).collect();
            let conditions: BTreeSet<_> = all.map(Condition::from).collect();
            for condition in conditions {
                let sent = Sent {
                    place,
                    play: play.clone(),
                    is_at_gate: at_gate.contains(&condition),
                };
                self.met.note(condition, doing.row.function, sent);
            }
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.tally += other.tally;
        self.met.extend(other.met);
        self.kinds.extend(other.kinds);
        self.failures.extend(other.failures);
    }
}
