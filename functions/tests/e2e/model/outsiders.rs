//! What nobody must get who is not there, or not any more: whatever route they take.

use serde_json::{Value, json};

use super::steps::{PEOPLE, Place};
use super::world::{Verdict, World, same};
use crate::http::Request;

/// The routes of a conversation, of one of its messages and of a group, with the parameter that names it.
const ROUTES: [(&str, &str, Option<&str>); 15] = [
    ("GET", "/v1/conversations/{conversation}", None),
    ("PUT", "/v1/conversations/{conversation}", None),
    ("DELETE", "/v1/conversations/{conversation}", None),
    ("POST", "/v1/conversations/{conversation}/read", None),
    (
        "GET",
        "/v1/messages?conversation_id={conversation}",
        Some("conversation_id"),
    ),
    ("POST", "/v1/messages", Some("conversation_id")),
    ("GET", "/v1/messages/{message}", None),
    ("PUT", "/v1/messages/{message}", None),
    ("DELETE", "/v1/messages/{message}", None),
    ("PUT", "/v1/messages/{message}/reactions/heart", None),
    ("DELETE", "/v1/messages/{message}/reactions/heart", None),
    ("GET", "/v1/groups/{group}", None),
    ("PUT", "/v1/groups/{group}", None),
    ("DELETE", "/v1/groups/{group}", None),
    ("POST", "/v1/groups/{group}/leave", None),
];

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
                number / PEOPLE.len() % ROUTES.len(),
            )?;
        }
        Ok(())
    }

    /// Tries every route of every place, as one who is not in it.
    pub(super) fn compare_outsiders(&self) -> Verdict {
        for who in 0..PEOPLE.len() {
            for (place, ids) in self.closed_to(who, None) {
                for route in (0..ROUTES.len()).filter(|route| route % PEOPLE.len() == who) {
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
        let (method, path, param) = ROUTES[route];
        let mut filled = path.to_owned();
        for (name, id) in [
            ("{conversation}", &ids.conversation),
            ("{message}", &ids.message),
            ("{group}", &ids.group),
        ] {
            match id {
                Some(id) => filled = filled.replace(name, id),
                None if path.contains(name) => return Ok(()),
                None => {}
            }
        }
        let body = match (method, path) {
            ("POST", "/v1/messages") => {
                Some(json!({"conversation_id": ids.conversation, "message": "Let me in"}))
            }
            ("PUT", "/v1/conversations/{conversation}") => Some(json!({"is_muted": true})),
            ("PUT", "/v1/messages/{message}") => Some(json!({"message": "Let me in"})),
            ("PUT", "/v1/groups/{group}") => Some(json!({"name": "Ours"})),
            _ => None,
        };
        let mut request = Request::new(method, filled);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = self.ask(who, &request)?;
        let shown = json!({"status": answer.answer.status});
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
