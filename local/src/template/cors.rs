//! `CorsConfiguration`, of an API and of a bucket.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::intrinsics::Resolver;

/// What pages of other origins may do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cors {
    /// The origins of these pages.
    #[serde(rename = "AllowOrigins", alias = "AllowedOrigins")]
    pub origins: Vec<String>,
    /// The methods of their requests.
    #[serde(rename = "AllowMethods", alias = "AllowedMethods", default)]
    pub methods: Vec<String>,
    /// The headers that their requests may have.
    #[serde(rename = "AllowHeaders", alias = "AllowedHeaders", default)]
    pub headers: Vec<String>,
    /// The headers of answers that they may read.
    #[serde(rename = "ExposeHeaders", alias = "ExposedHeaders", default)]
    pub exposed: Vec<String>,
    /// For how many seconds a browser may remember this.
    #[serde(rename = "MaxAge", default)]
    pub max_age: Option<u64>,
}

impl Cors {
    /// What an API's properties say, if they say anything.
    pub(super) fn of_api(properties: &Value, resolver: &Resolver) -> Result<Option<Self>> {
        let configuration = configuration(properties, resolver)?;
        configuration.map(Self::parse).transpose()
    }

    /// The rules of a bucket.
    pub(super) fn of_bucket(properties: &Value, resolver: &Resolver) -> Result<Vec<Self>> {
        let Some(mut configuration) = configuration(properties, resolver)? else {
            return Ok(Vec::new());
        };
        let rules = configuration["CorsRules"].take();
        let rules: Vec<Value> = serde_json::from_value(rules).context("CorsRules")?;
        rules.into_iter().map(Self::parse).collect()
    }

    fn parse(value: Value) -> Result<Self> {
        let cors: Self = serde_json::from_value(value).context("CorsConfiguration")?;
        let lists = [&cors.origins, &cors.methods, &cors.headers, &cors.exposed];
        ensure!(
            !lists.into_iter().flatten().any(|text| text.contains('*')),
            "CorsConfiguration: the local machine takes no `*`"
        );
        Ok(cors)
    }
}

/// The resolved property, if it is there and not `AWS::NoValue`.
fn configuration(properties: &Value, resolver: &Resolver) -> Result<Option<Value>> {
    let mut values = resolver.resolve(&json!([properties["CorsConfiguration"]]))?;
    Ok(values
        .get_mut(0)
        .map(Value::take)
        .filter(|value| !value.is_null()))
}
