//! What invokes a function: routes, the table's stream, schedules.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;

use super::filter::Pattern;
use super::intrinsics::{Resolver, plain_text};

/// A function's events.
#[derive(Debug, Clone, Default)]
pub struct Events {
    /// Routes of the HTTP API.
    pub routes: Vec<Route>,
    /// Event source mappings on the table's stream.
    pub streams: Vec<StreamMapping>,
    /// Schedules.
    pub schedules: Vec<Schedule>,
}

/// A route of the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `$default`: all requests that no other route takes.
    Default,
    /// A method on a path.
    Path {
        /// In capitals; `ANY` takes every method.
        method: String,
        /// As in the template: `/v1/conversations/{id}`.
        path: String,
    },
}

/// An event source mapping of a DynamoDB stream.
#[derive(Debug, Clone)]
pub struct StreamMapping {
    /// The event's name in the template.
    pub name: String,
    /// Where a mapping starts the first time.
    pub starting_position: StartingPosition,
    /// The most records in one invocation.
    pub batch_size: usize,
    /// How long to collect records for a batch.
    pub batching_window: Duration,
    /// A record is delivered when one of these matches, or when there are none.
    pub filters: Vec<Pattern>,
    /// How often a failed batch is tried again; without it, until it works.
    pub maximum_retry_attempts: Option<u32>,
    /// The age from which a failure gives a record up.
    pub maximum_record_age: Option<Duration>,
    /// Whether a failed batch is halved.
    pub bisect_on_error: bool,
    /// `ReportBatchItemFailures`.
    pub reports_item_failures: bool,
}

/// Where an event source mapping starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum StartingPosition {
    /// With the oldest record.
    #[serde(rename = "TRIM_HORIZON")]
    TrimHorizon,
    /// With the next record.
    #[serde(rename = "LATEST")]
    Latest,
}

/// A schedule of a fixed rate.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// The event's name in the template.
    pub name: String,
    /// The time between two invocations.
    pub period: Duration,
    /// The payload, if the template gives one.
    pub input: Option<String>,
    /// Who sends it: `aws.scheduler` (`ScheduleV2`) or `aws.events` (`Schedule`).
    pub source: &'static str,
}

impl Events {
    pub(super) fn parse(events: &Value, resolver: &Resolver, warn: &mut impl FnMut(String)) -> Result<Self> {
        let mut parsed = Self::default();
        for (name, event) in events.as_object().into_iter().flatten() {
            let context = || format!("its event {name}");
            let properties = resolver.resolve(&event["Properties"]).with_context(context)?;
            match event["Type"].as_str() {
                Some("HttpApi") => {
                    if !properties["Auth"].is_null() {
                        warn(format!("the event {name} has an Auth, which is not applied"));
                    }
                    parsed
                        .routes
                        .push(Route::parse(&properties).with_context(context)?);
                }
                Some("DynamoDB") => parsed
                    .streams
                    .push(StreamMapping::parse(name, properties).with_context(context)?),
                Some("Schedule") => {
                    parsed
                        .schedules
                        .push(Schedule::parse(name, "aws.events", &properties).with_context(context)?);
                }
                Some("ScheduleV2") => {
                    parsed
                        .schedules
                        .push(Schedule::parse(name, "aws.scheduler", &properties).with_context(context)?);
                }
                Some("Api") => {
                    bail!("its event {name} is a route of a REST API; the local machine runs HTTP APIs")
                }
                other => warn(format!(
                    "the event {name} of the type {} is not run",
                    other.unwrap_or("?")
                )),
            }
        }
        Ok(parsed)
    }
}

impl Route {
    fn parse(properties: &Value) -> Result<Self> {
        let version = &properties["PayloadFormatVersion"];
        ensure!(
            version.is_null() || plain_text(version) == "2.0",
            "only payload format 2.0 is supported"
        );
        match (properties["Method"].as_str(), properties["Path"].as_str()) {
            (None, None | Some("$default")) => Ok(Self::Default),
            (method, Some(path)) => {
                ensure!(path.starts_with('/'), "the path {path} must start with /");
                let method = method.unwrap_or("ANY").to_uppercase();
                let method = if method == "*" || method == "X-AMAZON-APIGATEWAY-ANY-METHOD" {
                    "ANY".to_owned()
                } else {
                    method
                };
                Ok(Self::Path {
                    method,
                    path: path.to_owned(),
                })
            }
            (Some(_), None) => bail!("a Method needs a Path"),
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("$default"),
            Self::Path { method, path } => write!(f, "{method} {path}"),
        }
    }
}

/// The properties that the local machine acts on. An on-failure destination becomes a file.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct StreamProperties {
    #[serde(rename = "Stream")]
    _stream: Value,
    #[serde(rename = "DestinationConfig")]
    _destination_config: Option<Value>,
    starting_position: StartingPosition,
    #[serde(default = "default_batch_size")]
    batch_size: usize,
    #[serde(default)]
    maximum_batching_window_in_seconds: u64,
    filter_criteria: Option<FilterCriteria>,
    maximum_retry_attempts: Option<i64>,
    maximum_record_age_in_seconds: Option<i64>,
    #[serde(default)]
    bisect_batch_on_function_error: bool,
    #[serde(default)]
    function_response_types: Vec<String>,
    #[serde(default = "default_enabled")]
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FilterCriteria {
    filters: Vec<Filter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    pattern: String,
}

/// Lambda's default for DynamoDB streams.
fn default_batch_size() -> usize {
    100
}

fn default_enabled() -> bool {
    true
}

impl StreamMapping {
    fn parse(name: &str, properties: Value) -> Result<Self> {
        let properties: StreamProperties = serde_json::from_value(properties)?;
        ensure!(properties.enabled, "a disabled mapping is not supported");
        ensure!(
            (1..=10_000).contains(&properties.batch_size),
            "BatchSize must be from 1 to 10,000"
        );
        let filters = properties
            .filter_criteria
            .map(|criteria| criteria.filters)
            .unwrap_or_default();
        Ok(Self {
            name: name.to_owned(),
            starting_position: properties.starting_position,
            batch_size: properties.batch_size,
            batching_window: Duration::from_secs(properties.maximum_batching_window_in_seconds),
            filters: filters
                .iter()
                .map(|filter| Pattern::parse(&filter.pattern))
                .collect::<Result<_>>()?,
            // -1 is Lambda's way to say "without end".
            maximum_retry_attempts: properties
                .maximum_retry_attempts
                .and_then(|count| u32::try_from(count).ok()),
            maximum_record_age: properties
                .maximum_record_age_in_seconds
                .and_then(|seconds| u64::try_from(seconds).ok())
                .map(Duration::from_secs),
            bisect_on_error: properties.bisect_batch_on_function_error,
            reports_item_failures: properties
                .function_response_types
                .iter()
                .any(|t| t == "ReportBatchItemFailures"),
        })
    }
}

impl Schedule {
    fn parse(name: &str, source: &'static str, properties: &Value) -> Result<Self> {
        let expression = properties["ScheduleExpression"]
            .as_str()
            .or(properties["Schedule"].as_str());
        let expression = expression.context("there is no ScheduleExpression")?;
        Ok(Self {
            name: name.to_owned(),
            period: rate(expression).with_context(|| {
                format!("the schedule {expression} can't be run on the local machine, only rate(<n> minutes|hours|days)")
            })?,
            input: properties["Input"].as_str().map(str::to_owned),
            source,
        })
    }
}

fn rate(expression: &str) -> Option<Duration> {
    let (count, unit) = expression
        .strip_prefix("rate(")?
        .strip_suffix(')')?
        .split_once(' ')?;
    let count: u64 = count.parse().ok().filter(|count| *count > 0)?;
    let seconds = match unit {
        "minute" | "minutes" => 60,
        "hour" | "hours" => 3_600,
        "day" | "days" => 86_400,
        _ => return None,
    };
    Some(Duration::from_secs(count * seconds))
}
