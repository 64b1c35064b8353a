//! `AWS::Serverless::Function`.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::events::Events;
use super::intrinsics::{Resolver, plain_text};
use super::resource::{binary, property};

/// A function as the template describes it, with the globals merged in.
#[derive(Debug, Clone)]
pub struct Function {
    /// The binary's name, which is the function's name on this machine.
    pub name: String,
    /// The resource's name in the template.
    pub logical_id: String,
    /// How long one invocation may take.
    pub timeout: Duration,
    /// In MB. The function learns it; nothing enforces it.
    pub memory_size: u64,
    /// The template's environment variables.
    pub environment: BTreeMap<String, String>,
    /// `AWS_LAMBDA_LOG_FORMAT`.
    pub log_format: Option<String>,
    /// `AWS_LAMBDA_LOG_LEVEL`.
    pub log_level: Option<String>,
    /// What invokes it.
    pub events: Events,
}

impl Function {
    pub(super) fn parse(
        logical_id: &str,
        resource: &Value,
        globals: &Value,
        resolver: &Resolver,
        warnings: &mut Vec<String>,
    ) -> Result<Self> {
        let properties = &resource["Properties"];
        let name = binary(properties).context("its CodeUri must be target/lambda/<binary>/")?;
        let own_or_global = |path: &[&str]| {
            let own = property(properties, path);
            resolver.resolve(if own.is_null() {
                property(globals, path)
            } else {
                own
            })
        };
        // SAM's own defaults: 3 seconds, 128 MB.
        let timeout = whole_number(&own_or_global(&["Timeout"])?, 3).context("Timeout")?;
        let memory_size = whole_number(&own_or_global(&["MemorySize"])?, 128).context("MemorySize")?;
        let setting =
            |key: &str| own_or_global(&["LoggingConfig", key]).map(|value| value.as_str().map(str::to_owned));
        let mut environment = BTreeMap::new();
        for variables in [globals, properties].map(|level| property(level, &["Environment", "Variables"])) {
            let variables = resolver.resolve(variables).context("Environment")?;
            for (key, value) in variables.as_object().into_iter().flatten() {
                environment.insert(key.clone(), plain_text(value));
            }
        }
        let mut warn = |text: String| warnings.push(format!("{logical_id}: {text}"));
        Ok(Self {
            name: name.to_owned(),
            logical_id: logical_id.to_owned(),
            timeout: Duration::from_secs(timeout),
            memory_size,
            environment,
            log_format: setting("LogFormat")?,
            log_level: setting("ApplicationLogLevel")?,
            events: Events::parse(&properties["Events"], resolver, &mut warn)?,
        })
    }
}

fn whole_number(value: &Value, default: u64) -> Result<u64> {
    if value.is_null() {
        return Ok(default);
    }
    let number: u64 = plain_text(value)
        .parse()
        .with_context(|| format!("{value} is not a whole number"))?;
    ensure!(number > 0, "must be more than zero");
    Ok(number)
}
