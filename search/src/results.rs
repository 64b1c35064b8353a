//! The results of a search, page by page.

use shared::model::{Id, Label, Page, PageRequest, Position};
use tantivy::DocId;

use crate::asked::Asked;
use crate::error::SearchError;
use crate::index::Index;
use crate::query::plan;
use crate::score::{Found, Scores, everything, rank};
use crate::words::{whole, words};

/// Which documents may be found.
#[derive(Default)]
pub(crate) struct Filter<'a> {
    pub(crate) tag: Option<&'a Label>,
    pub(crate) theme: Option<&'a Label>,
    pub(crate) category: Option<&'a Label>,
    pub(crate) min_duration_ms: Option<u64>,
    pub(crate) max_duration_ms: Option<u64>,
}

/// A page of the documents that match, best first and of the same score newest first.
pub(crate) fn page<K>(
    index: &Index,
    query: &str,
    filter: &Filter<'_>,
    request: &PageRequest,
) -> Result<Page<Id<K>>, SearchError> {
    let mut ranking = ranking(index, query, filter)?;
    let parameter = request.position.parameter();
    let place = request.position.clone().try_map(|cursor| {
        index
            .find::<K>(&cursor)
            .and_then(|document| ranking.iter().find(|found| found.document == document).copied())
            .ok_or(SearchError::CursorInvalid { param: parameter })
    })?;
    let backwards = place.is_backwards();
    match place {
        Position::Start => {}
        Position::After(place) => ranking.retain(|found| *found > place),
        Position::Before(place) => ranking.retain(|found| *found < place),
    }
    let order = |one: &Found, other: &Found| if backwards { other.cmp(one) } else { one.cmp(other) };
    // One more tells whether there is more.
    if ranking.len() > request.limit + 1 {
        ranking.select_nth_unstable_by(request.limit, order);
        ranking.truncate(request.limit + 1);
    }
    ranking.sort_unstable_by(order);
    let found = ranking
        .into_iter()
        .map(|found| index.id(found.document))
        .collect();
    Ok(Page::of(found, request.limit, backwards, Id::to_string))
}

/// All documents that match, in no order. A title that is the query is found whatever the query leaves out: it may be
/// `Drum -loop`.
fn ranking(index: &Index, query: &str, filter: &Filter<'_>) -> Result<Vec<Found>, SearchError> {
    let whole = index.documents(index.fields.whole, &whole(&words(query), true))?;
    let asked = Asked::of(query);
    let out = asked.left_out(index, &mut index.stems())?;
    let allowed = allowed(index, filter)?;
    let mut found = if asked.words.is_empty() && !asked.excluded.is_empty() {
        everything(index, &whole)
    } else {
        rank(index, &plan(index, &asked.words, &mut index.stems())?, &whole)?
    };
    found.retain(|found| allowed(found.document));
    if !out.is_empty() {
        let is_out = |document: &DocId| out.binary_search(document).is_ok() && !whole.contains(document);
        found.retain(|found| !is_out(&found.document));
    }
    Ok(found)
}

/// Which documents the filter lets through.
fn allowed(index: &Index, filter: &Filter<'_>) -> Result<impl Fn(DocId) -> bool, SearchError> {
    let labels = [
        (index.fields.tag, filter.tag),
        (index.fields.theme, filter.theme),
        (index.fields.category, filter.category),
    ];
    let (mut having, mut demands) = (Scores::<u8>::new(index.len()), 0);
    for (field, label) in labels {
        let Some(label) = label else { continue };
        demands += 1;
        for document in index.documents(field, &label.key())? {
            having.change(document, |count| *count += 1);
        }
    }
    let shortest = filter.min_duration_ms.unwrap_or(0);
    let longest = filter.max_duration_ms.unwrap_or(u64::MAX);
    Ok(move |document| {
        (demands == 0 || having.get(document) == demands)
            && ((shortest, longest) == (0, u64::MAX)
                || (shortest..=longest).contains(&index.duration_ms(document)))
    })
}
