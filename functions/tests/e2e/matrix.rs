//! The two-person matrix: whatever is somebody else's looks exactly like what does not exist.

use serde_json::{Value, json};

use crate::encoding::BOTH;
use crate::http::Answer;
use crate::routes::{NOBODY, Names, ROUTES, Route};
use crate::world::{Person, id_of, person, two_people};

/// Everything that a person can see, to find out whether anything of it changed.
fn view(person: &Person<'_>) -> Vec<Value> {
    let lists = ["/v1/contacts?limit=100", "/v1/conversations?limit=100"];
    let lists = lists.map(|path| person.get(path).expect(200));
    let items = lists
        .iter()
        .zip(["/v1/contacts", "/v1/conversations"])
        .flat_map(|(list, path)| {
            let items = list["data"].as_array().unwrap();
            items
                .iter()
                .map(move |item| format!("{path}/{}", item["id"].as_str().unwrap()))
        });
    let items: Vec<_> = items.map(|path| person.get(&path).expect(200)).collect();
    lists
        .into_iter()
        .chain(items)
        .chain([person.get("/v1/me").expect(200)])
        .collect()
}

#[test]
fn every_route_with_every_id_of_somebody_else() {
    let (owner, friend, conversation) = two_people("owner");
    let archived = owner.meet(&person("owner.archived"));
    owner.put(&archived, &json!({"archived_at": 1})).expect(200);
    // The stranger has contacts and a conversation as well, but none in common with the owner.
    let (stranger, _, own) = two_people("stranger");

    let foreign = [
        id_of(&conversation),
        id_of(&archived),
        &friend.id,
        &owner.id,
        &owner.token_id,
    ];
    // Ids of the stranger's own that name nothing where they are used.
    let misplaced = [&stranger.id, &stranger.token_id];
    let before = [view(&owner), view(&friend), view(&stranger)];
    for route in ROUTES.into_iter().filter(|route| route.path.contains("{id}")) {
        let refused = |id: &str| {
            let answer = stranger.send(route.request(id));
            answer.refused(404, "resource_missing", None);
            answer.essence()
        };
        let nobodys = refused(NOBODY);
        for id in foreign.iter().copied().chain(misplaced.map(String::as_str)) {
            assert_eq!(refused(id), nobodys, "{route:?} with {id}");
        }
        let other_kind = match route.names {
            Names::Contact => id_of(&own).to_owned(),
            _ => own_contact(&stranger),
        };
        assert_eq!(
            refused(&other_kind),
            nobodys,
            "{route:?} with an id of another kind"
        );
    }
    assert_eq!(
        [view(&owner), view(&friend), view(&stranger)],
        before,
        "nothing was done"
    );
}

/// The id of somebody's only contact.
fn own_contact(person: &Person<'_>) -> String {
    crate::world::text(&person.get("/v1/contacts").expect(200)["data"][0]["id"])
}

#[test]
fn every_parameter_that_takes_an_id() {
    let (owner, friend, conversation) = two_people("parameters");
    let (stranger, _, own) = two_people("parameters.stranger");
    let foreign = [id_of(&conversation), &friend.id, &owner.id, &owner.token_id];
    let before = [view(&owner), view(&friend), view(&stranger)];

    let assert_alike = |send: &dyn Fn(&str) -> Answer| {
        let nobodys = send(NOBODY).essence();
        assert!([400, 404].contains(&nobodys.0), "{nobodys:?}");
        for id in foreign {
            assert_eq!(send(id).essence(), nobodys, "{id}");
        }
    };
    for encoding in BOTH {
        for param in ["contact_id", "group_id"] {
            assert_alike(&|id| stranger.post_in(encoding, "/v1/conversations", &json!({param: id})));
        }
        assert_alike(&|id| stranger.put_in(encoding, &own, &json!({"pinned_message_id": id})));
    }
    for param in ["starting_after", "ending_before"] {
        assert_alike(&|id| stranger.get(&format!("/v1/conversations?{param}={id}")));
    }
    assert_eq!(
        [view(&owner), view(&friend), view(&stranger)],
        before,
        "nothing was done"
    );
}

#[test]
fn an_id_of_another_shape_is_one_that_does_not_exist() {
    let (kate, _, conversation) = two_people("wrong.shape");
    let id = id_of(&conversation);
    for route in ROUTES.into_iter().filter(|route| route.path.contains("{id}")) {
        let nobodys = kate.send(route.request(NOBODY)).essence();
        for bad in [
            "x".to_owned(),
            "null".to_owned(),
            id[1..].to_owned(),
            format!("{id}0"),
            format!("{}-", &id[1..]),
            format!("%20{id}"),
            format!("{id}%00"),
            format!("{id}%2F"),
            format!("{}%C3%A9", &id[..14]),
            "%FF%FE".to_owned(),
            "..%2Fme".to_owned(),
            "x".repeat(4000),
        ] {
            assert_eq!(
                kate.send(route.request(&bad)).essence(),
                nobodys,
                "{route:?} with {bad}"
            );
        }
    }
    kate.get(&conversation).expect(200);
}

#[test]
fn an_id_may_be_written_with_percent_escapes() {
    let (kate, _, conversation) = two_people("escapes");
    let escaped: Vec<_> = id_of(&conversation)
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let escaped = escaped.concat();
    let answer = kate.get(&format!("/v1/conversations/{escaped}")).expect(200);
    assert_eq!(answer, kate.get(&conversation).expect(200));
}

#[test]
fn ids_are_compared_with_regard_to_case() {
    let (kate, _, conversation) = two_people("id.case");
    let id = id_of(&conversation);
    // Sixteen random characters without a letter are as good as impossible.
    let swapped: String = id
        .chars()
        .map(|c| {
            if c.is_ascii_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    assert_ne!(swapped, id);
    kate.get(&format!("/v1/conversations/{swapped}"))
        .refused(404, "resource_missing", None);
}

#[test]
fn no_route_is_forgotten_here() {
    // Routes with an id are in the first test; the others show or change only what is the caller's own.
    let own = |route: &Route| !route.path.contains("{id}");
    let paths: Vec<_> = ROUTES
        .iter()
        .filter(|route| own(route))
        .map(|route| (route.method, route.path))
        .collect();
    let expected = [
        ("GET", "/v1/contacts"),
        ("POST", "/v1/contacts"),
        ("GET", "/v1/conversations"),
        ("POST", "/v1/conversations"),
        ("GET", "/v1/me"),
        ("PUT", "/v1/me"),
    ];
    assert_eq!(
        paths, expected,
        "a new route without an id: does it take one as a parameter?"
    );
}
