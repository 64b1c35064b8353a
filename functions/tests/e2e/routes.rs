//! Every route, for the tests that walk through all of them.

#[path = "../../routes.rs"]
mod table;

pub(crate) use table::PAGES;

use serde_json::{Value, json};

use crate::http::Request;

/// What the id in a route's path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    Nothing,
    Attachment,
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
            // The catalogue is nobody's own, and may be empty. A file has to be uploaded first.
            (Names::Nothing | Names::Attachment | Names::Playlist | Names::Sound, _) => NOBODY,
        }
    }
}

/// Every route that reads, with a request for something that is there.
pub(crate) fn reads<'a>(
    ids: Ids<'a>,
    sound: &'a str,
    playlist: &'a str,
) -> impl Iterator<Item = (Route, Request)> {
    let reads = ROUTES.into_iter().filter(|route| route.method == "GET");
    reads.map(move |route| {
        let id = match route.names() {
            Names::Sound => sound,
            Names::Playlist => playlist,
            _ => ids.of(route),
        };
        (route, route.request(id))
    })
}

impl Route {
    /// What the id in the path names.
    pub(crate) fn names(self) -> Names {
        let Some((resource, _)) = self.path.split_once("/{id}") else {
            return Names::Nothing;
        };
        match resource {
            "/v1/attachments" => Names::Attachment,
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
            ("POST", "/v1/attachments") => json!({"filename": "Of a route.txt", "file_size": 1}),
            ("PUT", "/v1/attachments/{id}") => json!({"filename": "Of a route.txt"}),
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
