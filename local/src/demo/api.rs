//! Requests that the demo people make.

use anyhow::{Result, ensure};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use super::person::Person;

/// The HTTP API.
pub(super) struct Api<'a> {
    client: Client,
    url: &'a str,
}

impl<'a> Api<'a> {
    pub(super) fn new(url: &'a str) -> Result<Self> {
        // Requests must not go through the developer's proxy.
        let client = Client::builder().no_proxy().build()?;
        Ok(Self { client, url })
    }

    /// Whether a token is valid.
    pub(super) async fn accepts(&self, token: &str) -> Result<bool> {
        let request = self.client.get(format!("{}/v1/me", self.url));
        Ok(request.bearer_auth(token).send().await?.status() == StatusCode::OK)
    }

    pub(super) async fn get(&self, path: &str, caller: &Person) -> Result<Value> {
        self.call(Method::GET, path, caller, None, None).await
    }

    pub(super) async fn put(&self, path: &str, caller: &Person) -> Result<Value> {
        self.call(Method::PUT, path, caller, Some(&json!({})), None).await
    }

    pub(super) async fn post(
        &self,
        path: &str,
        caller: &Person,
        body: &Value,
        idempotency_key: Option<&str>,
    ) -> Result<Value> {
        self.call(Method::POST, path, caller, Some(body), idempotency_key)
            .await
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        caller: &Person,
        body: Option<&Value>,
        idempotency_key: Option<&str>,
    ) -> Result<Value> {
        let mut request = self
            .client
            .request(method.clone(), format!("{}{path}", self.url))
            .bearer_auth(&caller.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        let response = request.send().await?;
        let status = response.status();
        let answer = response.text().await?;
        ensure!(
            status.is_success(),
            "{method} {path} by {}: {status} {answer}",
            caller.username
        );
        Ok(serde_json::from_str(&answer)?)
    }
}
