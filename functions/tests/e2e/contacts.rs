//! What a contact brings for somebody who is new. Everything else about contacts is in the contract suite.

use serde_json::json;

use crate::world::{person, world};

#[test]
fn an_avatar_counts_only_for_somebody_new() {
    let (kate, frank) = (person("avatar"), person("avatar.second"));
    let (username, phone_number) = world().new_name("avatar.new");
    let card = |avatar: &str| {
        let avatar = format!("https://example.com/{avatar}.png");
        json!({"username": username, "phone_number": phone_number, "avatar_url": avatar})
    };
    let first = kate.post("/v1/contacts", &card("first")).expect(201);
    assert_eq!(first["avatar_url"], json!("https://example.com/first.png"));
    let second = frank.post("/v1/contacts", &card("second")).expect(201);
    assert_eq!(second["id"], first["id"]);
    assert_eq!(second["avatar_url"], json!("https://example.com/first.png"));
}
