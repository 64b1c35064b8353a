//! Listing: ten messages of a conversation that has few, and of one that has many.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use local::Data;
use serde_json::json;
use shared::model::{Id, MessageId, Millis};

use crate::api::{Machine, Person, text};
use crate::report::{Times, ms, thousands};
use crate::sender::TEXT;

const FEW: usize = 10;
const MANY: usize = 100_000;
const TIMES: usize = 1000;
const WARM_UP: usize = 50;

/// A conversation, and somebody in it.
struct Place {
    person: Person,
    conversation: String,
    messages: usize,
}

pub(crate) async fn run() -> Result<()> {
    let mut machine = Machine::start(1, Data::Memory).await?;
    let places = [place(&mut machine, FEW).await?, place(&mut machine, MANY).await?];
    machine.rest().await?;
    println!(
        "\nListing ten messages: one client, {} times",
        thousands(TIMES as u128)
    );
    println!(
        "{:<34}{:>9}{:>10}{:>10}{:>13}{:>13}",
        "", "messages", "p50", "p99", "read units", "write units"
    );
    list(&machine, &places, "the newest", "&mark_read=false").await?;
    list(&machine, &places, "the newest, as somebody opens it", "").await?;
    machine.local.stop().await;
    Ok(())
}

/// Lists both in turns, so that nothing that happens meanwhile hits only one of them.
async fn list(machine: &Machine, places: &[Place], title: &str, parameters: &str) -> Result<()> {
    let mut times = vec![Vec::new(); places.len()];
    let mut logged = 0;
    for turn in 0..WARM_UP + TIMES {
        if turn == WARM_UP {
            times.iter_mut().for_each(Vec::clear);
            logged = machine.log_length();
        }
        for (place, times) in places.iter().zip(&mut times) {
            let conversation = &place.conversation;
            let path = format!("/v1/messages?conversation_id={conversation}&limit=10{parameters}");
            let before = Instant::now();
            let page = place.person.get(&path).await?;
            times.push(before.elapsed());
            ensure!(
                page["data"].as_array().is_some_and(|data| data.len() == 10),
                "not ten: {page}"
            );
        }
    }
    // There is one process, so the lines stand in the order of the requests.
    let lines = machine.lines("messages-list", logged)?;
    for (number, (place, times)) in places.iter().zip(times).enumerate() {
        let times = Times::new(times);
        let own = lines.iter().skip(number).step_by(places.len());
        let (read, write): (Vec<_>, Vec<_>) = own.map(|line| (line.read_units, line.write_units)).unzip();
        println!(
            "{:<34}{:>9}{:>10}{:>10}{:>13}{:>13}",
            if number == 0 { title } else { "" },
            thousands(place.messages as u128),
            ms(times.p50()),
            ms(times.p99()),
            range(&read),
            range(&write),
        );
    }
    Ok(())
}

/// The number, or the least and the most where they differ.
fn range(numbers: &[f64]) -> String {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(0.0, f64::max);
    if least < most {
        format!("{least} to {most}")
    } else {
        most.to_string()
    }
}

/// A conversation with so many messages, which both people in it have read.
async fn place(machine: &mut Machine, messages: usize) -> Result<Place> {
    let (person, other, conversation) = machine.two_people().await?;
    for number in 0..FEW.min(messages) {
        let sender = if number % 2 == 0 { &person } else { &other };
        sender.send(&conversation, TEXT).await?;
    }
    if messages > FEW {
        import(machine, &conversation, messages)?;
    }
    for reader in [&person, &other] {
        reader
            .get(&format!("/v1/messages?conversation_id={conversation}"))
            .await?;
    }
    Ok(Place {
        person,
        conversation,
        messages,
    })
}

/// Brings a conversation to so many messages: copies of those that it has, past the API.
pub(crate) fn import(machine: &Machine, conversation: &str, messages: usize) -> Result<()> {
    let mut rows = machine.rows()?;
    rows.retain(|row| row["conversation_id"]["S"] == conversation);
    let (mut sent, other): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row["kind"]["S"] == "message");
    let mut head = other
        .into_iter()
        .find(|row| row["kind"]["S"] == "conversation")
        .context("there is no row of the conversation")?;
    let mut last: MessageId = text(&head["last_message_id"]["S"])?.parse()?;
    let originals = sent.len();
    for number in originals..messages {
        // Many in each millisecond: the ids rise all the same.
        last = Id::next(last, Millis(0));
        let mut row = sent[number % originals].clone();
        row["sk"] = json!({"S": format!("MESSAGE#{last}")});
        row["message_id"] = json!({"S": last.to_string()});
        sent.push(row);
    }
    head["last_message_id"] = json!({"S": last.to_string()});
    head["sent_total"] = json!({"N": messages.to_string()});
    if let Some(sent_by) = head["sent_by"]["M"].as_object_mut() {
        let each = messages / sent_by.len().max(1);
        sent_by
            .values_mut()
            .for_each(|count| *count = json!({"N": each.to_string()}));
    }
    sent.push(head);
    machine.import(sent)
}
