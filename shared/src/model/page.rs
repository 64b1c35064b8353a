//! Pages of a list.

use serde::Serialize;

/// The most JSON in one page, in bytes. A page ends early where its items are larger.
const LARGEST_PAGE: usize = 4_000_000;

/// Which part of a list a caller wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// At most so many items, 1 to 100.
    pub limit: usize,
    /// From where, and in which direction.
    pub position: Position<String>,
}

/// Where a page begins. `P` names a place of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position<P> {
    /// At the first item.
    Start,
    /// After this place, going on (`starting_after`).
    After(P),
    /// Before this place, going back (`ending_before`).
    Before(P),
}

/// One page, in the order of the list whichever way it was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// Whether there is more in the direction of travel.
    pub has_more: bool,
    /// The items.
    pub data: Vec<T>,
    /// The place after the last item, for `starting_after`. Null where nothing follows it.
    pub next_cursor: Option<String>,
}

impl<P> Position<P> {
    /// The place, read by `read`.
    pub fn try_map<Q, E>(self, read: impl FnOnce(P) -> Result<Q, E>) -> Result<Position<Q>, E> {
        Ok(match self {
            Self::Start => Position::Start,
            Self::After(place) => Position::After(read(place)?),
            Self::Before(place) => Position::Before(read(place)?),
        })
    }

    /// The place, turned into another name of it.
    pub fn map<Q>(self, turn: impl FnOnce(P) -> Q) -> Position<Q> {
        match self {
            Self::Start => Position::Start,
            Self::After(place) => Position::After(turn(place)),
            Self::Before(place) => Position::Before(turn(place)),
        }
    }

    /// The parameter that gives it.
    pub fn parameter(&self) -> &'static str {
        if self.is_backwards() {
            "ending_before"
        } else {
            "starting_after"
        }
    }

    /// Whether the page is reached by going back.
    pub fn is_backwards(&self) -> bool {
        matches!(self, Self::Before(_))
    }
}

impl<T> Page<T> {
    /// The page out of up to `limit` + 1 items found in the direction of travel; `cursor` names the place of an item.
    pub fn of(mut found: Vec<T>, limit: usize, backwards: bool, cursor: impl Fn(&T) -> String) -> Self {
        let has_more = found.len() > limit;
        found.truncate(limit);
        if backwards {
            found.reverse();
        }
        // Going back, at least the item that the caller came from follows.
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

    /// The page out of the whole list. A place is the index of the first item that comes after it (`After`), or that does
    /// not come before it (`Before`).
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

    /// The same page with every item turned into something else, where that can fail.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page {
            has_more: self.has_more,
            data: self.data.into_iter().map(turn).collect::<Result<_, _>>()?,
            next_cursor: self.next_cursor,
        })
    }

    /// The same page with every item turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            has_more: self.has_more,
            data: self.data.into_iter().map(turn).collect(),
            next_cursor: self.next_cursor,
        }
    }

    /// The same page showing `data`.
    #[must_use]
    pub fn showing<U>(self, data: Vec<U>) -> Page<U> {
        Page {
            has_more: self.has_more,
            data,
            next_cursor: self.next_cursor,
        }
    }
}

/// How many of the items a page has room for, given the size of each in bytes of JSON. One at least.
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
