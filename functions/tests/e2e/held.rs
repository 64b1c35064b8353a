//! Functions that are held before a database call while something else happens. `tests/interleavings` does this with
//! every pair of writes, in one process; here are what only processes do: the check of a token before a handler, and
//! batches of the stream.

use std::thread;

use local::{Delivery, Fault, Gate, Rule};
use serde_json::json;

use crate::http::Request;
use crate::world::{Machine, at, id_of, wait_for};

/// Does one thing while another is held before this call of this function. Gives both results, and whether it was held.
fn meanwhile<T: Send, U>(
    machine: &Machine,
    (function, call): (&str, usize),
    held: impl FnOnce() -> T + Send,
    act: impl FnOnce() -> U,
) -> (T, U, bool) {
    let (faults, gate) = (machine.local.faults().unwrap(), Gate::new());
    let before = faults.injected();
    faults.set(Rule::new(Fault::Hold(gate.clone())).of(function).at_call(call));
    thread::scope(|scope| {
        let running = scope.spawn(held);
        wait_for(async {
            while !running.is_finished() && tokio::time::timeout(POLL, gate.reached()).await.is_err() {}
        });
        let is_held = faults.injected() != before;
        let done = act();
        faults.clear();
        gate.open();
        (running.join().unwrap(), done, is_held)
    })
}

/// How often it is looked whether the held one has ended.
const POLL: std::time::Duration = std::time::Duration::from_millis(20);

#[test]
fn a_request_whose_token_was_valid_goes_on_when_it_is_revoked() {
    let (_, machine) = Machine::with_faults(|_| ());
    let picture = json!({"avatar_url": "https://example.com/held.png"});
    let request = |token: &str| Request::new("PUT", "/v1/me").json(&picture).bearer(token);
    for (call, status) in [(1, 401), (2, 200)] {
        let kate = machine.person("held");
        let (answer, _, is_held) = meanwhile(
            &machine,
            ("me-update", call),
            || machine.send(&request(&kate.token)),
            || {
                machine
                    .invoke("tokens-revoke", &json!({"token": kate.token}))
                    .unwrap()
            },
        );
        assert!(is_held);
        answer.expect(status);
        machine
            .send(&request(&kate.token))
            .refused(401, "token_invalid", None);
    }
}

#[test]
fn a_group_that_ends_while_its_conversation_is_purged_leaves_nothing() {
    let (_, machine) = Machine::with_faults(|options| options.stream = Delivery::Manual);
    let deliver = || wait_for(machine.local.deliver()).unwrap();
    for call in 1.. {
        let (kate, kevin) = (machine.person("kate"), machine.person("kevin"));
        kate.meet(&kevin);
        let group = kate.group(&[&kevin]);
        let path = format!("/v1/groups/{group}");
        let of_group = kate.get(&path).expect(200)["conversation_id"]
            .as_str()
            .unwrap()
            .to_owned();
        let conversation = format!("/v1/conversations/{of_group}");
        let message = at(&kate.say(&conversation, "Goodbye"));
        deliver();
        kate.delete(&conversation).expect(204);
        let (_, answer, is_held) = meanwhile(&machine, ("changes", call), deliver, || kate.delete(&path));
        answer.expect(204);
        deliver();
        let left: Vec<_> = [&group, &of_group, id_of(&message)]
            .into_iter()
            .flat_map(|id| machine.rows_with(id))
            .collect();
        assert!(left.is_empty(), "held at call {call}: {left:#?}");
        if !is_held {
            assert!(call > 3, "the purge makes three calls");
            break;
        }
    }
    machine.assert_consistent();
}
