//! Sends requests to a deployment, holds every exchange against the contract, and takes the time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use http::{HeaderValue, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::runtime::Runtime;

use crate::contract::{Contract, Question};
use crate::failure::{Failure, Outcome};
use crate::http::{Answer, Exchange, Request};

type Body = Full<std::io::Cursor<Vec<u8>>>;

/// Longer than API Gateway waits for a function.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often a request is sent again that the gateway turned away before any function saw it.
const MOST_THROTTLED: u32 = 10;
/// How long to wait before that.
const THROTTLED_PAUSE: Duration = Duration::from_secs(1);

/// A deployment.
pub(crate) struct Client {
    runtime: Runtime,
    inner: hyper_util::client::legacy::Client<HttpsConnector<HttpConnector>, Body>,
    /// Without a slash at its end.
    base: String,
    pub(crate) contract: Contract,
    measured: Mutex<BTreeMap<String, Measured>>,
    throttled: AtomicUsize,
}

/// What was seen of one operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    /// How long the answers took.
    pub(crate) times: Vec<Duration>,
    /// How many of them were 2xx.
    pub(crate) succeeded: usize,
}

impl Client {
    /// Fails where the address is none of HTTP. Nothing is sent yet.
    pub(crate) fn new(url: &str) -> Result<Self> {
        let base = url.trim_end_matches('/').to_owned();
        let uri: Uri = base.parse().with_context(|| format!("{url} is no address"))?;
        ensure!(
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.query().is_none(),
            "{url} is not an address such as https://api.example.com"
        );
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .context("this system's certificates can't be read")?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            runtime: Runtime::new()?,
            inner: hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build(connector),
            base,
            contract: Contract::load(),
            measured: Mutex::default(),
            throttled: AtomicUsize::default(),
        })
    }

    /// Without a slash at its end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// How many requests the gateway turned away before any function saw them. They were sent again.
    pub(crate) fn throttled(&self) -> usize {
        self.throttled.load(Ordering::Relaxed)
    }

    /// By operation, such as `GET /v1/me`.
    pub(crate) fn measured(&self) -> BTreeMap<String, Measured> {
        self.measured
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Fails where there is no answer, or one that is not as the contract says.
    #[track_caller]
    pub(crate) fn send(&self, caller: Option<&str>, request: &Request) -> Outcome<Exchange> {
        let mut tries = 0;
        loop {
            let start = Instant::now();
            let answered = self.runtime.block_on(self.exchange(&self.base, request));
            let time = start.elapsed();
            let answer = match answered {
                Ok(answer) => answer,
                Err(error) => {
                    let Request { method, path, .. } = request;
                    return Err(Failure::new(format!("{method} {path}: {error:#}")));
                }
            };
            // A function's own answers have a request id. Only the gateway throttles callers.
            if answer.status == 429 && answer.header("x-request-id").is_none() && tries < MOST_THROTTLED {
                tries += 1;
                self.throttled.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(THROTTLED_PAUSE);
                continue;
            }
            let exchange = Exchange {
                caller: caller.map(str::to_owned),
                request: request.clone(),
                answer,
            };
            let question = Question::of(request);
            self.note(&question, exchange.answer.status, time);
            return match self.contract.check(&question, &exchange.answer) {
                Ok(()) => Ok(exchange),
                Err(problem) => {
                    Err(Failure::new(format!("openapi.yaml says otherwise: {problem}")).seen_in(&exchange))
                }
            };
        }
    }

    /// Sends a request, whose path is empty, to a link to the deployment's storage. It is no part of the contract what
    /// that answers.
    #[track_caller]
    pub(crate) fn follow(&self, link: &str, request: &Request) -> Outcome<Answer> {
        let answered = self.runtime.block_on(self.exchange(link, request));
        answered.map_err(|error| Failure::new(format!("a link to the storage: {error:#}")))
    }

    fn note(&self, question: &Question, status: u16, time: Duration) {
        if let Some(operation) = self.contract.operation(question) {
            let mut measured = self.measured.lock().unwrap_or_else(PoisonError::into_inner);
            let measured = measured.entry(operation).or_default();
            measured.times.push(time);
            measured.succeeded += usize::from((200..300).contains(&status));
        }
    }

    async fn exchange(&self, base: &str, request: &Request) -> Result<Answer> {
        let mut built = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{base}{}", request.path));
        for (name, value) in &request.headers {
            built = built.header(name, HeaderValue::from_bytes(value)?);
        }
        let built = built.body(Body::new(std::io::Cursor::new(request.body.clone())))?;
        let answering = async {
            let (head, body) = self.inner.request(built).await?.into_parts();
            let body = body.collect().await?.to_bytes().to_vec();
            let header = |(name, value): (&http::HeaderName, &HeaderValue)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            };
            anyhow::Ok(Answer {
                status: head.status.as_u16(),
                headers: head.headers.iter().map(header).collect(),
                body,
            })
        };
        tokio::time::timeout(PATIENCE, answering)
            .await
            .with_context(|| format!("no answer after {} s", PATIENCE.as_secs()))?
    }
}
