//! Pages of a list.

use serde::Serialize;

/// The most JSON in one page, in bytes. A page with larger items ends early.
const LARGEST_PAGE: usize = 4_000_000;

/// A caller's request for a page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// The most items on the page, 1 to 100.
    pub limit: usize,
    /// The start and direction of the page.
    pub position: Position<String>,
}

/// The start of a page. `P` identifies a place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position<P> {
    /// At the first item.
    Start,
    /// After this place, forwards (`starting_after`).
    After(P),
    /// Before this place, backwards (`ending_before`).
    Before(P),
}

/// A page, in list order, whichever direction it was read in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// Whether more items follow in the direction of travel.
    pub has_more: bool,
    /// The items.
    pub data: Vec<T>,
    /// The cursor of the last item, for `starting_after`. Null if nothing follows.
    pub next_cursor: Option<String>,
}

impl<P> Position<P> {
    /// Converts the place; the conversion may fail.
    pub fn try_map<Q, E>(self, read: impl FnOnce(P) -> Result<Q, E>) -> Result<Position<Q>, E> {
        Ok(match self {
            Self::Start => Position::Start,
            Self::After(place) => Position::After(read(place)?),
            Self::Before(place) => Position::Before(read(place)?),
        })
    }

    /// Converts the place.
    pub fn map<Q>(self, turn: impl FnOnce(P) -> Q) -> Position<Q> {
        match self {
            Self::Start => Position::Start,
            Self::After(place) => Position::After(turn(place)),
            Self::Before(place) => Position::Before(turn(place)),
        }
    }

    /// The name of the request parameter.
    pub fn parameter(&self) -> &'static str {
        if self.is_backwards() {
            "ending_before"
        } else {
            "starting_after"
        }
    }

    /// Whether the page is read backwards.
    pub fn is_backwards(&self) -> bool {
        matches!(self, Self::Before(_))
    }
}

impl<T> Page<T> {
    /// A page from up to `limit` + 1 items, found in the direction of travel. `cursor` makes the cursor for an item.
    pub fn of(mut found: Vec<T>, limit: usize, backwards: bool, cursor: impl Fn(&T) -> String) -> Self {
        let has_more = found.len() > limit;
        found.truncate(limit);
        if backwards {
            found.reverse();
        }
        // Backwards, the item from which the caller came follows the page.
        let next_cursor = if has_more || backwards {
            found.last().map(cursor)
        } else {
            None
        };
        Self {
            has_more,
            data: found,
            next_cursor,
        }
    }

    /// A page from the whole list. A place is the index of the first item after it (`After`), or of the first item that
    /// is not before it (`Before`).
    pub fn cut(list: &[T], limit: usize, place: Position<usize>, cursor: impl Fn(&T) -> String) -> Self
    where
        T: Clone,
    {
        let list = list.iter();
        let found: Vec<_> = match place {
            Position::Start => list.take(limit + 1).cloned().collect(),
            Position::After(first) => list.skip(first).take(limit + 1).cloned().collect(),
            Position::Before(end) => list.take(end).rev().take(limit + 1).cloned().collect(),
        };
        Self::of(found, limit, place.is_backwards(), cursor)
    }

    /// Converts every item; the conversion may fail.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page {
            has_more: self.has_more,
            data: self.data.into_iter().map(turn).collect::<Result<_, _>>()?,
            next_cursor: self.next_cursor,
        })
    }

    /// Converts every item.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            has_more: self.has_more,
            data: self.data.into_iter().map(turn).collect(),
            next_cursor: self.next_cursor,
        }
    }

    /// The same page with other `data`.
    #[must_use]
    pub fn showing<U>(self, data: Vec<U>) -> Page<U> {
        Page {
            has_more: self.has_more,
            data,
            next_cursor: self.next_cursor,
        }
    }
}

/// The number of leading items that fit on a page, at least one. `size` is the bytes of an item's JSON.
pub fn fitting<T>(items: &[T], limit: usize, size: impl Fn(&T) -> usize) -> usize {
    let mut room = LARGEST_PAGE;
    let fits = |item: &&T| match room.checked_sub(size(item)) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    };
    items.iter().take(limit).take_while(fits).count().max(1)
}
