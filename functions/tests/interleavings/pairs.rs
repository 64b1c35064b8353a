//! All pairs of writes, and all ways in which they meet.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::conditions::Met;
use crate::footprint::Footprint;
use crate::judge::verdict;
use crate::machine::Machine;
use crate::play::{Doing, Play, Played, Schedule};
use crate::rows;
use crate::scene::Place;
use crate::stage::Stage;

/// The stages of one thread, and what each write does there alone.
pub(crate) struct Theatre {
    machine: Arc<Machine>,
    stages: Mutex<HashMap<(Place, String), Arc<Stage>>>,
    alone: Mutex<HashMap<(Place, String, String), Arc<Footprint>>>,
    /// The conditions that were sent.
    pub(crate) met: Mutex<Met>,
    /// Whether plays are left out that must end as one that is played.
    is_thorough: bool,
}

/// How much was played.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Ordered pairs of writes.
    pub(crate) pairs: usize,
    /// Those without a row in common, of which none is played: every order has the same effects.
    pub(crate) independent: usize,
    /// Ways in which pairs meet.
    pub(crate) ways: usize,
    /// Those that were played. In each of the others, the call before which the first write is held has no row in common
    /// with the second write, so that it ends as the way before.
    pub(crate) played: usize,
}

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

impl Theatre {
    pub(crate) async fn open(is_thorough: bool) -> Self {
        Self {
            machine: Arc::new(Machine::start().await),
            stages: Mutex::default(),
            alone: Mutex::default(),
            met: Mutex::default(),
            is_thorough,
        }
    }

    /// The stage on which these writes meet: what each of them needs has been done before.
    pub(crate) async fn stage(&self, place: Place, doings: &[Doing]) -> (Arc<Stage>, String) {
        let mut before: Vec<Doing> = Vec::new();
        for (row, who) in doings.iter().flat_map(|doing| doing.row.before) {
            let doing = Doing { row, who: *who };
            if !before.contains(&doing) {
                before.push(doing);
            }
        }
        let names: Vec<_> = before.iter().map(ToString::to_string).collect();
        let key = (place, names.join(" > "));
        let found = self.stages.lock().unwrap().get(&key).cloned();
        let stage = match found {
            Some(stage) => stage,
            None => Arc::new(Stage::build(&self.machine, place, &before).await),
        };
        self.stages
            .lock()
            .unwrap()
            .insert(key.clone(), Arc::clone(&stage));
        (stage, key.1)
    }

    /// Plays, and judges.
    pub(crate) async fn play(&self, place: Place, stage: &Stage, play: &Play) -> Result<Played, Failure> {
        stage.reset();
        let played = play.on(stage).await;
        self.met.lock().unwrap().note(place, play, &played);
        let seen = stage.look().await;
        match verdict(stage, play, &played, &seen) {
            Ok(()) => Ok(played),
            Err(lines) => Err(Failure {
                place,
                play: play.clone(),
                lines,
            }),
        }
    }

    /// All ways in which `first` is held while `second` runs.
    pub(crate) async fn pair(
        &self,
        place: Place,
        first: Doing,
        second: Doing,
        tally: &mut Tally,
    ) -> Vec<Failure> {
        let (stage, before) = self.stage(place, &[first, second]).await;
        tally.pairs += 1;
        let mut failures = Vec::new();
        let mut alone = Vec::new();
        for doing in [first, second] {
            match self.footprint(place, &stage, &before, doing).await {
                Ok(footprint) => alone.push(footprint),
                Err(failure) => return vec![failure],
            }
        }
        if !self.is_thorough && !alone[0].meets(&alone[1]) {
            tally.independent += 1;
            tally.ways += alone[0].calls + 1;
            return failures;
        }
        let mut call = 1;
        loop {
            let play = Play {
                first,
                others: vec![second],
                schedule: Schedule::Held(call),
            };
            tally.played += 1;
            tally.ways += 1;
            let played = match self.play(place, &stage, &play).await {
                Ok(played) => played,
                Err(failure) => {
                    failures.push(failure);
                    return failures;
                }
            };
            if !played.is_met {
                return failures;
            }
            // The next call that has a row in common with the second write: before others it makes no difference.
            let second = Footprint::of(&played.calls[1]);
            let meets = |made: &local::Call| self.is_thorough || Footprint::of([made]).meets(&second);
            let own = &played.calls[0];
            let Some(skipped) = own.iter().skip(call - 1).position(meets) else {
                tally.ways += own.len() + 1 - call;
                return failures;
            };
            tally.ways += skipped;
            call += skipped + 1;
        }
    }

    async fn footprint(
        &self,
        place: Place,
        stage: &Stage,
        before: &str,
        doing: Doing,
    ) -> Result<Arc<Footprint>, Failure> {
        let key = (place, before.to_owned(), doing.to_string());
        if let Some(footprint) = self.alone.lock().unwrap().get(&key) {
            return Ok(Arc::clone(footprint));
        }
        let played = self.play(place, stage, &Play::alone(doing)).await?;
        let footprint = Arc::new(Footprint::of(&played.calls[0]));
        self.alone.lock().unwrap().insert(key, Arc::clone(&footprint));
        Ok(footprint)
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.pairs += other.pairs;
        self.independent += other.independent;
        self.ways += other.ways;
        self.played += other.played;
    }
}
