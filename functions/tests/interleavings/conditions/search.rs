//! Looks for a play that goes wrong without a condition.

use std::sync::Arc;

use super::{Condition, Kinds, Meeting, Sent};
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
    plays.sort_by_key(|sent| (rank(sent), sent.place));
    let most = match plays.first() {
        _ if theatre.mode.is_thorough => usize::MAX,
        Some(sent) if sent.place == Place::Catalog => MOST_IMPORTS_TRIED,
        _ => MOST_TRIED,
    };
    for Sent { place, play, .. } in plays.into_iter().take(most) {
        if !theatre
            .is_same_without(*place, play, condition.omission(kinds))
            .await
            && let Some(found) = try_without(theatre, kinds, condition, *place, play).await
        {
            return Some(found);
        }
    }
    None
}

/// How many plays are tried for a condition.
const MOST_TRIED: usize = 50;
/// How many are tried if the first one is an import, which takes long.
const MOST_IMPORTS_TRIED: usize = 6;

/// Those come first that say most: others run right before the condition is sent.
fn rank(sent: &Sent) -> usize {
    let others = sent.play.others.len();
    match sent.play.schedule {
        Schedule::Crossed(..) if sent.is_at_gate => 1,
        Schedule::Held(_) if sent.is_at_gate => 1 + others,
        Schedule::Alone | Schedule::Dies(_) | Schedule::ReplyLost(_) => 10,
        Schedule::Crossed(..) => 11,
        Schedule::Held(call) if call > 1 => 20 + others,
        Schedule::Held(_) => 30,
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
