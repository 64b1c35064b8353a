//! Looks for a play that goes wrong without a condition.

use std::sync::Arc;

use super::{Condition, Kinds, Meeting};
use crate::play::{Play, Schedule};
use crate::scene::{PLACES, Place};
use crate::theatre::{Theatre, doings};

/// A play, where it is played, and what goes wrong.
pub(crate) struct Found {
    pub(crate) place: Place,
    pub(crate) play: Play,
    pub(crate) line: String,
}

/// The first play that goes wrong without the condition: the one that is shown already, or else any in which it is sent.
pub(crate) async fn search(
    theatre: &Theatre,
    kinds: &Arc<Kinds>,
    condition: &Condition,
    meeting: &Meeting,
    shown_by: Option<&str>,
) -> Option<Found> {
    if let Some((place, play)) = shown_by.and_then(parse)
        && let Some(found) = try_without(theatre, kinds, condition, place, &play).await
    {
        return Some(found);
    }
    let mut plays: Vec<_> = meeting.plays.iter().collect();
    // Those that say most come first: one write held in the middle of another's way.
    plays.sort_by_key(|(place, play)| (rank(play), *place));
    for (place, play) in plays {
        if let Some(found) = try_without(theatre, kinds, condition, *place, play).await {
            return Some(found);
        }
    }
    None
}

fn rank(play: &Play) -> usize {
    match play.schedule {
        Schedule::Alone => 0,
        Schedule::Held(call) if call > 1 => play.others.len(),
        Schedule::Held(_) => 10,
        Schedule::Dies(_) | Schedule::ReplyLost(_) => 20,
        Schedule::Crossed(..) => 30,
    }
}

/// What goes wrong in this play without the condition.
pub(crate) async fn try_without(
    theatre: &Theatre,
    kinds: &Arc<Kinds>,
    condition: &Condition,
    place: Place,
    play: &Play,
) -> Option<Found> {
    let wrong = theatre
        .play(place, play, Some(condition.omission(kinds)))
        .await
        .err()?;
    Some(Found {
        place,
        play: play.clone(),
        line: plainest(wrong),
    })
}

/// What people see says more than what rows there are.
fn plainest(mut lines: Vec<String>) -> String {
    lines.sort_by_key(|line| {
        let is_hidden = line.starts_with("rows of") || line.starts_with("broken rule");
        (is_hidden, line.len())
    });
    let line = lines.into_iter().next().unwrap_or_default();
    line.replace('|', "/").replace('\n', " ")
}

/// A place and a play, as the table has them.
pub(crate) fn parse(text: &str) -> Option<(Place, Play)> {
    let (place, play) = text.split_once(": ")?;
    let place = PLACES.into_iter().find(|known| format!("{known:?}") == place)?;
    Some((place, Play::parse(play, &doings(place))?))
}
