//! Ways in which writes meet.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::{Arc, LazyLock, Mutex};

use local::Call;

use crate::answers::{ask_again, strange};
use crate::doing::Doing;
use crate::footprint::Footprint;
use crate::mode::Mode;
use crate::play::{Play, Played, Schedule};
use crate::rows::{Answer, Meets};
use crate::scene::Place;
use crate::stage::Stage;
use crate::tally::Tally;
use crate::theatre::{Failure, MOST_CALLS, Theatre};

/// Of so many pairs of which one differs little from another pair, one is played.
const PLAYED: u64 = 40;

/// Whether `second` runs while `first` is held. Which of those that differ little are played is drawn by the seed.
pub(crate) fn is_pair(place: Place, first: Doing, second: Doing, mode: Mode) -> bool {
    if first.row.meets == Meets::Unheld
        || [first, second]
            .iter()
            .any(|doing| doing.row.meets == Meets::InTriples)
    {
        return false;
    }
    let is_special = [first, second].iter().any(|doing| doing.row.meets == Meets::Some);
    // Two people are alike, but for who has sent what; files are alike in every conversation.
    let is_mirrored = match place {
        Place::Pair => first.who != first.row.by[0],
        Place::Group => first.row.is_of_files() || second.row.is_of_files(),
        _ => false,
    };
    mode.is_thorough
        || first == second
        || !is_special && !is_mirrored
        || is_drawn(PLAYED, &(mode.seed, first.to_string(), second.to_string()))
}

/// Whether this is one of so many.
fn is_drawn(of: u64, what: &impl Hash) -> bool {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish().is_multiple_of(of)
}

/// Of so many pairs, both orders of one are looked at.
const LOOKED_AT: u64 = 40;

/// A play at which nobody has looked.
#[derive(Clone)]
struct Quick {
    play: Play,
    answers: Vec<Answer>,
    /// What the calls of each write concern.
    calls: Vec<Vec<Footprint>>,
    is_met: bool,
    /// Whether the first write can only have come last.
    is_first_last: bool,
    /// The same for all that look alike.
    fingerprint: u64,
}

/// Two writes one after the other, where, and after what else. Each order is an end of the ways of two pairs.
type InOrder = (Place, String, String, String);

static IN_ORDER: LazyLock<Mutex<HashMap<InOrder, Arc<Quick>>>> = LazyLock::new(Mutex::default);

impl Quick {
    fn new(play: Play, played: Played, fingerprint: u64) -> Self {
        let footprints = |calls: &Vec<Call>| calls.iter().map(|call| Footprint::of([call])).collect();
        Self {
            is_first_last: played.is_first_last(&play),
            play,
            calls: played.calls.iter().map(footprints).collect(),
            answers: played.answers,
            is_met: played.is_met,
            fingerprint,
        }
    }

    /// The same of the pair in which the other one is held.
    fn turned(&self, play: Play) -> Self {
        let mut turned = Self { play, ..self.clone() };
        turned.answers.reverse();
        turned.calls.reverse();
        turned
    }

    fn statuses(&self) -> Vec<u16> {
        self.answers.iter().map(|answer| answer.status).collect()
    }

    /// Whether it ended as another one.
    fn is_as(&self, other: &Self) -> bool {
        (self.fingerprint, self.statuses()) == (other.fingerprint, other.statuses())
    }

    /// How many calls from this one on, counted from 1, have no row in common with the others; `None` if none has one.
    fn skips(&self, call: usize, is_thorough: bool) -> Option<usize> {
        let others = self.calls[1..]
            .iter()
            .flatten()
            .fold(Footprint::default(), Footprint::and);
        let mut left = self.calls[0].iter().skip(call - 1);
        left.position(|made| is_thorough || made.meets(&others))
    }
}

impl Theatre {
    /// All ways in which `first` is held while the others run.
    pub(crate) async fn meet(&self, place: Place, first: Doing, others: &[Doing]) {
        let (stage, before) = self
            .stage(place, [first].into_iter().chain(others.iter().copied()))
            .await;
        self.count(Tally {
            meetings: 1,
            ..Tally::default()
        });
        if let [other] = others
            && !self.mode.is_thorough
            && before.is_empty()
        {
            let (own, other) = (
                self.footprint(&stage, first).await,
                self.footprint(&stage, *other).await,
            );
            let (Some(own), Some(other)) = (own, other) else {
                return;
            };
            if !own.meets(&other) {
                let ways = own.calls + 1;
                return self.count(Tally {
                    independent: 1,
                    ways,
                    ..Tally::default()
                });
            }
        }
        let mut ended: Vec<Arc<Quick>> = Vec::new();
        let mut call = 1;
        loop {
            let play = Play {
                first,
                others: others.to_vec(),
                schedule: Schedule::Held(call),
            };
            // The last way is the one in which it is not held.
            let is_last = ended.last().is_some_and(|last| last.calls[0].len() < call);
            let Some(quick) = self.way(&stage, &before, play, is_last).await else {
                return;
            };
            ended.push(Arc::clone(&quick));
            if !quick.is_met {
                break;
            }
            let skipped = quick.skips(call, self.mode.is_thorough);
            let ways = skipped.unwrap_or(quick.calls[0].len() + 1 - call);
            self.count(Tally {
                ways,
                ..Tally::default()
            });
            match skipped {
                Some(skipped) => call += skipped + 1,
                None => break,
            }
        }
        self.compare(place, &stage, &ended).await;
    }

    /// One way, played unless it is an order of two writes that was played before.
    async fn way(&self, stage: &Stage, before: &str, play: Play, is_last: bool) -> Option<Arc<Quick>> {
        let place = stage.scene.place;
        let is_first = play.schedule == Schedule::Held(1);
        let key = match play.others[..] {
            [other] if is_first => Some((other, play.first)),
            [other] if is_last => Some((play.first, other)),
            _ => None,
        };
        let key = key.map(|(one, next)| (place, before.to_owned(), one.to_string(), next.to_string()));
        let known = key
            .as_ref()
            .and_then(|key| IN_ORDER.lock().unwrap().get(key).cloned());
        self.count(Tally {
            ways: 1,
            ..Tally::default()
        });
        if let Some(known) = known {
            let is_turned = known.play.first != play.first || known.play.schedule != play.schedule;
            let mut quick = if is_turned {
                known.turned(play)
            } else {
                (*known).clone()
            };
            quick.is_met = is_first;
            return Some(Arc::new(quick));
        }
        self.count(Tally {
            played: 1,
            ..Tally::default()
        });
        let quick = Arc::new(self.try_quickly(place, stage, play).await?);
        if let Some(key) = key.filter(|_| quick.is_met == is_first) {
            IN_ORDER.lock().unwrap().insert(key, Arc::clone(&quick));
        }
        Some(quick)
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
                Some(Quick::new(play, played, still.fingerprint))
            }
            Err(lines) => {
                outcome.failures.push(Failure { place, play, lines });
                None
            }
        }
    }

    /// Compares plays with the first and the last of them, in which one write came after the other. What is as neither of
    /// these is played again, and looked at. So are these, if the pair is among those that are drawn.
    async fn compare(&self, place: Place, stage: &Stage, ended: &[Arc<Quick>]) {
        let (Some(before), Some(after)) = (ended.first(), ended.last()) else {
            return;
        };
        let is_drawn =
            self.mode.is_thorough || is_drawn(LOOKED_AT, &(self.mode.seed, before.play.to_string()));
        for (number, quick) in ended.iter().enumerate() {
            let play = &quick.play;
            let strange = self.strange(stage, quick, before, after).await;
            if !strange.is_empty() {
                let (play, lines) = (play.clone(), strange);
                self.outcome
                    .lock()
                    .unwrap()
                    .failures
                    .push(Failure { place, play, lines });
            }
            let is_end = number == 0 || number + 1 == ended.len();
            let is_right = quick.is_as(before) || !quick.is_first_last && quick.is_as(after);
            if is_end && is_drawn || !is_end && !is_right {
                self.count(Tally {
                    looked_at: 1,
                    ..Tally::default()
                });
                self.try_play(place, stage, play.clone()).await;
            }
        }
    }

    /// What callers were told that is right in neither order, and not in the end. The play is played again to see that.
    async fn strange(&self, stage: &Stage, quick: &Quick, before: &Quick, after: &Quick) -> Vec<String> {
        let mut lines = Vec::new();
        for (number, doing) in quick.play.doings().enumerate() {
            let answer = &quick.answers[number];
            let mut known = vec![&before.answers[number], &after.answers[number]];
            if strange(answer, &known).is_empty() {
                continue;
            }
            stage.reset().await;
            quick.play.on(stage).await;
            let again = ask_again(stage, doing, answer).await;
            known.extend(&again);
            lines.extend(strange(answer, &known));
        }
        lines
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
}
