//! The published catalogue version. An import writes a whole new version and then changes one pointer row, so callers
//! never see half a version. See `docs/CATALOG.md`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{LABEL_KEYS, Millis, VersionId};
use crate::store::error::Result;
use crate::store::table::{Key, ReadConsistency, ReadStore, Row};

/// How long a function caches which version is published, in milliseconds. Replaced versions are kept for longer.
const REMEMBERED_FOR: u64 = 60_000;

/// The published version of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The version's id.
    pub version: VersionId,
    /// When it was published.
    pub published_at: Millis,
    /// The number of its sounds.
    pub sounds: u32,
    /// The rule of the labels in its keys ([`LABEL_KEYS`]). Absent in the rows of releases with the first rule.
    #[serde(default = "first_label_keys")]
    pub label_keys: u32,
}

/// The rule of the rows that name none.
pub(crate) fn first_label_keys() -> u32 {
    1
}

impl Row for Published {
    const KIND: &'static str = "catalog";
}

/// The cached pointer, and when it was read. A missing pointer is not cached.
#[derive(Clone, Copy)]
struct Pointer {
    published: Option<Published>,
    read_at: Millis,
}

/// A cached list with its version. Lists of a version never change.
#[derive(Clone)]
pub(crate) struct WholeList<T> {
    pub(crate) version: VersionId,
    pub(crate) items: Arc<[T]>,
}

impl Published {
    /// Whether its keys follow the rule of this release. If not, the next import writes a version whose keys do.
    #[must_use]
    pub fn has_present_keys(&self) -> bool {
        self.label_keys == LABEL_KEYS
    }
}

impl ReadStore {
    /// The published version; `None` before the first import. One round trip, then none for a minute.
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

    /// The published version, read without the cache.
    pub async fn published_now(&self) -> Result<Option<Published>> {
        // Taken before the read: a new version may be published right after it.
        let read_at = (self.clock)();
        let published = self.row(Key::published()).await?;
        self.cache.set(Pointer { published, read_at });
        Ok(published)
    }

    /// The result of `find` in the published version. If the cached version has no result, looks in the version that is
    /// published now, so that every function finds what another one has shown.
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

    /// The consistency with which to read rows of a version. Published rows never change, so soon after publishing
    /// eventual consistency is enough, at half the price.
    pub(crate) fn consistency_of(&self, published: Published) -> ReadConsistency {
        let age = (self.clock)().0.saturating_sub(published.published_at.0);
        if age < REMEMBERED_FOR {
            ReadConsistency::Strong
        } else {
            ReadConsistency::Eventual
        }
    }
}
