//! The two-person matrix: whatever is somebody else's looks exactly like what does not exist.

use serde_json::{Value, json};

use crate::encoding::BOTH;
use crate::http::{Answer, Request};
use crate::routes::{NOBODY, Names, ROUTES};
use crate::world::{Person, at, id_of, person, text, two_people};

/// Everything that a person can see, to find out whether anything of it changed.
fn view(person: &Person<'_>) -> Vec<Value> {
    let paths = ["/v1/contacts", "/v1/conversations", "/v1/groups", "/v1/messages"];
    let lists = paths.map(|path| person.get(&format!("{path}?limit=100")).expect(200));
    let items = lists.iter().zip(paths).flat_map(|(list, path)| {
        let items = list["data"].as_array().unwrap();
        items
            .iter()
            .map(move |item| format!("{path}/{}", item["id"].as_str().unwrap()))
    });
    let items: Vec<_> = items.map(|path| person.get(&path).expect(200)).collect();
    lists
        .into_iter()
        .chain(items)
        .chain(["/v1/me", "/v1/attachments?limit=100"].map(|path| person.get(path).expect(200)))
        .map(without_links)
        .collect()
}

/// Links are signed anew in every answer.
fn without_links(mut value: Value) -> Value {
    match &mut value {
        Value::Array(list) => list
            .iter_mut()
            .for_each(|item| *item = without_links(item.take())),
        Value::Object(map) => {
            map.retain(|name, _| !["file_url", "preview_url", "expires_at"].contains(&&**name));
            map.values_mut()
                .for_each(|item| *item = without_links(item.take()));
        }
        _ => {}
    }
    value
}

#[test]
fn every_route_with_every_id_of_somebody_else() {
    let (owner, friend, conversation) = two_people("owner");
    let archived = owner.meet(&person("owner.archived"));
    owner.put(&archived, &json!({"archived_at": 1})).expect(200);
    let messages = [
        owner.say(&conversation, "To a friend"),
        friend.say(&conversation, "And back"),
        owner.say(&archived, "Before it was archived"),
    ];
    let deleted = owner.say(&conversation, "A slip");
    owner.delete(&at(&deleted)).expect(204);
    let group = owner.group(&[&friend]);
    let group_path = format!("/v1/groups/{group}");
    let groups_conversation = text(&owner.get(&group_path).expect(200)["conversation_id"]);
    let in_group = friend.say(&format!("/v1/conversations/{groups_conversation}"), "To all");
    let in_group = text(&in_group["id"]);
    let unsent = text(&owner.upload("House.txt", "Hello")["id"]);
    let sent = text(&owner.upload("Hotel.txt", "Hello")["id"]);
    owner.say_with(&conversation, "Look", &json!([sent]));
    let messages = messages.map(|message| text(&message["id"]));
    // The stranger has contacts and a conversation as well, but none in common with the owner.
    let (stranger, other, own) = two_people("stranger");
    let own_message = text(&stranger.say(&own, "Something else")["id"]);
    let own_group = stranger.group(&[&other]);

    let foreign = [
        id_of(&conversation),
        id_of(&archived),
        &friend.id,
        &owner.id,
        &owner.token_id,
        &messages[0],
        &messages[1],
        &messages[2],
        deleted["id"].as_str().unwrap(),
        &group,
        &groups_conversation,
        &in_group,
        &unsent,
        &sent,
    ];
    // Ids of the stranger's own that name nothing where they are used.
    let misplaced = [&stranger.id, &stranger.token_id];
    stranger.machine.settle();
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
        // A conversation and its messages share a partition, so these two come closest to each other.
        let contact = own_contact(&stranger);
        let other_kinds = match route.names() {
            Names::Contact => [id_of(&own), &own_message, &own_group],
            Names::Message => [id_of(&own), &contact, &own_group],
            Names::Group => [id_of(&own), &contact, &own_message],
            _ => [contact.as_str(), &own_message, &own_group],
        };
        for id in other_kinds {
            assert_eq!(refused(id), nobodys, "{route:?} with an id of another kind: {id}");
        }
    }
    assert_eq!(
        [view(&owner), view(&friend), view(&stranger)],
        before,
        "nothing was done"
    );
}

/// The id of somebody's only contact.
fn own_contact(person: &Person<'_>) -> String {
    text(&person.get("/v1/contacts").expect(200)["data"][0]["id"])
}

/// Whoever has left, or was put out, sees nothing of a group by any route, like somebody who was never in it.
#[test]
fn every_route_with_what_is_left_of_a_group_that_one_was_in() {
    let (owner, leaving, _) = two_people("former");
    let (put_out, stays) = (person("former.put.out"), person("former.stays"));
    owner.meet(&put_out);
    owner.meet(&stays);
    let group = owner.group(&[&leaving, &put_out, &stays]);
    let path = format!("/v1/groups/{group}");
    let conversation = text(&owner.get(&path).expect(200)["conversation_id"]);
    let conversation_path = format!("/v1/conversations/{conversation}");
    let message = text(&stays.say(&conversation_path, "Before")["id"]);
    let own_message = text(&leaving.say(&conversation_path, "Mine")["id"]);
    let files = [&stays, &leaving].map(|who| text(&who.upload("House.txt", "Hello")["id"]));
    stays.say_with(&conversation_path, "Look", &json!([files[0]]));
    leaving.say_with(&conversation_path, "Look", &json!([files[1]]));
    for member in [&leaving, &put_out] {
        member.get(&conversation_path).expect(200);
    }

    leaving
        .send(Request::new("POST", format!("{path}/leave")))
        .expect(204);
    owner.put(&path, &json!({"contacts": [stays.id]})).expect(200);
    owner.machine.settle();
    let before = [view(&owner), view(&stays)];
    for former in [&leaving, &put_out] {
        for (names, id) in [
            (Names::Group, &group),
            (Names::Conversation, &conversation),
            (Names::Message, &message),
            (Names::Message, &own_message),
            (Names::Attachment, &files[0]),
            (Names::Attachment, &files[1]),
        ] {
            for route in ROUTES.into_iter().filter(|route| route.names() == names) {
                let answer = former.send(route.request(id));
                answer.refused(404, "resource_missing", None);
                let nobodys = former.send(route.request(NOBODY)).essence();
                assert_eq!(answer.essence(), nobodys, "{route:?}");
            }
        }
        let send = json!({"conversation_id": conversation, "message": "Still here?"});
        former
            .post("/v1/messages", &send)
            .refused(404, "resource_missing", Some("conversation_id"));
        former
            .post("/v1/conversations", &json!({"group_id": group}))
            .refused(404, "resource_missing", Some("group_id"));
        former
            .get(&format!("/v1/messages?conversation_id={conversation}"))
            .refused(404, "resource_missing", Some("conversation_id"));
        let filtered = format!("/v1/conversations?group_id={group}");
        for list in ["/v1/groups", "/v1/messages", &filtered] {
            assert_eq!(former.get(list).expect(200)["data"], json!([]));
        }
    }
    assert_eq!([view(&owner), view(&stays)], before, "nothing was done");
}

#[test]
fn every_parameter_that_takes_an_id() {
    let (owner, friend, conversation) = two_people("parameters");
    let (stranger, _, own) = two_people("parameters.stranger");
    let message = text(&owner.say(&conversation, "To a friend")["id"]);
    let mine = at(&stranger.say(&own, "Something else"));
    let group = owner.group(&[&friend]);
    let own_group = format!("/v1/groups/{}", stranger.group(&[]));
    let unsent = text(&owner.upload("House.txt", "Hello")["id"]);
    let sent = text(&owner.upload("Hotel.txt", "Hello")["id"]);
    owner.say_with(&conversation, "Look", &json!([sent]));
    let foreign = [
        &unsent,
        &sent,
        &group,
        id_of(&conversation),
        &friend.id,
        &owner.id,
        &owner.token_id,
        &message,
    ];
    stranger.machine.settle();
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
        assert_alike(&|id| stranger.put_in(encoding, &own_group, &json!({"contacts": [id]})));
        assert_alike(&|id| {
            let group = json!({"name": "Not mine", "contacts": [id]});
            stranger.post_in(encoding, "/v1/groups", &group)
        });
        assert_alike(&|id| stranger.post_in(encoding, &format!("{own}/read"), &json!({"message_id": id})));
        assert_alike(&|id| {
            let message = json!({"conversation_id": id, "message": "Hello"});
            stranger.post_in(encoding, "/v1/messages", &message)
        });
        for param in ["id", "forward_id", "sound_id"] {
            let attachments = |id: &str| json!([{param: id}]);
            assert_alike(&|id| {
                let message = json!({"conversation_id": id_of(&own), "message": "Hello", "attachments": attachments(id)});
                stranger.post_in(encoding, "/v1/messages", &message)
            });
            assert_alike(&|id| stranger.put_in(encoding, &mine, &json!({"attachments": attachments(id)})));
        }
    }
    assert_alike(&|id| stranger.get(&format!("/v1/messages?conversation_id={id}")));
    assert_alike(&|id| stranger.get(&format!("/v1/attachments?conversation_id={id}")));
    assert_alike(&|id| stranger.get(&format!("/v1/messages/search?query=friend&conversation_id={id}")));
    for param in ["starting_after", "ending_before"] {
        assert_alike(&|id| stranger.get(&format!("/v1/conversations?{param}={id}")));
        assert_alike(&|id| stranger.get(&format!("/v1/messages?{param}={id}")));
        assert_alike(&|id| stranger.get(&format!("/v1/messages/search?query=friend&{param}={id}")));
        assert_alike(&|id| {
            stranger.get(&format!(
                "/v1/messages/search?query=friend&conversation_id={}&{param}={id}",
                id_of(&own)
            ))
        });
        assert_alike(&|id| {
            stranger.get(&format!(
                "/v1/messages?conversation_id={}&{param}={id}",
                id_of(&own)
            ))
        });
        // With a valid cursor it is the conversation that matters.
        assert_alike(&|id| {
            stranger.get(&format!(
                "/v1/messages?conversation_id={id}&{param}={}",
                id_of(&mine)
            ))
        });
        assert_alike(&|id| {
            stranger.get(&format!(
                "/v1/messages/search?query=friend&conversation_id={id}&{param}={}",
                id_of(&mine)
            ))
        });
    }
    assert_eq!(
        [view(&owner), view(&friend), view(&stranger)],
        before,
        "nothing was done"
    );
}

#[test]
fn ones_own_ids_of_another_kind_are_no_conversation_and_no_message() {
    let (kate, kevin, conversation) = two_people("own.kind");
    let message = kevin.say(&conversation, "Hello");
    let (message_id, conversation_id) = (text(&message["id"]), id_of(&conversation));
    kate.machine.settle();
    let before = [view(&kate), view(&kevin)];
    for id in [&message_id, &kate.id, &kevin.id, &kate.token_id] {
        kate.get(&format!("/v1/messages?conversation_id={id}")).refused(
            404,
            "resource_missing",
            Some("conversation_id"),
        );
        kate.get(&format!("/v1/messages/search?query=hello&conversation_id={id}"))
            .refused(404, "resource_missing", Some("conversation_id"));
        kate.post(
            "/v1/messages",
            &json!({"conversation_id": id, "message": "Hello"}),
        )
        .refused(404, "resource_missing", Some("conversation_id"));
    }
    for id in [conversation_id, &kate.id, &kevin.id, &kate.token_id] {
        kate.post(&format!("{conversation}/read"), &json!({"message_id": id}))
            .refused(404, "resource_missing", Some("message_id"));
        kate.put(&conversation, &json!({"pinned_message_id": id}))
            .refused(404, "resource_missing", Some("pinned_message_id"));
    }
    assert_eq!([view(&kate), view(&kevin)], before, "nothing was done");
}
