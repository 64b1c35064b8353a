//! Reading lists of the catalogue.

use serde_json::{Value, json};

use crate::failure::{Outcome, equal};
use crate::person::{Answers as _, Person};
use crate::tester::Tester;

/// So many items of a list are compared: a catalogue may be large.
pub(super) const WINDOW: usize = 12;

/// A query string.
pub(super) fn query(parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters).finish()
}

/// The items of a page.
#[track_caller]
pub(super) fn items(caller: &Person, path: &str, parameters: &[(&str, &str)]) -> Outcome<Vec<Value>> {
    let page = caller
        .get(&format!("{path}?{}", query(parameters)))
        .answers(200)?;
    Ok(page["data"].as_array().cloned().unwrap_or_default())
}

/// The first sounds of the catalogue: some, or none where it is empty.
pub(super) fn sounds(tester: &Tester) -> Outcome<Vec<Value>> {
    items(&tester.kate, "/v1/sounds", &[("limit", "12")])
}

/// The place of an item in its list.
pub(super) fn place<'a>(item: &'a Value, key: &str) -> &'a str {
    item[key].as_str().unwrap_or_default()
}

/// Asserts that the first items of a list come the same in pages of every size, in both directions. `key` names an item
/// for a cursor.
#[track_caller]
pub(super) fn window(caller: &Person, path: &str, filters: &[(&str, &str)], key: &str) -> Outcome {
    let read = |limit: usize, cursor: Option<(&str, &str)>| {
        let limit = limit.to_string();
        let mut parameters = vec![("limit", limit.as_str())];
        parameters.extend(cursor);
        parameters.extend(filters);
        caller.get(&format!("{path}?{}", query(&parameters))).answers(200)
    };
    let shown = |page: &Value| -> Vec<Value> {
        let data = page["data"].as_array().into_iter().flatten();
        data.map(|item| json!(place(item, key))).collect()
    };
    let first = read(WINDOW, None)?;
    let all = shown(&first);
    equal(
        "next_cursor is null when nothing follows, and only then",
        first["next_cursor"].is_string(),
        &first["has_more"],
    )?;
    for limit in [1, 2, 5, WINDOW - 1] {
        let (mut seen, mut cursor) = (0, None::<String>);
        while seen < all.len() {
            let page = read(limit, cursor.as_deref().map(|cursor| ("starting_after", cursor)))?;
            let found = shown(&page);
            let end = all.len().min(seen + found.len());
            equal(
                &format!("{path}: the page of {limit} from number {seen}"),
                &found[..end - seen],
                &all[seen..all.len().min(seen + limit)],
            )?;
            seen += found.len();
            // Of a page that goes beyond what was seen, nothing is known.
            if seen <= all.len() {
                let more = seen < all.len() || first["has_more"] == true;
                equal("has_more", &page["has_more"], more)?;
            }
            cursor = page["next_cursor"].as_str().map(str::to_owned);
        }
        for (at, item) in all.iter().enumerate() {
            let page = read(limit, Some(("ending_before", item.as_str().unwrap_or_default())))?;
            equal(
                &format!("{path}: the page of {limit} before number {at}, and has_more"),
                (shown(&page), &page["has_more"]),
                (&all[at.saturating_sub(limit)..at], at > limit),
            )?;
        }
    }
    Ok(())
}
