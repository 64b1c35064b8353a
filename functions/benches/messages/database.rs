//! What sending a message asks of the database, asked over HTTP without anything before it.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use local::Credentials;
use reqwest::Client;
use serde_json::{Value, json};
use shared::model::{ConversationId, Id, MessageId, Millis};

use crate::api::Machine;
use crate::sender::{Sender, TEXT};

/// How much of what a message asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The token, then the transaction with the sender's person beside it.
    All,
    /// Only the transaction: the sender's side, the conversation and the message.
    Transaction,
}

/// Writes messages into one conversation, on a connection of its own.
pub(crate) struct Writer {
    client: Client,
    url: String,
    authorization: String,
    table: String,
    part: Part,
    /// The conversation's rows as they were found.
    side: Value,
    head: Value,
    /// The keys of what is only read.
    token: Value,
    person: Value,
    last: MessageId,
}

impl Writer {
    /// For somebody's conversation. `rows` are all those of the table.
    pub(crate) fn new(
        machine: &Machine,
        rows: &[Value],
        person: &str,
        conversation: &str,
        part: Part,
    ) -> Result<Self> {
        let row = |kind: &str, attributes: &[(&str, &str)]| {
            let is_it = |row: &&Value| {
                row["kind"]["S"] == kind && attributes.iter().all(|(name, value)| row[name]["S"] == *value)
            };
            let found = rows.iter().find(is_it).cloned();
            found.with_context(|| format!("there is no {kind} with {attributes:?}"))
        };
        let conversation_id: ConversationId = conversation.parse()?;
        Ok(Self {
            client: Client::builder().no_proxy().build()?,
            url: machine.local.database_url().to_owned(),
            authorization: authorization(machine.local.credentials()),
            table: machine.local.table_name().to_owned(),
            part,
            side: row(
                "participant",
                &[("conversation_id", conversation), ("person_id", person)],
            )?,
            head: row("conversation", &[("conversation_id", conversation)])?,
            token: key(&row("token", &[("person_id", person)])?),
            person: key(&row("person", &[("person_id", person)])?),
            last: conversation_id.cast(),
        })
    }

    /// As `shared/src/store/messages.rs` does it.
    fn transaction(&self, id: MessageId) -> Value {
        let id = id.to_string();
        let (sender, conversation) = (&self.side["person_id"], &self.head["conversation_id"]);
        let side = json!({
            "TableName": self.table,
            "Key": key(&self.side),
            "ConditionExpression": "conversation_id = :id",
            "UpdateExpression": "SET #rank = :rank",
            "ExpressionAttributeNames": {"#rank": "rank"},
            "ExpressionAttributeValues": {":id": conversation, ":rank": {"S": id}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        let head = json!({
            "TableName": self.table,
            "Key": key(&self.head),
            "ConditionExpression": "conversation_id = :id AND attribute_not_exists(deleted_at) AND \
                (attribute_not_exists(last_message_id) OR last_message_id < :last_message_id)",
            "UpdateExpression": "SET #last_message_id = :last_message_id, \
                #sent_by.#person = if_not_exists(#sent_by.#person, :none) + :one ADD #sent_total :one",
            "ExpressionAttributeNames": {
                "#last_message_id": "last_message_id",
                "#sent_by": "sent_by",
                "#person": sender["S"],
                "#sent_total": "sent_total",
            },
            "ExpressionAttributeValues": {
                ":id": conversation,
                ":last_message_id": {"S": id},
                ":one": {"N": "1"},
                ":none": {"N": "0"},
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        let message = json!({
            "TableName": self.table,
            "Item": {
                "pk": self.head["pk"],
                "sk": {"S": format!("MESSAGE#{id}")},
                "kind": {"S": "message"},
                "v": {"N": "1"},
                "conversation_id": conversation,
                "message_id": {"S": id},
                "sender_id": sender,
                "text": {"S": TEXT},
                "revision": {"N": "0"},
            },
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        json!({
            "TransactItems": [{"Update": side}, {"Update": head}, {"Put": message}],
            "ClientRequestToken": id,
            "ReturnConsumedCapacity": "TOTAL",
        })
    }

    /// Writes the next message, and gives the units that it took.
    pub(crate) async fn write(&mut self) -> Result<f64> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        self.last = Id::next(self.last, Millis(now.as_millis().try_into()?));
        let transaction = self.transaction(self.last);
        let written = self.call("TransactWriteItems", &transaction);
        if self.part == Part::Transaction {
            return written.await;
        }
        let token = json!({
            "TableName": self.table,
            "Key": self.token,
            "ConsistentRead": true,
            "ReturnConsumedCapacity": "TOTAL",
        });
        let person = json!({
            "RequestItems": {&self.table: {"Keys": [self.person], "ConsistentRead": true}},
            "ReturnConsumedCapacity": "TOTAL",
        });
        let read = self.call("GetItem", &token).await?;
        let (beside, written) = tokio::try_join!(self.call("BatchGetItem", &person), written)?;
        Ok(read + beside + written)
    }

    /// Makes a call, and gives the units that it took.
    async fn call(&self, operation: &str, request: &Value) -> Result<f64> {
        let response = self
            .client
            .post(&self.url)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .header("x-amz-date", "20260101T000000Z")
            .header("authorization", &self.authorization)
            .body(request.to_string())
            .send()
            .await?;
        let status = response.status();
        let answer: Value = serde_json::from_slice(&response.bytes().await?)?;
        ensure!(status.is_success(), "{operation}: {status} {answer}");
        let consumed = &answer["ConsumedCapacity"];
        let tables = consumed
            .as_array()
            .map_or(std::slice::from_ref(consumed), Vec::as_slice);
        Ok(tables
            .iter()
            .filter_map(|table| table["CapacityUnits"].as_f64())
            .sum())
    }
}

impl Sender for Writer {
    async fn send(&mut self) -> Result<()> {
        self.write().await.map(drop)
    }
}

/// The embedded database checks only the key's id in a signature.
fn authorization(credentials: &Credentials) -> String {
    let id = credentials.access_key_id();
    format!(
        "AWS4-HMAC-SHA256 Credential={id}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
    )
}

fn key(row: &Value) -> Value {
    json!({"pk": row["pk"], "sk": row["sk"]})
}
