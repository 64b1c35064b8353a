//! The services that functions use, without the functions: for another Lambda runtime such as `cargo lambda watch`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;

use crate::compile::{self, Functions};
use crate::credentials::Credentials;
use crate::database::Database;
use crate::demo::{self, Demo, Person};
use crate::directory::{Data, Directory};
use crate::environment_file;
use crate::gateway;
use crate::logs::{Logger, Logs};
use crate::runtime::{self, Configuration, Endpoints, Runtime};
use crate::server::{self, Server};
use crate::storage::Storage;
use crate::stream::Mapping;
use crate::template::Template;

/// How many processes of one function make the demo data.
const DEMO_CONCURRENCY: usize = 1;

/// How to start the services.
#[derive(Debug, Clone)]
pub struct ServicesOptions {
    /// The SAM template.
    pub template: PathBuf,
    /// Where the binaries that make the demo data come from.
    pub functions: Functions,
    /// The port of the database; 0 = any.
    pub port: u16,
    /// The port of the storage; 0 = any.
    pub storage_port: u16,
    /// Where data is kept.
    pub data: Data,
    /// Whether to begin anew and remove the data that is kept.
    pub reset: bool,
    /// Whether to create the demo people.
    pub demo: bool,
    /// Where the environment for the functions is written.
    pub environment_file: PathBuf,
    /// Where logs go.
    pub logs: Logs,
}

/// The database with demo data, and the storage: everything that functions use.
///
/// [`Services::start`] runs nothing else and writes an environment file for the functions. No stream is delivered and
/// no schedule runs; a later `Local` on the same data delivers the records of the stream.
pub struct Services {
    pub(crate) database: Database,
    pub(crate) storage: Storage,
    pub(crate) directory: Directory,
    demo: Demo,
    warnings: Vec<String>,
    environment_file: Option<PathBuf>,
}

impl Services {
    /// Starts the database and the storage, and returns when functions can use them.
    pub async fn start(options: ServicesOptions) -> Result<Self> {
        let template = Template::load(&options.template)?;
        let logger = Logger::new(options.logs);
        let directory = Directory::open(&options.data, options.reset)?;
        // First, so that a mistake is reported before the compiler runs.
        environment_file::ensure_replaceable(&options.environment_file)
            .context("choose another file with --env-file")?;
        let listeners = [
            server::bind(options.port, "--port").await?,
            server::bind(options.storage_port, "--storage-port").await?,
        ];
        let mut services = Self::open(&template, &options.data, directory, listeners).await?;
        if options.demo {
            let binaries = compile::binaries(&template, &options.functions, &options.template).await?;
            services.make_demo_by(binaries, &template, &logger).await?;
        }
        let (variables, differing) = runtime::variables_of_all(&template.functions, &services.endpoints());
        environment_file::write(&options.environment_file, &variables)?;
        let warnings = differing.into_iter().map(|name| {
            format!("functions have different values of {name}, so the environment file leaves it out")
        });
        services.warnings = warnings.collect();
        services.environment_file = Some(options.environment_file);
        Ok(services)
    }

    /// Starts the database and the storage on these two listeners.
    pub(crate) async fn open(
        template: &Template,
        data: &Data,
        directory: Directory,
        [listener, storage_listener]: [TcpListener; 2],
    ) -> Result<Self> {
        let credentials = Credentials::draw();
        Ok(Self {
            database: Database::start_on(listener, template, data, &credentials).await?,
            storage: Storage::start_on(storage_listener, template, data, &credentials)?,
            directory,
            demo: Demo::default(),
            warnings: template.warnings.clone(),
            environment_file: None,
        })
    }

    /// Makes the demo data as the local machine does, with functions behind a gateway. Both stop when it is made, and
    /// nobody else learns their addresses.
    async fn make_demo_by(
        &mut self,
        binaries: BTreeMap<String, PathBuf>,
        template: &Template,
        logger: &Logger,
    ) -> Result<()> {
        let configuration = Configuration {
            binaries,
            max_concurrency: DEMO_CONCURRENCY,
            endpoints: self.endpoints(),
            faults: None,
        };
        let runtime = Arc::new(Runtime::new(&template.functions, &configuration, logger));
        let gateway = gateway::service(template, Arc::clone(&runtime), logger.clone())?;
        let listener = server::bind(0, "").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = Server::start(listener, gateway);
        let made = self.make_demo(&runtime, &url, &[], logger).await;
        drop(server);
        runtime.stop();
        made
    }

    /// Makes the demo data with running functions, and waits until these streams are delivered. Logs one line in place
    /// of the functions' lines.
    pub(crate) async fn make_demo(
        &mut self,
        runtime: &Runtime,
        url: &str,
        streams: &[Arc<Mapping>],
        logger: &Logger,
    ) -> Result<()> {
        logger.hold();
        let made = async {
            let demo =
                demo::create(runtime, url, self.directory.path(), &self.database, &self.storage).await?;
            for stream in streams {
                stream.settle().await?;
            }
            Ok(demo)
        };
        let made = made.await;
        let held = logger.release();
        match made {
            Ok(demo) => {
                let names: Vec<_> = demo
                    .people
                    .iter()
                    .map(|person| person.username.as_str())
                    .collect();
                let text = format!("demo data: {}, their messages, and sounds", names.join(", "));
                logger.notice("cargo local", &text);
                self.demo = demo;
                Ok(())
            }
            Err(error) => {
                for line in held {
                    logger.show(line);
                }
                Err(error)
            }
        }
    }

    /// Where functions find the database and the storage.
    pub(crate) fn endpoints(&self) -> Endpoints {
        Endpoints {
            database: self.database.url().to_owned(),
            storage: self.storage.url().to_owned(),
            credentials: self.database.credentials().clone(),
        }
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

    /// The name of the bucket in the functions' environment, if there is one.
    #[must_use]
    pub fn bucket_name(&self) -> Option<&str> {
        self.storage.bucket_name()
    }

    /// The credentials that the database and the storage accept.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        self.database.credentials()
    }

    /// The demo people; none when they were not asked for.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.demo.people
    }

    /// A conversation of the first of the demo people.
    #[must_use]
    pub fn conversation(&self) -> Option<&str> {
        self.demo.conversation.as_deref()
    }

    /// What the template asks for and this machine does not have.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The environment file that [`Services::start`] has written. It stays when the services stop.
    #[must_use]
    pub fn environment_file(&self) -> Option<&Path> {
        self.environment_file.as_deref()
    }

    /// Stops the database and the storage, after the requests in flight.
    pub async fn stop(self) {
        tokio::join!(self.storage.stop(), self.database.stop());
    }
}
