//! What calls need, and what the policies of the template allow.

use std::collections::{BTreeMap, BTreeSet};

use local::Call;
use serde_json::{Value, json};

const TABLE: &str = "!GetAtt Table.Arn";

/// What a call needs: an action on a resource, as the template writes them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Need {
    action: String,
    resource: String,
    /// The partitions of the table that the call names, as patterns. None of an index, and none in a scan.
    pub(super) keys: BTreeSet<String>,
}

/// The smallest pattern for a partition: what it begins with, if an id or the like follows.
fn pattern(pk: &Value) -> String {
    let pk = pk["S"].as_str().expect("a call names the partition");
    pk.split_once('#')
        .map_or_else(|| pk.to_owned(), |(name, _)| format!("{name}#*"))
}

/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
pub(super) fn needs(call: &Call, table: &str) -> Vec<Need> {
    let Call { operation, body, .. } = call;
    let need = |action: &str, name: &Value, keys: &[&Value]| Need {
        action: format!("dynamodb:{action}"),
        resource: match (&body["IndexName"], name == table) {
            (_, false) => name.to_string(),
            (Value::String(index), true) => format!("!Sub ${{Table.Arn}}/index/{index}"),
            (_, true) => TABLE.to_owned(),
        },
        keys: keys.iter().map(|pk| pattern(pk)).collect(),
    };
    match operation.as_str() {
        "GetItem" | "DeleteItem" | "UpdateItem" => {
            vec![need(operation, &body["TableName"], &[&body["Key"]["pk"]])]
        }
        "Query" if body["IndexName"].is_null() => {
            let condition = body["KeyConditionExpression"].as_str().unwrap();
            assert!(condition.starts_with("pk = :pk"), "{condition}");
            let pk = &body["ExpressionAttributeValues"][":pk"];
            vec![need(operation, &body["TableName"], &[pk])]
        }
        "Query" | "Scan" => vec![need(operation, &body["TableName"], &[])],
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().unwrap().iter();
            let tables = tables.map(|(name, requests)| {
                let keys: Vec<_> = match requests.as_array() {
                    Some(writes) => writes.iter().map(part_key).collect(),
                    None => requests["Keys"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|key| &key["pk"])
                        .collect(),
                };
                need(operation, &json!(name), &keys)
            });
            tables.collect()
        }
        "TransactWriteItems" => {
            // Whether a part is judged by its own key or by those of all parts with its action, no page of AWS says.
            // What suffices for the latter does for both.
            let mut actions = BTreeMap::<_, Vec<_>>::new();
            for item in body["TransactItems"].as_array().unwrap() {
                let (part, inner) = item.as_object().unwrap().iter().next().unwrap();
                let name = inner["TableName"].as_str().unwrap();
                actions
                    .entry((part.as_str(), name))
                    .or_default()
                    .push(part_key(item));
            }
            let parts = actions
                .into_iter()
                .map(|((part, name), keys)| need(&format!("{part}Item"), &json!(name), &keys));
            parts.collect()
        }
        other => panic!("which permissions {other} needs is not known here"),
    }
}

/// The partition key of one part of a batch of writes or of a transaction.
fn part_key(part: &Value) -> &Value {
    let (_, inner) = part.as_object().unwrap().iter().next().unwrap();
    match &inner["Key"] {
        Value::Null => &inner["Item"]["pk"],
        key => &key["pk"],
    }
}

/// Part of a policy.
pub(super) struct Statement {
    actions: Vec<String>,
    resources: Vec<String>,
    /// The patterns that the partitions of a call must match; none where any may be.
    pub(super) keys: Option<BTreeSet<String>>,
}

fn one_or_many(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

impl Statement {
    pub(super) fn new(statement: &Value) -> Self {
        assert_eq!(statement["Effect"], "Allow", "{statement}");
        let resource = |resource: &Value| match (&resource["Fn::GetAtt"], &resource["Fn::Sub"]) {
            (Value::Array(parts), _) => {
                let parts: Vec<_> = parts.iter().map(|part| part.as_str().unwrap()).collect();
                format!("!GetAtt {}", parts.join("."))
            }
            (_, Value::String(text)) => format!("!Sub {text}"),
            _ => panic!("a resource that is not known here: {resource}"),
        };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let condition = &statement["Condition"];
        let leading_keys = &condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
        let actions: Vec<_> = one_or_many(&statement["Action"]).iter().map(text).collect();
        // No call to the table needs what a statement on the bucket allows.
        assert!(
            condition.is_null() == leading_keys.is_null()
                || actions.iter().all(|action| action.starts_with("s3:")),
            "a condition that is not known here: {condition}"
        );
        let keys = (!leading_keys.is_null()).then(|| {
            one_or_many(leading_keys)
                .iter()
                .map(text)
                .collect::<BTreeSet<_>>()
        });
        for key in keys.iter().flatten() {
            // So a list allows a call when the patterns of the call's partitions are in it.
            let is_smallest =
                *key == pattern(&json!({"S": key})) && !key.trim_end_matches("#*").contains('*');
            assert!(is_smallest, "a key that is not known here: {key}");
        }
        Self {
            actions,
            resources: one_or_many(&statement["Resource"]).iter().map(resource).collect(),
            keys,
        }
    }

    pub(super) fn allows(&self, need: &Need) -> bool {
        self.actions.contains(&need.action)
            && self.resources.contains(&need.resource)
            && self
                .keys
                .as_ref()
                .is_none_or(|keys| !need.keys.is_empty() && need.keys.is_subset(keys))
    }

    /// The statement's actions on its resources, one by one.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&String, &String)> {
        let pairs = |action| self.resources.iter().map(move |resource| (action, resource));
        self.actions.iter().flat_map(pairs)
    }
}

/// A resource of the template with statements, and where it begins.
pub(super) struct Policy {
    pub(super) place: String,
    pub(super) statements: Vec<Statement>,
}

impl Policy {
    pub(super) fn new(text: &str, logical_id: &str, statements: &[Value]) -> Self {
        let line = text.lines().position(|line| line == format!("  {logical_id}:"));
        Self {
            place: format!("template.yaml:{}: {logical_id}:", line.unwrap() + 1),
            statements: statements.iter().map(Statement::new).collect(),
        }
    }

    /// What has to be written in this policy, so that it allows what is needed and nothing else.
    pub(super) fn problems(&self, needs: &BTreeSet<Need>) -> Vec<String> {
        let place = &self.place;
        let is_allowed = |need: &&Need| self.statements.iter().any(|statement| statement.allows(need));
        let missing = needs.iter().filter(|need| !is_allowed(need)).map(|need| {
            let Need {
                action,
                resource,
                keys,
            } = need;
            let keys = keys.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            let keys = Some(keys).filter(|keys| !keys.is_empty());
            let keys = keys.map_or_else(String::new, |keys| format!(" for {keys}"));
            format!("{place} add {action} on {resource}{keys}: it is called")
        });
        let mut problems: BTreeSet<_> = missing.collect();
        for statement in &self.statements {
            for (action, resource) in statement.pairs() {
                // What Lambda itself does with the role is in no call of the function.
                if !action.starts_with("dynamodb:") || resource.contains("/stream/") {
                    continue;
                }
                let mut used = needs.iter().filter(|need| statement.allows(need));
                if !used.any(|need| need.action == *action && need.resource == *resource) {
                    problems.insert(format!("{place} remove {action} on {resource}: no call uses it"));
                }
                if resource == TABLE && action != "dynamodb:Scan" && statement.keys.is_none() {
                    problems.insert(format!(
                        "{place} give {action} the condition on dynamodb:LeadingKeys"
                    ));
                }
            }
        }
        problems.into_iter().collect()
    }
}
