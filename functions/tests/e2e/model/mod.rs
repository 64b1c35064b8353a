//! The whole API against a plain model in memory: several people, their contacts, conversations and groups, and whatever
//! order things happen in. After every step what people are shown is compared; a case that fails shrinks to a few
//! readable steps.
//!
//! `MODEL_CASES` is how many cases there are, `MODEL_SEED` repeats those of another run.

mod compare;
mod outsiders;
mod render;
mod rooms;
mod state;
mod steps;
mod talk;
mod world;

use std::cell::Cell;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use local::{Delivery, Faults, Options};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::steps::{Step, steps};
use self::world::World;
use crate::world::Machine;

/// How long a case is made smaller.
const SHRINKING: Duration = Duration::from_mins(2);

fn number_in(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} must be a number")),
    )
}

/// Runs cases on one machine: everybody is new in each.
fn run(cases: u32, faults: Option<&Faults>) {
    let machine = Machine::start(|options: &mut Options| {
        options.stream = Delivery::Manual;
        options.faults = faults.cloned();
    });
    let cases = number_in("MODEL_CASES").map_or(cases, |cases| u32::try_from(cases).unwrap());
    let seed = number_in("MODEL_SEED").unwrap_or_else(rand::random);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let steps = steps(faults.is_some());
    for case in 0..cases {
        let steps = steps.new_tree(&mut runner).unwrap().current();
        if let Err(failure) = run_case(&machine, faults, &steps) {
            let (steps, Failure { number, text }) =
                shrink(steps, failure, |steps| run_case(&machine, faults, steps));
            let number = number.map_or("the end".to_owned(), |number| format!("step {number}"));
            panic!(
                "MODEL_SEED={seed}, case {case}, {} steps: {steps:#?}\nin {number}: {text}",
                steps.len()
            );
        }
    }
}

/// What differs from the model.
struct Failure {
    /// After which step; without one, in the end.
    number: Option<usize>,
    text: String,
}

/// Leaves out what a failure does not need: ever smaller pieces of the steps, then what is special about each. A run
/// is some hundred requests, so it begins with large pieces, which proptest's own shrinking does not.
fn shrink(
    mut steps: Vec<Step>,
    mut failure: Failure,
    run: impl Fn(&[Step]) -> Result<(), Failure>,
) -> (Vec<Step>, Failure) {
    let until = Instant::now() + SHRINKING;
    let cut = |steps: &mut Vec<Step>, failure: &Failure| {
        steps.truncate(failure.number.map_or(usize::MAX, |number| number + 1));
    };
    cut(&mut steps, &failure);
    let mut piece = steps.len() / 2;
    while piece > 0 {
        let mut start = 0;
        while start < steps.len() && Instant::now() < until {
            let mut fewer = steps.clone();
            fewer.drain(start..steps.len().min(start + piece));
            match run(&fewer) {
                Ok(()) => start += piece,
                Err(smaller) => {
                    cut(&mut fewer, &smaller);
                    (steps, failure) = (fewer, smaller);
                }
            }
        }
        piece /= 2;
    }
    for at in 0..steps.len() {
        let mut plainer = steps.clone();
        let Some(step) = plainer
            .get_mut(at)
            .filter(|step| step.repeats || step.mishap.is_some())
        else {
            continue;
        };
        (step.repeats, step.mishap) = (false, None);
        if Instant::now() < until
            && let Err(smaller) = run(&plainer)
        {
            cut(&mut plainer, &smaller);
            (steps, failure) = (plainer, smaller);
        }
    }
    (steps, failure)
}

/// Runs a case. A panic is a failure like others: the checks that all end-to-end tests share panic.
fn run_case(machine: &Machine, faults: Option<&Faults>, steps: &[Step]) -> Result<(), Failure> {
    let number = Cell::new(None);
    let play = || {
        let mut world = World::start(machine, faults)?;
        for (at, step) in steps.iter().enumerate() {
            number.set(Some(at));
            let place = step.action.place();
            world.happen(step)?;
            world.compare_some(at, place)?;
            world.compare_some_outsider(at, place)?;
        }
        number.set(None);
        world.compare_all()?;
        world.compare_outsiders()
    };
    let text = match catch_unwind(AssertUnwindSafe(play)) {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(_) => "a panic".to_owned(),
        },
    };
    if let Some(faults) = faults {
        faults.clear();
    }
    Err(Failure {
        number: number.get(),
        text,
    })
}

#[test]
fn the_api_does_what_a_plain_model_does() {
    run(4, None);
}

#[test]
fn whatever_goes_wrong_the_api_does_what_a_plain_model_does() {
    run(3, Some(&Faults::new(0)));
}
