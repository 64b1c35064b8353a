//! The types of resources, and their properties as they are written.

use serde_json::Value;

pub(super) const API: &str = "AWS::Serverless::HttpApi";
pub(super) const FUNCTION: &str = "AWS::Serverless::Function";
pub(super) const TABLE: &str = "AWS::DynamoDB::Table";
pub(super) const BUCKET: &str = "AWS::S3::Bucket";

/// A property, or null.
pub(super) fn property<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().fold(value, |value, key| &value[*key])
}

/// The binary that a function's `CodeUri` names.
pub(super) fn binary(properties: &Value) -> Option<&str> {
    let path = properties["CodeUri"].as_str()?.trim_end_matches('/');
    let (folder, name) = path.rsplit_once('/')?;
    (folder.ends_with("target/lambda") && !name.is_empty()).then_some(name)
}
