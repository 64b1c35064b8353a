//! Everything with attachments that takes a call to the database of its own.

use serde_json::json;

use crate::http::Request;
use crate::world::{Machine, Person, at, id_of, text, upload, wait_for};

pub(super) fn exercise(machine: &Machine, kate: &Person<'_>, kevin: &Person<'_>, conversation: &str) {
    let announced = json!({"filename": "House.mp4", "file_size": 5});
    // The same key twice: a new address, and the same file.
    for _ in 0..2 {
        let request = Request::new("POST", "/v1/attachments").header("idempotency-key", "announced");
        kate.send(request.json(&announced)).expect(201);
        kate.send(upload("House.txt", "Hello").header("idempotency-key", "uploaded"))
            .expect(201);
    }
    let attachment = |id: &str| format!("/v1/attachments/{id}");
    let uploads = ["a", "b", "c", "d"].map(|name| text(&kate.upload(name, "Hello")["id"]));
    let [sent, kept, later, unsent] = uploads.each_ref().map(String::as_str);
    kate.put(&attachment(unsent), &json!({"filename": "e"}))
        .expect(200);
    kate.delete(&attachment(unsent)).expect(204);
    let sound = text(&kate.get("/v1/sounds").expect(200)["data"][0]["id"]);
    let message = kate.say_with(conversation, "", &json!([sent, {"sound_id": sound}, kept]));
    let forward = kevin.say_with(conversation, "", &json!([{"forward_id": sent}]));
    kate.put(&attachment(kept), &json!({"filename": "e"})).expect(200);
    let changed = json!([kept, later, {"forward_id": forward["attachments"][0]["id"]}]);
    kate.put(&at(&message), &json!({"attachments": changed}))
        .expect(200);
    let with_sound = json!([kept, {"sound_id": sound}]);
    kate.put(&at(&message), &json!({"attachments": with_sound}))
        .expect(200);
    kate.get(&format!(
        "/v1/attachments?conversation_id={}",
        id_of(conversation)
    ))
    .expect(200);
    kate.delete(&attachment(kept)).expect(204);
    // One part of it is for the stream, and the other for reconcile.
    wait_for(machine.local.deliver()).unwrap();
    kate.delete(&at(&message)).expect(204);
    kevin.delete(&at(&forward)).expect(204);
    machine.invoke("reconcile", &json!({"all": true})).unwrap();
}
