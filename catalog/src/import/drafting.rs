//! The version that an import writes: begun when there is something to write, and removed if it is not published.

use anyhow::{Result, bail};
use shared::model::VersionId;
use shared::store::bucket::{Bucket, objects};
use shared::store::{Draft, Published, Store};
use tokio::sync::OnceCell;

/// The error of an import that another one has overtaken.
pub(super) const SUPERSEDED: &str = "another import has begun meanwhile and takes the place of this one: nothing was published. Run it again when the \
     other one is done";

/// Begins a version once.
pub(super) struct Drafting<'a> {
    store: &'a Store,
    pub(super) base: Option<Published>,
    draft: OnceCell<Draft>,
}

impl<'a> Drafting<'a> {
    pub(super) fn new(store: &'a Store, base: Option<Published>) -> Self {
        Self {
            store,
            base,
            draft: OnceCell::new(),
        }
    }

    /// The version, begun now if it wasn't.
    pub(super) async fn draft(&self) -> Result<Draft> {
        let begin = async || match self.store.begin_version(self.base).await? {
            Some(draft) => Ok(draft),
            None => bail!(SUPERSEDED),
        };
        self.draft.get_or_try_init(begin).await.copied()
    }

    /// The version, if it was begun.
    pub(super) fn begun(&self) -> Option<Draft> {
        self.draft.get().copied()
    }
}

/// Removes all versions that nobody reads any more.
pub(super) async fn remove_outdated(store: &Store, bucket: &Bucket, draft: Option<Draft>) -> Result<()> {
    for version in store.outdated_versions(draft).await? {
        remove(store, bucket, version).await?;
    }
    Ok(())
}

/// Removes a version with everything that is in it.
pub(super) async fn remove(store: &Store, bucket: &Bucket, version: VersionId) -> Result<()> {
    store.remove_version(version).await?;
    let indexes = [objects::sound_index(version), objects::playlist_index(version)];
    bucket.delete(&indexes).await?;
    store.forget_version(version).await?;
    Ok(())
}
