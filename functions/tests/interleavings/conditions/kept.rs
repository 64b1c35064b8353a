//! Why a condition stays although no play goes wrong without it alone.

use super::Condition;

/// Two ids that are drawn are hardly ever the same.
const DRAWN: &str = "Stays: the id in the key is drawn. Should two ever be the same, nothing is overwritten.";
/// No play makes up ids.
const MADE_UP: &str =
    "Stays: only an id that somebody makes up can have the tag of this partition and not be its own.";
/// Without both, plays go wrong.
const SECOND: &str =
    "Stays as a second lock: another condition of the same transaction fails together with it.";
/// In plays the stream brings all work.
const STREAM: &str =
    "Stays for `reconcile`: in plays the stream brings all work, and the work row is never needed.";
/// Nobody has found a play, and nobody has shown that there is none.
const UNSHOWN: &str = "**Not shown yet.**";

/// Why the condition stays.
pub(crate) fn why_it_stays(condition: &Condition) -> &'static str {
    let Condition {
        row, operation, text, ..
    } = condition;
    match (&**row, &**operation, &**text) {
        (_, "Put", "attribute_not_exists(pk)") => DRAWN,
        ("group" | "conversation", _, "group_id = :group") | ("conversation", _, "conversation_id = :id") => {
            MADE_UP
        }
        ("conversation", _, "attribute_not_exists(deleted_at)" | "attribute_exists(deleted_at)")
        | ("catalog", ..) => SECOND,
        ("purge" | "retirement", ..) => STREAM,
        _ => UNSHOWN,
    }
}
