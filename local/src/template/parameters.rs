//! Values for the template's parameters.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use regex_lite::Regex;
use serde_json::Value;

/// Values of parameters, in place of their defaults.
pub type Parameters = BTreeMap<String, String>;

/// Fails where a deployment would refuse a value.
pub(super) fn ensure_taken(parameters: &Parameters, template: &Value) -> Result<()> {
    for (name, value) in parameters {
        let parameter = &template["Parameters"][name];
        ensure!(!parameter.is_null(), "there is no parameter {name}");
        if let Some(pattern) = parameter["AllowedPattern"].as_str() {
            // The whole value has to match.
            let whole = Regex::new(&format!("^(?:{pattern})$"));
            let whole = whole.with_context(|| format!("the AllowedPattern of {name}"))?;
            ensure!(
                whole.is_match(value),
                "the parameter {name} does not take `{value}`: its AllowedPattern is {pattern}"
            );
        }
    }
    Ok(())
}
