//! Retries after a lost race, or if the database left work undone.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use tokio::time::Instant;

use super::store::ReadStore;
use crate::store::error::{Result, StoreError};

/// The time within which attempts start.
const TIME: Duration = Duration::from_secs(5);
/// The upper limit of the first pause. It doubles with each attempt, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(400);
/// The upper limit of a brief pause.
const BRIEF_PAUSE: Duration = Duration::from_millis(100);

/// The result of an attempt. `S` is the state for the next attempt.
pub(crate) type Attempt<T, S = ()> = Result<T, Setback<S>>;

/// Why an attempt did not succeed.
pub(crate) enum Setback<S = ()> {
    /// Another attempt may succeed.
    Again(Again<S>),
    /// No other attempt can succeed.
    Failed(StoreError),
}

/// A request for another attempt.
pub(crate) struct Again<S = ()> {
    cause: Cow<'static, str>,
    is_brief: bool,
    has_progressed: bool,
    out_of_time: Option<StoreError>,
    state: S,
}

impl Again {
    /// Another attempt, for this reason.
    pub(crate) fn after(cause: impl Into<Cow<'static, str>>) -> Self {
        Self {
            cause: cause.into(),
            is_brief: false,
            has_progressed: false,
            out_of_time: None,
            state: (),
        }
    }

    /// Sets the state for the next attempt.
    pub(crate) fn with<S>(self, state: S) -> Again<S> {
        Again {
            cause: self.cause,
            is_brief: self.is_brief,
            has_progressed: self.has_progressed,
            out_of_time: self.out_of_time,
            state,
        }
    }
}

impl<S> Again<S> {
    /// Uses a pause that does not grow. Each race has a winner: a loser with growing pauses loses the next races too.
    pub(crate) fn briefly(self) -> Self {
        Self {
            is_brief: true,
            ..self
        }
    }

    /// Restarts the time limit if the attempt made progress.
    pub(crate) fn progressed(self, has_progressed: bool) -> Self {
        Self {
            has_progressed,
            ..self
        }
    }

    /// Sets the error for when no time is left for another attempt.
    pub(crate) fn out_of_time(self, error: Option<StoreError>) -> Self {
        Self {
            out_of_time: error,
            ..self
        }
    }
}

impl<S> From<Again<S>> for Setback<S> {
    fn from(again: Again<S>) -> Self {
        Self::Again(again)
    }
}

impl<S> From<StoreError> for Setback<S> {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl<E: ProvideErrorMetadata + Error + 'static, S> From<SdkError<E, HttpResponse>> for Setback<S> {
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        Self::Failed(error.into())
    }
}

impl ReadStore {
    /// Makes attempts until one succeeds or fails for good, or the time is up. Pauses are exponential with full jitter:
    /// <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>
    pub(crate) async fn retry<T, F>(&self, attempt: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = Attempt<T>>,
    {
        retry_for(TIME, (), |()| attempt()).await
    }

    /// Like `retry`, with a state that each attempt passes to the next.
    pub(crate) async fn retry_with<T, S, F>(&self, state: S, attempt: impl Fn(S) -> F) -> Result<T>
    where
        F: Future<Output = Attempt<T, S>>,
    {
        retry_for(TIME, state, attempt).await
    }
}

/// Like `retry_with`, with attempts that start within `time`.
pub(crate) async fn retry_for<T, S, F>(time: Duration, mut state: S, attempt: impl Fn(S) -> F) -> Result<T>
where
    F: Future<Output = Attempt<T, S>>,
{
    let (mut until, mut longest) = (Instant::now() + time, FIRST_PAUSE);
    loop {
        // Boxed: attempts that retry inside would nest futures deeper than the compiler computes layouts.
        let again = match Box::pin(attempt(state)).await {
            Ok(done) => return Ok(done),
            Err(Setback::Failed(error)) => return Err(error),
            Err(Setback::Again(again)) => again,
        };
        if again.has_progressed {
            (until, longest) = (Instant::now() + time, FIRST_PAUSE);
        }
        let pause = if again.is_brief { BRIEF_PAUSE } else { longest };
        let pause = pause.mul_f64(rand::random());
        if Instant::now() + pause >= until {
            return Err(again.out_of_time.unwrap_or_else(|| {
                StoreError::Unavailable(format!("no attempt succeeded in time: {}", again.cause))
            }));
        }
        tokio::time::sleep(pause).await;
        if !again.is_brief {
            longest = (longest * 2).min(LONGEST_PAUSE);
        }
        state = again.state;
    }
}
