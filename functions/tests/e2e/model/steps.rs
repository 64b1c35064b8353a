//! What people do, drawn at random. Steps name people and places, not what exists at the time, so that a step means the
//! same when others before it are left out: that is how a case shrinks.

use std::fmt;

use local::Fault;
use proptest::prelude::*;

/// How many people there are, and what they are called.
pub(super) const PEOPLE: [&str; 4] = ["kate", "kevin", "frank", "buzz"];
/// How many groups there are at a time.
const GROUPS: usize = 2;
/// In place of a person: whoever has sent the message.
pub(super) const SENDER: usize = PEOPLE.len();
pub(super) const REACTIONS: [&str; 3] = ["heart", "+1", "🎄"];

/// Where people talk: two of them, or a group of that number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Pair(usize, usize),
    Group(usize),
}

/// From where a list is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start {
    Newest,
    After(usize),
    Before(usize),
}

/// What one participant changes about their side of a conversation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Archived(bool),
    Muted(bool),
    Pinned(bool),
}

/// What is changed about a group. People are given as bits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Name(usize),
    Description(bool),
    Archived(bool),
    Members(People),
}

/// Some of the people, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct People(pub(super) u8);

/// What somebody does. A message is named by its place counted from the newest one ever sent, which is 0.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    Send(Place),
    Edit(Place, usize),
    Delete(Place, usize),
    React(Place, usize, &'static str, bool),
    /// Has exactly these reactions from now on, given as bits.
    ReactWith(Place, usize, u8),
    List {
        place: Place,
        from: Start,
        limit: usize,
        opens: bool,
    },
    Read(Place, Option<usize>),
    SetSide(Place, Side),
    /// Pins a message of the second place in the first one.
    Pin(Place, Place, usize),
    Unpin(Place),
    Create(Place),
    DeleteConversation(Place),
    AddContact(usize),
    RemoveContact(usize),
    NameContact(usize, bool),
    Found(usize, People),
    ChangeGroup(usize, Change),
    Leave(usize),
    Disband(usize),
    /// The stream brings what has happened.
    Stream,
    /// The stream brings again what it has ever brought.
    StreamAgain,
}

/// What goes wrong between the functions and the database during a step.
#[derive(Clone, Debug)]
pub(super) struct Mishap {
    pub(super) fault: Fault,
    /// After so many calls of the step.
    pub(super) after: usize,
    /// So many calls in a row.
    pub(super) times: usize,
}

#[derive(Clone)]
pub(super) struct Step {
    pub(super) who: usize,
    pub(super) action: Action,
    /// Whether a POST is made again with the same idempotency key.
    pub(super) repeats: bool,
    pub(super) mishap: Option<Mishap>,
}

impl People {
    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        (0..PEOPLE.len()).filter(move |person| self.0 & (1 << person) > 0)
    }
}

/// The steps of one case.
pub(super) fn steps(with_mishaps: bool) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(with_mishaps), 25..40)
}

fn step(with_mishaps: bool) -> impl Strategy<Value = Step> {
    (
        actor_and_action(),
        prop::bool::weighted(0.25),
        prop::option::weighted(0.35, mishap()),
    )
        .prop_map(move |((who, action), repeats, mishap)| Step {
            who,
            action,
            repeats,
            mishap: mishap.filter(|_| with_mishaps),
        })
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let fault = prop_oneof![
        2 => Just(Fault::LoseReply),
        1 => Just(Fault::Throttle),
        1 => Just(Fault::Internal),
        1 => Just(Fault::Conflict(None)),
    ];
    (fault, 0_usize..5, 1_usize..6).prop_map(|(fault, after, times)| Mishap { fault, after, times })
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        4 => Just(Place::Pair(0, 1)),
        6 => Just(Place::Group(0)),
        2 => Just(Place::Group(1)),
        1 => Just(Place::Pair(0, 2)),
        1 => Just(Place::Pair(0, 3)),
        1 => Just(Place::Pair(1, 2)),
    ]
}

/// Mostly somebody who is there.
fn actor(place: Place, draw: usize) -> usize {
    match place {
        Place::Pair(one, other) => match draw {
            0..5 => one,
            5..9 => other,
            _ => (0..PEOPLE.len())
                .find(|person| ![one, other].contains(person))
                .unwrap_or(one),
        },
        Place::Group(_) => [0, 0, 0, 1, 1, 1, 2, 2, 2, 3][draw],
    }
}

/// A message: mostly one of the newest.
fn which() -> impl Strategy<Value = usize> {
    prop_oneof![3 => 0_usize..2, 1 => 0_usize..6]
}

fn people() -> impl Strategy<Value = People> {
    (0_u8..1 << PEOPLE.len()).prop_map(People)
}

fn actor_and_action() -> impl Strategy<Value = (usize, Action)> {
    let in_place = (in_place(), 0_usize..10).prop_map(|((place, action), draw)| match action {
        Action::Edit(..) | Action::Delete(..) if draw % 3 > 0 => (SENDER, action),
        _ => (actor(place, draw), action),
    });
    let somebody = || 0..PEOPLE.len();
    let of_people = prop_oneof![
        2 => (somebody(), somebody()).prop_map(|(who, whom)| (who, Action::AddContact(whom))),
        1 => (somebody(), somebody()).prop_map(|(who, whom)| (who, Action::RemoveContact(whom))),
        1 => (somebody(), somebody(), any::<bool>())
            .prop_map(|(who, whom, on)| (who, Action::NameContact(whom, on))),
        2 => (somebody(), people()).prop_map(|(who, with)| (who, Action::Found(1, with))),
        1 => (somebody(), people()).prop_map(|(who, with)| (who, Action::Found(0, with))),
    ];
    let stream = prop_oneof![5 => Just((0, Action::Stream)), 1 => Just((0, Action::StreamAgain))];
    prop_oneof![40 => in_place, 6 => of_people, 6 => stream]
}

fn in_place() -> impl Strategy<Value = (Place, Action)> {
    let at = |action: fn(Place) -> Action| place().prop_map(move |place| (place, action(place)));
    let with = |action: fn(Place, usize) -> Action| {
        (place(), which()).prop_map(move |(place, which)| (place, action(place, which)))
    };
    let from = prop_oneof![
        3 => Just(Start::Newest),
        1 => which().prop_map(Start::After),
        1 => which().prop_map(Start::Before),
    ];
    let side = (0..3, any::<bool>()).prop_map(|(what, on)| match what {
        0 => Side::Archived(on),
        1 => Side::Muted(on),
        _ => Side::Pinned(on),
    });
    let list = (place(), from, 1_usize..6, prop::bool::weighted(0.8));
    let react = (
        place(),
        which(),
        prop::sample::select(&REACTIONS[..]),
        prop::bool::weighted(0.7),
    );
    prop_oneof![
        12 => at(Action::Send),
        2 => with(Action::Edit),
        5 => with(Action::Delete),
        2 => react.prop_map(|(place, which, name, on)| (place, Action::React(place, which, name, on))),
        1 => (place(), which(), 0_u8..8)
            .prop_map(|(place, which, names)| (place, Action::ReactWith(place, which, names))),
        6 => list.prop_map(|(place, from, limit, opens)| (place, Action::List { place, from, limit, opens })),
        4 => (place(), prop::option::weighted(0.6, which()))
            .prop_map(|(place, which)| (place, Action::Read(place, which))),
        2 => (place(), side).prop_map(|(place, side)| (place, Action::SetSide(place, side))),
        3 => with(|place, which| Action::Pin(place, place, which)),
        1 => (place(), place(), which()).prop_map(|(at, of, which)| (at, Action::Pin(at, of, which))),
        1 => at(Action::Unpin),
        2 => at(Action::Create),
        1 => at(Action::DeleteConversation),
        6 => in_group(),
    ]
}

fn in_group() -> impl Strategy<Value = (Place, Action)> {
    let action = prop_oneof![
        1 => (0_usize..3).prop_map(|name| Action::ChangeGroup(0, Change::Name(name))),
        1 => any::<bool>().prop_map(|on| Action::ChangeGroup(0, Change::Description(on))),
        1 => any::<bool>().prop_map(|on| Action::ChangeGroup(0, Change::Archived(on))),
        6 => people().prop_map(|people| Action::ChangeGroup(0, Change::Members(people))),
        2 => Just(Action::Leave(0)),
        1 => Just(Action::Disband(0)),
    ];
    (prop::bool::weighted(0.25), action).prop_map(|(is_second, action)| {
        let number = usize::from(is_second) % GROUPS;
        let action = match action {
            Action::ChangeGroup(_, change) => Action::ChangeGroup(number, change),
            Action::Leave(_) => Action::Leave(number),
            Action::Disband(_) => Action::Disband(number),
            other => other,
        };
        (Place::Group(number), action)
    })
}

impl Action {
    /// Where it happens.
    pub(super) fn place(self) -> Option<Place> {
        match self {
            Self::Send(place)
            | Self::Edit(place, _)
            | Self::Delete(place, _)
            | Self::React(place, ..)
            | Self::ReactWith(place, ..)
            | Self::List { place, .. }
            | Self::Read(place, _)
            | Self::SetSide(place, _)
            | Self::Pin(place, ..)
            | Self::Unpin(place)
            | Self::Create(place)
            | Self::DeleteConversation(place) => Some(place),
            Self::Found(number, _)
            | Self::ChangeGroup(number, _)
            | Self::Leave(number)
            | Self::Disband(number) => Some(Place::Group(number)),
            Self::AddContact(_)
            | Self::RemoveContact(_)
            | Self::NameContact(..)
            | Self::Stream
            | Self::StreamAgain => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pair(one, other) => write!(f, "{} and {}", PEOPLE[*one], PEOPLE[*other]),
            Self::Group(number) => write!(f, "group {number}"),
        }
    }
}

impl fmt::Display for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(|person| PEOPLE[person]).collect();
        write!(f, "[{}]", names.join(", "))
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(place) => write!(f, "sends to {place}"),
            Self::Edit(place, which) => write!(f, "edits message -{which} of {place}"),
            Self::Delete(place, which) => write!(f, "deletes message -{which} of {place}"),
            Self::React(place, which, name, true) => write!(f, "adds {name} to message -{which} of {place}"),
            Self::React(place, which, name, false) => {
                write!(f, "takes {name} from message -{which} of {place}")
            }
            Self::ReactWith(place, which, names) => {
                write!(
                    f,
                    "reacts to message -{which} of {place} with exactly {names:#05b}"
                )
            }
            Self::List {
                place,
                from,
                limit,
                opens,
            } => {
                let quietly = if *opens { "" } else { " and marks nothing" };
                write!(f, "lists {limit} messages of {place} from {from:?}{quietly}")
            }
            Self::Read(place, None) => write!(f, "reads all of {place}"),
            Self::Read(place, Some(which)) => write!(f, "reads {place} up to message -{which}"),
            Self::SetSide(place, side) => write!(f, "sets {side:?} for {place}"),
            Self::Pin(place, of, which) if place == of => write!(f, "pins message -{which} of {place}"),
            Self::Pin(place, of, which) => write!(f, "pins message -{which} of {of} in {place}"),
            Self::Unpin(place) => write!(f, "takes the pin from {place}"),
            Self::Create(place) => write!(f, "creates the conversation of {place}"),
            Self::DeleteConversation(place) => write!(f, "deletes the conversation of {place}"),
            Self::AddContact(whom) => write!(f, "adds {} to the contacts", PEOPLE[*whom]),
            Self::RemoveContact(whom) => write!(f, "removes {} from the contacts", PEOPLE[*whom]),
            Self::NameContact(whom, true) => write!(f, "gives {} a display name", PEOPLE[*whom]),
            Self::NameContact(whom, false) => write!(f, "takes the display name of {}", PEOPLE[*whom]),
            Self::Found(number, with) => write!(f, "creates group {number} with {with}"),
            Self::ChangeGroup(number, Change::Name(name)) => write!(f, "names group {number} \"{name}\""),
            Self::ChangeGroup(number, Change::Description(on)) => {
                write!(
                    f,
                    "gives group {number} {} description",
                    if *on { "a" } else { "no" }
                )
            }
            Self::ChangeGroup(number, Change::Archived(on)) => {
                write!(
                    f,
                    "puts group {number} {} the archive",
                    if *on { "into" } else { "out of" }
                )
            }
            Self::ChangeGroup(number, Change::Members(people)) => {
                write!(f, "lets group {number} have {people}")
            }
            Self::Leave(number) => write!(f, "leaves group {number}"),
            Self::Disband(number) => write!(f, "deletes group {number}"),
            Self::Stream => f.write_str("the stream is delivered"),
            Self::StreamAgain => f.write_str("the stream is delivered again from its beginning"),
        }
    }
}

/// One line, also where everything else is on many.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action {
            Action::Stream | Action::StreamAgain => write!(f, "{}", self.action)?,
            action => write!(f, "{} {action}", PEOPLE.get(self.who).unwrap_or(&"its sender"))?,
        }
        if self.repeats {
            f.write_str(", twice with one key")?;
        }
        match &self.mishap {
            Some(Mishap { fault, after, times }) => {
                write!(f, " ({fault} {times} times after {after} calls)")
            }
            None => Ok(()),
        }
    }
}
