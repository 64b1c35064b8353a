//! The faults that are injected between the functions and the database, as a function meets them.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, its helpers too"
)]

mod calls;
#[path = "../common/mod.rs"]
mod common;
mod machine;
mod views;

use local::{Credentials, FaultSpec, Faults};
use reqwest::Client;
use serde_json::{Value, json};

use common::{Fixture, client};

/// The fixture with faults, spoken to at the endpoint that its functions are given.
struct Faulty {
    fixture: Fixture,
    faults: Faults,
    endpoint: String,
    client: Client,
}

impl Faulty {
    async fn start(faults: Faults) -> Self {
        Self::start_with(faults, |_| ()).await
    }

    async fn start_with(faults: Faults, change: impl FnOnce(&mut local::Options)) -> Self {
        let fixture = Fixture::start(|options| {
            options.faults = Some(faults.clone());
            change(options);
        })
        .await;
        let environment = fixture
            .local
            .invoke("echo", &json!({"do": "environment"}))
            .await
            .unwrap();
        Self {
            endpoint: environment["AWS_ENDPOINT_URL_DYNAMODB"]
                .as_str()
                .unwrap()
                .to_owned(),
            fixture,
            faults,
            client: client(),
        }
    }

    async fn try_call(&self, operation: &str, body: &Value) -> reqwest::Result<(u16, Value)> {
        let credentials = self.fixture.local.credentials();
        call(&self.client, &self.endpoint, credentials, operation, body).await
    }

    async fn call(&self, operation: &str, body: &Value) -> (u16, Value) {
        self.try_call(operation, body).await.unwrap()
    }

    /// Calls, and expects an error of this code. Gives the whole answer.
    async fn refused(&self, operation: &str, body: &Value, status: u16, code: &str) -> Value {
        let answer = self.call(operation, body).await;
        assert_eq!(answer.0, status, "{answer:?}");
        let kind = answer.1["__type"].as_str().unwrap();
        assert_eq!(kind, format!("com.amazonaws.dynamodb.v20120810#{code}"));
        answer.1
    }

    /// The sort keys of the rows that are in the database, whatever the faults say.
    async fn rows(&self) -> Vec<String> {
        let scan = json!({"TableName": "Table"});
        let local = &self.fixture.local;
        let (_, found) = call(
            &self.client,
            local.database_url(),
            local.credentials(),
            "Scan",
            &scan,
        )
        .await
        .unwrap();
        sort_keys(&found["Items"])
    }
}

async fn call(
    client: &Client,
    url: &str,
    credentials: &Credentials,
    operation: &str,
    body: &Value,
) -> reqwest::Result<(u16, Value)> {
    let request = client
        .post(url)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .header("x-amz-date", "20260101T000000Z")
        .header("authorization", common::authorization(credentials));
    let answer = request.body(body.to_string()).send().await?;
    let status = answer.status().as_u16();
    Ok((status, serde_json::from_slice(&answer.bytes().await?).unwrap()))
}

fn sort_keys(items: &Value) -> Vec<String> {
    let mut keys: Vec<_> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["sk"]["S"].as_str().unwrap().to_owned())
        .collect();
    keys.sort();
    keys
}

fn key(sk: &str) -> Value {
    json!({"pk": {"S": "P"}, "sk": {"S": sk}})
}

fn put(sk: &str) -> Value {
    json!({"TableName": "Table", "Item": key(sk)})
}

fn get(sk: &str) -> Value {
    json!({"TableName": "Table", "Key": key(sk), "ConsistentRead": true})
}

fn transaction(sks: &[&str]) -> Value {
    let puts: Vec<_> = sks.iter().map(|sk| json!({ "Put": put(sk) })).collect();
    json!({ "TransactItems": puts })
}

fn spec(text: &str) -> Faults {
    Faults::from_spec(&text.parse::<FaultSpec>().unwrap())
}
