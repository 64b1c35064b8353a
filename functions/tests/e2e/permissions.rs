//! The permissions of each function in `template.yaml` are those that its database calls need: none missing, none
//! unused.

mod exercise;

use std::collections::{BTreeMap, BTreeSet};

use local::Call;
use local::template::parse_yaml;
use serde_json::{Value, json};

use self::exercise::{exercise, hasty_machine};
use crate::world::{id_of, template};

const TABLE: &str = "!GetAtt Table.Arn";

/// What a call needs: an action on a resource, as the template writes them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Need {
    action: String,
    resource: String,
    /// The partition key, where a policy may depend on it.
    leading_key: Option<String>,
}

/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
fn needs(call: &Call, table: &str) -> Vec<Need> {
    let Call { operation, body, .. } = call;
    let need = |action: &str, name: &Value| Need {
        action: format!("dynamodb:{action}"),
        resource: match (&body["IndexName"], name == table) {
            (_, false) => name.to_string(),
            (Value::String(index), true) => format!("!Sub ${{Table.Arn}}/index/{index}"),
            (_, true) => TABLE.to_owned(),
        },
        leading_key: None,
    };
    match operation.as_str() {
        "GetItem" => vec![Need {
            leading_key: body["Key"]["pk"]["S"].as_str().map(str::to_owned),
            ..need(operation, &body["TableName"])
        }],
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().unwrap().keys();
            tables.map(|name| need(operation, &json!(name))).collect()
        }
        "TransactWriteItems" => {
            let items = body["TransactItems"].as_array().unwrap().iter();
            let parts = items.flat_map(|item| item.as_object().unwrap());
            let parts = parts.map(|(part, inner)| match part.as_str() {
                "ConditionCheck" => need("ConditionCheckItem", &inner["TableName"]),
                _ => need(&format!("{part}Item"), &inner["TableName"]),
            });
            parts.collect()
        }
        "DeleteItem" | "Query" | "Scan" | "UpdateItem" => vec![need(operation, &body["TableName"])],
        other => panic!("which permissions {other} needs is not known here"),
    }
}

/// Part of a policy.
struct Statement {
    actions: Vec<String>,
    resources: Vec<String>,
    /// The patterns that a partition key must match; none where any may be.
    leading_keys: Option<Vec<String>>,
}

fn one_or_many(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

impl Statement {
    fn new(statement: &Value) -> Self {
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
        assert_eq!(
            condition.is_null(),
            leading_keys.is_null(),
            "a condition that is not known here: {condition}"
        );
        Self {
            actions: one_or_many(&statement["Action"]).iter().map(text).collect(),
            resources: one_or_many(&statement["Resource"]).iter().map(resource).collect(),
            leading_keys: leading_keys
                .as_array()
                .map(|keys| keys.iter().map(text).collect()),
        }
    }

    fn allows(&self, need: &Need) -> bool {
        // A pattern is a beginning and a star.
        let matches = |pattern: &String| {
            let key = need.leading_key.as_deref();
            key.is_some_and(|key| key.starts_with(pattern.trim_end_matches('*')))
        };
        self.actions.contains(&need.action)
            && self.resources.contains(&need.resource)
            && self
                .leading_keys
                .as_ref()
                .is_none_or(|keys| keys.iter().any(matches))
    }

    /// The statement's actions on its resources, one by one.
    fn pairs(&self) -> impl Iterator<Item = (&String, &String)> {
        let pairs = |action| self.resources.iter().map(move |resource| (action, resource));
        self.actions.iter().flat_map(pairs)
    }
}

/// A resource of the template with statements, and where it begins.
struct Policy {
    place: String,
    statements: Vec<Statement>,
}

impl Policy {
    fn new(text: &str, logical_id: &str, statements: &[Value]) -> Self {
        let line = text.lines().position(|line| line == format!("  {logical_id}:"));
        Self {
            place: format!("template.yaml:{}: {logical_id}:", line.unwrap() + 1),
            statements: statements.iter().map(Statement::new).collect(),
        }
    }

    /// What has to be written in this policy, so that it allows what is needed and nothing else.
    fn problems(&self, needs: &BTreeSet<Need>) -> Vec<String> {
        let place = &self.place;
        let is_allowed = |need: &&Need| self.statements.iter().any(|statement| statement.allows(need));
        let missing = needs.iter().filter(|need| !is_allowed(need)).map(|need| {
            // One line for all tokens, whatever their hashes.
            let key = need.leading_key.as_ref().filter(|key| !key.starts_with("TOKEN#"));
            let key = key.map_or_else(String::new, |key| format!(" for the key {key}"));
            format!(
                "{place} add {} on {}{key}: it is called",
                need.action, need.resource
            )
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
                if action == "dynamodb:GetItem" && statement.leading_keys.is_none() {
                    problems.insert(format!(
                        "{place} give {action} the condition on dynamodb:LeadingKeys"
                    ));
                }
            }
        }
        problems.into_iter().collect()
    }
}

/// Everything in which the template `text` differs from what the calls need.
fn problems(text: &str, calls: &[Call], table: &str) -> Vec<String> {
    let mut needed = BTreeMap::<_, BTreeSet<_>>::new();
    for call in calls {
        let function = call.function.clone().expect("a call says whose it is");
        needed.entry(function).or_default().extend(needs(call, table));
    }
    let template = parse_yaml(text).unwrap();
    let resources = template["Resources"].as_object().unwrap();
    let mut problems = Vec::new();
    for (logical_id, resource) in resources {
        let properties = &resource["Properties"];
        let (needs, statements) = match resource["Type"].as_str() {
            Some("AWS::Serverless::Function") => {
                let code = properties["CodeUri"].as_str().unwrap().trim_end_matches('/');
                let policies = properties["Policies"].as_array().into_iter().flatten();
                let statements = policies.flat_map(|policy| policy["Statement"].as_array().unwrap());
                (needed.get(id_of(code)).cloned(), statements.cloned().collect())
            }
            // What all functions need together.
            Some("AWS::IAM::ManagedPolicy") => (
                Some(needed.values().flatten().cloned().collect()),
                properties["PolicyDocument"]["Statement"]
                    .as_array()
                    .unwrap()
                    .clone(),
            ),
            _ => continue,
        };
        let policy = Policy::new(text, logical_id, &statements);
        problems.extend(policy.problems(&needs.unwrap_or_default()));
    }
    problems
}

#[test]
fn every_function_may_do_what_it_does_and_nothing_else() {
    let (faults, machine) = hasty_machine();
    exercise(&faults, &machine);
    let (calls, table) = (faults.calls(), machine.local.table_name());
    let text = std::fs::read_to_string(template()).unwrap();
    let found = problems(&text, &calls, table);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));

    // What differs is noticed, and named.
    let index = "Resource: !Sub ${Table.Arn}/index/inbox\n      Events:";
    for (from, to, expected) in [
        (
            "Action: [dynamodb:BatchGetItem, dynamodb:ConditionCheckItem, dynamodb:UpdateItem]",
            "Action: [dynamodb:BatchGetItem, dynamodb:UpdateItem]",
            "ConversationsUpdate: add dynamodb:ConditionCheckItem on !GetAtt Table.Arn: it is called",
        ),
        (
            "Action: [dynamodb:BatchGetItem, dynamodb:DeleteItem, dynamodb:UpdateItem]",
            "Action: [dynamodb:BatchGetItem, dynamodb:DeleteItem, dynamodb:PutItem, dynamodb:UpdateItem]",
            "TokensRevoke: remove dynamodb:PutItem on !GetAtt Table.Arn: no call uses it",
        ),
        (
            index,
            "Resource: !GetAtt Table.Arn\n      Events:",
            "ConversationsList: add dynamodb:Query on !Sub ${Table.Arn}/index/inbox: it is called",
        ),
        (
            "- dynamodb:Query\n",
            "- dynamodb:Query\n              - dynamodb:DescribeTable\n",
            "FunctionBoundary: remove dynamodb:DescribeTable on !GetAtt Table.Arn: no call uses it",
        ),
        (
            "              Condition: { \"ForAllValues:StringLike\": { \"dynamodb:LeadingKeys\": [\"TOKEN#*\"] } }\n",
            "",
            "MeGet: give dynamodb:GetItem the condition on dynamodb:LeadingKeys",
        ),
        (
            "[\"TOKEN#*\"]",
            "[\"PERSON#*\"]",
            "FunctionBoundary: add dynamodb:GetItem on !GetAtt Table.Arn: it is called",
        ),
    ] {
        assert!(text.contains(from), "{from:?} is not in the template");
        let found = problems(&text.replacen(from, to, 1), &calls, table);
        assert!(
            found.iter().any(|problem| problem.contains(expected)),
            "{expected}: {found:#?}"
        );
    }
}

/// Files are read by whoever has a link, with the rights of the function that signed it; and the machine's storage asks
/// for no rights. So it stands here who needs which.
#[test]
fn only_who_shows_sounds_or_searches_may_read_files() {
    const LINKS: &str = "!Sub ${Files.Arn}/sounds/*";
    const INDEXES: &str = "!Sub ${Files.Arn}/indexes/*";
    let template = parse_yaml(&std::fs::read_to_string(template()).unwrap()).unwrap();
    let mut found = Vec::new();
    for resource in template["Resources"].as_object().unwrap().values() {
        let properties = &resource["Properties"];
        let Some(code) = properties["CodeUri"].as_str() else {
            continue;
        };
        let policies = properties["Policies"].as_array().into_iter().flatten();
        let statements = policies.flat_map(|policy| policy["Statement"].as_array().unwrap());
        for statement in statements.map(Statement::new) {
            let own = statement.pairs().filter(|(action, _)| action.starts_with("s3:"));
            found.extend(own.map(|(action, resource)| {
                let function = id_of(code.trim_end_matches('/')).to_owned();
                (function, action.clone(), resource.clone())
            }));
        }
    }
    found.sort();
    let expected = [
        ("playlists-get", LINKS),
        ("playlists-search", INDEXES),
        ("sounds-download", LINKS),
        ("sounds-get", LINKS),
        ("sounds-list", LINKS),
        ("sounds-search", INDEXES),
        ("sounds-search", LINKS),
        ("sounds-similar", LINKS),
    ];
    let expected = expected.map(|(function, resource)| {
        (
            function.to_owned(),
            "s3:GetObject".to_owned(),
            resource.to_owned(),
        )
    });
    assert_eq!(found, expected);
}
