//! The layer without a port, for a client in this process.

use axum::http::HeaderMap;

use super::injector::Faults;
use super::service::Service;
use crate::database::Database;
use crate::logs::{Logger, Logs};

/// A database behind faults, which a client in this process calls.
pub struct InProcess(Service);

impl InProcess {
    /// Puts the faults before the database, and lets them happen from now on. No index lags, and no transaction is torn.
    #[must_use]
    pub fn new(faults: &Faults, database: &Database) -> Self {
        faults.arm();
        Self(Service::new(
            faults.clone(),
            database,
            Logger::new(Logs::Captured),
        ))
    }

    /// The status and the body of the answer to a request, of which only the headers count that the SDK sends. Without
    /// an answer, the connection is broken.
    pub async fn call(&self, headers: &HeaderMap, body: &[u8]) -> Option<(u16, String)> {
        let (call, verdict) = self.0.receive(headers, body)?;
        let (status, reply) = self.0.answer(call, verdict).await?;
        Some((status.as_u16(), reply.to_string()))
    }
}
