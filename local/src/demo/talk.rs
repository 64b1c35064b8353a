//! The messages of the demo people.

use anyhow::{Context, Result};
use serde_json::json;

use super::api::Api;
use super::person::Person;

/// A message, and its receiver's reaction.
struct Line {
    /// The sender: 0 is the first person, 1 is the other.
    by: usize,
    text: &'static str,
    reaction: Option<&'static str>,
}

const fn line(by: usize, text: &'static str) -> Line {
    Line {
        by,
        text,
        reaction: None,
    }
}

/// With Kevin. At its end everything is read.
const WITH_KEVIN: &[Line] = &[
    line(0, "Kevin, we are in Paris and you are not. Are you all right?"),
    line(1, "I had ice cream for dinner. Then I did the dishes."),
    line(0, "Lock every door. I will take the first seat there is."),
    Line {
        reaction: Some("scream"),
        ..line(1, "Take your time. I am nearly ready for the burglars.")
    },
];

/// With Frank, whose answer stays unread.
const WITH_FRANK: &[Line] = &[
    line(0, "Frank, is there a seat left on any flight to Chicago?"),
    line(1, "Not before Friday. But the breakfast here is included."),
];

fn lines_with(username: &str) -> &'static [Line] {
    match username {
        "KevinMcCallister" => WITH_KEVIN,
        "FrankMcCallister" => WITH_FRANK,
        _ => &[],
    }
}

/// Writes the messages of two people if nobody has ever written in their conversation. Each of them reads the
/// conversation before a message or a reaction.
///
/// `last_active_at` stays when every message is deleted, so no later start adds anything. The idempotency keys are for
/// the start itself: a request that reaches the API twice sends one message.
pub(super) async fn write(api: &Api<'_>, conversation: &str, two: [&Person; 2]) -> Result<()> {
    let path = format!("/v1/conversations/{conversation}");
    if !api.get(&path, two[0]).await?["last_active_at"].is_null() {
        return Ok(());
    }
    for (number, line) in lines_with(&two[1].username).iter().enumerate() {
        let (sender, other) = (two[line.by], two[1 - line.by]);
        if number > 0 {
            read(api, &path, sender).await?;
        }
        let body = json!({"conversation_id": conversation, "message": line.text});
        let key = format!("demo-{conversation}-{number}");
        let message = api.post("/v1/messages", sender, &body, Some(&key)).await?;
        if let Some(reaction) = line.reaction {
            read(api, &path, other).await?;
            let id = message["id"].as_str().context("a message has no id")?;
            let reaction = format!("/v1/messages/{id}/reactions/{reaction}");
            api.put(&reaction, other).await?;
        }
    }
    Ok(())
}

async fn read(api: &Api<'_>, conversation: &str, reader: &Person) -> Result<()> {
    api.post(&format!("{conversation}/read"), reader, &json!({}), None)
        .await?;
    Ok(())
}
