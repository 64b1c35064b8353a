//! What the functions need, without the functions: for another Lambda runtime, as `cargo lambda watch` is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};

use crate::compile;
use crate::credentials::Credentials;
use crate::database::Database;
use crate::demo::{self, Demo, Person};
use crate::directory::Directory;
use crate::environment_file;
use crate::gateway;
use crate::logs::{Logger, Logs};
use crate::options::{Data, Functions};
use crate::runtime::{self, Configuration, Endpoints, Runtime};
use crate::server::{self, Server};
use crate::storage::Storage;
use crate::template::Template;

/// How many processes of one function make the demo data.
const DEMO_CONCURRENCY: usize = 1;

/// How to start the services.
#[derive(Debug, Clone)]
pub struct ServicesOptions {
    /// The SAM template.
    pub template: PathBuf,
    /// Where the binaries come from that make the demo data.
    pub functions: Functions,
    /// The port of the database; 0 = any.
    pub port: u16,
    /// The port of the storage; 0 = any.
    pub storage_port: u16,
    /// Where data is kept.
    pub data: Data,
    /// Whether to create the demo people.
    pub demo: bool,
    /// Where the environment for the functions is written.
    pub environment_file: PathBuf,
    /// Where logs go.
    pub logs: Logs,
}

/// The database with demo data, the storage, and a file that tells functions of them. No stream is delivered and no schedule runs;
/// a later `Local` on the same data delivers what is in the stream then.
pub struct Services {
    database: Database,
    storage: Storage,
    demo: Demo,
    warnings: Vec<String>,
    environment_file: PathBuf,
    _directory: Directory,
}

impl Services {
    /// Starts the database and the storage, and returns when functions can use them.
    pub async fn start(options: ServicesOptions) -> Result<Self> {
        let template = Template::load(&options.template)?;
        let directory = Directory::open(&options.data)?;
        // First whatever may be wrong: nobody shall wait for the compiler to hear it.
        environment_file::ensure_replaceable(&options.environment_file)
            .context("choose another file with --env-file")?;
        let listener = server::bind(options.port, "--port").await?;
        let storage_listener = server::bind(options.storage_port, "--storage-port").await?;
        let credentials = Credentials::draw();
        let database = Database::start_on(listener, &template, &options.data, &credentials).await?;
        let storage = Storage::start_on(storage_listener, &template, &options.data, &credentials)?;
        let endpoints = Endpoints {
            database: database.url().to_owned(),
            storage: storage.url().to_owned(),
            credentials,
        };
        let demo = if options.demo {
            make_demo(&template, &options, endpoints.clone(), directory.path()).await?
        } else {
            Demo::default()
        };
        let (variables, differing) = runtime::variables_of_all(&template.functions, &endpoints);
        environment_file::write(&options.environment_file, &variables)?;
        let warnings = differing.into_iter().map(|name| {
            format!("functions differ in {name}, so it is not in the one file that serves all of them")
        });
        Ok(Self {
            database,
            storage,
            demo,
            warnings: warnings.collect(),
            environment_file: options.environment_file,
            _directory: directory,
        })
    }

    /// The database's DynamoDB endpoint.
    #[must_use]
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// The storage's S3 endpoint.
    #[must_use]
    pub fn storage_url(&self) -> &str {
        self.storage.url()
    }

    /// The name of the functions' bucket, if the template gives them one.
    #[must_use]
    pub fn bucket_name(&self) -> Option<&str> {
        self.storage.bucket_name()
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

    /// What the template asks for and the environment file does not give.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Where the environment for the functions has been written. It stays when the services stop.
    #[must_use]
    pub fn environment_file(&self) -> &Path {
        &self.environment_file
    }

    /// Stops the database and the storage, after the requests in flight.
    pub async fn stop(self) {
        tokio::join!(self.storage.stop(), self.database.stop());
    }
}

/// Makes the demo data as the local machine does: by the functions, behind a gateway. Both end with this, and nobody is
/// told where they are.
async fn make_demo(
    template: &Template,
    options: &ServicesOptions,
    endpoints: Endpoints,
    data: Option<&Path>,
) -> Result<Demo> {
    let (variables, _) = runtime::variables_of_all(&template.functions, &endpoints);
    let configuration = Configuration {
        binaries: compile::binaries(template, &options.functions, &options.template).await?,
        max_concurrency: DEMO_CONCURRENCY,
        endpoints,
        faults: None,
    };
    let logger = Logger::new(options.logs);
    let runtime = Arc::new(Runtime::new(&template.functions, &configuration, &logger));
    let gateway = gateway::service(&template.functions, Arc::clone(&runtime), logger);
    let listener = server::bind(0, "").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let server = Server::start(listener, gateway);
    let demo = demo::create(&runtime, &url, data, variables).await;
    drop(server);
    runtime.stop();
    demo
}
