//! Faults that do not end: every route says so in time, and faults that do end are not noticed.

use std::thread;
use std::time::{Duration, Instant};

use local::{Delivery, Fault, Rule};
use serde_json::json;

use crate::http::{Answer, Request};
use crate::races::at_once;
use crate::routes::{Ids, ROUTES};
use crate::world::{Machine, Person, id_of, template, text};

/// The functions' own time. Later the gateway would answer.
const FUNCTION_TIME: Duration = Duration::from_secs(15);

/// Asserts that the service says it is busy, and when to come again.
#[track_caller]
fn assert_busy(answer: &Answer) {
    answer.refused(503, "service_unavailable", None);
    let retry_after = answer.header("retry-after").unwrap_or_default();
    assert!(
        retry_after.parse::<u32>().is_ok_and(|seconds| seconds > 0),
        "{answer:?}"
    );
}

/// Two people, and the ids of what they have: a conversation with a message of each.
fn acquainted(machine: &Machine) -> (Person<'_>, Person<'_>, [String; 2]) {
    let (kate, kevin) = (machine.person("busy"), machine.person("busy.other"));
    let conversation = kate.meet(&kevin);
    kevin.say(&conversation, "Hello");
    let message = text(&kate.say(&conversation, "Hello")["id"]);
    (kate, kevin, [id_of(&conversation).to_owned(), message])
}

#[test]
fn an_operation_is_throttled_without_end() {
    let (faults, machine) = Machine::with_faults(|options| options.stream = Delivery::Manual);
    // Deletes last, for they take away what the others need.
    let mut routes = ROUTES;
    routes.sort_by_key(|route| route.method == "DELETE");
    for operation in [
        "GetItem",
        "BatchGetItem",
        "Query",
        "UpdateItem",
        "TransactWriteItems",
    ] {
        faults.clear();
        let (kate, kevin, [conversation, message]) = acquainted(&machine);
        let ids = Ids {
            contact: &kevin.id,
            conversation: &conversation,
            group: &kate.group(&[&kevin]),
            message: &message,
        };
        faults.set(Rule::new(Fault::Throttle).on(operation));
        let mut busy = 0;
        for route in routes {
            let (before, since) = (faults.injected(), Instant::now());
            let answer = kate.send(route.request(ids.of(route)));
            assert!(since.elapsed() < FUNCTION_TIME, "{answer:?}");
            if faults.injected() == before {
                assert!(answer.status < 500, "{answer:?}");
            } else {
                assert_busy(&answer);
                busy += 1;
            }
        }
        assert!(busy > 0, "no route calls {operation}");
    }
}

#[test]
fn other_transactions_are_at_work_without_end() {
    let (faults, machine) = Machine::with_faults(|options| options.stream = Delivery::Manual);
    let (kate, kevin, [conversation, message]) = acquainted(&machine);
    let ids = Ids {
        contact: &kevin.id,
        conversation: &conversation,
        group: &kate.group(&[&kevin]),
        message: &message,
    };
    faults.set(Rule::new(Fault::Conflict(None)));
    let answers = at_once(ROUTES.len(), |number| {
        let route = ROUTES[number];
        let since = Instant::now();
        let answer = kate.send(route.request(ids.of(route)));
        assert!(since.elapsed() < FUNCTION_TIME, "{answer:?}");
        (format!("{} {}", route.method, route.path), answer)
    });
    let mut busy: Vec<_> = answers
        .iter()
        .filter(|(_, answer)| answer.status >= 500)
        .map(|(route, answer)| {
            assert_busy(answer);
            route.as_str()
        })
        .collect();
    busy.sort_unstable();
    assert_eq!(
        busy,
        [
            "DELETE /v1/contacts/{id}",
            "DELETE /v1/conversations/{id}",
            "DELETE /v1/groups/{id}",
            "DELETE /v1/messages/{id}",
            "POST /v1/attachments",
            "POST /v1/contacts",
            "POST /v1/conversations/{id}/read",
            "POST /v1/groups",
            "POST /v1/messages",
            "PUT /v1/contacts/{id}",
            "PUT /v1/conversations/{id}",
            "PUT /v1/groups/{id}",
            "PUT /v1/me",
            "PUT /v1/messages/{id}",
            "PUT /v1/messages/{id}/reactions/{name}",
        ]
    );
    // What changes nothing needs no transaction.
    faults.clear();
    let after = kate.get(&format!("/v1/conversations/{conversation}")).expect(200);
    assert_eq!(after["is_muted"], false);
}

#[test]
fn a_function_whose_time_is_up_says_so_itself() {
    let text = std::fs::read_to_string(template()).unwrap();
    assert_eq!(text.matches("Timeout: 15").count(), 1);
    let name = format!("short-{}.yaml", std::process::id());
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text.replace("Timeout: 15", "Timeout: 3")).unwrap();
    let (faults, machine) = Machine::with_faults(|options| options.template.clone_from(&path));
    std::fs::remove_file(path).unwrap();
    let (kate, _, [conversation, _]) = acquainted(&machine);
    let conversation = format!("/v1/conversations/{conversation}");
    // Each call ends in time, and all together do not.
    faults.set(Rule::new(Fault::Delay(Duration::from_millis(900))));
    assert_busy(&kate.put(&conversation, &json!({"is_muted": true})));
    faults.clear();
    kate.put(&conversation, &json!({"is_muted": true})).expect(200);
}

#[test]
fn two_who_write_through_all_faults_at_once_are_read_once_and_in_order() {
    const EACH: usize = 15;
    let (faults, machine) = Machine::with_faults(|options| {
        let faults = options.faults.as_ref().unwrap();
        faults.set_index_lag(Duration::from_millis(50));
        faults.set_torn_transactions(Duration::from_millis(10));
    });
    let (kate, kevin, [conversation, _]) = acquainted(&machine);
    for (fault, percent) in [
        (Fault::Throttle, 5.0),
        (Fault::Conflict(None), 5.0),
        (Fault::LoseReply, 5.0),
        (Fault::Internal, 2.0),
        (Fault::Unprocessed, 10.0),
        (Fault::Delay(Duration::from_millis(10)), 10.0),
        (Fault::StreamTwice, 30.0),
    ] {
        faults.add(Rule::new(fault).percent(percent));
    }
    let sent = at_once(2, |number| {
        let sender = [&kate, &kevin][number];
        let send = |turn: usize| {
            let words = json!({"conversation_id": conversation, "message": format!("{number} {turn}")});
            let key = format!("turn-{turn}");
            let request = Request::new("POST", "/v1/messages").header("idempotency-key", key);
            loop {
                let answer = sender.send(request.clone().json(&words));
                if answer.status == 201 {
                    return answer.json();
                }
                assert!([409, 503].contains(&answer.status), "{answer:?}");
                thread::yield_now();
            }
        };
        (0..EACH).map(send).collect::<Vec<_>>()
    });
    faults.clear();
    machine.settle();
    let page = kevin.get(&format!(
        "/v1/messages?conversation_id={conversation}&mark_read=false&limit=100"
    ));
    let page = page.expect(200);
    let found: Vec<_> = page["data"].as_array().unwrap().iter().rev().skip(2).collect();
    assert_eq!(found.len(), 2 * EACH, "each is there once");
    for own in sent {
        let ids = own.iter().map(|message| &message["id"]);
        let there: Vec<_> = found
            .iter()
            .map(|message| &message["id"])
            .filter(|id| own.iter().any(|message| message["id"] == **id))
            .collect();
        assert_eq!(
            there,
            ids.collect::<Vec<_>>(),
            "in the order in which they were sent"
        );
    }
    // Each has everything of the other unread, and nothing of their own.
    for person in [&kate, &kevin] {
        let path = format!("/v1/conversations/{conversation}");
        assert_eq!(person.get(&path).expect(200)["unread_count"], EACH + 1);
    }
    let injected = faults.injected();
    assert!(injected.values().sum::<usize>() > 20, "{injected:?}");
}
