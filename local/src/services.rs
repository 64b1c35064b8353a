//! What the functions need, without the functions: for another Lambda runtime, as `cargo lambda watch` is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use tokio::sync::watch;

use crate::compile;
use crate::database::Database;
use crate::demo::{self, Demo, Person};
use crate::directory::Directory;
use crate::environment_file;
use crate::gateway;
use crate::logs::{Logger, Logs};
use crate::options::{Data, Functions};
use crate::runtime::{self, Configuration, Runtime};
use crate::server;
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
    /// Where data is kept.
    pub data: Data,
    /// Whether to create the demo people.
    pub demo: bool,
    /// Where the environment for the functions is written.
    pub environment_file: PathBuf,
    /// Where logs go.
    pub logs: Logs,
}

/// The database with demo data, and a file that tells functions of it. No stream is delivered and no schedule runs;
/// a later `Local` on the same data delivers what is in the stream then.
pub struct Services {
    database: Database,
    demo: Demo,
    warnings: Vec<String>,
    environment_file: PathBuf,
    _directory: Directory,
}

impl Services {
    /// Starts the database, and returns when functions can use it.
    pub async fn start(options: ServicesOptions) -> Result<Self> {
        let template = Template::load(&options.template)?;
        let directory = Directory::open(&options.data)?;
        // First whatever may be wrong: nobody shall wait for the compiler to hear it.
        environment_file::ensure_replaceable(&options.environment_file)?;
        let listener = server::bind(options.port, "--port").await?;
        let database = Database::start_on(listener, &template, &options.data).await?;
        let demo = if options.demo {
            make_demo(&template, &options, database.url(), directory.path()).await?
        } else {
            Demo::default()
        };
        let (variables, differing) = runtime::variables_of_all(&template.functions, database.url());
        environment_file::write(&options.environment_file, &variables)?;
        let warnings = differing.into_iter().map(|name| {
            format!("functions differ in {name}, so it is not in the one file that serves all of them")
        });
        Ok(Self {
            database,
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

    /// Stops the database, after the requests in flight.
    pub async fn stop(self) {
        self.database.stop().await;
    }
}

/// Makes the demo data as the local machine does: by the functions, behind a gateway. Both end with this, and nobody is
/// told where they are.
async fn make_demo(
    template: &Template,
    options: &ServicesOptions,
    database_url: &str,
    data: Option<&Path>,
) -> Result<Demo> {
    let configuration = Configuration {
        binaries: compile::binaries(template, &options.functions, &options.template).await?,
        max_concurrency: DEMO_CONCURRENCY,
        database_endpoint: database_url.to_owned(),
        faults: None,
    };
    let logger = Logger::new(options.logs);
    let runtime = Arc::new(Runtime::new(&template.functions, &configuration, &logger));
    let gateway = gateway::service(&template.functions, Arc::clone(&runtime), logger);
    let listener = server::bind(0, "").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let stop = watch::Sender::new(false);
    let server = server::serve(listener, gateway, stop.subscribe());
    let demo = demo::create(&runtime, &url, data).await;
    server.abort();
    runtime.stop();
    demo
}
