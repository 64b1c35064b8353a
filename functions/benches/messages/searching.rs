//! Searching: for a word that no message has, so that all are read, and for one that the newest have.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use local::Data;

use crate::api::{Machine, Person};
use crate::listing::import;
use crate::report::{Times, ms, thousands};

const TIMES: usize = 10;
const WARM_UP: usize = 3;
const MESSAGES: usize = 10_000;
const CONVERSATIONS: usize = 20;
/// What people write: a hundred characters, and in another script. Every tenth has the word that is common.
const ENGLISH: &str =
    "Merry Christmas, ya filthy animal. And a happy new year. Have you locked every door? I am on my way.";
const RUSSIAN: &str =
    "С Рождеством, грязное животное. И с Новым годом. Все двери закрыты? Я уже еду домой, жди меня там же.";
const COMMON: &str = "The burglars are here";

/// A search, for each of many times.
#[derive(Default)]
struct Seen {
    times: Vec<Duration>,
    requests: usize,
    units: f64,
}

pub(crate) async fn run() -> Result<()> {
    let mut machine = Machine::start(1, Data::Memory).await?;
    println!(
        "\nSearching {} messages: one client, {TIMES} times",
        thousands(MESSAGES as u128)
    );
    println!(
        "{:<44}{:>14}{:>10}{:>12}{:>12}{:>12}",
        "", "conversations", "requests", "p50", "p99", "read units"
    );
    for (language, text) in [("English", ENGLISH), ("Russian", RUSSIAN)] {
        let (person, conversation) = one_conversation(&mut machine, text).await?;
        let within = format!("&conversation_id={conversation}");
        for (scope, conversations) in [(&*within, 1), ("", 1)] {
            let title = format!(
                "{language}, {}",
                if scope.is_empty() { "in all" } else { "in one" }
            );
            search(
                &machine,
                &person,
                &format!("{title}: a word of none"),
                conversations,
                "penguin",
                scope,
                true,
            )
            .await?;
            search(
                &machine,
                &person,
                &format!("{title}: a common word"),
                conversations,
                "burglar",
                scope,
                false,
            )
            .await?;
        }
    }
    let person = many_conversations(&mut machine).await?;
    let title = "English, in all";
    search(
        &machine,
        &person,
        &format!("{title}: a word of none"),
        CONVERSATIONS,
        "penguin",
        "",
        true,
    )
    .await?;
    search(
        &machine,
        &person,
        &format!("{title}: a common word"),
        CONVERSATIONS,
        "burglar",
        "",
        false,
    )
    .await?;
    machine.local.stop().await;
    Ok(())
}

/// Searches to the end, or only for the first page.
async fn search(
    machine: &Machine,
    person: &Person,
    title: &str,
    conversations: usize,
    word: &str,
    scope: &str,
    to_the_end: bool,
) -> Result<()> {
    let mut seen = Seen::default();
    for turn in 0..WARM_UP + TIMES {
        seen.requests = 0;
        let logged = machine.log_length();
        let before = Instant::now();
        let mut cursor = String::new();
        loop {
            let page = person
                .get(&format!("/v1/messages/search?query={word}{scope}{cursor}"))
                .await?;
            seen.requests += 1;
            let found = page["data"].as_array().map_or(0, Vec::len);
            ensure!(found == if to_the_end { 0 } else { 10 }, "found {found}");
            match page["next_cursor"].as_str() {
                Some(next) if to_the_end => cursor = format!("&starting_after={next}"),
                _ => break,
            }
        }
        if turn >= WARM_UP {
            seen.times.push(before.elapsed());
        }
        let lines = machine.lines("messages-search", logged)?;
        seen.units = lines.iter().map(|line| line.read_units).sum();
    }
    let times = Times::new(seen.times);
    println!(
        "{title:<44}{conversations:>14}{:>10}{:>12}{:>12}{:>12}",
        seen.requests,
        ms(times.p50()),
        ms(times.p99()),
        seen.units,
    );
    Ok(())
}

/// Somebody with one conversation, of that many messages.
async fn one_conversation(machine: &mut Machine, text: &str) -> Result<(Person, String)> {
    let (person, _, conversation) = machine.two_people().await?;
    fill(machine, &person, &conversation, text, MESSAGES).await?;
    Ok((person, conversation))
}

/// Somebody with that many messages in several conversations.
async fn many_conversations(machine: &mut Machine) -> Result<Person> {
    let person = machine.person().await?;
    for _ in 0..CONVERSATIONS {
        let conversation = machine.befriend(&person).await?;
        fill(machine, &person, &conversation, ENGLISH, MESSAGES / CONVERSATIONS).await?;
    }
    Ok(person)
}

async fn fill(
    machine: &Machine,
    person: &Person,
    conversation: &str,
    text: &str,
    messages: usize,
) -> Result<()> {
    for number in 0..10 {
        person
            .send(conversation, if number == 0 { COMMON } else { text })
            .await?;
    }
    machine.rest().await?;
    import(machine, conversation, messages)
}
