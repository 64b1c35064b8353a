//! Builds an index.

use std::cmp::Reverse;
use std::path::PathBuf;

use shared::model::{Id, Label, Playlist, StoredSound};
use tantivy::directory::RamDirectory;
use tantivy::schema::Field;
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Directory, Index, IndexSettings, SingleSegmentIndexWriter, TantivyDocument};

use crate::container::{self, PLAYLISTS, SOUNDS};
use crate::error::SearchError;
use crate::schema::{DURATION, Fields, MADE_AT, RANDOM, TITLE, schema};
use crate::words::{Stems, Word, pair, whole, words};

/// The memory by which tantivy sizes its hash tables, in bytes; it takes more if it needs more.
const MEMORY: usize = 64 << 20;

/// The index over sounds, as one object. It is the same for the same sounds in any order, but for the names that
/// tantivy draws for its files.
pub fn build_sounds<'a>(sounds: impl IntoIterator<Item = &'a StoredSound>) -> Result<Vec<u8>, SearchError> {
    build(SOUNDS, sounds.into_iter().map(Document::from))
}

/// The index over playlists, as one object.
pub fn build_playlists<'a>(
    playlists: impl IntoIterator<Item = &'a Playlist>,
) -> Result<Vec<u8>, SearchError> {
    build(PLAYLISTS, playlists.into_iter().map(Document::from))
}

/// A document of the index.
struct Document<'a> {
    id: Id<()>,
    title: &'a str,
    tags: &'a [Label],
    category: &'a [Label],
    themes: &'a [Label],
    description: Option<&'a str>,
    duration_ms: u64,
}

impl<'a> From<&'a StoredSound> for Document<'a> {
    fn from(sound: &'a StoredSound) -> Self {
        Self {
            id: sound.id.cast(),
            title: sound.title.as_str(),
            tags: &sound.tags,
            category: sound.category.as_slice(),
            themes: &sound.themes,
            description: sound.description.as_deref(),
            duration_ms: sound.duration_ms,
        }
    }
}

impl<'a> From<&'a Playlist> for Document<'a> {
    fn from(playlist: &'a Playlist) -> Self {
        Self {
            id: playlist.id.cast(),
            title: playlist.name.as_str(),
            tags: &[],
            category: &[],
            themes: playlist.theme.as_slice(),
            description: playlist.description.as_deref(),
            duration_ms: 0,
        }
    }
}

/// Builds an index. The newest documents come first, so that the number of a document decides its place among those of
/// the same score.
fn build<'a>(of: &str, documents: impl Iterator<Item = Document<'a>>) -> Result<Vec<u8>, SearchError> {
    let mut documents: Vec<_> = documents.collect();
    documents.sort_unstable_by_key(|document| Reverse(document.id));
    let (schema, fields) = schema();
    let directory = RamDirectory::create();
    let settings = IndexSettings::default();
    let mut index: SingleSegmentIndexWriter = Index::builder()
        .schema(schema.clone())
        .settings(settings)
        .single_segment_index_writer(directory.clone(), MEMORY)?;
    let mut writer = Writer {
        columns: [
            schema.get_field(MADE_AT)?,
            schema.get_field(RANDOM)?,
            schema.get_field(DURATION)?,
        ],
        fields,
        stems: Stems::default(),
    };
    for document in &documents {
        index.add_document(writer.document(document))?;
    }
    let index = index.finalize()?;
    container::pack(of, &files(&index, &directory)?)
}

/// The files of the index, in the order of their names.
fn files(index: &Index, directory: &RamDirectory) -> Result<Vec<(PathBuf, Vec<u8>)>, SearchError> {
    let mut names: Vec<_> = index.load_metas()?.list_segment_files().into_iter().collect();
    names.push(PathBuf::from("meta.json"));
    names.sort_unstable();
    let mut files = Vec::new();
    for name in names {
        if directory.exists(&name).map_err(tantivy::TantivyError::from)? {
            let bytes = directory
                .atomic_read(&name)
                .map_err(tantivy::TantivyError::from)?;
            files.push((name, bytes));
        }
    }
    Ok(files)
}

struct Writer {
    fields: Fields,
    columns: [Field; 3],
    stems: Stems,
}

impl Writer {
    fn document(&mut self, document: &Document<'_>) -> TantivyDocument {
        let mut out = TantivyDocument::default();
        let (made_at, random) = document.id.parts();
        for (column, value) in self.columns.iter().zip([made_at.0, random, document.duration_ms]) {
            out.add_u64(*column, value);
        }
        let title = words(document.title);
        out.add_text(self.fields.whole, whole(&title));
        let labels = |labels: &[Label]| labels.iter().flat_map(|label| words(label.as_str())).collect();
        let texts: [Vec<Word>; 5] = [
            title,
            labels(document.tags),
            labels(document.category),
            labels(document.themes),
            words(document.description.unwrap_or_default()),
        ];
        let mut written = Vec::new();
        for (at, (text, field)) in texts.into_iter().zip(self.fields.searched).enumerate() {
            let mut terms = Vec::new();
            for word in text {
                if let Word::Spaced(word) = &word {
                    written.push(word.clone());
                }
                word.index_terms(&mut self.stems, |term| terms.push(term));
            }
            if at == TITLE {
                let pairs = terms.windows(2).map(|terms| pair(&terms[0], &terms[1]));
                out.add_pre_tokenized_text(self.fields.pairs, tokens(pairs));
            }
            out.add_pre_tokenized_text(field, tokens(terms));
        }
        written.sort_unstable();
        written.dedup();
        out.add_pre_tokenized_text(self.fields.words, tokens(written));
        let keys = [
            (self.fields.tag, document.tags),
            (self.fields.theme, document.themes),
            (self.fields.category, document.category),
        ];
        for (field, labels) in keys {
            for label in labels {
                out.add_text(field, label.key());
            }
        }
        out
    }
}

fn tokens(terms: impl IntoIterator<Item = String>) -> PreTokenizedString {
    let token = |(position, text)| Token {
        position,
        text,
        ..Token::default()
    };
    PreTokenizedString {
        text: String::new(),
        tokens: terms.into_iter().enumerate().map(token).collect(),
    }
}
