//! Sending: each client into a conversation of its own, one message after the other.

use std::time::{Duration, Instant};

use anyhow::Result;
use local::Data;
use serde_json::Value;

use crate::api::{Line, Machine, Person};
use crate::cpu::Cpu;
use crate::database::{Part, Writer};
use crate::report::{Times, ms, thousands};
use crate::sender::{Sender, TEXT};

const CLIENTS: usize = 32;
const WARM_UP: Duration = Duration::from_secs(2);
const TIME: Duration = Duration::from_secs(10);

/// Somebody who sends through the API.
struct Caller {
    person: Person,
    conversation: String,
}

impl Sender for Caller {
    async fn send(&mut self) -> Result<()> {
        self.person.send(&self.conversation, TEXT).await.map(drop)
    }
}

/// What came of some clients in some time.
struct Load {
    times: Times,
    elapsed: Duration,
    /// The CPU time of one message.
    cpu: Cpu,
    /// What the function's log says of the same messages.
    lines: Vec<Line>,
}

impl Load {
    fn per_second(&self) -> u128 {
        self.times.len() as u128 * 1000 / self.elapsed.as_millis().max(1)
    }

    /// The times in the function.
    fn inside(&self) -> Times {
        Times::new(self.lines.iter().map(|line| line.duration).collect())
    }
}

/// Lets every sender send for some time.
async fn drive<S: Sender>(machine: &Machine, senders: Vec<S>, time: Duration) -> Result<(Vec<S>, Load)> {
    let logged = machine.log_length();
    let cpu = Cpu::now();
    let start = Instant::now();
    let tasks: Vec<_> = senders
        .into_iter()
        .map(|mut sender| {
            tokio::spawn(async move {
                let mut times = Vec::new();
                while start.elapsed() < time {
                    let before = Instant::now();
                    sender.send().await?;
                    times.push(before.elapsed());
                }
                anyhow::Ok((sender, times))
            })
        })
        .collect();
    let (mut senders, mut times) = (Vec::new(), Vec::new());
    for task in tasks {
        let (sender, own) = task.await??;
        senders.push(sender);
        times.extend(own);
    }
    let load = Load {
        elapsed: start.elapsed(),
        cpu: Cpu::now().since(cpu, times.len()),
        times: Times::new(times),
        lines: machine.lines("messages-create", logged)?,
    };
    Ok((senders, load))
}

/// All clients at once, and one of them by itself.
struct Both {
    many: Load,
    one: Load,
}

impl Both {
    async fn measure<S: Sender>(machine: &Machine, senders: Vec<S>) -> Result<Self> {
        let (senders, _) = drive(machine, senders, WARM_UP).await?;
        let (mut senders, many) = drive(machine, senders, TIME).await?;
        machine.rest().await?;
        senders.truncate(1);
        let (senders, _) = drive(machine, senders, WARM_UP).await?;
        let (_, one) = drive(machine, senders, TIME).await?;
        Ok(Self { many, one })
    }

    fn print(&self, title: &str) {
        let cells = |load: &Load| {
            let rate = thousands(load.per_second());
            format!("{rate:>10}{}", columns(&load.times))
        };
        println!("{title:<34}{}{}", cells(&self.many), cells(&self.one));
    }

    fn print_inside(&self) {
        let cells = |load: &Load| format!("{:>10}{}", "", columns(&load.inside()));
        println!(
            "{:<34}{}{}",
            "  of it in the function",
            cells(&self.many),
            cells(&self.one)
        );
    }
}

fn columns(times: &Times) -> String {
    format!("{:>11}{:>11}", ms(times.p50()), ms(times.p99()))
}

pub(crate) async fn run() -> Result<()> {
    let mut machine = Machine::start(CLIENTS, Data::Memory).await?;
    let mut callers = Vec::new();
    for _ in 0..CLIENTS {
        let (person, _, conversation) = machine.two_people().await?;
        callers.push(Caller { person, conversation });
    }
    machine.rest().await?;
    let rows = machine.rows()?;
    let whose: Vec<_> = callers
        .iter()
        .map(|caller| (caller.person.id.clone(), caller.conversation.clone()))
        .collect();

    println!("\nSending: each client into a conversation of its own, one message after the other, {TIME:?}");
    println!("{:<34}{:>32}{:>32}", "", format!("{CLIENTS} clients"), "1 client");
    let names = format!("{:>10}{:>11}{:>11}", "a second", "p50", "p99");
    println!("{:<34}{names}{names}", "");
    let api = Both::measure(&machine, callers).await?;
    machine.local.stop().await;
    api.print("API: gateway, Lambda, database");
    api.print_inside();
    let (calls, units) = alone(&rows, &whose, Part::All).await?;
    calls.print("its database calls, by themselves");
    let (transaction, _) = alone(&rows, &whose, Part::Transaction).await?;
    transaction.print("only the transaction of these");
    share(&api, &calls);
    if let Some(line) = api.one.lines.last() {
        let (calls, read, write) = (line.calls, line.read_units, line.write_units);
        println!("\nIts {calls} database calls: {read} read and {write} write units; by themselves {units}.");
    }
    Ok(())
}

/// The database without the API, with the same people and conversations in it.
async fn alone(rows: &[Value], whose: &[(String, String)], part: Part) -> Result<(Both, f64)> {
    let machine = Machine::start_database(rows.to_vec()).await?;
    let writers = whose
        .iter()
        .map(|(person, conversation)| Writer::new(&machine, rows, person, conversation, part));
    let mut writers = writers.collect::<Result<Vec<_>>>()?;
    let units = writers[0].write().await?;
    let both = Both::measure(&machine, writers).await?;
    machine.local.stop().await;
    Ok((both, units))
}

/// Whose the time is: of one message by itself on the clock, and of one among many by the CPU.
fn share(api: &Both, calls: &Both) {
    let (whole, inside, database) = (api.one.times.p50(), api.one.inside().p50(), calls.one.times.p50());
    println!("\nOne message by itself, {}:", ms(whole));
    print_shares(&[
        ("HTTP, gateway, Lambda runtime", whole.saturating_sub(inside)),
        ("function", inside.saturating_sub(database)),
        ("database", database),
    ]);
    let Cpu { own, sending, others } = api.many.cpu;
    let database = calls.many.cpu.own;
    let whole = own + sending + others;
    if !whole.is_zero() {
        println!("\nOne of {CLIENTS} clients' messages, {} of CPU time:", ms(whole));
        print_shares(&[
            ("clients, gateway, Lambda runtime", own.saturating_sub(database)),
            ("function", sending),
            ("function that follows the stream", others),
            ("database, as by itself", database),
        ]);
    }
}

fn print_shares(parts: &[(&str, Duration)]) {
    let whole: Duration = parts.iter().map(|(_, time)| time).sum();
    for (part, time) in parts {
        let percent = 100.0 * time.as_secs_f64() / whole.as_secs_f64();
        println!("  {part:<32}{:>10}{percent:>6.0} %", ms(*time));
    }
}
