//! How facts are said, by the model and by the view.

use super::Facts;
use crate::scene::Who;

/// Audio that would never be removed.
pub(crate) const FORGOTTEN_AUDIO: &str = "audio that is neither used nor noted";

/// Kinds of rows whose number says nothing: it depends on what was tried, and not on what has come of it.
const UNCOUNTED: [&str; 5] = [
    "unused_audio",
    "read_receipt",
    "first_reads",
    "idempotency",
    "attempts",
];

/// What somebody sees of a contact.
pub(crate) struct Contact {
    pub(crate) name: String,
    pub(crate) display_name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) picture: Option<String>,
    pub(crate) is_active: bool,
    pub(crate) has_conversation: bool,
}

/// What somebody sees of a group.
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// The owner first.
    pub(crate) members: Vec<String>,
    pub(crate) is_archived: bool,
    pub(crate) has_conversation: bool,
}

/// What somebody sees of a message.
pub(crate) struct Message {
    pub(crate) sender: String,
    pub(crate) text: String,
    pub(crate) reactions: Vec<(String, Vec<String>)>,
    pub(crate) files: Vec<String>,
    pub(crate) is_read: bool,
    pub(crate) is_changed: bool,
}

pub(crate) fn contact(contact: &Contact) -> String {
    let called = contact
        .display_name
        .as_ref()
        .map(|name| format!("called {name}, "));
    let (called, phone, picture) = (
        called.unwrap_or_default(),
        maybe(contact.phone.clone()),
        maybe(contact.picture.clone()),
    );
    let active = if contact.is_active {
        "active"
    } else {
        "never active"
    };
    let conversation = if contact.has_conversation {
        "with"
    } else {
        "without"
    };
    let name = &contact.name;
    format!("{name} ({called}phone {phone}, picture {picture}, {active}, {conversation} a conversation)")
}

pub(crate) fn group(group: &Group) -> String {
    let Group { name, members, .. } = group;
    let (description, members) = (maybe(group.description.clone()), members.join(" and "));
    let archived = if group.is_archived { "archived, " } else { "" };
    let conversation = if group.has_conversation { "with" } else { "without" };
    format!("{name} ({archived}described as {description}, of {members}, {conversation} a conversation)")
}

pub(crate) fn message(message: &Message) -> String {
    let Message { sender, text, .. } = message;
    let reactions = message
        .reactions
        .iter()
        .map(|(name, people)| format!("{name} by {}", people.join(" and ")));
    let (reactions, files) = (list(reactions), list(message.files.iter().cloned()));
    let read = if message.is_read { "read" } else { "unread" };
    let changed = if message.is_changed {
        "changed"
    } else {
        "unchanged"
    };
    format!("\"{text}\" from {sender}, {read}, {changed}, reactions: {reactions}, files: {files}")
}

/// The key of what somebody sees of a message.
pub(crate) fn message_in(conv: &str, label: &str, who: Who) -> String {
    format!("the message \"{label}\" in {conv} as {who} sees it")
}

#[expect(clippy::fn_params_excessive_bools, reason = "each is a setting of its own")]
pub(crate) fn settings(is_pinned: bool, is_muted: bool, is_archived: bool, has_opened: bool) -> String {
    let all = [
        (is_pinned, "pinned"),
        (is_muted, "muted"),
        (is_archived, "archived"),
        (has_opened, "opened"),
    ];
    list(
        all.into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, word)| word.to_owned()),
    )
}

pub(crate) fn of_group(name: &str) -> String {
    format!("the conversation of {name}")
}

pub(crate) fn of_people(mut names: Vec<String>) -> String {
    names.sort();
    format!("the conversation of {}", names.join(" and "))
}

/// The label of a message whose text so many have had before.
pub(crate) fn again(text: &str, before: usize) -> String {
    match before {
        0 => text.to_owned(),
        _ => format!("{text} ({})", before + 1),
    }
}

/// Whether a label is of a message with this text.
pub(crate) fn is_again(label: &str, text: &str) -> bool {
    label == text
        || label
            .strip_prefix(text)
            .is_some_and(|rest| rest.starts_with(" ("))
}

pub(crate) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<_> = items.into_iter().collect();
    maybe(Some(items.join("; ")).filter(|text| !text.is_empty()))
}

/// Items whose order says nothing.
pub(crate) fn set(items: impl IntoIterator<Item = String>) -> String {
    let mut items: Vec<_> = items.into_iter().collect();
    items.sort_unstable();
    list(items)
}

/// What somebody sees, or that they are told 404.
pub(crate) fn found(seen: Option<String>) -> String {
    seen.unwrap_or_else(|| "404".to_owned())
}

pub(crate) fn maybe(text: Option<String>) -> String {
    text.unwrap_or_else(|| "none".to_owned())
}

pub(crate) fn yes(holds: bool) -> String {
    if holds { "yes" } else { "no" }.to_owned()
}

/// What somebody's own data is.
pub(crate) fn person(
    username: &str,
    phone: Option<String>,
    picture: Option<String>,
    is_active: bool,
) -> String {
    let active = if is_active { "active" } else { "never active" };
    format!(
        "username {username}, phone {}, picture {}, {active}",
        maybe(phone),
        maybe(picture)
    )
}

/// Counts rows of each kind.
pub(crate) fn count<'a>(kinds: impl IntoIterator<Item = &'a str>, facts: &mut Facts) {
    let mut counts = std::collections::BTreeMap::new();
    for kind in kinds.into_iter().filter(|kind| !UNCOUNTED.contains(kind)) {
        *counts.entry(kind).or_insert(0) += 1;
    }
    let said = counts
        .into_iter()
        .map(|(kind, count)| (format!("rows of the kind {kind}"), count.to_string()));
    facts.extend(said);
}
