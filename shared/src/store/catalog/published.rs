//! The catalogue: which version of it callers see. An import writes a whole version beside the published one and then
//! changes one row, so callers never see half of it: `docs/CATALOG.md`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{Millis, VersionId};
use crate::store::error::Result;
use crate::store::table::{Key, ReadConsistency, ReadStore, Row};

/// For how long a function takes for granted which version is published, in milliseconds. A version that another one
/// has replaced is kept for longer than that.
const REMEMBERED_FOR: u64 = 60_000;

/// The published version of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The version.
    pub version: VersionId,
    /// When it was published.
    pub published_at: Millis,
    /// How many sounds it has.
    pub sounds: u32,
}

impl Row for Published {
    const KIND: &'static str = "catalog";
}

/// The pointer as it was read last, and when that was. That there is none is not worth remembering.
#[derive(Clone, Copy)]
struct Pointer {
    published: Option<Published>,
    read_at: Millis,
}

/// A list that is read whole, and the version that it is of: that never changes.
#[derive(Clone)]
pub(crate) struct WholeList<T> {
    pub(crate) version: VersionId,
    pub(crate) items: Arc<[T]>,
}

impl ReadStore {
    /// Which version is published; none before the first import. One round trip, and none for a minute after it.
    pub async fn published(&self) -> Result<Option<Published>> {
        let now = (self.clock)();
        match self.cache.get() {
            Some(Pointer {
                published: Some(published),
                read_at,
            }) if now.0.saturating_sub(read_at.0) < REMEMBERED_FOR => Ok(Some(published)),
            _ => self.published_now().await,
        }
    }

    /// The same without anything remembered.
    pub async fn published_now(&self) -> Result<Option<Published>> {
        // Before it is read: another version may be published right after.
        let read_at = (self.clock)();
        let published = self.row(Key::published()).await?;
        self.cache.set(Pointer { published, read_at });
        Ok(published)
    }

    /// What `find` finds in the published version, if anything. Where the version that is remembered does not have it, it
    /// is looked for in the one that is published now: what one function has shown, every other finds.
    pub(crate) async fn find_published<T, F: Future<Output = Result<Option<T>>>>(
        &self,
        find: impl Fn(Published) -> F,
    ) -> Result<Option<T>> {
        let Some(remembered) = self.published().await? else {
            return Ok(None);
        };
        if let Some(found) = find(remembered).await? {
            return Ok(Some(found));
        }
        match self.published_now().await? {
            Some(now) if now.version != remembered.version => find(now).await,
            _ => Ok(None),
        }
    }

    /// How to read rows of a version. They never change once it is published, so a moment later any copy of them will do,
    /// for half the price.
    pub(crate) fn consistency_of(&self, published: Published) -> ReadConsistency {
        let age = (self.clock)().0.saturating_sub(published.published_at.0);
        if age < REMEMBERED_FOR {
            ReadConsistency::Strong
        } else {
            ReadConsistency::Eventual
        }
    }
}
