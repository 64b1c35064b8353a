//! The permissions of each function in `template.yaml` are those that its database calls need: none missing, none
//! unused.

use std::collections::{BTreeMap, BTreeSet};

use local::Delivery;
use local::template::parse_yaml;
use serde_json::{Value, json};

use crate::database_proxy::{Call, DatabaseProxy, Fault};
use crate::world::{Machine, eventually, id_of, template, wait_for};

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
        "BatchGetItem" => {
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
        "DeleteItem" | "Query" | "UpdateItem" => vec![need(operation, &body["TableName"])],
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

/// A machine that gives the functions in the background so little time that their work is interrupted.
fn hasty_machine() -> (DatabaseProxy, Machine) {
    let mut text = std::fs::read_to_string(template()).unwrap();
    // They stop 15 seconds before the end: `changes` at once, `reconcile` after one second.
    for (from, to) in [("Timeout: 60", "Timeout: 15"), ("Timeout: 300", "Timeout: 16")] {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    let name = format!("hasty-{}.yaml", std::process::id());
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    let started = DatabaseProxy::with_machine(|options| {
        options.template.clone_from(&path);
        options.stream = Delivery::Manual;
    });
    std::fs::remove_file(path).unwrap();
    started
}

/// Makes every function do everything that takes a call of its own.
fn exercise(proxy: &DatabaseProxy, machine: &Machine) {
    // People who are new, who exist, and who are claimed.
    let (kate, kevin) = (machine.person("permissions"), machine.person("permissions.other"));
    let other_token = machine.another_token(&kate.username, None);
    let (username, phone_number) = machine.new_name("permissions.claimed");
    let mut card = json!({"username": username, "phone_number": phone_number});
    kate.post("/v1/contacts", &card).expect(201);
    card["claim"] = json!(true);
    machine.invoke("tokens-create", &card).unwrap();
    machine
        .invoke("tokens-list", &json!({"username": kate.username}))
        .unwrap();
    machine
        .invoke("tokens-revoke", &json!({"token": other_token}))
        .unwrap();

    // Contacts, with a conversation that is new and one that exists.
    let first = kate.meet(&kevin);
    kevin.post("/v1/contacts", &kate.card()).expect(201);
    kate.get("/v1/contacts").expect(200);
    kate.get(&kevin.entry()).expect(200);
    kate.put(&kevin.entry(), &json!({"display_name": "Kev"}))
        .expect(200);
    kate.get("/v1/me").expect(200);
    // An update that changes nothing only reads.
    kate.put("/v1/me", &json!({})).expect(200);
    kate.put("/v1/me", &json!({"avatar_url": null})).expect(200);
    kate.get("/v1/nothing").expect(404);

    let create = || kate.post("/v1/conversations", &json!({"contact_id": kevin.id}));
    create().expect(200);
    kate.get(&format!("/v1/conversations?starting_after={}", id_of(&first)))
        .expect(200);
    kate.get("/v1/conversations").expect(200);
    kate.get(&first).expect(200);
    kate.put(&first, &json!({"is_muted": true})).expect(200);
    kate.delete(&first).expect(204);
    let second = create().expect(201);
    // With a conversation, and without one.
    kate.delete(&kevin.entry()).expect(204);
    kevin.delete(&kate.entry()).expect(204);

    // One purge ends, and the other one has more rows to read than the time allows. They are of others with the same
    // tag, so that they stay.
    let second = second["id"].as_str().unwrap();
    let partition = machine.row("conversation", second)["pk"].clone();
    for number in 0..1001 {
        let sort_key = format!("MESSAGE#{number:04}");
        machine.put_row(&json!({"pk": partition, "sk": {"S": sort_key}}));
    }
    let is_called = |function: &str, operation: &str| {
        let calls = proxy.calls();
        let mut calls = calls
            .iter()
            .filter(|call| call.function.as_deref() == Some(function));
        calls.any(|call| call.operation == operation)
    };
    wait_for(machine.local.deliver()).unwrap();
    assert!(is_called("changes", "UpdateItem"), "it was interrupted");

    let mut work = machine.row("purge", second);
    work["waiting_since"] = json!({"N": "1"});
    eventually("reconcile is interrupted", || {
        machine.put_row(&work);
        // Its first query finds the work, and the next one gets no answer. The SDK waits a second, and asks again.
        proxy.set_fault(Some(Fault {
            operation: Some("Query"),
            after: 1,
            times: 1,
            delay: std::time::Duration::from_mins(1),
            ..Fault::everything(500, "InternalServerError")
        }));
        // On a machine that is busy it may have no time for anything, or fail.
        let _ = machine.invoke("reconcile", &json!({}));
        is_called("reconcile", "UpdateItem").then_some(())
    });
    proxy.set_fault(None);
    eventually("reconcile ends a purge", || {
        machine.put_row(&work);
        let _ = machine.invoke("reconcile", &json!({}));
        is_called("reconcile", "DeleteItem").then_some(())
    });
}

#[test]
fn every_function_may_do_what_it_does_and_nothing_else() {
    let (proxy, machine) = hasty_machine();
    exercise(&proxy, &machine);
    let (calls, table) = (proxy.calls(), machine.local.table_name());
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
            "- dynamodb:Query\n              - dynamodb:Scan\n",
            "FunctionBoundary: remove dynamodb:Scan on !GetAtt Table.Arn: no call uses it",
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
