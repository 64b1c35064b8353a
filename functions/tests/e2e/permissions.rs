//! The permissions of each function in `template.yaml` are those that its database calls need: none missing, none
//! unused.

mod attachments;
mod exercise;
mod policy;

use std::collections::{BTreeMap, BTreeSet};

use local::Call;
use local::template::parse_yaml;

use self::exercise::exercise;
use self::policy::{Need, Policy, Statement, needs};
use crate::world::{Machine, id_of, template};

/// The functions that ask nothing of the table.
const WITHOUT_CALLS: [&str; 2] = ["docs", "fallback"];

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
                let Some(needs) = needed.get(id_of(code)).cloned() else {
                    let name = id_of(code);
                    if !WITHOUT_CALLS.contains(&name) {
                        problems.push(format!("permissions/exercise.rs: call {name} ({logical_id})"));
                    }
                    continue;
                };
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
    let (faults, machine) = Machine::hasty();
    exercise(&faults, &machine);
    let (calls, table) = (faults.calls(), machine.local.table_name());
    let text = std::fs::read_to_string(template()).unwrap();
    let found = problems(&text, &calls, table);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));

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
            "dynamodb:Query]\n              Resource: !GetAtt Table.Arn\n              Condition: *catalog",
            "dynamodb:Query]\n              Resource: !GetAtt Table.Arn\n              Condition: { \"ForAllValues:StringLike\": { \"dynamodb:LeadingKeys\": [CATALOG, \"CATALOG#*\", \"PERSON#*\"] } }",
            "remove the key PERSON#* from {\"CATALOG\", \"CATALOG#*\", \"PERSON#*\"}: no call uses it",
        ),
        (
            "dynamodb:Query]\n              Resource: !GetAtt Table.Arn\n              Condition: *catalog",
            "dynamodb:Query]\n              Resource: !GetAtt Table.Arn\n              Condition: *people",
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
fn only_who_needs_files_may_touch_them() {
    let template = parse_yaml(&std::fs::read_to_string(template()).unwrap()).unwrap();
    let mut found = BTreeSet::new();
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
                let function = id_of(code.trim_end_matches('/'));
                let (_, place) = resource.split_once("Files.Arn").unwrap();
                format!("{function} {} {}", &action[3..], place.trim_start_matches("}/"))
            }));
        }
    }
    let mut expected = BTreeSet::new();
    let mut allow = |functions: &str, rights: &[&str]| {
        for function in functions.split_whitespace() {
            expected.extend(rights.iter().map(|right| format!("{function} {right}")));
        }
    };
    allow(
        "sounds-list sounds-get sounds-search sounds-similar sounds-download playlists-get",
        &["GetObject sounds/*"],
    );
    allow("sounds-search playlists-search", &["GetObject indexes/*"]);
    let links = ["GetObject sounds/*", "GetObject uploads/*"];
    allow("messages-list messages-get messages-search reactions-add", &links);
    allow("attachments-list attachments-get attachments-update", &links);
    allow("messages-create messages-update attachments-create", &links);
    // What is missing is told from what is forbidden.
    allow(
        "messages-create messages-update attachments-create",
        &["ListBucket "],
    );
    allow("attachments-create", &["PutObject uploads/*"]);
    let ends = [
        "DeleteObject uploads/*",
        "DeleteObjectVersion uploads/*",
        "ListBucketVersions ",
    ];
    allow("changes reconcile", &ends);
    assert_eq!(found, expected);
}
