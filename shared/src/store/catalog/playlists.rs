//! Playlists and themes of the published catalogue.

use super::keys::{PLAYLISTS, THEMES, playlist_partition, playlists_partition};
use super::published::Published;
use super::sounds::{PartRow, page_of};
use crate::model::{Page, PageRequest, Playlist, PlaylistId, Position, SoundFilter, StoredSound, Theme};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Range, ReadStore, Row, id_place};

impl Row for Playlist {
    const KIND: &'static str = "playlist";
}

impl Row for PartRow<Theme> {
    const KIND: &'static str = "themes";
}

impl ReadStore {
    /// All playlists, newest first. One round trip.
    pub async fn playlists(&self, page: PageRequest) -> Result<Page<Playlist>> {
        let place = id_place(&page)?;
        let found = match self.published().await? {
            Some(published) => {
                let range = Range::new(playlists_partition(published.version), PLAYLISTS)
                    .from(place.map(|id| Key::playlist(published.version, id)))
                    .limit(page.limit + 1)
                    .consistency(self.consistency_of(published));
                self.rows_in(range).await?
            }
            None => Vec::new(),
        };
        Ok(Page::of(
            found,
            page.limit,
            place.is_backwards(),
            |playlist: &Playlist| playlist.id.to_string(),
        ))
    }

    /// A version's playlists with these ids, in the order of the ids. One round trip.
    pub async fn playlists_of(&self, published: Published, ids: &[PlaylistId]) -> Result<Vec<Playlist>> {
        let keys = ids.iter().map(|id| Key::playlist(published.version, *id));
        self.rows_at(keys.collect(), self.consistency_of(published)).await
    }

    /// A playlist and a page of its sounds, newest first. One round trip.
    pub async fn playlist(&self, id: PlaylistId, page: PageRequest) -> Result<(Playlist, Page<StoredSound>)> {
        let (place, limit) = (id_place(&page)?, page.limit);
        let find = |published: Published| async move {
            let partition = playlist_partition(published.version, id);
            let (ids, everything) = ([id], SoundFilter::default());
            let (mut playlists, sounds) = tokio::try_join!(
                self.playlists_of(published, &ids),
                self.sounds_in(published, &partition, &everything, place, limit + 1)
            )?;
            Ok(playlists.pop().map(|playlist| (playlist, sounds)))
        };
        let found = self.find_published(find).await?;
        let (playlist, sounds) = found.ok_or(StoreError::missing("playlist"))?;
        Ok((playlist, page_of(sounds, place, limit)))
    }

    /// All themes, newest first. One round trip the first time, none after that.
    pub async fn themes(&self, page: PageRequest) -> Result<Page<Theme>> {
        let themes = self.whole_list::<Theme>(THEMES).await?;
        // The list is sorted by descending id.
        let place = match id_place(&page)? {
            Position::Start => Position::Start,
            Position::After(id) => Position::After(themes.partition_point(|theme| theme.id >= id)),
            Position::Before(id) => Position::Before(themes.partition_point(|theme| theme.id > id)),
        };
        Ok(Page::cut(&themes, page.limit, place, |theme| {
            theme.id.to_string()
        }))
    }
}
