//! What the time of a refused request tells: `cargo bench -p functions --bench refusals`.
//!
//! With a token of somebody that was never issued, requests go out in turn for what that person has and for what they
//! don't have. Their times are compared by ranks (Mann and Whitney): |z| is under 3 where they tell nothing. Where Linux
//! lets it, the functions have the CPU share of a function of 128 MB.

mod share;
mod statistics;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use local::{Functions, Local, Options};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use self::share::Share;
use self::statistics::{median, z};

/// How many requests of each kind.
const SAMPLES: usize = 1_200;
/// How many messages the person has.
const MESSAGES: usize = 400;

fn main() -> Result<()> {
    // `cargo bench` gives this argument. `cargo test --all-targets` runs this too, and must not wait for it.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    tokio::runtime::Runtime::new()?.block_on(run())
}

async fn run() -> Result<()> {
    let binary = Functions::Prebuilt(env!("CARGO_BIN_EXE_functions").into());
    let mut options = Options::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml"), binary);
    options.max_concurrency = 1;
    let local = Local::start(options).await?;
    let client = Client::builder().no_proxy().build()?;
    let call = async |method: Method, path: &str, token: &str, body: &Value| -> Result<(u16, Value)> {
        let mut request = client
            .request(method, format!("{}{path}", local.url()))
            .bearer_auth(token);
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    };

    let issue = async |username: &str| {
        let card = json!({"username": username, "phone_number": "+1 202 555 0101"});
        local.invoke("tokens-create", &card).await
    };
    let (kate, kevin) = (issue("kate").await?, issue("kevin").await?);
    let token = text(&kate["token"]);
    let card = json!({"username": "kevin", "phone_number": "+1 202 555 0101"});
    let (_, contact) = call(Method::POST, "/v1/contacts", token, &card).await?;
    let conversation = text(&contact["conversation_id"]);
    let mut message = Value::Null;
    for number in 0..MESSAGES {
        let body = json!({"conversation_id": conversation, "message": format!("Hello, needle {number}")});
        (_, message) = call(Method::POST, "/v1/messages", token, &body).await?;
    }
    // It is as if it had never been issued: nobody but tokens-revoke has ever seen it.
    let forged = local
        .invoke("tokens-create", &json!({"username": "kate"}))
        .await?;
    let forged = text(&forged["token"]);
    local.invoke("tokens-revoke", &json!({"token": forged})).await?;

    let message = text(&message["id"]);
    let nobodys = text(&kevin["person"]["id"]);
    let share = Share::of_128_mb();
    println!(
        "\n{SAMPLES} requests of each kind, in turn; {}.\n",
        share.describe()
    );
    println!("{:<44} {:>10} {:>10} {:>7}", "", "theirs", "not", "z");
    for (what, theirs, other) in [
        (
            "search for a word of theirs, or another",
            "/v1/messages/search?query=needle".to_owned(),
            "/v1/messages/search?query=absent".to_owned(),
        ),
        (
            "messages of a conversation of theirs, or none",
            format!("/v1/messages?conversation_id={conversation}"),
            format!("/v1/messages?conversation_id={nobodys}"),
        ),
        (
            "a message of theirs, or none",
            format!("/v1/messages/{message}"),
            format!("/v1/messages/{nobodys}"),
        ),
    ] {
        // The process starts with the first.
        call(Method::GET, &theirs, forged, &Value::Null).await?;
        share.take(std::process::id())?;
        let mut times = [Vec::with_capacity(SAMPLES), Vec::with_capacity(SAMPLES)];
        for _ in 0..SAMPLES {
            let first = usize::from(rand::random::<bool>());
            for which in [first, 1 - first] {
                let path = [&theirs, &other][which];
                let start = Instant::now();
                let (status, _) = call(Method::GET, path, forged, &Value::Null).await?;
                times[which].push(start.elapsed());
                ensure!(status == 401, "{path}: {status}");
            }
        }
        let [theirs, other] = &times;
        println!(
            "{what:<44} {:>10} {:>10} {:>7.2}",
            shown(median(theirs)),
            shown(median(other)),
            z(theirs, other)
        );
    }
    share.give_back();
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn shown(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1000.0)
}
