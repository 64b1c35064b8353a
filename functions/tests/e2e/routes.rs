//! Every route, for the tests that walk through all of them.

#[path = "../../routes.rs"]
mod table;

use local::template::Function;
use serde_json::{Value, json};

use crate::http::Request;

/// What the id in a route's path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    Nothing,
    Contact,
    Conversation,
    Group,
    Message,
    Playlist,
    Sound,
}

/// A route and what a valid request to it looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
}

/// Those of the API.
pub(crate) const ROUTES: [Route; table::ROUTES.len()] = {
    let mut routes = [Route { method: "", path: "" }; table::ROUTES.len()];
    let mut number = 0;
    while number < routes.len() {
        let (method, path) = table::ROUTES[number];
        routes[number] = Route { method, path };
        number += 1;
    }
    routes
};

/// Method, path, and the parameters that take the id of a conversation or a group.
type WithoutId = (&'static str, &'static str, &'static [(&'static str, Names)]);

/// The routes that have no id in their path. Their parameters are refused with 404 where the caller is not in what the
/// id names.
pub(crate) const WITHOUT_ID: [WithoutId; 17] = [
    // Lists, and what one creates or is: they show and change only what is the caller's own.
    ("GET", "/v1/contacts", &[]),
    ("POST", "/v1/contacts", &[]),
    // It has a filter by group, which finds nothing where the caller is not in the group.
    ("GET", "/v1/conversations", &[]),
    ("POST", "/v1/conversations", &[("group_id", Names::Group)]),
    ("GET", "/v1/groups", &[]),
    ("POST", "/v1/groups", &[]),
    ("GET", "/v1/me", &[]),
    ("PUT", "/v1/me", &[]),
    ("GET", "/v1/messages", &[("conversation_id", Names::Conversation)]),
    (
        "POST",
        "/v1/messages",
        &[("conversation_id", Names::Conversation)],
    ),
    (
        "GET",
        "/v1/messages/search",
        &[("conversation_id", Names::Conversation)],
    ),
    // The same for everybody.
    ("GET", "/v1/playlists", &[]),
    ("GET", "/v1/playlists/search", &[]),
    ("GET", "/v1/sounds", &[]),
    ("GET", "/v1/sounds/search", &[]),
    ("GET", "/v1/sounds/tags", &[]),
    ("GET", "/v1/themes", &[]),
];

/// Well-formed, and nobody's: ids begin with their time, and this one is of 1970.
pub(crate) const NOBODY: &str = "0000000000000000";

/// One id of each kind, for tests that send the same to every route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids<'a> {
    pub(crate) contact: &'a str,
    pub(crate) conversation: &'a str,
    pub(crate) group: &'a str,
    pub(crate) message: &'a str,
}

impl<'a> Ids<'a> {
    /// The id that a valid request of the route has in its path or, for a create, in its body.
    pub(crate) fn of(self, route: Route) -> &'a str {
        match (route.names(), route.path) {
            (Names::Contact, _) | (_, "/v1/conversations") => self.contact,
            (Names::Conversation, _) | (_, "/v1/messages") => self.conversation,
            (Names::Group, _) => self.group,
            (Names::Message, _) => self.message,
            // The catalogue is nobody's own, and may be empty.
            (Names::Nothing | Names::Playlist | Names::Sound, _) => NOBODY,
        }
    }
}

/// The routes of the API among those of a function in the template. The others are of `fallback`.
pub(crate) fn of_function(function: &Function) -> impl Iterator<Item = Route> {
    let is_its = |route: &Route| {
        let own = local::template::Route::Path {
            method: route.method.to_owned(),
            path: route.path.to_owned(),
        };
        function.events.routes.contains(&own)
    };
    ROUTES.into_iter().filter(is_its)
}

impl Route {
    /// What the id in the path names.
    pub(crate) fn names(self) -> Names {
        let Some((resource, _)) = self.path.split_once("/{id}") else {
            return Names::Nothing;
        };
        match resource {
            "/v1/contacts" => Names::Contact,
            "/v1/conversations" => Names::Conversation,
            "/v1/groups" => Names::Group,
            "/v1/messages" => Names::Message,
            "/v1/playlists" => Names::Playlist,
            "/v1/sounds" => Names::Sound,
            _ => panic!("e2e/routes.rs, Names: add what the id of {resource} names"),
        }
    }

    /// The path with `id` in it, and with what the query must have.
    pub(crate) fn at(self, id: &str) -> String {
        let path = self.path.replace("{id}", id).replace("{name}", "heart");
        match self.path {
            "/v1/messages/search" | "/v1/playlists/search" | "/v1/sounds/search" => {
                format!("{path}?query=somebody")
            }
            _ => path,
        }
    }

    /// The same with more parameters in the query.
    pub(crate) fn asked(self, id: &str, query: &str) -> String {
        let path = self.at(id);
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{path}{mark}{query}")
    }

    /// A valid request, with `id` in the path or, for a create, in the body.
    pub(crate) fn request(self, id: &str) -> Request {
        let request = Request::new(self.method, self.at(id));
        match self.body(id) {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    /// Valid parameters of a create or an update.
    pub(crate) fn body(self, id: &str) -> Option<Value> {
        Some(match (self.method, self.path) {
            ("POST", "/v1/contacts") => {
                json!({"username": "somebody.of.a.route", "phone_number": "+1 555 999 0000"})
            }
            ("PUT", "/v1/contacts/{id}") => json!({"display_name": "Somebody"}),
            ("POST", "/v1/conversations") => json!({"contact_id": id}),
            ("PUT", "/v1/conversations/{id}") => json!({"is_muted": true}),
            ("POST", "/v1/conversations/{id}/read") => json!({"message_id": null}),
            ("POST", "/v1/groups") | ("PUT", "/v1/groups/{id}") => json!({"name": "Of a route"}),
            ("POST", "/v1/messages") => json!({"conversation_id": id, "message": "Of a route"}),
            ("PUT", "/v1/messages/{id}") => json!({"message": "Of a route"}),
            ("PUT", "/v1/me") => json!({"avatar_url": "https://example.com/route.png"}),
            _ => return None,
        })
    }
}

#[test]
fn no_route_without_an_id_is_forgotten_here() {
    let own: Vec<_> = ROUTES
        .iter()
        .filter(|route| !route.path.contains("{id}"))
        .collect();
    let missing = own.iter().filter(|route| {
        !WITHOUT_ID
            .iter()
            .any(|(method, path, _)| (*method, *path) == (route.method, route.path))
    });
    let missing = missing.map(|Route { method, path }| {
        format!(
            "e2e/routes.rs, WITHOUT_ID: add ({method:?}, {path:?}, &[]), with its parameters that take an id between \
             the brackets; matrix.rs, every_parameter_that_takes_an_id: add these as well"
        )
    });
    let gone = WITHOUT_ID.iter().filter(|(method, path, _)| {
        !own.iter()
            .any(|route| (*method, *path) == (route.method, route.path))
    });
    let gone =
        gone.map(|(method, path, _)| format!("e2e/routes.rs, WITHOUT_ID: remove ({method:?}, {path:?}, …)"));
    let problems: Vec<_> = missing.chain(gone).collect();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
