//! Pages of a list: each size, from each place, in both directions.

use std::collections::BTreeSet;

use serde_json::Value;

/// What a page holds, and what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The ids of its items, in their order.
    pub ids: Vec<String>,
    /// Whether there is more in the direction of the request.
    pub has_more: bool,
    /// The position of its last item. None where nothing follows that item.
    pub next_cursor: Option<String>,
}

impl Page {
    /// Reads the body of an answer.
    #[must_use]
    pub fn of(body: &Value) -> Self {
        let items = body["data"].as_array().into_iter().flatten();
        Self {
            ids: items
                .map(|item| item["id"].as_str().unwrap_or_default().to_owned())
                .collect(),
            has_more: body["has_more"] == true,
            next_cursor: body["next_cursor"].as_str().map(str::to_owned),
        }
    }

    /// Whether it holds what is expected.
    #[must_use]
    pub fn is(&self, expected: &Expected<'_>) -> bool {
        self.ids == expected.ids
            && self.has_more == expected.has_more
            && self.next_cursor.is_some() == expected.is_followed
    }
}

/// What a page has to hold.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The ids of its items, in their order.
    pub ids: &'a [String],
    /// `has_more`.
    pub has_more: bool,
    /// Whether `next_cursor` is not null.
    pub is_followed: bool,
}

/// Walks through the list whose items have the ids `all`: each size of page, from each place, in both directions, by
/// ids and by `next_cursor`. `see` sends a query, fails where the page is not as expected, and gives `next_cursor`.
///
/// # Errors
///
/// The first one of `see`.
pub fn walk<E>(
    all: &[String],
    mut see: impl FnMut(&str, Expected<'_>) -> Result<Option<String>, E>,
) -> Result<(), E> {
    for limit in 1..=all.len() + 1 {
        let (mut query, mut seen) = (format!("limit={limit}"), 0);
        while let Some(next) = see(&query, forward(&all[seen..], limit))? {
            seen += limit;
            query = format!("limit={limit}&starting_after={next}");
        }
    }
    for (at, id) in all.iter().enumerate() {
        let (before, after) = (&all[..at], &all[at + 1..]);
        for limit in sizes(after.len()) {
            see(
                &format!("limit={limit}&starting_after={id}"),
                forward(after, limit),
            )?;
        }
        for limit in sizes(before.len()) {
            let query = format!("limit={limit}&ending_before={id}");
            let next = see(&query, backward(before, limit))?;
            // Who turns round meets the item that they came from.
            if let Some(next) = next.filter(|_| limit == before.len()) {
                see(&format!("limit=1&starting_after={next}"), forward(&all[at..], 1))?;
            }
        }
    }
    Ok(())
}

/// The first page of `rest`.
fn forward(rest: &[String], limit: usize) -> Expected<'_> {
    let has_more = rest.len() > limit;
    Expected {
        ids: &rest[..rest.len().min(limit)],
        has_more,
        is_followed: has_more,
    }
}

/// The last page of `rest`, which something follows. An empty page has no position.
fn backward(rest: &[String], limit: usize) -> Expected<'_> {
    Expected {
        ids: &rest[rest.len().saturating_sub(limit)..],
        has_more: rest.len() > limit,
        is_followed: !rest.is_empty(),
    }
}

/// Sizes of pages for a list of which so much is left: one, and those around the end, where mistakes are made.
fn sizes(left: usize) -> BTreeSet<usize> {
    let sizes = [1, left.saturating_sub(1), left].into_iter();
    sizes.filter(|size| *size > 0).collect()
}
