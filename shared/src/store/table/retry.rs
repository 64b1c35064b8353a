//! Trying again.

use std::time::Duration;

use tokio::time::Instant;

use crate::store::error::{Result, StoreError};

/// Waits between attempts: exponential, with full jitter, until the time is up.
/// <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>
pub(crate) struct Backoff {
    until: Instant,
    longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::lasting(Duration::from_secs(5))
    }
}

impl Backoff {
    /// Lets no attempt begin after so much time.
    pub(crate) fn lasting(time: Duration) -> Self {
        Self {
            until: Instant::now() + time,
            longest: Duration::from_millis(10),
        }
    }

    /// Waits for the next attempt, or fails when there is no time for one.
    pub(crate) async fn wait(&mut self, cause: &str) -> Result<()> {
        self.pause(self.longest, cause).await?;
        self.longest = (self.longest * 2).min(Duration::from_millis(400));
        Ok(())
    }

    /// The same after a race that somebody has won: whoever waits ever longer loses the next ones too.
    pub(crate) async fn wait_briefly(&self, cause: &str) -> Result<()> {
        self.pause(Duration::from_millis(100), cause).await
    }

    async fn pause(&self, longest: Duration, cause: &str) -> Result<()> {
        let pause = longest.mul_f64(rand::random());
        if Instant::now() + pause >= self.until {
            return Err(StoreError::Unavailable(format!(
                "no attempt succeeded in time: {cause}"
            )));
        }
        tokio::time::sleep(pause).await;
        Ok(())
    }
}
