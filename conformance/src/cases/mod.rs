//! The rules, section by section.

mod attachment_access;
mod attachment_lists;
mod attachment_uploads;
mod attachments;
mod auth;
mod bodies;
mod case;
mod catalog;
mod compare;
mod contact_values;
mod contacts;
mod conversation_updates;
mod conversations;
mod cursors;
mod errors;
mod files;
mod group_access;
mod group_conversations;
mod group_lists;
mod groups;
mod idempotency;
mod inbox;
mod lists;
mod me;
mod message_attachment_changes;
mod message_attachments;
mod message_changes;
mod messages;
mod operations;
mod pages;
mod parameters;
mod privacy;
mod reaction_updates;
mod reactions;
mod reading;
mod search;
mod sound_lists;
mod sounds;
mod sounds_found;

pub(crate) use self::case::Case;
use self::case::Section;

/// All of them, in the order in which they are run.
pub(crate) const SECTIONS: &[&Section] = &[
    &auth::SECTION,
    &errors::SECTION,
    &pages::SECTION,
    &parameters::SECTION,
    &bodies::SECTION,
    &contacts::SECTION,
    &contact_values::SECTION,
    &me::SECTION,
    &conversations::SECTION,
    &conversation_updates::SECTION,
    &messages::SECTION,
    &message_changes::SECTION,
    &attachments::SECTION,
    &attachment_uploads::SECTION,
    &attachment_access::SECTION,
    &attachment_lists::SECTION,
    &message_attachments::SECTION,
    &message_attachment_changes::SECTION,
    &reactions::SECTION,
    &reaction_updates::SECTION,
    &reading::SECTION,
    &search::SECTION,
    &groups::SECTION,
    &group_lists::SECTION,
    &group_access::SECTION,
    &group_conversations::SECTION,
    &lists::SECTION,
    &cursors::SECTION,
    &inbox::SECTION,
    &idempotency::SECTION,
    &privacy::SECTION,
    &sound_lists::SECTION,
    &sounds::SECTION,
    &sounds_found::SECTION,
];
