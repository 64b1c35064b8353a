//! Whether a play ended as the contract allows: as if its writes had been done one after the other.

use crate::doing::Doing;
use crate::model::Facts;
use crate::play::{Play, Played, Schedule};
use crate::stage::Stage;

/// One order of the writes, and what is to come of it.
struct Order {
    /// The writes, by their places among the answers.
    places: Vec<usize>,
    /// The statuses, by those places.
    statuses: Vec<u16>,
    /// Those of the same writes once more in the end.
    repeated: Vec<u16>,
    facts: Facts,
}

impl Order {
    /// Whether these may be the statuses.
    fn allows(&self, doings: &[Doing], played: &Played) -> bool {
        doings.iter().enumerate().all(|(place, doing)| {
            let (status, expected) = (played.answers[place].status, self.statuses[place]);
            match (status, doing.row.function) {
                _ if status == expected => true,
                // A write that is done: what it is about was read for the answer, and has gone since.
                (404, _) => self.repeated[place] == 404,
                // A list that was read, and came too late to open the conversation.
                (200, "messages-list") => expected == 404,
                // A guess of a phone number that waits for others in vain, one of which is held.
                (429, "contacts-create") => expected == 409,
                _ => false,
            }
        })
    }
}

/// What is wrong, if anything: one line each.
pub(crate) fn verdict(stage: &Stage, play: &Play, played: &Played, seen: &Facts) -> Result<(), Vec<String>> {
    let doings: Vec<_> = play.doings().collect();
    let orders: Vec<_> = orders(play, played)
        .into_iter()
        .map(|places| expect(stage, &doings, places))
        .collect();
    let is_it = |order: &Order| order.allows(&doings, played) && order.facts == *seen;
    if orders.iter().any(is_it) {
        return Ok(());
    }
    // The order that is nearest.
    let differences = orders
        .iter()
        .map(|order| differences(order, &doings, played, seen));
    Err(differences.min_by_key(Vec::len).unwrap_or_default())
}

/// The orders in which the writes may seem to have been done.
fn orders(play: &Play, played: &Played) -> Vec<Vec<usize>> {
    match play.schedule {
        // A write whose process dies has been done or not.
        Schedule::Dies(_) => vec![vec![0], vec![0, 0]],
        // A guess of a phone number counts twice when the database's reply is lost.
        Schedule::ReplyLost(_) if play.first.row.function == "contacts-create" => vec![vec![0], vec![0, 0]],
        Schedule::Alone | Schedule::ReplyLost(_) => vec![vec![0]],
        Schedule::Held(_) if play.schedule == Schedule::Held(1) || played.is_first_last(play) => {
            vec![(1..played.answers.len()).chain([0]).collect()]
        }
        Schedule::Held(_) | Schedule::Crossed(..) => {
            let others: Vec<_> = (1..played.answers.len()).collect();
            // One that was never held has ended before the others began.
            let latest = if played.is_met { others.len() } else { 0 };
            let at = |place: usize| {
                let mut order = others.clone();
                order.insert(place, 0);
                order
            };
            (0..=latest).map(at).collect()
        }
    }
}

fn expect(stage: &Stage, doings: &[Doing], places: Vec<usize>) -> Order {
    let mut model = stage.model.clone();
    let mut statuses = vec![0; doings.len()];
    for place in &places {
        let Doing { row, who } = doings[*place];
        statuses[*place] = row.expect(&stage.machine, &mut model, who);
    }
    let repeated = |doing: &Doing| doing.row.expect(&stage.machine, &mut model.clone(), doing.who);
    Order {
        places,
        statuses,
        repeated: doings.iter().map(repeated).collect(),
        facts: model.facts(&stage.scene),
    }
}

fn differences(order: &Order, doings: &[Doing], played: &Played, seen: &Facts) -> Vec<String> {
    let mut found = Vec::new();
    for place in &order.places {
        let (answer, expected) = (&played.answers[*place], order.statuses[*place]);
        if answer.status != expected {
            let (status, doing) = (answer.status, doings[*place]);
            found.push(format!(
                "{doing} is answered with {status} in place of {expected}"
            ));
        }
    }
    let names = order.facts.keys().chain(seen.keys());
    let names: std::collections::BTreeSet<_> = names.collect();
    for name in names {
        let (expected, is) = (order.facts.get(name), seen.get(name));
        if expected != is {
            let text = |value: Option<&String>| value.map_or("nothing", String::as_str).to_owned();
            found.push(format!("{name}: {} in place of {}", text(is), text(expected)));
        }
    }
    found
}
