//! Every route, for the tests that walk through all of them.

use local::template::{Route as TemplateRoute, Template};
use serde_json::{Value, json};

use crate::http::Request;
use crate::world::template;

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
    pub(crate) names: Names,
}

const fn route(method: &'static str, path: &'static str, names: Names) -> Route {
    Route { method, path, names }
}

pub(crate) const ROUTES: [Route; 37] = [
    route("GET", "/v1/contacts", Names::Nothing),
    route("POST", "/v1/contacts", Names::Nothing),
    route("GET", "/v1/contacts/{id}", Names::Contact),
    route("PUT", "/v1/contacts/{id}", Names::Contact),
    route("DELETE", "/v1/contacts/{id}", Names::Contact),
    route("GET", "/v1/conversations", Names::Nothing),
    route("POST", "/v1/conversations", Names::Nothing),
    route("GET", "/v1/conversations/{id}", Names::Conversation),
    route("PUT", "/v1/conversations/{id}", Names::Conversation),
    route("DELETE", "/v1/conversations/{id}", Names::Conversation),
    route("POST", "/v1/conversations/{id}/read", Names::Conversation),
    route("GET", "/v1/groups", Names::Nothing),
    route("POST", "/v1/groups", Names::Nothing),
    route("GET", "/v1/groups/{id}", Names::Group),
    route("PUT", "/v1/groups/{id}", Names::Group),
    route("DELETE", "/v1/groups/{id}", Names::Group),
    route("POST", "/v1/groups/{id}/leave", Names::Group),
    route("GET", "/v1/messages", Names::Nothing),
    route("POST", "/v1/messages", Names::Nothing),
    route("GET", "/v1/messages/search", Names::Nothing),
    route("GET", "/v1/messages/{id}", Names::Message),
    route("PUT", "/v1/messages/{id}", Names::Message),
    route("DELETE", "/v1/messages/{id}", Names::Message),
    route("PUT", "/v1/messages/{id}/reactions/{name}", Names::Message),
    route("DELETE", "/v1/messages/{id}/reactions/{name}", Names::Message),
    route("GET", "/v1/me", Names::Nothing),
    route("PUT", "/v1/me", Names::Nothing),
    route("GET", "/v1/playlists", Names::Nothing),
    route("GET", "/v1/playlists/search", Names::Nothing),
    route("GET", "/v1/playlists/{id}", Names::Playlist),
    route("GET", "/v1/sounds", Names::Nothing),
    route("GET", "/v1/sounds/search", Names::Nothing),
    route("GET", "/v1/sounds/tags", Names::Nothing),
    route("GET", "/v1/sounds/{id}", Names::Sound),
    route("GET", "/v1/sounds/{id}/download", Names::Sound),
    route("GET", "/v1/sounds/{id}/similar", Names::Sound),
    route("GET", "/v1/themes", Names::Nothing),
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
        match (route.names, route.path) {
            (Names::Contact, _) | (_, "/v1/conversations") => self.contact,
            (Names::Conversation, _) | (_, "/v1/messages") => self.conversation,
            (Names::Group, _) => self.group,
            (Names::Message, _) => self.message,
            // The catalogue is nobody's own, and may be empty.
            (Names::Nothing | Names::Playlist | Names::Sound, _) => NOBODY,
        }
    }
}

impl Route {
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
fn the_table_of_these_tests_is_the_template() {
    let template = Template::load(template()).unwrap();
    // What the fallback takes is refused, whatever its path.
    let functions = template
        .functions
        .iter()
        .filter(|function| !function.events.routes.contains(&TemplateRoute::Default));
    let routes = functions.flat_map(|function| &function.events.routes);
    let mut in_template: Vec<_> = routes
        .filter(|route| **route != TemplateRoute::Default)
        .map(ToString::to_string)
        .collect();
    let mut here: Vec<_> = ROUTES
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    in_template.sort();
    here.sort();
    assert_eq!(here, in_template);
}
