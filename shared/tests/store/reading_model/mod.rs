//! Conversations, messages and reading compared with a plain model in memory, for random orders of steps.

mod compare;
mod steps;
mod world;

use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

use steps::{Step, steps};
use world::World;

#[test]
fn everything_is_as_in_a_plain_model() {
    let runtime = Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(10)
    });
    let run = |steps: Vec<Step>| {
        runtime.block_on(async {
            let mut world = World::start().await;
            for (number, step) in steps.iter().enumerate() {
                world.happen(step).await;
                world.assert_place(number % 3, 1 + number % 4).await;
                if number % 6 == 0 || matches!(step, Step::Stream { .. }) {
                    world.assert_lists(1 + number % 5).await;
                }
            }
            world.bring(0, usize::MAX, true).await;
            world.bring(0, usize::MAX, false).await;
            world.assert_lists(3).await;
        });
        Ok(())
    };
    runner.run(&steps(), run).unwrap();
}
