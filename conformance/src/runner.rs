//! Runs the cases: one after the other in a lane of four people, and as many lanes beside each other as there are.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Result, bail};

use crate::cases::{Case, SECTIONS, Section};
use crate::client::Client;
use crate::failure::{Failure, Outcome};
use crate::people::{LANE, clean, forget_everything, people, read_tokens, refuse_outsiders};
use crate::report::Report;
use crate::tester::Tester;

/// What to run, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the deployment is, such as `https://api.example.com`.
    pub url: String,
    /// The text of the tokens file.
    pub tokens: String,
    /// Only cases in whose section or rule this occurs, in any case.
    pub filter: Option<String>,
    /// Delete everything that the people have before the first case, also with others.
    pub reset: bool,
}

/// A case that has been run.
pub struct Finished {
    /// Where it stands.
    pub section: &'static Section,
    /// What was run.
    pub case: &'static Case,
    /// What came of it.
    pub outcome: Outcome,
    /// Why nothing could be told of the rule, where the deployment has nothing to show it by.
    pub unchecked: Option<&'static str>,
    /// How long it took, without the cleaning before it.
    pub time: Duration,
}

/// The cases that a filter leaves, in their order.
#[must_use]
pub fn selected(filter: Option<&str>) -> Vec<(&'static Section, &'static Case)> {
    let wanted = filter.unwrap_or_default().to_lowercase();
    let cases = SECTIONS
        .iter()
        .flat_map(|section| section.cases.iter().map(move |case| (*section, case)));
    cases
        .filter(|(section, case)| {
            let name = format!("{}: {}", section.title, case.rule);
            name.to_lowercase().contains(&wanted)
        })
        .collect()
}

/// Runs the cases, and tells of each in their order. Fails where they can't be run at all.
pub fn run(options: &Options, mut tell: impl FnMut(&Finished)) -> Result<Report> {
    let cases = selected(options.filter.as_deref());
    if cases.is_empty() {
        bail!("no rule has that in its name: --list shows all");
    }
    let tokens = read_tokens(&options.tokens)?;
    let client = Arc::new(Client::new(&options.url)?);
    let people = people(&client, &tokens)?;
    if !options.reset {
        refuse_outsiders(&people)?;
    }
    forget_everything(&people)?;

    let start = Instant::now();
    let testers = lanes(&client, people);
    let next = AtomicUsize::default();
    let mut finished = BTreeMap::new();
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for tester in &testers {
            let (cases, next, send) = (&cases, &next, send.clone());
            scope.spawn(move || {
                while let Some((section, case)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // The receiver lives until all senders are gone.
                    let _ = send.send(perform(tester, section, case));
                }
            });
        }
        drop(send);
        let number_of = |case: &Case| cases.iter().position(|(_, own)| std::ptr::eq(*own, case));
        let mut told = 0;
        for done in receive {
            finished.insert(number_of(done.case).unwrap_or_default(), done);
            while let Some(done) = finished.get(&told) {
                tell(done);
                told += 1;
            }
        }
    });
    for tester in &testers {
        clean(&tester.people())?;
    }
    let finished = finished.into_values().collect();
    Ok(Report::new(&client, finished, start.elapsed(), testers.len()))
}

/// Four people each.
fn lanes(client: &Arc<Client>, people: Vec<crate::person::Person>) -> Vec<Tester> {
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

fn perform(tester: &Tester, section: &'static Section, case: &'static Case) -> Finished {
    let cleaned = clean(&tester.people()).map_err(|mut failure| {
        failure.problem = format!("before the case nothing could be cleaned up: {}", failure.problem);
        failure
    });
    let start = Instant::now();
    // What a case expects of an answer in vain may be a panic, and the others have to be run all the same.
    let run = AssertUnwindSafe(|| (case.run)(tester));
    let outcome = cleaned.and_then(|()| {
        catch_unwind(run).unwrap_or_else(|_| Err(Failure::new("the case panicked, as said above")))
    });
    let time = start.elapsed();
    let last = tester.take_last();
    let outcome = outcome.map_err(|mut failure| {
        failure.exchange = failure.exchange.or(last);
        failure
    });
    Finished {
        section,
        case,
        outcome,
        unchecked: tester.take_unchecked(),
        time,
    }
}
