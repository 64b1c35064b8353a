//! How to start the local machine.

use std::path::PathBuf;

use crate::compile::Functions;
use crate::directory::Data;
use crate::faults::Faults;
use crate::logs::Logs;
use crate::origin::Origin;
use crate::template::Parameters;

/// How to start the local machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// The SAM template.
    pub template: PathBuf,
    /// Where the functions' binaries come from.
    pub functions: Functions,
    /// The port of the HTTP API; 0 = any.
    pub port: u16,
    /// The port of Lambda's Invoke API; 0 = any.
    pub invoke_port: u16,
    /// Where data is kept.
    pub data: Data,
    /// Whether to begin anew and remove the data that is kept.
    pub reset: bool,
    /// The most environments of one function at a time.
    pub max_concurrency: usize,
    /// Whether to create the demo people.
    pub demo: bool,
    /// The origins whose web pages may call, in place of those that the template names.
    pub cors: Vec<Origin>,
    /// How the table's stream is delivered.
    pub stream: Delivery,
    /// Whether schedules run.
    pub schedules: bool,
    /// Where logs go.
    pub logs: Logs,
    /// The endpoint that functions use as DynamoDB in place of the embedded database, such as a proxy in front of it.
    pub database_endpoint: Option<String>,
    /// The faults that are injected between the functions and the database.
    pub faults: Option<Faults>,
    /// The environment file, which tells other programs where the database and the storage are while the machine runs.
    pub environment_file: Option<PathBuf>,
}

impl Options {
    /// The options of a test: everything in memory, on any port, without schedules and demo people.
    pub fn new(template: impl Into<PathBuf>, functions: Functions) -> Self {
        Self {
            template: template.into(),
            functions,
            port: 0,
            invoke_port: 0,
            data: Data::Memory,
            reset: false,
            max_concurrency: DEFAULT_MAX_CONCURRENCY,
            demo: false,
            cors: Vec::new(),
            stream: Delivery::Automatic,
            schedules: false,
            logs: Logs::Captured,
            database_endpoint: None,
            faults: None,
            environment_file: None,
        }
    }

    /// The values of the template's parameters that follow.
    pub(crate) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::new();
        if !self.cors.is_empty() {
            let origins: Vec<_> = self.cors.iter().map(Origin::to_string).collect();
            parameters.insert(CORS_ORIGINS.to_owned(), origins.join(","));
        }
        parameters
    }
}

/// The template's parameter with the origins that may call, divided by commas.
const CORS_ORIGINS: &str = "CorsOrigins";

/// The default of [`Options::max_concurrency`].
pub const DEFAULT_MAX_CONCURRENCY: usize = 16;

/// How the table's stream is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// As soon as there are records, with Lambda's rules of retrying.
    Automatic,
    /// Only by `Local::deliver`.
    Manual,
}
