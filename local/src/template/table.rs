//! `AWS::DynamoDB::Table`.

use anyhow::{Context, Result};
use dynoxide::actions::create_table::CreateTableRequest;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use super::intrinsics::Resolver;

/// The properties that `CreateTable` takes under the same names. The others (backups, encryption, protection, tags)
/// change nothing that a request can see.
const CREATE_TABLE_PROPERTIES: [&str; 6] = [
    "KeySchema",
    "AttributeDefinitions",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "BillingMode",
    "ProvisionedThroughput",
];

/// The table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its own name, or its logical id.
    pub name: String,
    /// The attribute that holds a row's expiry.
    pub ttl_attribute: Option<String>,
    /// A `CreateTable` request.
    definition: Value,
}

impl Table {
    pub(super) fn parse(logical_id: &str, properties: &Value, resolver: &Resolver) -> Result<Self> {
        let properties = resolver.resolve(properties)?;
        let name = properties["TableName"].as_str().unwrap_or(logical_id).to_owned();
        let mut definition = Map::new();
        definition.insert("TableName".to_owned(), json!(name));
        for key in CREATE_TABLE_PROPERTIES {
            if let Some(value) = properties.get(key) {
                definition.insert(key.to_owned(), value.clone());
            }
        }
        if let Some(view) = properties["StreamSpecification"]["StreamViewType"].as_str() {
            // CloudFormation has no `StreamEnabled`, which CreateTable requires.
            definition.insert(
                "StreamSpecification".to_owned(),
                json!({"StreamEnabled": true, "StreamViewType": view}),
            );
        }
        let ttl = &properties["TimeToLiveSpecification"];
        let table = Self {
            name,
            ttl_attribute: ttl["AttributeName"]
                .as_str()
                .filter(|_| ttl["Enabled"] == true)
                .map(str::to_owned),
            definition: Value::Object(definition),
        };
        table.create_request()?;
        Ok(table)
    }

    /// Whether the table has a stream.
    #[must_use]
    pub fn has_stream(&self) -> bool {
        self.definition.get("StreamSpecification").is_some()
    }

    /// The request that creates the table.
    pub fn create_request(&self) -> Result<CreateTableRequest> {
        CreateTableRequest::deserialize(&self.definition).context("it does not define a DynamoDB table")
    }
}
