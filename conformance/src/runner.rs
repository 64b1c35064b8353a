//! Makes trials of the cases: one after the other in a lane of four people, and as many lanes beside each other as there
//! are. What to run of them, and all that is said of it meanwhile, is libtest-mimic's.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use anyhow::{Result, ensure};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::cases::{Case, SECTIONS};
use crate::client::Client;
use crate::failure::{Failure, Outcome};
use crate::people::{LANE, clean, forget_everything, people, read_tokens, refuse_outsiders};
use crate::person::Person;
use crate::report::{Report, describe};
use crate::tester::Tester;

/// Where to run the cases, and as whom.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the deployment is, such as `https://api.example.com`.
    pub url: String,
    /// The text of the tokens file.
    pub tokens: String,
    /// Delete everything that the people have before the first case, also with others.
    pub reset: bool,
}

/// The lanes in which no case runs now.
type Lanes = Mutex<Vec<Tester>>;

/// Lists the cases that the arguments leave.
pub fn list(arguments: &Arguments) {
    let arguments = Arguments {
        list: true,
        ..arguments.clone()
    };
    let _ = libtest_mimic::run(&arguments, trials(&Arc::default()));
}

/// Runs the cases that the arguments leave. Fails where they can't be run at all.
pub fn run(options: &Options, arguments: &Arguments) -> Result<Report> {
    let lanes = Arc::<Lanes>::default();
    let trials = trials(&lanes);
    let mut names = trials.iter();
    ensure!(
        names.any(|trial| !arguments.is_filtered_out(trial)),
        "no rule has such a name: --list shows all"
    );
    let tokens = read_tokens(&options.tokens)?;
    let client = Arc::new(Client::new(&options.url)?);
    let people = people(&client, &tokens)?;
    if !options.reset {
        refuse_outsiders(&people)?;
    }
    forget_everything(&people)?;

    *lock(&lanes) = testers(&client, people);
    let most = lock(&lanes).len();
    // A thread more would find no lane, and with none at all nothing would ever end.
    let threads = arguments.test_threads.unwrap_or(most).clamp(1, most);
    let arguments = Arguments {
        test_threads: Some(threads),
        ..arguments.clone()
    };
    // It panics where nobody reads what it prints. That is no reason to leave the people as a case left them.
    let ended = catch_unwind(AssertUnwindSafe(|| libtest_mimic::run(&arguments, trials)));
    for tester in &*lock(&lanes) {
        clean(&tester.people())?;
    }
    let conclusion = ended.unwrap_or_else(|panic| resume_unwind(panic));
    Ok(Report::new(&client, conclusion))
}

fn trials(lanes: &Arc<Lanes>) -> Vec<Trial> {
    let cases = SECTIONS
        .iter()
        .flat_map(|section| section.cases.iter().map(move |case| (section, case)));
    cases
        .map(|(section, case)| {
            let lanes = Arc::clone(lanes);
            Trial::ignorable_test(format!("{}: {}", section.title, case.rule), move || {
                let tester = lock(&lanes).pop().ok_or("there is no lane for it")?;
                let done = perform(&tester, case);
                lock(&lanes).push(tester);
                done
            })
        })
        .collect()
}

fn lock(lanes: &Lanes) -> MutexGuard<'_, Vec<Tester>> {
    lanes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Four people each.
fn testers(client: &Arc<Client>, people: Vec<Person>) -> Vec<Tester> {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let run = format!("conformance-{}", since_1970.unwrap_or_default().as_nanos());
    let mut testers = Vec::new();
    let mut people = people.into_iter();
    while let (Some(kate), Some(kevin), Some(frank), Some(fuller)) =
        (people.next(), people.next(), people.next(), people.next())
    {
        let run = format!("{run}-{}", testers.len());
        testers.push(Tester::new(client, [kate, kevin, frank, fuller], &run));
    }
    debug_assert!(people.len() < LANE);
    testers
}

fn perform(tester: &Tester, case: &Case) -> Result<Completion, Failed> {
    let outcome = clean(&tester.people()).map_err(|mut failure| {
        failure.problem = format!("before the case nothing could be cleaned up: {}", failure.problem);
        failure
    });
    // Caught here, so that the lane is given back, and the request is shown.
    let run = AssertUnwindSafe(|| (case.run)(tester));
    let outcome: Outcome = outcome.and_then(|()| {
        catch_unwind(run).unwrap_or_else(|_| Err(Failure::new("the case panicked, as said above")))
    });
    let (last, unchecked) = (tester.take_last(), tester.take_unchecked());
    match outcome {
        Ok(()) => Ok(unchecked.map_or(Completion::Completed, Completion::ignored_with)),
        Err(mut failure) => {
            failure.exchange = failure.exchange.or(last);
            Err(describe(&failure, tester.url()).into())
        }
    }
}
