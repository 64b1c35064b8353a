//! The demo people: somebody to be, and somebody to write to.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use reqwest::{Client, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::files;
use crate::runtime::Runtime;

/// Usernames and phone numbers. The numbers are of the range that is reserved for fiction.
const PEOPLE: [(&str, &str); 3] = [
    ("KateMcCallister", "+12025550101"),
    ("KevinMcCallister", "+12025550102"),
    ("FrankMcCallister", "+12025550103"),
];

/// Somebody with a token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The person's id.
    pub id: String,
    /// The person's name.
    pub username: String,
    /// A token that acts as this person.
    pub token: String,
}

/// Shows everything but the token, so that none gets into a log.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person")
            .field("id", &self.id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// Creates whoever is missing, and makes the first one know the others.
pub(crate) async fn create(runtime: &Runtime, url: &str, data: Option<&Path>) -> Result<Vec<Person>> {
    // A proxy of the developer's has no part in this.
    let client = Client::builder().no_proxy().build()?;
    let file = data.map(|directory| directory.join("demo.json"));
    let kept = load(file.as_ref())?;
    let mut people = Vec::new();
    for (username, phone_number) in PEOPLE {
        let person = match kept.iter().find(|person| person.username == username) {
            Some(person) if is_accepted(&client, url, &person.token).await? => person.clone(),
            _ => issue(runtime, username, phone_number).await?,
        };
        people.push(person);
    }
    if let Some(file) = file.filter(|_| people != kept) {
        files::write_private(&file, &serde_json::to_vec_pretty(&people)?)?;
    }
    if let [first, ..] = &people[..] {
        for (username, phone_number) in &PEOPLE[1..] {
            add_contact(&client, url, &first.token, username, phone_number).await?;
        }
    }
    Ok(people)
}

fn load(file: Option<&PathBuf>) -> Result<Vec<Person>> {
    match file.filter(|file| file.exists()) {
        Some(file) => serde_json::from_slice(&std::fs::read(file)?)
            .with_context(|| format!("can't read {}", file.display())),
        None => Ok(Vec::new()),
    }
}

async fn is_accepted(client: &Client, url: &str, token: &str) -> Result<bool> {
    let response = client
        .get(format!("{url}/v1/me"))
        .bearer_auth(token)
        .send()
        .await?;
    Ok(response.status() == StatusCode::OK)
}

async fn issue(runtime: &Runtime, username: &str, phone_number: &str) -> Result<Person> {
    let payload = json!({
        "username": username,
        "phone_number": phone_number,
        "avatar_url": null,
        "name": "cargo local",
        "claim": true,
    });
    let context = || format!("no token for the demo person {username} (--no-demo starts without)");
    let answer = runtime
        .invoke("tokens-create", payload.to_string().into())
        .await
        .with_context(context)?;
    let answer: Value = serde_json::from_slice(&answer.outcome.with_context(context)?)?;
    let text = |value: &Value| value.as_str().map(str::to_owned).with_context(context);
    Ok(Person {
        id: text(&answer["person"]["id"])?,
        username: username.to_owned(),
        token: text(&answer["token"])?,
    })
}

async fn add_contact(
    client: &Client,
    url: &str,
    token: &str,
    username: &str,
    phone_number: &str,
) -> Result<()> {
    let form = [("username", username), ("phone_number", phone_number)];
    let response = client
        .post(format!("{url}/v1/contacts"))
        .bearer_auth(token)
        .form(&form)
        .send()
        .await?;
    let status = response.status();
    ensure!(
        status.is_success(),
        "the demo contact {username} was not created: {status} {}",
        response.text().await.unwrap_or_default()
    );
    Ok(())
}
