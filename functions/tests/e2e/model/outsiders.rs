//! What nobody must get who is not there, or not any more: whatever route they take.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::steps::{PEOPLE, Place};
use super::world::{Verdict, World, same};
use crate::http::Request;
use crate::routes::{NOBODY, Names, ROUTES, Route, WITHOUT_ID};

/// A route by which somebody might try, and where it takes the id: in its path, or in this parameter.
#[derive(Clone, Copy)]
struct Attempt {
    route: Route,
    names: Names,
    param: Option<&'static str>,
}

/// Every route that takes the id of a conversation, of one of its messages or of a group.
static ATTEMPTS: LazyLock<Vec<Attempt>> = LazyLock::new(|| {
    let mut attempts = Vec::new();
    for route in ROUTES {
        let names = route.names();
        if matches!(names, Names::Conversation | Names::Message | Names::Group) {
            let param = None;
            attempts.push(Attempt { route, names, param });
        }
    }
    for (method, path, params) in WITHOUT_ID {
        let route = Route { method, path };
        attempts.extend(params.iter().map(|(param, names)| Attempt {
            route,
            names: *names,
            param: Some(*param),
        }));
    }
    attempts
});

impl Attempt {
    /// The request of the route, valid but for the id, which is of something that the caller must not see.
    fn request(self, id: &str) -> Request {
        let Self { route, param, .. } = self;
        match (param, route.method) {
            (Some(param), "GET") => Request::new(route.method, route.asked(NOBODY, &format!("{param}={id}"))),
            (Some("group_id"), _) => Request::new(route.method, route.path).json(&json!({"group_id": id})),
            _ => route.request(id),
        }
    }
}

/// The ids by which somebody might try.
struct Ids {
    conversation: Option<String>,
    message: Option<String>,
    group: Option<String>,
}

impl World<'_> {
    /// Tries one route, another one after each step, as somebody who is not in that place.
    pub(super) fn compare_some_outsider(&self, number: usize, place: Option<Place>) -> Verdict {
        for (place, ids) in self.closed_to(number % PEOPLE.len(), place) {
            self.try_route(
                number % PEOPLE.len(),
                place,
                &ids,
                number / PEOPLE.len() % ATTEMPTS.len(),
            )?;
        }
        Ok(())
    }

    /// Tries every route of every place, as one who is not in it.
    pub(super) fn compare_outsiders(&self) -> Verdict {
        for who in 0..PEOPLE.len() {
            for (place, ids) in self.closed_to(who, None) {
                for route in (0..ATTEMPTS.len()).filter(|route| route % PEOPLE.len() == who) {
                    self.try_route(who, place, &ids, route)?;
                }
            }
        }
        Ok(())
    }

    /// What there is, or was, that this person must not see; only of one place, if one is named.
    fn closed_to(&self, who: usize, only: Option<Place>) -> Vec<(Place, Ids)> {
        let mut closed = Vec::new();
        let living = self.state.conversations.iter();
        let living = living.filter(|(_, own)| !own.sides.contains_key(&who));
        for (place, own) in living.chain(&self.state.gone) {
            let group = match place {
                Place::Group(number) => {
                    let is_out = |group: &&super::state::Group| !group.members.contains(&who);
                    let living = self.state.groups.get(number).filter(is_out);
                    let gone = self.state.gone_groups.get(number);
                    living.or(gone).map(|group| group.id.clone())
                }
                Place::Pair(..) => None,
            };
            let newest = own.messages.last();
            closed.push((
                *place,
                Ids {
                    conversation: Some(own.id.clone()),
                    message: newest.map(|message| message.id.clone()),
                    group,
                },
            ));
        }
        closed.retain(|(place, _)| only.is_none_or(|only| only == *place));
        closed
    }

    fn try_route(&self, who: usize, place: Place, ids: &Ids, number: usize) -> Verdict {
        let attempt = ATTEMPTS[number];
        let Attempt { route, names, param } = attempt;
        let id = match names {
            Names::Conversation => &ids.conversation,
            Names::Message => &ids.message,
            _ => &ids.group,
        };
        let Some(id) = id else { return Ok(()) };
        let answer = self.ask(who, &attempt.request(id))?;
        let shown = json!({"status": answer.answer.status});
        let Route { method, path } = route;
        same(
            &format!("{} does {method} {path} of {place}", PEOPLE[who]),
            &shown,
            &json!({"status": 404}),
        )?;
        answer.missing(param)?;
        let Some(group) = &ids.group else { return Ok(()) };
        let path = format!("/v1/conversations?group_id={group}");
        let found: Value = self.get(who, &path)?.expect(200)?;
        same(
            "the conversations of a group that somebody is not in",
            &found["data"],
            &json!([]),
        )
    }
}
