//! `CloudFormation`'s intrinsic functions, resolved for one machine.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use super::parameters::{Parameters, ensure_taken};
use super::resource::{BUCKET, FUNCTION, TABLE, binary};
use crate::aws;

/// Resolves the intrinsic functions of a template.
pub(super) struct Resolver<'a> {
    template: &'a Value,
    parameters: &'a Parameters,
}

/// Stands for `AWS::NoValue` until its key is dropped.
const NO_VALUE: &str = "AWS::NoValue";

impl<'a> Resolver<'a> {
    pub(super) fn new(template: &'a Value, parameters: &'a Parameters) -> Result<Self> {
        ensure_taken(parameters, template)?;
        Ok(Self { template, parameters })
    }

    /// The value with every intrinsic function in it replaced by its result.
    pub(super) fn resolve(&self, value: &Value) -> Result<Value> {
        match value {
            Value::Object(object) => match intrinsic(object) {
                Some((name, argument)) => self.call(name, argument),
                None => self.resolve_object(object),
            },
            Value::Array(items) => {
                let items = items
                    .iter()
                    .map(|item| self.resolve(item))
                    .collect::<Result<Vec<_>>>()?;
                Ok(items.into_iter().filter(|item| !is_no_value(item)).collect())
            }
            plain => Ok(plain.clone()),
        }
    }

    /// Whether a resource's `Condition` holds. A resource without one always exists.
    pub(super) fn exists(&self, resource: &Value) -> Result<bool> {
        match resource.get("Condition").and_then(Value::as_str) {
            Some(name) => self.condition(name),
            None => Ok(true),
        }
    }

    fn resolve_object(&self, object: &Map<String, Value>) -> Result<Value> {
        let mut resolved = Map::new();
        for (key, value) in object {
            let value = self.resolve(value)?;
            if !is_no_value(&value) {
                resolved.insert(key.clone(), value);
            }
        }
        Ok(Value::Object(resolved))
    }

    fn call(&self, name: &str, argument: &Value) -> Result<Value> {
        match name {
            "Ref" => self.reference(text(argument)?),
            "Fn::GetAtt" => {
                let parts = list(argument, 2)?;
                Ok(json!(self.attribute(text(&parts[0])?, text(&parts[1])?)?))
            }
            "Fn::Sub" => self.substitute(argument),
            "Fn::Split" => {
                let parts = list(argument, 2)?;
                let whole = self.resolve(&parts[1])?;
                Ok(text(&whole)?.split(text(&parts[0])?).collect())
            }
            "Fn::If" => {
                let parts = list(argument, 3)?;
                let holds = self.condition(text(&parts[0])?)?;
                self.resolve(&parts[if holds { 1 } else { 2 }])
            }
            "Condition" => Ok(json!(self.condition(text(argument)?)?)),
            "Fn::Equals" => {
                let parts = list(argument, 2)?;
                Ok(json!(self.resolve(&parts[0])? == self.resolve(&parts[1])?))
            }
            "Fn::Not" => Ok(json!(!self.holds(&list(argument, 1)?[0])?)),
            "Fn::And" => {
                let parts = argument.as_array().context("Fn::And needs a list")?;
                let results = parts.iter().map(|part| self.holds(part));
                let results = results.collect::<Result<Vec<_>>>()?;
                Ok(json!(!results.contains(&false)))
            }
            other => bail!("{other} is not supported on the local machine"),
        }
    }

    fn condition(&self, name: &str) -> Result<bool> {
        let condition = &self.template["Conditions"][name];
        ensure!(!condition.is_null(), "there is no condition {name}");
        self.holds(condition)
    }

    fn holds(&self, condition: &Value) -> Result<bool> {
        self.resolve(condition)?
            .as_bool()
            .context("a condition must be true or false")
    }

    fn reference(&self, name: &str) -> Result<Value> {
        if let Some(value) = pseudo_parameter(name) {
            return Ok(json!(value));
        }
        if let Some(value) = self.parameters.get(name) {
            return Ok(json!(value));
        }
        let parameter = &self.template["Parameters"][name];
        if !parameter.is_null() {
            let default = &parameter["Default"];
            ensure!(
                !default.is_null(),
                "the parameter {name} has no default, which the local machine needs"
            );
            return Ok(default.clone());
        }
        Ok(json!(self.physical_id(name)?))
    }

    /// The result of `Ref` of a resource: the name of a function's binary, a table's name or its logical id, a bucket's
    /// name or its logical id in lower case, as S3 demands.
    pub(super) fn physical_id(&self, logical_id: &str) -> Result<String> {
        let resource = self.resource(logical_id)?;
        let properties = &resource["Properties"];
        Ok(match resource["Type"].as_str() {
            Some(FUNCTION) => binary(properties).unwrap_or(logical_id).to_owned(),
            Some(TABLE) if !properties["TableName"].is_null() => {
                text(&self.resolve(&properties["TableName"])?)?.to_owned()
            }
            Some(BUCKET) if !properties["BucketName"].is_null() => {
                text(&self.resolve(&properties["BucketName"])?)?.to_owned()
            }
            Some(BUCKET) => logical_id.to_ascii_lowercase(),
            _ => logical_id.to_owned(),
        })
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<String> {
        let resource = self.resource(logical_id)?;
        let name = self.physical_id(logical_id)?;
        match (resource["Type"].as_str(), attribute) {
            (Some(FUNCTION), "Arn") => Ok(aws::function_arn(&name)),
            (Some(TABLE), "Arn") => Ok(dynoxide::streams::table_arn(&name)),
            (Some(TABLE), "StreamArn") => Ok(dynoxide::streams::stream_arn(&name, "local")),
            _ => bail!("{logical_id}.{attribute} is not known on the local machine"),
        }
    }

    fn resource(&self, logical_id: &str) -> Result<&Value> {
        let resource = &self.template["Resources"][logical_id];
        ensure!(
            !resource.is_null(),
            "there is no parameter or resource {logical_id}"
        );
        Ok(resource)
    }

    fn substitute(&self, argument: &Value) -> Result<Value> {
        let (pattern, variables) = match argument {
            Value::Array(parts) if parts.len() == 2 => (text(&parts[0])?, self.resolve(&parts[1])?),
            plain => (text(plain)?, Value::Null),
        };
        let mut result = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').context("Fn::Sub: a ${ without its }")?;
            result.push_str(before);
            result.push_str(&self.variable(name, &variables)?);
            rest = after;
        }
        result.push_str(rest);
        Ok(json!(result))
    }

    fn variable(&self, name: &str, variables: &Value) -> Result<String> {
        if let Some(literal) = name.strip_prefix('!') {
            return Ok(format!("${{{literal}}}"));
        }
        let value = match (variables.get(name), name.split_once('.')) {
            (Some(value), _) => value.clone(),
            (None, Some((resource, attribute))) => json!(self.attribute(resource, attribute)?),
            (None, None) => self.reference(name)?,
        };
        Ok(plain_text(&value))
    }
}

/// A scalar as `CloudFormation` writes it into a string.
pub(super) fn plain_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn intrinsic(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = object.iter().next().filter(|_| object.len() == 1)?;
    let is_intrinsic =
        name.starts_with("Fn::") || name == "Ref" || (name == "Condition" && argument.is_string());
    is_intrinsic.then_some((name, argument))
}

fn pseudo_parameter(name: &str) -> Option<&'static str> {
    match name {
        "AWS::Region" => Some(aws::REGION),
        "AWS::AccountId" => Some(aws::ACCOUNT_ID),
        "AWS::Partition" => Some("aws"),
        "AWS::URLSuffix" => Some("amazonaws.com"),
        "AWS::StackName" | "AWS::StackId" => Some("local"),
        NO_VALUE => Some(NO_VALUE),
        _ => None,
    }
}

fn is_no_value(value: &Value) -> bool {
    value == NO_VALUE
}

fn text(value: &Value) -> Result<&str> {
    value
        .as_str()
        .with_context(|| format!("a text expected, found {value}"))
}

fn list(value: &Value, length: usize) -> Result<&Vec<Value>> {
    value
        .as_array()
        .filter(|items| items.len() == length)
        .with_context(|| format!("a list of {length} expected, found {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Value {
        json!({
            "Parameters": {
                "Stage": {"Type": "String", "Default": "dev", "AllowedPattern": "[a-z]+"},
                "Bare": {"Type": "String"},
            },
            "Conditions": {
                "IsProduction": {"Fn::Equals": [{"Ref": "Stage"}, "production"]},
                "IsOther": {"Fn::Not": [{"Condition": "IsProduction"}]},
            },
            "Resources": {
                "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
                "Get": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "target/lambda/get/"}},
            }
        })
    }

    fn resolve(value: &Value) -> Result<Value> {
        Resolver::new(&template(), &Parameters::new())?.resolve(value)
    }

    /// With a value for a parameter.
    fn resolve_with(name: &str, value: &str) -> Result<Value> {
        let parameters = Parameters::from([(name.to_owned(), value.to_owned())]);
        let values = json!([{"Ref": name}, {"Fn::If": ["IsProduction", 1, 2]}]);
        Resolver::new(&template(), &parameters)?.resolve(&values)
    }

    #[test]
    fn references() {
        assert_eq!(resolve(&json!({"Ref": "Table"})).unwrap(), "Table");
        assert_eq!(resolve(&json!({"Ref": "Stage"})).unwrap(), "dev");
        assert_eq!(resolve(&json!({"Ref": "Get"})).unwrap(), "get");
        let message = resolve(&json!({"Ref": "Nothing"})).unwrap_err().to_string();
        assert!(message.contains("Nothing"), "{message}");
        assert!(resolve(&json!({"Ref": "Bare"})).is_err());
    }

    #[test]
    fn a_parameter_takes_what_a_deployment_takes() {
        assert_eq!(
            resolve_with("Stage", "production").unwrap(),
            json!(["production", 1])
        );
        assert_eq!(resolve_with("Bare", "").unwrap(), json!(["", 2]));
        for (name, value) in [("Stage", "Production"), ("Stage", "a\nb"), ("Phase", "dev")] {
            let message = resolve_with(name, value).unwrap_err().to_string();
            assert!(message.contains(name), "{message}");
        }
    }

    #[test]
    fn substitutes() {
        let value = json!({"Fn::Sub": "${Stage}-${Table}-${AWS::Region}-${!Kept}"});
        assert_eq!(
            resolve(&value).unwrap(),
            format!("dev-Table-{}-${{Kept}}", aws::REGION)
        );
        assert_eq!(
            resolve(&json!({"Fn::Sub": ["${a}${Stage}", {"a": {"Ref": "Table"}}]})).unwrap(),
            "Tabledev"
        );
    }

    #[test]
    fn conditions_choose_and_drop() {
        let value = json!({
            "a": {"Fn::If": ["IsProduction", 1, 2]},
            "b": {"Fn::If": ["IsOther", {"Ref": "AWS::NoValue"}, 2]},
        });
        assert_eq!(resolve(&value).unwrap(), json!({"a": 2}));
    }

    #[test]
    fn an_unknown_function_is_named() {
        let message = resolve(&json!({"Fn::ImportValue": "x"})).unwrap_err().to_string();
        assert!(message.contains("Fn::ImportValue"), "{message}");
    }
}
