//! The index of the published catalogue, as a function holds it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use shared::model::{Id, Page, PageRequest, Position, VersionId};
use shared::store::bucket::{Bucket, StorageError, objects};
use shared::store::{Published, ReadStore, StoreError};

use crate::error::SearchError;
use crate::indexes::{PlaylistIndex, SoundIndex};

/// The pause before an index is loaded again that could not be loaded.
const PAUSE: Duration = Duration::from_secs(5);

/// An index over a version of the catalogue.
pub trait CatalogIndex: Sized {
    /// The key of its object.
    fn key(version: VersionId) -> String;

    /// Opens its object.
    fn open(object: Vec<u8>) -> Result<Self, SearchError>;
}

impl CatalogIndex for SoundIndex {
    fn key(version: VersionId) -> String {
        objects::sound_index(version)
    }

    fn open(object: Vec<u8>) -> Result<Self, SearchError> {
        Self::open(object)
    }
}

impl CatalogIndex for PlaylistIndex {
    fn key(version: VersionId) -> String {
        objects::playlist_index(version)
    }

    fn open(object: Vec<u8>) -> Result<Self, SearchError> {
        Self::open(object)
    }
}

/// The index of the published version. It follows when another version is published.
pub struct Current<I> {
    bucket: Bucket,
    held: Mutex<Held<I>>,
}

/// An index, and the version whose rows it finds.
pub struct Loaded<I> {
    /// The version.
    pub published: Published,
    /// Its index.
    pub index: I,
}

struct Held<I> {
    index: Option<Arc<Loaded<I>>>,
    failed_at: Option<Instant>,
}

impl<I: CatalogIndex> Current<I> {
    /// Loads the index. If that fails, requests try again.
    pub async fn load(store: &ReadStore, bucket: Bucket) -> Self {
        let held = Mutex::new(Held::default());
        let current = Self { bucket, held };
        if let Err(error) = current.get(store).await {
            tracing::warn!(%error, "starts without an index");
        }
        current
    }

    /// The index to search in now; `None` if nothing is published yet. While the index of a new version cannot be
    /// loaded, it is the one before; without that, [`StoreError::Unavailable`].
    pub async fn get(&self, store: &ReadStore) -> Result<Option<Arc<Loaded<I>>>, StoreError> {
        let Some(published) = store.published().await? else {
            return Ok(None);
        };
        if self.held().lacks(published.version, Instant::now()) {
            let object = self.bucket.get(&I::key(published.version)).await;
            self.held().receive(published, object, Instant::now());
        }
        let missing = || StoreError::Unavailable(format!("no index of version {} yet", published.version));
        self.held().index.clone().ok_or_else(missing).map(Some)
    }

    fn held(&self) -> MutexGuard<'_, Held<I>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<I> Default for Held<I> {
    fn default() -> Self {
        Self {
            index: None,
            failed_at: None,
        }
    }
}

impl<I: CatalogIndex> Held<I> {
    /// Whether it is time to load the index of this version.
    fn lacks(&self, version: VersionId, now: Instant) -> bool {
        let has_it = self
            .index
            .as_ref()
            .is_some_and(|held| held.published.version == version);
        let paused = self.failed_at.is_some_and(|at| now.duration_since(at) < PAUSE);
        !has_it && !paused
    }

    /// Searches in the object of this version from now on, if it is an index.
    fn receive(&mut self, published: Published, object: Result<Vec<u8>, StorageError>, now: Instant) {
        let opened = object
            .map_err(|error| error.to_string())
            .and_then(|object| I::open(object).map_err(|error| StoreError::from(error).to_string()));
        match opened {
            Ok(index) => {
                self.index = Some(Arc::new(Loaded { published, index }));
                self.failed_at = None;
            }
            Err(error) => {
                let (version, has_old) = (published.version, self.index.is_some());
                tracing::warn!(%version, has_old, error, "could not load the index");
                self.failed_at = Some(now);
            }
        }
    }
}

impl<I> Loaded<I> {
    /// The page that was found in this index, with the rows of its version. Rows are missing only if the version was
    /// removed meanwhile because another one took its place: [`StoreError::Unavailable`].
    pub fn show<K, T>(&self, found: Page<Id<K>>, rows: Vec<T>) -> Result<Page<T>, StoreError> {
        if rows.len() == found.data.len() {
            Ok(found.showing(rows))
        } else {
            let version = self.published.version;
            Err(StoreError::Unavailable(format!(
                "version {version} is being removed"
            )))
        }
    }
}

/// The page of a search if nothing is published yet.
pub fn nothing<T>(page: &PageRequest) -> Result<Page<T>, SearchError> {
    match page.position {
        Position::Start => Ok(Page::of(Vec::new(), page.limit, false, |_| String::new())),
        _ => Err(SearchError::CursorInvalid {
            param: page.position.parameter(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use shared::model::Millis;

    use super::*;
    use crate::build::build_playlists;

    fn published(number: u64) -> Published {
        Published {
            version: Id::from_parts(Millis(number), 0),
            published_at: Millis(number),
            sounds: 0,
        }
    }

    fn serves(held: &Held<PlaylistIndex>) -> Option<Published> {
        held.index.as_ref().map(|held| held.published)
    }

    fn index() -> Vec<u8> {
        build_playlists([], &[] as &[Vec<String>]).unwrap()
    }

    #[test]
    fn the_old_index_serves_until_the_new_one_is_there() {
        let (mut held, start) = (Held::<PlaylistIndex>::default(), Instant::now());
        let (old, new) = (published(1), published(2));
        assert!(held.lacks(old.version, start));
        held.receive(old, Ok(index()), start);
        assert!(!held.lacks(old.version, start) && held.lacks(new.version, start));

        let missing = || StorageError::Unavailable("no".to_owned());
        for failure in [Err(missing()), Ok(b"garbage".to_vec())] {
            held.receive(new, failure, start);
            assert_eq!(serves(&held), Some(old));
            assert!(
                !held.lacks(new.version, start + PAUSE / 2),
                "it is not asked for at once"
            );
            assert!(held.lacks(new.version, start + PAUSE));
        }
        held.receive(new, Ok(index()), start + PAUSE);
        assert_eq!(serves(&held), Some(new));
        assert!(!held.lacks(new.version, start + PAUSE));
    }

    #[test]
    fn without_any_index_there_is_a_pause_too() {
        let (mut held, start) = (Held::<PlaylistIndex>::default(), Instant::now());
        held.receive(published(1), Ok(Vec::new()), start);
        assert_eq!(serves(&held), None);
        assert!(!held.lacks(published(1).version, start) && held.lacks(published(1).version, start + PAUSE));
    }

    #[test]
    fn an_empty_catalogue_has_one_empty_page() {
        let page = |position| nothing::<()>(&PageRequest { limit: 5, position });
        let first = page(Position::Start).unwrap();
        assert!(first.data.is_empty() && !first.has_more && first.next_cursor.is_none());
        let error = page(Position::Before("x".to_owned())).unwrap_err();
        assert!(matches!(
            error,
            SearchError::CursorInvalid {
                param: "ending_before"
            }
        ));
    }
}
