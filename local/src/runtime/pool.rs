//! The environments of one function.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use uuid::Uuid;

use super::answer::Answer;
use super::configuration::Configuration;
use super::environment::{Ended, Environment, Launch};
use super::error::{FunctionError, InvokeError};
use super::variables;
use crate::logs::Logger;
use crate::template::Function;

/// How long an invocation waits for a free environment. Lambda throttles at once; one machine has fewer environments
/// than Lambda, so it queues, for as long as API Gateway would wait.
const QUEUE_TIME: Duration = Duration::from_secs(30);

/// The pause after a function could not start: the first one, and the longest.
const INIT_BACKOFF: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(2)];

pub(super) struct Pool {
    launch: Launch,
    /// The environment that was used last is used next.
    idle: Mutex<Vec<Environment>>,
    /// One for every environment that may be busy. They are given out first come, first served.
    permits: Semaphore,
    failure: Mutex<Option<InitFailure>>,
}

/// Why the last environment did not start, and when the next may be tried.
struct InitFailure {
    error: FunctionError,
    backoff: Duration,
    retry_at: Instant,
}

impl Pool {
    pub(super) fn new(
        function: &Function,
        binary: &Path,
        configuration: &Configuration,
        logger: &Logger,
    ) -> Self {
        let launch = Launch {
            function: function.name.clone(),
            binary: binary.to_owned(),
            timeout: function.timeout,
            variables: variables::of(function, &configuration.endpoints),
            faults: configuration.faults.clone(),
            logger: logger.clone(),
        };
        Self {
            launch,
            idle: Mutex::default(),
            permits: Semaphore::new(configuration.max_concurrency.max(1)),
            failure: Mutex::default(),
        }
    }

    pub(super) async fn invoke(&self, payload: Bytes) -> Result<Answer, InvokeError> {
        let _permit = match timeout(QUEUE_TIME, self.permits.acquire()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_closed)) => return Err(InvokeError::Stopped),
            Err(_) => {
                let text = format!(
                    "throttled: all its environments were busy for {} s",
                    QUEUE_TIME.as_secs()
                );
                self.launch.logger.notice(&self.launch.function, &text);
                return Err(InvokeError::Throttled);
            }
        };
        let mut payload = payload;
        let mut request_id = Uuid::new_v4().to_string();
        loop {
            let mut environment = match self.environment().await {
                Ok(environment) => environment,
                Err(error) => return Ok(self.failed(error, String::new())),
            };
            let ended = environment.invoke(payload, request_id, self.launch.timeout).await;
            let log_tail = environment.log_tail().await;
            match ended {
                Ended::Answered(Ok(body)) => {
                    self.put_back(environment);
                    return Ok(Answer {
                        outcome: Ok(body),
                        log_tail,
                    });
                }
                Ended::Answered(Err(error)) => {
                    self.put_back(environment);
                    return Ok(self.failed(error, log_tail));
                }
                Ended::Lost(error) => return Ok(self.failed(error, log_tail)),
                Ended::NotTaken(invocation) => {
                    payload = invocation.payload;
                    request_id = invocation.request_id;
                }
            }
        }
    }

    /// Kills idle environments by dropping them, and lets no invocation begin.
    pub(super) fn stop(&self) {
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn failed(&self, error: FunctionError, log_tail: String) -> Answer {
        let text = format!("failed with {error}");
        self.launch.logger.notice(&self.launch.function, &text);
        Answer {
            outcome: Err(error),
            log_tail,
        }
    }

    fn put_back(&self, environment: Environment) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.permits.is_closed() {
            idle.push(environment);
        }
    }

    async fn environment(&self) -> Result<Environment, FunctionError> {
        while let Some(mut environment) = self.pop_idle() {
            if !environment.has_ended() {
                return Ok(environment);
            }
        }
        if let Some(error) = self.recent_failure() {
            return Err(error);
        }
        let started = Environment::start(&self.launch).await;
        self.remember(started.as_ref().err());
        started
    }

    fn pop_idle(&self) -> Option<Environment> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn recent_failure(&self) -> Option<FunctionError> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure
            .as_ref()
            .filter(|failure| Instant::now() < failure.retry_at)
            .map(|failure| failure.error.clone())
    }

    /// Doubles the back-off with every failure, and forgets it with the first success.
    fn remember(&self, error: Option<&FunctionError>) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let [first, longest] = INIT_BACKOFF;
        *failure = error.map(|error| {
            let backoff = failure
                .as_ref()
                .map_or(first, |failure| (failure.backoff * 2).min(longest));
            InitFailure {
                error: error.clone(),
                backoff,
                retry_at: Instant::now() + backoff,
            }
        });
    }
}
