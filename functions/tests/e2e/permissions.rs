//! The permissions of each function in `template.yaml` are those that its database calls need: none missing, none
//! unused.

mod exercise;

use std::collections::{BTreeMap, BTreeSet};

use local::Call;
use local::template::{Template, parse_yaml};
use serde_json::{Value, json};

use self::exercise::{exercise, hasty_machine};
use crate::routes::{self, Route};
use crate::world::{id_of, template};

const TABLE: &str = "!GetAtt Table.Arn";

/// What a call needs: an action on a resource, as the template writes them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Need {
    action: String,
    resource: String,
    /// The partitions of the table that the call names, as patterns. None of an index, and none in a scan.
    keys: BTreeSet<String>,
}

/// The smallest pattern for a partition: what it begins with, if an id or the like follows.
fn pattern(pk: &Value) -> String {
    let pk = pk["S"].as_str().expect("a call names the partition");
    pk.split_once('#')
        .map_or_else(|| pk.to_owned(), |(name, _)| format!("{name}#*"))
}

/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
fn needs(call: &Call, table: &str) -> Vec<Need> {
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
struct Statement {
    actions: Vec<String>,
    resources: Vec<String>,
    /// The patterns that the partitions of a call must match; none where any may be.
    keys: Option<BTreeSet<String>>,
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
            actions: one_or_many(&statement["Action"]).iter().map(text).collect(),
            resources: one_or_many(&statement["Resource"]).iter().map(resource).collect(),
            keys,
        }
    }

    fn allows(&self, need: &Need) -> bool {
        self.actions.contains(&need.action)
            && self.resources.contains(&need.resource)
            && self
                .keys
                .as_ref()
                .is_none_or(|keys| !need.keys.is_empty() && need.keys.is_subset(keys))
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

/// The lists of keys of the functions' statements, each with those of its keys that no call uses. A list is for several
/// functions, so one use is enough; but who may do something with tokens does it.
fn unused_keys<'a>(functions: impl Iterator<Item = (&'a Policy, &'a BTreeSet<Need>)>) -> Vec<String> {
    const TOKENS: &str = "TOKEN#*";
    let mut used = BTreeMap::<_, BTreeSet<_>>::new();
    let mut problems = Vec::new();
    for (policy, needs) in functions {
        for statement in &policy.statements {
            let Some(keys) = &statement.keys else { continue };
            let own = needs.iter().filter(|need| statement.allows(need));
            let own: BTreeSet<_> = own.flat_map(|need| &need.keys).collect();
            if keys.contains(TOKENS) && !own.contains(&TOKENS.to_owned()) {
                problems.push(format!(
                    "{} remove the key {TOKENS}: no call uses it",
                    policy.place
                ));
            }
            used.entry(keys).or_default().extend(own);
        }
    }
    for (keys, used) in used {
        let unused = keys.iter().filter(|key| !used.contains(key));
        problems.extend(unused.map(|key| format!("remove the key {key} from {keys:?}: no call uses it")));
    }
    problems
}

/// The routes of which no function made a call: what they need is not known.
fn not_exercised(text: &str, calls: &[Call]) -> Vec<String> {
    let mut problems = Vec::new();
    for function in Template::parse(text).unwrap().functions {
        if calls
            .iter()
            .any(|call| call.function.as_ref() == Some(&function.name))
        {
            continue;
        }
        for Route { method, path } in routes::of_function(&function) {
            problems.push(format!(
                "permissions/exercise.rs calls no `{method} {path}` ({}): add a call",
                function.logical_id
            ));
        }
    }
    problems
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
    let (mut functions, mut problems) = (Vec::new(), Vec::new());
    for (logical_id, resource) in resources {
        let properties = &resource["Properties"];
        match resource["Type"].as_str() {
            Some("AWS::Serverless::Function") => {
                let code = properties["CodeUri"].as_str().unwrap().trim_end_matches('/');
                let policies = properties["Policies"].as_array().into_iter().flatten();
                let statements: Vec<_> = policies
                    .flat_map(|policy| policy["Statement"].as_array().unwrap().clone())
                    .collect();
                let needs = needed.get(id_of(code)).cloned().unwrap_or_default();
                functions.push((Policy::new(text, logical_id, &statements), needs));
            }
            // What all functions need together.
            Some("AWS::IAM::ManagedPolicy") => {
                let statements = properties["PolicyDocument"]["Statement"].as_array().unwrap();
                let all = needed.values().flatten().cloned().collect();
                problems.extend(Policy::new(text, logical_id, statements).problems(&all));
            }
            _ => {}
        }
    }
    let functions = || functions.iter().map(|(policy, needs)| (policy, needs));
    problems.extend(functions().flat_map(|(policy, needs)| policy.problems(needs)));
    problems.extend(unused_keys(functions()));
    problems
}

#[test]
fn every_function_may_do_what_it_does_and_nothing_else() {
    let (faults, machine) = hasty_machine();
    exercise(&faults, &machine);
    let (calls, table) = (faults.calls(), machine.local.table_name());
    let text = std::fs::read_to_string(template()).unwrap();
    let idle = not_exercised(&text, &calls);
    assert!(idle.is_empty(), "\n{}\n", idle.join("\n"));
    let found = problems(&text, &calls, table);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));

    // A route without a call is named as such.
    let others = calls
        .iter()
        .filter(|call| call.function.as_deref() != Some("themes-list"));
    assert_eq!(
        not_exercised(&text, &others.cloned().collect::<Vec<_>>()),
        ["permissions/exercise.rs calls no `GET /v1/themes` (ThemesList): add a call"]
    );

    // What differs is noticed, and named. The first place where it stands is changed.
    for (from, to, expected) in [
        (
            "Action: [dynamodb:BatchGetItem, dynamodb:ConditionCheckItem, dynamodb:UpdateItem]\n              Resource: !GetAtt Table.Arn\n              Condition: *people",
            "Action: [dynamodb:BatchGetItem, dynamodb:UpdateItem]\n              Resource: !GetAtt Table.Arn\n              Condition: *people",
            "ConversationsUpdate: add dynamodb:ConditionCheckItem on !GetAtt Table.Arn for CONVERSATION#*: it is called",
        ),
        (
            "Action: [dynamodb:BatchGetItem, dynamodb:PutItem]\n              Resource",
            "Action: [dynamodb:BatchGetItem, dynamodb:DeleteItem, dynamodb:PutItem]\n              Resource",
            "GroupsCreate: remove dynamodb:DeleteItem on !GetAtt Table.Arn: no call uses it",
        ),
        (
            "Resource: !Sub ${Table.Arn}/index/inbox\n      Events:",
            "Resource: !GetAtt Table.Arn\n      Events:",
            "ConversationsList: add dynamodb:Query on !Sub ${Table.Arn}/index/inbox: it is called",
        ),
        (
            "- dynamodb:Query\n",
            "- dynamodb:Query\n              - dynamodb:DescribeTable\n",
            "FunctionBoundary: remove dynamodb:DescribeTable on !GetAtt Table.Arn: no call uses it",
        ),
        // Conditions: none, too few keys, too many.
        (
            "            Condition: &tokens { \"ForAllValues:StringLike\": { \"dynamodb:LeadingKeys\": [\"TOKEN#*\"] } }\n",
            "            Condition: &tokens\n",
            "MeGet: give dynamodb:GetItem the condition on dynamodb:LeadingKeys",
        ),
        (
            "- dynamodb:PutItem\n                - dynamodb:UpdateItem\n              Resource: !GetAtt Table.Arn\n              Condition: *people\n",
            "- dynamodb:PutItem\n                - dynamodb:UpdateItem\n              Resource: !GetAtt Table.Arn\n",
            "ConversationsCreate: give dynamodb:PutItem the condition on dynamodb:LeadingKeys",
        ),
        (
            "Action: dynamodb:BatchGetItem\n              Resource: !GetAtt Table.Arn\n              Condition: *people\n",
            "Action: dynamodb:BatchGetItem\n              Resource: !GetAtt Table.Arn\n",
            "ConversationsList: give dynamodb:BatchGetItem the condition on dynamodb:LeadingKeys",
        ),
        (
            "[\"TOKEN#*\"]",
            "[\"PERSON#*\"]",
            "FunctionBoundary: add dynamodb:GetItem on !GetAtt Table.Arn for TOKEN#*: it is called",
        ),
        (
            "                  - PAIR#*\n",
            "",
            "ContactsCreate: add dynamodb:PutItem on !GetAtt Table.Arn for CONVERSATION#*, PAIR#*, PERSON#*, USERNAME#*: it is called",
        ),
        (
            "[CATALOG, \"CATALOG#*\"]",
            "[CATALOG, \"CATALOG#*\", SOUNDS]",
            "remove the key SOUNDS from {\"CATALOG\", \"CATALOG#*\", \"SOUNDS\"}: no call uses it",
        ),
        // The keys of others.
        (
            "Condition: *catalog",
            "Condition: { \"ForAllValues:StringLike\": { \"dynamodb:LeadingKeys\": [CATALOG, \"CATALOG#*\", \"PERSON#*\"] } }",
            "remove the key PERSON#* from {\"CATALOG\", \"CATALOG#*\", \"PERSON#*\"}: no call uses it",
        ),
        (
            "Condition: *catalog",
            "Condition: *people",
            "SoundsList: add dynamodb:Query on !GetAtt Table.Arn for CATALOG#*: it is called",
        ),
        (
            "Condition: *people",
            "Condition: *owners-and-tokens",
            "remove the key TOKEN#*: no call uses it",
        ),
        (
            "            - *token-lookup\n            - Effect: Allow\n              Action: [dynamodb:BatchGetItem, dynamodb:PutItem]",
            "            - *token-lookup\n            - Effect: Allow\n              Action: dynamodb:PutItem\n              Resource: !GetAtt Table.Arn\n              Condition: *tokens\n            - Effect: Allow\n              Action: [dynamodb:BatchGetItem, dynamodb:PutItem]",
            "GroupsCreate: remove the key TOKEN#*: no call uses it",
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
        let action = "s3:GetObject".to_owned();
        (function.to_owned(), action, resource.to_owned())
    });
    let (found, expected) = (BTreeSet::from_iter(found), BTreeSet::from(expected));
    let added = found.difference(&expected).map(|(function, action, resource)| {
        format!("permissions.rs: add ({function:?}, {resource:?}) if it needs {action} there, or remove it in template.yaml")
    });
    let gone = expected.difference(&found).map(|(function, _, resource)| {
        format!("permissions.rs: remove ({function:?}, {resource:?}), which template.yaml has not")
    });
    let problems: Vec<_> = added.chain(gone).collect();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
