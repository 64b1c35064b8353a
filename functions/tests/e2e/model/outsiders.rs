//! What nobody must get who is not there, or not any more: whatever route they take.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::steps::{PEOPLE, Place};
use super::world::{Verdict, World, same};
use crate::http::Request;
use crate::routes::{NOBODY, Names, ROUTES};

/// A route that an outsider may try.
struct Try {
    method: &'static str,
    /// With `{conversation}`, `{message}` or `{group}` in place of an id.
    path: String,
    body: Option<Value>,
    /// The parameter that names what is missing, where the path does not.
    param: Option<&'static str>,
}

/// Every route with the id of a conversation, a message or a group.
static TRIES: LazyLock<Vec<Try>> = LazyLock::new(|| {
    let by_path = ROUTES.into_iter().filter_map(|route| {
        let id = match route.names() {
            Names::Conversation => "{conversation}",
            Names::Message => "{message}",
            Names::Group => "{group}",
            _ => return None,
        };
        Some(Try {
            method: route.method,
            path: route.at(id),
            body: route.body(NOBODY),
            param: None,
        })
    });
    let by_parameter = [
        Try {
            method: "GET",
            path: "/v1/messages?conversation_id={conversation}".to_owned(),
            body: None,
            param: Some("conversation_id"),
        },
        Try {
            method: "POST",
            path: "/v1/messages".to_owned(),
            body: Some(json!({"conversation_id": "{conversation}", "message": "Let me in"})),
            param: Some("conversation_id"),
        },
    ];
    by_path.chain(by_parameter).collect()
});

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
                number / PEOPLE.len() % TRIES.len(),
            )?;
        }
        Ok(())
    }

    /// Tries every route of every place, as one who is not in it.
    pub(super) fn compare_outsiders(&self) -> Verdict {
        for who in 0..PEOPLE.len() {
            for (place, ids) in self.closed_to(who, None) {
                for route in (0..TRIES.len()).filter(|route| route % PEOPLE.len() == who) {
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

    fn try_route(&self, who: usize, place: Place, ids: &Ids, route: usize) -> Verdict {
        let Try {
            method,
            path,
            body,
            param,
        } = &TRIES[route];
        let (mut filled, mut body) = (path.clone(), body.as_ref().map(Value::to_string));
        for (name, id) in [
            ("{conversation}", &ids.conversation),
            ("{message}", &ids.message),
            ("{group}", &ids.group),
        ] {
            match id {
                Some(id) => {
                    filled = filled.replace(name, id);
                    body = body.map(|body| body.replace(name, id));
                }
                None if path.contains(name) => return Ok(()),
                None => {}
            }
        }
        let mut request = Request::new(method, filled);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let answer = self.ask(who, &request)?;
        let shown = json!({"status": answer.answer.status});
        same(
            &format!("{} does {method} {path} of {place}", PEOPLE[who]),
            &shown,
            &json!({"status": 404}),
        )?;
        answer.missing(*param)?;
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
