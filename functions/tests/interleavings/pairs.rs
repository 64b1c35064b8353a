//! Ways in which writes meet.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::ops::AddAssign;
use std::sync::{Arc, Mutex};

use local::{Call, Omission};

use crate::answers::strange;
use crate::conditions::{Condition, Kinds, Met, learn};
use crate::footprint::Footprint;
use crate::judge::{statuses, verdict};
use crate::machine::Machine;
use crate::play::{Doing, Play, Played, Schedule};
use crate::rows::{self, Meets};
use crate::scene::Place;
use crate::stage::Stage;

/// More calls than a write ever makes.
const MOST_CALLS: usize = 200;

/// The stages of one thread, and what has come of them.
pub(crate) struct Theatre {
    machine: Arc<Machine>,
    stages: Mutex<HashMap<(Place, String), Arc<Stage>>>,
    alone: Mutex<HashMap<(Place, String, String), Arc<Footprint>>>,
    /// Whether plays are left out that must end as one that is played.
    is_thorough: bool,
    /// Draws what is looked at.
    seed: u64,
    pub(crate) outcome: Mutex<Outcome>,
}

/// What has come of plays.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) tally: Tally,
    /// The conditions that were sent.
    pub(crate) met: Met,
    pub(crate) kinds: Kinds,
    pub(crate) failures: Vec<Failure>,
}

/// How much was played.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Writes that met, in this order.
    pub(crate) meetings: usize,
    /// Those without a row in common, of which none is played: every order has the same effects.
    pub(crate) independent: usize,
    /// Ways in which they meet.
    pub(crate) ways: usize,
    /// Those that were played. In each of the others, the call before which the first write is held has no row in common
    /// with the second write, so that it ends as the way before.
    pub(crate) played: usize,
    /// Those after which it was looked what everybody sees.
    pub(crate) looked_at: usize,
}

/// A play at which nobody has looked.
struct Quick {
    play: Play,
    played: Played,
    /// The same for all that look alike.
    fingerprint: u64,
}

/// Of so many pairs, both orders of one are looked at.
const LOOKED_AT: u64 = 40;

/// A play that ended as no order of its writes does.
pub(crate) struct Failure {
    pub(crate) place: Place,
    pub(crate) play: Play,
    pub(crate) lines: Vec<String>,
}

/// All writes that are tried at a place.
pub(crate) fn doings(place: Place) -> Vec<Doing> {
    rows::all()
        .filter(|row| row.places.contains(&place))
        .flat_map(|row| row.by.iter().map(move |who| Doing { row, who: *who }))
        .collect()
}

/// Of so many pairs of which one differs little from another pair, one is played.
const PLAYED: u64 = 8;

/// Whether `second` runs while `first` is held. Which of those that differ little are played is drawn by the seed.
pub(crate) fn is_pair(place: Place, first: Doing, second: Doing, seed: Option<u64>) -> bool {
    if first.row.meets == Meets::Unheld {
        return false;
    }
    let Some(seed) = seed else { return true };
    let is_special = [first, second].iter().any(|doing| doing.row.meets == Meets::Some);
    // Two people are alike, but for who has sent what.
    let is_mirrored = place == Place::Pair && first.who != first.row.by[0];
    first == second
        || !is_special && !is_mirrored
        || is_drawn(PLAYED, &(seed, first.to_string(), second.to_string()))
}

/// Whether this is one of so many.
fn is_drawn(of: u64, what: &impl Hash) -> bool {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish().is_multiple_of(of)
}

impl Theatre {
    pub(crate) async fn open(is_thorough: bool, seed: u64) -> Self {
        Self {
            machine: Arc::new(Machine::start().await),
            stages: Mutex::default(),
            alone: Mutex::default(),
            is_thorough,
            seed,
            outcome: Mutex::default(),
        }
    }

    /// The stage on which these writes meet: what each of them needs has been done before.
    async fn stage(&self, place: Place, doings: impl Iterator<Item = Doing>) -> (Arc<Stage>, String) {
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
        let stage = Arc::new(Stage::build(&self.machine, place, &before).await);
        learn(&mut self.outcome.lock().unwrap().kinds, &self.machine.rows());
        let mut stages = self.stages.lock().unwrap();
        stages.insert(key.clone(), Arc::clone(&stage));
        (stage, key.1)
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

    /// Plays, and notes what comes of it. Nothing is given if it went wrong.
    async fn try_play(&self, place: Place, stage: &Stage, play: Play) -> Option<Played> {
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

    /// Plays without a look at what comes of it, but for its fingerprint.
    async fn try_quickly(&self, place: Place, stage: &Stage, play: Play) -> Option<Quick> {
        stage.reset().await;
        let played = play.on(stage).await;
        let still = stage.settle().await;
        let mut outcome = self.outcome.lock().unwrap();
        match still {
            Ok(still) => {
                outcome.note(place, &play, &played);
                let fingerprint = still.fingerprint;
                Some(Quick {
                    play,
                    played,
                    fingerprint,
                })
            }
            Err(lines) => {
                outcome.failures.push(Failure { place, play, lines });
                None
            }
        }
    }

    fn count(&self, more: Tally) {
        self.outcome.lock().unwrap().tally += more;
    }

    /// A write alone: undisturbed, dying before each of its calls, and without the reply to each.
    pub(crate) async fn alone(&self, place: Place, doing: Doing) {
        let (stage, before) = self.stage(place, [doing].into_iter()).await;
        if self.footprint(place, &stage, &before, doing).await.is_none() {
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

    /// All ways in which `first` is held while the others run.
    pub(crate) async fn meet(&self, place: Place, first: Doing, others: &[Doing]) {
        let (stage, before) = self
            .stage(place, [first].into_iter().chain(others.iter().copied()))
            .await;
        let Some(own) = self.footprint(place, &stage, &before, first).await else {
            return;
        };
        let mut meets = self.is_thorough || others.len() > 1;
        for other in others {
            let Some(other) = self.footprint(place, &stage, &before, *other).await else {
                return;
            };
            meets |= own.meets(&other);
        }
        self.count(Tally {
            meetings: 1,
            ..Tally::default()
        });
        if !meets {
            let ways = own.calls + 1;
            return self.count(Tally {
                independent: 1,
                ways,
                ..Tally::default()
            });
        }
        let mut call = 1;
        let mut ended = Vec::new();
        loop {
            let play = Play {
                first,
                others: others.to_vec(),
                schedule: Schedule::Held(call),
            };
            self.count(Tally {
                ways: 1,
                played: 1,
                ..Tally::default()
            });
            let Some(quick) = self.try_quickly(place, &stage, play).await else {
                return;
            };
            let played = &quick.played;
            // The next call that has a row in common with the others: before other calls it makes no difference.
            let footprint = Footprint::of(played.calls[1..].iter().flatten());
            let meets = |made: &Call| self.is_thorough || Footprint::of([made]).meets(&footprint);
            let mut left = played.calls[0].iter().skip(call - 1);
            let skipped = left.position(meets).filter(|_| played.is_met);
            if played.is_met {
                let ways = skipped.unwrap_or(played.calls[0].len() + 1 - call);
                self.count(Tally {
                    ways,
                    ..Tally::default()
                });
            }
            ended.push(quick);
            match skipped {
                Some(skipped) => call += skipped + 1,
                None => break,
            }
        }
        self.compare(place, &stage, &ended).await;
    }

    /// Compares plays with the first and the last of them, in which one write came after the other. What is as neither of
    /// these is played again, and looked at. So are these, if the pair is among those that are drawn.
    async fn compare(&self, place: Place, stage: &Stage, ended: &[Quick]) {
        let (Some(before), Some(after)) = (ended.first(), ended.last()) else {
            return;
        };
        self.compare_answers(place, ended, before, after);
        let is_drawn = self.is_thorough || is_drawn(LOOKED_AT, &(self.seed, before.play.to_string()));
        for (number, quick) in ended.iter().enumerate() {
            let is_end = number == 0 || number + 1 == ended.len();
            let is_as = |other: &Quick| {
                quick.fingerprint == other.fingerprint && statuses(&quick.played) == statuses(&other.played)
            };
            if is_end && is_drawn || !is_end && !is_as(before) && !is_as(after) {
                self.count(Tally {
                    looked_at: 1,
                    ..Tally::default()
                });
                self.try_play(place, stage, quick.play.clone()).await;
            }
        }
    }

    /// Compares what callers were told.
    fn compare_answers(&self, place: Place, ended: &[Quick], before: &Quick, after: &Quick) {
        for Quick { play, played, .. } in ended {
            let known = before.played.answers.iter().zip(&after.played.answers);
            let answers = played.answers.iter().zip(known);
            let lines: Vec<_> = answers
                .flat_map(|(answer, (before, after))| strange(answer, &[before, after]))
                .collect();
            if !lines.is_empty() {
                let play = play.clone();
                self.outcome
                    .lock()
                    .unwrap()
                    .failures
                    .push(Failure { place, play, lines });
            }
        }
    }

    /// All ways in which `first` is held, the last of the others is held in turn, and both go on in the order in which
    /// they were held.
    pub(crate) async fn cross(&self, place: Place, first: Doing, others: &[Doing]) {
        let (stage, _) = self
            .stage(place, [first].into_iter().chain(others.iter().copied()))
            .await;
        for call in 2..MOST_CALLS {
            for other in 2..MOST_CALLS {
                let play = Play {
                    first,
                    others: others.to_vec(),
                    schedule: Schedule::Crossed(call, other),
                };
                self.count(Tally {
                    ways: 1,
                    played: 1,
                    ..Tally::default()
                });
                match self.try_play(place, &stage, play).await {
                    Some(played) if played.is_met => {}
                    // The first was never held, so that nothing was crossed.
                    Some(played) if played.calls[0].len() < call => return,
                    _ => break,
                }
            }
        }
    }

    async fn footprint(
        &self,
        place: Place,
        stage: &Stage,
        before: &str,
        doing: Doing,
    ) -> Option<Arc<Footprint>> {
        let key = (place, before.to_owned(), doing.to_string());
        if let Some(footprint) = self.alone.lock().unwrap().get(&key) {
            return Some(Arc::clone(footprint));
        }
        let played = self.try_play(place, stage, Play::alone(doing)).await?;
        let footprint = Arc::new(Footprint::of(&played.calls[0]));
        self.alone.lock().unwrap().insert(key, Arc::clone(&footprint));
        Some(footprint)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.meetings += other.meetings;
        self.independent += other.independent;
        self.ways += other.ways;
        self.played += other.played;
        self.looked_at += other.looked_at;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            meetings,
            independent,
            ways,
            played,
            looked_at,
        } = self;
        write!(
            f,
            "{meetings} meetings, {independent} of them without a row in common; {ways} interleavings, {played} of them \
             played, the others being the same as one of these, {looked_at} looked at"
        )
    }
}

impl Outcome {
    /// Notes the conditions that were sent, and the kinds of the rows that were put.
    fn note(&mut self, place: Place, play: &Play, played: &Played) {
        for (doing, calls) in play.doings().zip(&played.calls) {
            let conjuncts: Vec<_> = calls.iter().flat_map(Call::conjuncts).collect();
            learn(&mut self.kinds, conjuncts.iter().map(|conjunct| &conjunct.row));
            let conditions: BTreeSet<_> = conjuncts.iter().map(Condition::from).collect();
            for condition in conditions {
                self.met
                    .note(condition, doing.row.function, (place, play.clone()));
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
