//! The running machine.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::compile;
use crate::directory::Directory;
use crate::environment_file::{self, WhileRunning};
use crate::faults::{Faults, Layer};
use crate::gateway;
use crate::invoke_api;
use crate::logs::Logger;
use crate::options::{Delivery, Options};
use crate::runtime::{self, Configuration, Endpoints, FunctionError, Runtime};
use crate::schedule;
use crate::server::{self, Server};
use crate::services::Services;
use crate::stream::{Mapping, trim};
use crate::template::Template;

/// How long requests in flight may take when the machine stops.
const STOP_TIME: Duration = Duration::from_secs(2);

/// A template, running.
///
/// It runs on the Tokio runtime that started it and can be used from others, so the tests of one binary can share a
/// machine that has its own runtime. `stop` ends it in good order; dropping it ends it at once.
pub struct Local {
    services: Services,
    url: String,
    invoke_url: String,
    origins: Vec<String>,
    faults: Option<Faults>,
    /// Between the functions and the database.
    _layer: Option<Layer>,
    runtime: Arc<Runtime>,
    mappings: Vec<Arc<Mapping>>,
    delivery: Delivery,
    logger: Logger,
    servers: [Server; 2],
    /// Stream deliveries and schedules.
    background: JoinSet<()>,
    /// Tells other programs where the database and the storage are.
    environment_file: Option<WhileRunning>,
    /// The path of the environment file, if another running machine has written it.
    taken_file: Option<PathBuf>,
}

/// Callers reach the services through the machine.
impl Deref for Local {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.services
    }
}

impl Local {
    /// Starts everything, and returns when requests can be made.
    pub async fn start(options: Options) -> Result<Self> {
        let template = Template::load_with(&options.template, &options.parameters())?;
        if let Some(faults) = &options.faults {
            faults.ensure_known(&template.functions)?;
        }
        let logger = Logger::new(options.logs);
        let directory = Directory::open(&options.data, options.reset)?;
        if let Some(path) = &options.environment_file {
            environment_file::ensure_replaceable(path)?;
        }
        // Ports first, so that a port that is taken is reported before the compiler runs.
        let listener = server::bind(options.port, "--port").await?;
        let invoke_listener = server::bind(options.invoke_port, "--invoke-port").await?;
        let address = listener.local_addr()?;
        let invoke_address = invoke_listener.local_addr()?;
        let binaries = compile::binaries(&template, &options.functions, &options.template).await?;
        let listeners = [server::bind(0, "").await?, server::bind(0, "").await?];
        let services = Services::open(&template, &options.data, directory, listeners).await?;
        let database = &services.database;
        let layer = match &options.faults {
            Some(faults) => Some(Layer::start(faults.clone(), &template, database, logger.clone()).await?),
            None => None,
        };
        let endpoint = layer.as_ref().map_or(database.url(), Layer::url).to_owned();
        let configuration = Configuration {
            binaries,
            max_concurrency: options.max_concurrency,
            endpoints: Endpoints {
                database: options.database_endpoint.unwrap_or(endpoint),
                ..services.endpoints()
            },
            faults: options.faults.clone(),
        };
        let runtime = Arc::new(Runtime::new(&template.functions, &configuration, &logger));
        let gateway = gateway::service(&template, Arc::clone(&runtime), logger.clone())?;
        let invoke_api = invoke_api::service(Arc::clone(&runtime), invoke_address);
        let servers = [
            Server::start(listener, gateway),
            Server::start(invoke_listener, invoke_api),
        ];
        let mut local = Self {
            services,
            url: format!("http://{address}"),
            invoke_url: format!("http://{invoke_address}"),
            origins: template
                .cors
                .as_ref()
                .map(|cors| cors.origins.clone())
                .unwrap_or_default(),
            faults: options.faults,
            _layer: layer,
            runtime,
            mappings: Vec::new(),
            delivery: options.stream,
            logger,
            servers,
            background: JoinSet::new(),
            environment_file: None,
            taken_file: None,
        };
        local.start_background(&template, options.schedules).await?;
        if options.demo {
            let Self {
                services,
                runtime,
                url,
                mappings,
                logger,
                ..
            } = &mut local;
            let streams = match options.stream {
                Delivery::Automatic => &mappings[..],
                Delivery::Manual => &[],
            };
            services.make_demo(runtime, url, streams, logger).await?;
        }
        if let Some(path) = options.environment_file {
            // The database's own endpoint, since faults are injected for functions only.
            let (variables, _) = runtime::variables_of_all(&template.functions, &local.endpoints());
            local.environment_file = WhileRunning::write(path.clone(), &variables)?;
            local.taken_file = local.environment_file.is_none().then_some(path);
        }
        if let Some(faults) = &local.faults {
            faults.arm();
        }
        Ok(local)
    }

    async fn start_background(&mut self, template: &Template, schedules: bool) -> Result<()> {
        for function in &template.functions {
            for settings in &function.events.streams {
                let source = (
                    self.services.database.handle().clone(),
                    self.services.database.table_name(),
                );
                let data = self.services.directory.path().map(Path::to_owned);
                let (runtime, logger) = (Arc::clone(&self.runtime), self.logger.clone());
                let faults = self.faults.clone();
                let mapping =
                    Mapping::open(&function.name, settings, source, data, runtime, logger, faults).await;
                let mapping =
                    Arc::new(mapping.with_context(|| format!("the stream of {}", function.logical_id))?);
                if self.delivery == Delivery::Automatic {
                    self.background.spawn(Arc::clone(&mapping).run());
                }
                self.mappings.push(mapping);
            }
            for schedule in function.events.schedules.iter().filter(|_| schedules) {
                let (runtime, logger) = (Arc::clone(&self.runtime), self.logger.clone());
                self.background.spawn(schedule::run(
                    function.name.clone(),
                    schedule.clone(),
                    runtime,
                    logger,
                ));
            }
        }
        if let (Delivery::Automatic, Some(file)) = (self.delivery, self.services.database.file()) {
            let (file, table) = (file.to_owned(), self.table_name().to_owned());
            let (mappings, logger) = (self.mappings.clone(), self.logger.clone());
            self.background.spawn(trim::run(file, table, mappings, logger));
        }
        Ok(())
    }

    /// The HTTP API's address: `http://127.0.0.1:9000`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of Lambda's Invoke API.
    #[must_use]
    pub fn invoke_url(&self) -> &str {
        &self.invoke_url
    }

    /// The origins whose web pages may call the HTTP API.
    #[must_use]
    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    /// The faults that are injected, if any.
    #[must_use]
    pub fn faults(&self) -> Option<&Faults> {
        self.faults.as_ref()
    }

    /// The environment file, if another running machine has written it.
    #[must_use]
    pub fn taken_file(&self) -> Option<&Path> {
        self.taken_file.as_deref()
    }

    /// Invokes a function with a JSON payload.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Result<Value, FunctionError> {
        let answer = self.runtime.invoke(function, payload.to_string().into()).await?;
        let body = answer.outcome?;
        serde_json::from_slice(&body).map_err(|error| FunctionError::from_answer(&error))
    }

    /// Delivers everything that is in the stream now, once, and returns the number of records. A failed batch is not
    /// tried again: it is an error, and the next delivery begins with it. For `Delivery::Manual`.
    pub async fn deliver(&self) -> Result<usize> {
        ensure!(
            self.delivery == Delivery::Manual,
            "the stream is delivered automatically"
        );
        let mut delivered = 0;
        for mapping in &self.mappings {
            delivered += mapping.deliver_pending().await?;
        }
        Ok(delivered)
    }

    /// Delivers every record again that has been delivered since the table was created, and returns their number.
    pub async fn redeliver(&self) -> Result<usize> {
        let mut delivered = 0;
        for mapping in &self.mappings {
            delivered += mapping.deliver_again().await?;
        }
        Ok(delivered)
    }

    /// Waits until everything has been delivered that is in the stream now. For `Delivery::Automatic`.
    pub async fn settle(&self) -> Result<()> {
        ensure!(
            self.delivery == Delivery::Automatic,
            "the stream is delivered by hand"
        );
        for mapping in &self.mappings {
            mapping.settle().await?;
        }
        Ok(())
    }

    /// Every log line since the start, as `function: line`. For `Logs::Captured`.
    ///
    /// All lines that a function wrote before its answer are in it when the answer arrives.
    #[must_use]
    pub fn captured_logs(&self) -> Vec<String> {
        self.logger.captured()
    }

    /// Stops: takes no new requests, gives those in flight a moment, and leaves no process.
    pub async fn stop(mut self) {
        self.environment_file = None;
        self.background.abort_all();
        let [gateway, invoke_api] = self.servers;
        tokio::join!(gateway.stop(STOP_TIME), invoke_api.stop(STOP_TIME));
        self.runtime.stop();
        self.services.stop().await;
    }
}
