//! An execution environment: one process that handles one invocation at a time.

use std::future::pending;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use tokio::sync::mpsc::error::SendError;
use tokio::time::{sleep, timeout};

use super::api::{Invocation, Report, RuntimeApi};
use super::error::{Cause, FunctionError};
use super::process::Process;
use super::variables::APP_ID;
use crate::aws;
use crate::faults::{Faults, Seat};
use crate::logs::Logger;

/// Lambda gives the init phase 10 seconds, and when that is not enough tries again within the function's timeout:
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib>.
const INIT_TIMEOUT: Duration = Duration::from_secs(10);

/// The settings with which every environment of a function starts.
pub(super) struct Launch {
    pub(super) function: String,
    pub(super) binary: PathBuf,
    pub(super) timeout: Duration,
    pub(super) variables: Vec<(String, String)>,
    pub(super) faults: Option<Faults>,
    pub(super) logger: Logger,
}

/// A process that is ready for an invocation.
pub(super) struct Environment {
    process: Process,
    api: RuntimeApi,
    /// Its entry among the environments that faults can kill.
    seat: Option<Seat>,
    /// Whether it has handled an invocation.
    used: bool,
}

/// How an invocation of an environment ended.
pub(super) enum Ended {
    /// With an answer, and the environment can be used again.
    Answered(Result<Bytes, FunctionError>),
    /// With the environment's end.
    Lost(FunctionError),
    /// The process had ended after its last answer. It never saw this invocation, so another environment may take it.
    NotTaken(Invocation),
}

impl Environment {
    /// Starts a process and waits until it asks for its first invocation.
    pub(super) async fn start(launch: &Launch) -> Result<Self, FunctionError> {
        let failure = |error: anyhow::Error| {
            FunctionError::new(Cause::Init, "Runtime.InvalidEntrypoint", format!("{error:#}"))
        };
        let api = RuntimeApi::start(&launch.function).await.map_err(failure)?;
        let variables = launch
            .variables
            .iter()
            .cloned()
            .chain([("AWS_LAMBDA_RUNTIME_API".to_owned(), api.address.to_string())]);
        let seat = launch.faults.as_ref().map(Faults::enter);
        let app_id = seat
            .as_ref()
            .map(|seat| (APP_ID.to_owned(), seat.app_id(&launch.function)));
        let variables = variables.chain(app_id);
        let process =
            Process::start(&launch.binary, &launch.function, variables, &launch.logger).map_err(failure)?;
        let mut environment = Self {
            process,
            api,
            seat,
            used: false,
        };
        let limit = INIT_TIMEOUT + launch.timeout;
        match timeout(limit, environment.initialize()).await {
            Ok(Ok(())) => Ok(environment),
            Ok(Err(error)) => Err(error),
            Err(_) => {
                environment.process.kill().await;
                let message = format!(
                    "the function did not get ready within {:.2} seconds",
                    limit.as_secs_f64()
                );
                Err(FunctionError::new(Cause::Init, "Sandbox.Timedout", message))
            }
        }
    }

    async fn initialize(&mut self) -> Result<(), FunctionError> {
        loop {
            tokio::select! {
                // Reports first: a process that reports why it can't start ends right after.
                biased;
                Some(report) = self.api.reports.recv() => match report {
                    Report::Ready => return Ok(()),
                    Report::InitError(payload) => return Err(FunctionError::reported(Cause::Init, payload)),
                    _ => {}
                },
                status = self.process.ended() => {
                    let mut message = exit_message(status);
                    let tail = self.process.tail().await;
                    if !tail.is_empty() {
                        message = format!("{message}\n{}", tail.trim_end());
                    }
                    return Err(FunctionError::new(Cause::Init, "Runtime.ExitError", message));
                }
            }
        }
    }

    /// Whether the process ended while it had nothing to do.
    pub(super) fn has_ended(&mut self) -> bool {
        self.process.has_ended()
    }

    /// Hands the process one invocation and waits for its answer, its end, or the time-out.
    pub(super) async fn invoke(&mut self, payload: Bytes, request_id: String, limit: Duration) -> Ended {
        self.process.clear_tail();
        let deadline = SystemTime::now() + limit;
        let invocation = Invocation {
            request_id: request_id.clone(),
            payload: payload.clone(),
            deadline,
        };
        if let Err(SendError(invocation)) = self.api.invocations.send(invocation).await {
            return Ended::NotTaken(invocation);
        }
        if let Some(seat) = &self.seat {
            seat.begin();
        }
        let time_is_up = sleep(limit);
        tokio::pin!(time_is_up);
        let mut taken = !self.used;
        loop {
            tokio::select! {
                // Reports first: an answer counts even when the process ends right after it.
                biased;
                Some(report) = self.api.reports.recv() => match report {
                    Report::Ready | Report::InitError(_) => {}
                    Report::Taken => taken = true,
                    Report::Answer(body) => return self.answered(Ok(body)),
                    Report::Error(payload) => return self.answered(Err(FunctionError::reported(Cause::Reported, payload))),
                    Report::Oversized(size) => return self.answered(Err(oversized(size))),
                },
                status = self.process.ended() => {
                    if !taken {
                        return Ended::NotTaken(Invocation { request_id, payload, deadline });
                    }
                    let message = format!("RequestId: {request_id} Error: {}", exit_message(status));
                    return Ended::Lost(FunctionError::new(Cause::Crash, "Runtime.ExitError", message));
                }
                // The next turn of the loop sees its end.
                () = killed(self.seat.as_ref()) => self.process.kill_group(),
                () = &mut time_is_up => {
                    self.process.kill().await;
                    let message = format!("RequestId: {request_id} Error: Task timed out after {:.2} seconds", limit.as_secs_f64());
                    return Ended::Lost(FunctionError::new(Cause::Timeout, "Sandbox.Timedout", message));
                }
            }
        }
    }

    fn answered(&mut self, outcome: Result<Bytes, FunctionError>) -> Ended {
        self.used = true;
        if let Some(seat) = &self.seat {
            seat.end();
        }
        Ended::Answered(outcome)
    }

    /// What the process wrote during the invocation.
    pub(super) async fn log_tail(&self) -> String {
        self.process.tail().await
    }
}

/// Waits until a fault kills the process.
async fn killed(seat: Option<&Seat>) {
    match seat {
        Some(seat) => seat.killed().await,
        None => pending().await,
    }
}

fn exit_message(status: Option<ExitStatus>) -> String {
    match status {
        Some(status) => format!(
            "Runtime exited with error: {}",
            status.to_string().replace("exit status: ", "exit status ")
        ),
        None => "Runtime exited without providing a reason".to_owned(),
    }
}

fn oversized(size: usize) -> FunctionError {
    let message = format!(
        "Response payload size ({size} bytes) exceeded maximum allowed payload size ({} bytes).",
        aws::PAYLOAD_LIMIT
    );
    FunctionError::new(Cause::Oversized, "Function.ResponseSizeTooLarge", message)
}
