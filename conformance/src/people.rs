//! The people of the tokens file: who they are, that they are test people, and how they get a clean state.
//!
//! What a run deletes is what its people have with each other. So it starts only where they have nothing with anybody
//! else: a contact, a conversation or a group with somebody who is not in the file says that this may be no test person.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};

use crate::client::Client;
use crate::failure::Outcome;
use crate::http::Request;
use crate::person::{Answers as _, Lane, Person, id};

/// A case needs so many people.
pub(crate) const LANE: usize = 4;

/// With this begins the username of everybody whom the cases add and who has no token. They are nobody: they exist
/// because the create of a contact makes the person, and are found again by the next run.
const NOBODYS: &str = "conformance.";

/// The username of a person without a token who belongs to a test person.
pub(crate) fn nobodys_username(owner: &str, number: usize) -> String {
    format!("{NOBODYS}{owner}.{number}")
}

/// The tokens of a file: one on a line, `#` begins a comment.
pub(crate) fn read_tokens(text: &str) -> Result<Vec<String>> {
    let mut tokens = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let token = line.split('#').next().unwrap_or_default().trim();
        if token.is_empty() {
            continue;
        }
        let is_token = token.len() == 56 && token.starts_with("ptc_");
        // The line is not shown: it may be a secret with a mistake in it.
        ensure!(is_token, "line {} is no token", number + 1);
        ensure!(
            !tokens.iter().any(|other| other == token),
            "line {} is a token that stands there twice",
            number + 1
        );
        tokens.push(token.to_owned());
    }
    ensure!(
        tokens.len() >= LANE,
        "{} tokens are too few: the cases need {LANE} people",
        tokens.len()
    );
    Ok(tokens)
}

/// Asks who the people are. Those that make no whole lane are left out.
pub(crate) fn people(client: &Arc<Client>, tokens: &[String]) -> Result<Vec<Person>> {
    let lane = Arc::new(Lane::new(Arc::clone(client)));
    let mut people = Vec::<Person>::new();
    for (number, token) in tokens.iter().take(tokens.len() / LANE * LANE).enumerate() {
        let person = Person::of_token(&lane, token, &format!("+1 555 {number:07}"))
            .with_context(|| format!("token number {} of the file", number + 1))?;
        ensure!(
            people.iter().all(|other| other.id != person.id),
            "two tokens of the file are of {}: each must be another person's",
            person.username
        );
        people.push(person);
    }
    Ok(people)
}

/// Fails where somebody has anything with a person who is not in the file.
pub(crate) fn refuse_outsiders(people: &[Person]) -> Result<()> {
    let own: BTreeSet<&str> = people.iter().map(|person| &*person.id).collect();
    for person in people {
        let mut known: BTreeSet<_> = own.iter().map(|id| (*id).to_owned()).collect();
        for contact in person.all("/v1/contacts")? {
            let username = contact["username"].as_str().unwrap_or_default();
            let is_nobody = username.strip_prefix(NOBODYS).is_some_and(|rest| {
                let owner = rest.split('.').next().unwrap_or_default();
                own.contains(owner)
            });
            if !is_nobody && !own.contains(id(&contact)) {
                refuse(person, &format!("has {username} as a contact"))?;
            }
            known.insert(id(&contact).to_owned());
        }
        for conversation in person.all("/v1/conversations")? {
            // That of a group is seen by its members.
            let other = conversation["contact_id"].as_str();
            if let Some(other) = other.filter(|other| !known.contains(*other)) {
                refuse(person, &format!("has a conversation with {other}"))?;
            }
        }
        for group in person.all("/v1/groups")? {
            for member in group["contacts"].as_array().into_iter().flatten() {
                if !known.contains(id(member)) {
                    let username = member["username"].as_str().unwrap_or_default();
                    refuse(person, &format!("is in a group with {username}"))?;
                }
            }
        }
    }
    Ok(())
}

fn refuse(person: &Person, what: &str) -> Result<()> {
    bail!(
        "{} {what}, who is not in the file. Is this a test person? A run deletes all that its people have. Nothing has \
         been deleted. With --reset the contacts, conversations, groups and uploads of everybody in the file are deleted first, for \
         both sides.",
        person.username
    )
}

/// Deletes everything that these people have.
pub(crate) fn forget_everything(people: &[Person]) -> Result<()> {
    for person in people {
        forget_uploads(person)?;
        forget_groups(person)?;
        forget_contacts(person)?;
        for conversation in person.all("/v1/conversations")? {
            delete(person, &format!("/v1/conversations/{}", id(&conversation)))?;
        }
        person.restore()?;
    }
    Ok(())
}

/// What a case finds: nobody has a contact, a group or an upload, and so no conversation either, and everybody is who
/// they were.
pub(crate) fn clean(people: &[&Person]) -> Outcome {
    for person in people {
        forget_uploads(person)?;
        forget_groups(person)?;
        forget_contacts(person)?;
        person.restore()?;
    }
    Ok(())
}

/// The conversation goes with the group. One that is somebody else's is left.
fn forget_groups(person: &Person) -> Outcome {
    for path in person.take_created_groups() {
        delete(person, &path)?;
    }
    for group in person.all("/v1/groups")? {
        let path = format!("/v1/groups/{}", id(&group));
        if id(&group["contacts"][0]) == person.id {
            delete(person, &path)?;
        } else {
            let left = person.send(Request::new("POST", format!("{path}/leave")))?;
            if left.answer.status != 404 {
                Ok(left).answers(204)?;
            }
        }
    }
    Ok(())
}

/// Those that were sent go with their conversations.
fn forget_uploads(person: &Person) -> Outcome {
    for attachment in person.all("/v1/attachments")? {
        if attachment["message_id"].is_null() {
            delete(person, &format!("/v1/attachments/{}", id(&attachment)))?;
        }
    }
    Ok(())
}

/// The conversation goes with the contact.
fn forget_contacts(person: &Person) -> Outcome {
    for contact in person.all("/v1/contacts")? {
        delete(person, &format!("/v1/contacts/{}", id(&contact)))?;
    }
    Ok(())
}

/// Deletes what may be gone already.
fn delete(person: &Person, path: &str) -> Outcome {
    let exchange = person.delete(path)?;
    if exchange.answer.status == 404 {
        return Ok(());
    }
    Ok(exchange).answers(204).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::read_tokens;

    fn token(number: usize) -> String {
        format!("ptc_{number:052}")
    }

    #[test]
    fn a_file_has_one_token_on_a_line() {
        let lines: Vec<_> = (0..4).map(token).collect();
        let text = format!(
            "# people\n\n{}\n {} # Kevin\r\n{}\n{}",
            lines[0], lines[1], lines[2], lines[3]
        );
        assert_eq!(read_tokens(&text).unwrap(), lines);
        for (text, named) in [
            (lines[..3].join("\n"), "too few"),
            (format!("{}\n{}", lines.join("\n"), lines[0]), "line 5"),
            (format!("{}\nptc_x", lines.join("\n")), "line 5"),
        ] {
            let problem = read_tokens(&text).unwrap_err().to_string();
            assert!(problem.contains(named) && !problem.contains("ptc_"), "{problem}");
        }
    }
}
