//! Every function that changes something is killed before its first database call, and after each of its calls is done.
//! (Before the next call it has done the same.) Whoever asked asks again, and then everything is as if nothing had
//! happened.

mod cases;
mod scene;

use std::io::Write as _;
use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering};

use local::template::Template;
use local::{Delivery, Fault, Moment, Rule};

use self::cases::{CASES, Case};
use self::scene::{Scene, State};
use crate::races::at_once;
use crate::world::{Machine, template};

/// How many cases are played at a time, each on a machine of its own.
const THREADS: usize = 3;

/// Plays a case with a rule for what goes wrong in it. Gives whether it did, and what is there in the end.
fn play(machine: &Machine, case: &Case, rule: Option<Rule>) -> (bool, State) {
    let faults = machine.local.faults().unwrap();
    let scene = Scene::new(machine);
    let act = (case.prepare)(&scene);
    let before = faults.injected();
    if let Some(rule) = rule {
        faults.set(rule);
    }
    let first = scene.perform(&act);
    faults.clear();
    let is_killed = faults.injected() != before;
    if is_killed {
        first.assert_killed();
        scene.perform(&act).assert_succeeded_again();
    } else {
        first.assert_succeeded();
    }
    (is_killed, scene.end())
}

/// Kills the function of a case at each call, and gives the numbers of its calls and of the points at which it died.
fn kill_everywhere(case: &Case) -> (usize, usize) {
    let (_, machine) = Machine::with_faults(|options| options.stream = Delivery::Manual);
    let (_, undisturbed) = play(&machine, case, None);
    let (mut calls, mut points) = (0, 0);
    let after_each = (1..).map(|call| (call, Moment::After));
    for (call, moment) in iter::once((1, Moment::Before)).chain(after_each) {
        let rule = Rule::new(Fault::Kill(moment)).of(case.function);
        let (is_killed, state) = play(&machine, case, Some(rule.at_call(call).times(1)));
        let at = format!("{}, {}, killed {moment:?} call {call}", case.function, case.what);
        state.assert_is(&undisturbed, if is_killed { case.left_over } else { &[] }, &at);
        if !is_killed {
            break;
        }
        (calls, points) = (call, points + 1);
    }
    machine.assert_consistent();
    (calls, points)
}

#[test]
fn a_function_may_be_killed_at_any_call() {
    let next = AtomicUsize::new(0);
    let reports = at_once(THREADS, |_| {
        let mut reports = Vec::new();
        while let Some(case) = CASES.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (calls, points) = kill_everywhere(case);
            let name = format!("{} {}", case.function, case.what);
            assert!(calls >= case.least_calls, "{name}: only {calls} calls");
            reports.push((name, calls, points));
        }
        reports
    });
    let reports = reports.concat();
    let points: usize = reports.iter().map(|(_, _, points)| points).sum();
    // Past the test harness, which keeps the output of a test that passes to itself.
    let mut output = std::io::stderr().lock();
    writeln!(
        output,
        "Functions were killed at {points} points, and all was well in the end:"
    )
    .unwrap();
    for (name, calls, points) in reports {
        writeln!(output, "  {name}: {calls} calls, {points} points").unwrap();
    }
}

#[test]
fn every_function_that_writes_is_killed() {
    let functions = Template::load(template()).unwrap().functions;
    let writes = functions.iter().filter(|function| {
        let mut routes = function.events.routes.iter().map(ToString::to_string);
        routes.any(|route| {
            ["POST ", "PUT ", "DELETE "]
                .iter()
                .any(|method| route.starts_with(method))
        })
    });
    let is_killed = |name: &str| CASES.iter().any(|case| case.function == name);
    let missing: Vec<_> = writes
        .map(|function| &*function.name)
        .filter(|name| *name != "fallback" && !is_killed(name))
        .map(|name| format!("kills/cases.rs: add case(\"{name}\", \"\", 3, |scene| …)"))
        .collect();
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}
