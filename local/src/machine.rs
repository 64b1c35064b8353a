//! The running machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::compile;
use crate::credentials::Credentials;
use crate::database::Database;
use crate::demo::{self, Demo, Person};
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
use crate::storage::Storage;
use crate::stream::Mapping;
use crate::template::Template;

/// How long requests in flight may take when the machine stops.
const STOP_TIME: Duration = Duration::from_secs(2);

/// A template, running.
///
/// It lives on the Tokio runtime that started it, and can be used from others: the tests of one binary may share one
/// that lives on a runtime of its own. `stop` ends it in good order; dropping it ends it at once.
pub struct Local {
    url: String,
    invoke_url: String,
    demo: Demo,
    warnings: Vec<String>,
    database: Database,
    storage: Storage,
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
    /// Tells others of the database and the storage.
    environment_file: Option<WhileRunning>,
    /// The file that tells others of another machine.
    taken_file: Option<PathBuf>,
    directory: Directory,
}

impl Local {
    /// Starts everything, and returns when requests can be made.
    pub async fn start(options: Options) -> Result<Self> {
        let template = Template::load(&options.template)?;
        if let Some(faults) = &options.faults {
            faults.ensure_known(&template.functions)?;
        }
        let logger = Logger::new(options.logs);
        let directory = Directory::open(&options.data)?;
        if let Some(path) = &options.environment_file {
            environment_file::ensure_replaceable(path)?;
        }
        // Ports first: whoever has the wrong one shall not wait for the compiler to hear it.
        let listener = server::bind(options.port, "--port").await?;
        let invoke_listener = server::bind(options.invoke_port, "--invoke-port").await?;
        let address = listener.local_addr()?;
        let invoke_address = invoke_listener.local_addr()?;
        let binaries = compile::binaries(&template, &options.functions, &options.template).await?;
        let credentials = Credentials::draw();
        let database = Database::start(&template, &options.data, &credentials).await?;
        let storage = Storage::start(&template, &options.data, &credentials).await?;
        let layer = match &options.faults {
            Some(faults) => Some(Layer::start(faults.clone(), &template, &database, logger.clone()).await?),
            None => None,
        };
        let endpoint = layer.as_ref().map_or(database.url(), Layer::url).to_owned();
        let configuration = Configuration {
            binaries,
            max_concurrency: options.max_concurrency,
            endpoints: Endpoints {
                database: options.database_endpoint.unwrap_or(endpoint),
                storage: storage.url().to_owned(),
                credentials,
            },
            faults: options.faults.clone(),
        };
        let runtime = Arc::new(Runtime::new(&template.functions, &configuration, &logger));
        let gateway = gateway::service(&template.functions, Arc::clone(&runtime), logger.clone());
        let invoke_api = invoke_api::service(Arc::clone(&runtime), invoke_address);
        let servers = [
            Server::start(listener, gateway),
            Server::start(invoke_listener, invoke_api),
        ];
        let mut local = Self {
            url: format!("http://{address}"),
            invoke_url: format!("http://{invoke_address}"),
            demo: Demo::default(),
            warnings: template.warnings.clone(),
            database,
            storage,
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
            directory,
        };
        local.start_background(&template, options.schedules).await?;
        if options.demo {
            let variables = local.variables(&template);
            local.demo = demo::create(&local.runtime, &local.url, local.directory.path(), variables).await?;
        }
        if let Some(path) = options.environment_file {
            local.environment_file = WhileRunning::write(path.clone(), &local.variables(&template))?;
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
                let source = (self.database.handle().clone(), self.database.table_name());
                let data = self.directory.path().map(Path::to_owned);
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
        Ok(())
    }

    /// What functions are told, but of the database itself: what goes wrong on purpose is for functions alone.
    fn variables(&self, template: &Template) -> BTreeMap<String, String> {
        let endpoints = Endpoints {
            database: self.database.url().to_owned(),
            storage: self.storage.url().to_owned(),
            credentials: self.credentials().clone(),
        };
        runtime::variables_of_all(&template.functions, &endpoints).0
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

    /// The demo people; none when they were not asked for.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.demo.people
    }

    /// A conversation that the first of the demo people has, to be looked at.
    #[must_use]
    pub fn conversation(&self) -> Option<&str> {
        self.demo.conversation.as_deref()
    }

    /// What the template asks for and the machine does not do.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What goes wrong; without faults, nothing.
    #[must_use]
    pub fn faults(&self) -> Option<&Faults> {
        self.faults.as_ref()
    }

    /// The database. Its calls block.
    #[must_use]
    pub fn database(&self) -> &dynoxide::Database {
        self.database.handle()
    }

    /// The database's DynamoDB endpoint.
    #[must_use]
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// The table's name.
    #[must_use]
    pub fn table_name(&self) -> &str {
        self.database.table_name()
    }

    /// The storage's S3 endpoint.
    #[must_use]
    pub fn storage_url(&self) -> &str {
        self.storage.url()
    }

    /// What the database and the storage are called with.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        self.database.credentials()
    }

    /// The file that tells other programs of a machine, where that is another one that runs here.
    #[must_use]
    pub fn taken_file(&self) -> Option<&Path> {
        self.taken_file.as_deref()
    }

    /// The name of the functions' bucket, if the template gives them one.
    #[must_use]
    pub fn bucket_name(&self) -> Option<&str> {
        self.storage.bucket_name()
    }

    /// Invokes a function with a JSON payload.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Result<Value, FunctionError> {
        let answer = self.runtime.invoke(function, payload.to_string().into()).await?;
        let body = answer.outcome?;
        serde_json::from_slice(&body).map_err(|error| FunctionError::from_answer(&error))
    }

    /// Delivers everything that is in the stream now, once, and gives the number of records. A failed batch is not
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

    /// Delivers every record again that has been delivered since the table was made, and gives their number.
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
    /// What a function wrote before it answered is in it by the time that the answer arrives.
    #[must_use]
    pub fn captured_logs(&self) -> Vec<String> {
        self.logger.captured()
    }

    /// Stops: no new requests, a moment for those in flight, no process left.
    pub async fn stop(mut self) {
        self.environment_file = None;
        self.background.abort_all();
        let [gateway, invoke_api] = self.servers;
        tokio::join!(gateway.stop(STOP_TIME), invoke_api.stop(STOP_TIME));
        self.runtime.stop();
        tokio::join!(self.storage.stop(), self.database.stop());
    }
}
