//! The environment variables of the functions.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws;
use crate::credentials::Credentials;
use crate::template::Function;

/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html>
pub(super) const APP_ID: &str = "AWS_SDK_UA_APP_ID";

/// Where functions find DynamoDB and S3, and the credentials for them.
#[derive(Clone, Debug)]
pub(crate) struct Endpoints {
    /// DynamoDB.
    pub(crate) database: String,
    /// S3.
    pub(crate) storage: String,
    pub(crate) credentials: Credentials,
}

/// The environment variables of a function:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
pub(super) fn of(function: &Function, endpoints: &Endpoints) -> Vec<(String, String)> {
    let own = [
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        (
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            function.memory_size.to_string(),
        ),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_REGION", aws::REGION.to_owned()),
        ("AWS_DEFAULT_REGION", aws::REGION.to_owned()),
        (
            "AWS_ACCESS_KEY_ID",
            endpoints.credentials.access_key_id().to_owned(),
        ),
        (
            "AWS_SECRET_ACCESS_KEY",
            endpoints.credentials.secret_access_key().to_owned(),
        ),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoints.database.clone()),
        ("AWS_ENDPOINT_URL_S3", endpoints.storage.clone()),
        // Lambda does not set this one. The SDK puts it into its user agent, so the database knows which function
        // calls. With faults, the environment's number follows the name.
        (APP_ID, function.name.clone()),
        ("TZ", ":UTC".to_owned()),
    ];
    let logging = [
        ("AWS_LAMBDA_LOG_FORMAT", &function.log_format),
        ("AWS_LAMBDA_LOG_LEVEL", &function.log_level),
    ];
    let logging = logging
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.clone()?)));
    let from_template = function.environment.clone();
    // What Lambda sets can't be overridden by the template, so it comes last.
    from_template
        .into_iter()
        .chain(
            own.into_iter()
                .chain(logging)
                .map(|(name, value)| (name.to_owned(), value)),
        )
        .collect()
}

/// The variables that all functions share, for another Lambda runtime, which adds the name of each function; and the
/// names of the variables that are left out because functions differ in them.
pub(crate) fn of_all(
    functions: &[Function],
    endpoints: &Endpoints,
) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let (mut common, mut differing) = (BTreeMap::new(), BTreeSet::new());
    for (name, value) in functions.iter().flat_map(|function| of(function, endpoints)) {
        let is_told = name.starts_with("AWS_LAMBDA_FUNCTION_") || name == "AWS_LAMBDA_INITIALIZATION_TYPE";
        if is_told || name == APP_ID {
            continue;
        }
        if *common.entry(name.clone()).or_insert_with(|| value.clone()) != value {
            differing.insert(name);
        }
    }
    common.retain(|name, _| !differing.contains(name));
    (common, differing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Template;

    #[test]
    fn what_functions_differ_in_is_left_out() {
        let template = Template::parse(
            r"
Globals: { Function: { LoggingConfig: { LogFormat: JSON }, Environment: { Variables: { TABLE_NAME: !Ref Table } } } }
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
  A: { Type: AWS::Serverless::Function, Properties: { CodeUri: target/lambda/a/, Environment: { Variables: { X: 1, Y: 1 } } } }
  B: { Type: AWS::Serverless::Function, Properties: { CodeUri: target/lambda/b/, Environment: { Variables: { X: 2 } } } }
",
        )
        .unwrap();
        let endpoints = Endpoints {
            database: "http://127.0.0.1:8000".to_owned(),
            storage: "http://127.0.0.1:8001".to_owned(),
            credentials: Credentials::draw(),
        };
        let (key_id, secret) = (
            endpoints.credentials.access_key_id(),
            endpoints.credentials.secret_access_key(),
        );
        let (variables, differing) = of_all(&template.functions, &endpoints);
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            variables,
            [
                &format!("AWS_ACCESS_KEY_ID={key_id}"),
                "AWS_DEFAULT_REGION=us-east-1",
                "AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000",
                "AWS_ENDPOINT_URL_S3=http://127.0.0.1:8001",
                "AWS_LAMBDA_LOG_FORMAT=JSON",
                "AWS_REGION=us-east-1",
                &format!("AWS_SECRET_ACCESS_KEY={secret}"),
                "TABLE_NAME=Table",
                "TZ=:UTC",
                "Y=1",
            ]
        );
        assert_eq!(differing, BTreeSet::from(["X".to_owned()]));
    }
}
