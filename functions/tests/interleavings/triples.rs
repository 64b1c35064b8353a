//! Two writes in a row that meet a third one.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::doing::Doing;
use crate::rows::Meets;
use crate::scene::Place;
use crate::theatre::doings;

/// The write that is held, and the two that run meanwhile.
pub(crate) type Triple = (Place, Doing, Vec<Doing>);

/// Those that have something to tell: what the first has read, the others change twice.
const TELLING: &[(Place, &str, [&str; 2])] = &[
    (
        Place::Group,
        "groups-update that lets somebody in (Kate)",
        [
            "messages-create (Kevin)",
            "messages-delete of the newest one (Kevin)",
        ],
    ),
    (
        Place::Group,
        "groups-update that lets somebody in (Kate)",
        [
            "conversations-delete (Kate)",
            "conversations-create of a group (Kevin)",
        ],
    ),
    (
        Place::Group,
        "conversations-read (Kevin)",
        [
            "messages-create (Kate)",
            "messages-delete of the newest one (Kate)",
        ],
    ),
    (
        Place::Group,
        "messages-list that opens (Kevin)",
        [
            "messages-create (Kate)",
            "messages-delete of the newest one (Kate)",
        ],
    ),
    (
        Place::Group,
        "conversations-read up to an older message, by somebody who has just joined (Otto)",
        ["messages-create (Kate)", "messages-list that opens (Kevin)"],
    ),
    (
        Place::Group,
        "messages-delete of one of Kate's (Kate)",
        [
            "groups-update that shuts somebody out (Kate)",
            "groups-update that lets somebody in (Kate)",
        ],
    ),
    (
        Place::Group,
        "messages-create (Kate)",
        [
            "conversations-delete (Kate)",
            "conversations-create of a group (Kevin)",
        ],
    ),
    (
        Place::Group,
        "changes after a conversation with files was deleted (Kate)",
        ["conversations-create of a group (Kevin)", "groups-delete (Kate)"],
    ),
    (
        Place::Pair,
        "changes after a message with a file was deleted (Kate)",
        [
            "messages-create with a forward (Kevin)",
            "messages-delete with a file (Kate)",
        ],
    ),
];

pub(crate) fn telling() -> Vec<Triple> {
    let triple = |(place, first, others): &(Place, &str, [&str; 2])| {
        let doings = doings(*place);
        let named = |name: &str| {
            let found = doings.iter().copied().find(|doing| doing.to_string() == name);
            found.unwrap_or_else(|| panic!("there is no {name} in {place:?}"))
        };
        (
            *place,
            named(first),
            others.iter().map(|name| named(name)).collect(),
        )
    };
    TELLING.iter().map(triple).collect()
}

/// Where triples are drawn. An import takes too long for that.
const DRAWN: [Place; 3] = [Place::Pair, Place::Group, Place::Bare];

/// Some that are drawn.
pub(crate) fn random(count: usize, seed: u64) -> Vec<Triple> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut draw = |most: usize| random.random_range(0..most);
    (0..count)
        .map(|_| {
            let place = DRAWN[draw(DRAWN.len())];
            let mut doings = doings(place);
            doings.retain(|doing| doing.row.meets != Meets::InTriples);
            let firsts: Vec<_> = doings
                .iter()
                .filter(|doing| doing.row.meets != Meets::Unheld)
                .collect();
            let first = *firsts[draw(firsts.len())];
            let mut pick = || doings[draw(doings.len())];
            (place, first, vec![pick(), pick()])
        })
        .collect()
}
