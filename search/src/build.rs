//! Builds an index.

use std::cmp::Reverse;
use std::path::PathBuf;

use shared::model::{Id, Label, Playlist, StoredSound};
use tantivy::directory::RamDirectory;
use tantivy::schema::Field;
use tantivy::tokenizer::{self, PreTokenizedString};
use tantivy::{Directory, Index, IndexSettings, SingleSegmentIndexWriter, TantivyDocument};

use crate::compounds::joined;
use crate::container::{self, PLAYLISTS, SOUNDS};
use crate::error::SearchError;
use crate::schema::{DURATION, Fields, MADE_AT, RANDOM, SEARCHED, TAGS, TITLE, schema};
use crate::stems::Stems;
use crate::synonyms::Groups;
use crate::words::{Token, Word, pair, whole, words};

/// The memory by which tantivy sizes its hash tables, in bytes; it takes more if it needs more.
const MEMORY: usize = 64 << 20;

/// The index over sounds, as one object. Each of the groups of synonyms is words and phrases that mean the same. The index
/// is the same for the same sounds in any order, but for the names that tantivy draws for its files.
pub fn build_sounds<'a, S: AsRef<[String]>>(
    sounds: impl IntoIterator<Item = &'a StoredSound>,
    synonyms: &[S],
) -> Result<Vec<u8>, SearchError> {
    build(SOUNDS, sounds.into_iter().map(Document::from), synonyms)
}

/// The index over playlists, as one object, with groups of synonyms.
pub fn build_playlists<'a, S: AsRef<[String]>>(
    playlists: impl IntoIterator<Item = &'a Playlist>,
    synonyms: &[S],
) -> Result<Vec<u8>, SearchError> {
    build(PLAYLISTS, playlists.into_iter().map(Document::from), synonyms)
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
fn build<'a, S: AsRef<[String]>>(
    of: &str,
    documents: impl Iterator<Item = Document<'a>>,
    synonyms: &[S],
) -> Result<Vec<u8>, SearchError> {
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
    let synonyms = Groups::of(synonyms, &mut writer.stems);
    container::pack(of, &files(&index, &directory)?, synonyms)
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
        let forms = [whole(&title, false), whole(&title, true)];
        let is_new = |at: &usize| !forms[*at].is_empty() && !forms[..*at].contains(&forms[*at]);
        for at in (0..forms.len()).filter(is_new) {
            out.add_text(self.fields.whole, &forms[at]);
        }
        let labels = |labels: &[Label]| labels.iter().map(|label| words(label.as_str())).collect();
        let texts: [Vec<Vec<Token>>; SEARCHED] = [
            vec![title],
            labels(document.tags),
            labels(document.category),
            labels(document.themes),
            document.description.map(words).into_iter().collect(),
        ];
        let (mut written, mut pairs) = (Vec::new(), Vec::new());
        for (at, (texts, field)) in texts.iter().zip(self.fields.searched).enumerate() {
            let mut terms = Vec::new();
            for text in texts {
                let side_by_side = self.terms(text, &mut terms, &mut written);
                if at == TITLE || at == TAGS {
                    pairs.extend(side_by_side.windows(2).map(|terms| pair(&terms[0], &terms[1])));
                }
            }
            out.add_pre_tokenized_text(field, tokens(terms));
        }
        for (field, mut terms) in [(self.fields.words, written), (self.fields.pairs, pairs)] {
            terms.sort_unstable();
            terms.dedup();
            out.add_pre_tokenized_text(field, tokens(terms));
        }
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

impl Writer {
    /// Adds the terms that find a text, and its words as they are written. Returns the terms of what stands side by side.
    fn terms(&mut self, text: &[Token], terms: &mut Vec<String>, written: &mut Vec<String>) -> Vec<String> {
        let mut side_by_side = Vec::new();
        for token in text {
            match &token.word {
                Word::Spaced(word) => {
                    written.push(word.clone());
                    let mut stems = self.stems.all(word).into_iter();
                    side_by_side.extend(stems.next());
                    terms.extend(side_by_side.last().cloned().into_iter().chain(stems));
                }
                Word::Dense(run) => {
                    let parts = [1, 2].into_iter().flat_map(|size| run.windows(size));
                    let parts: Vec<String> = parts.map(|part| part.iter().collect()).collect();
                    terms.extend(parts.iter().cloned());
                    side_by_side.extend(parts);
                }
                Word::Symbol(symbol) => terms.push(symbol.clone()),
            }
            for part in &token.parts {
                written.push(part.clone());
                terms.push(self.stems.stem(part));
            }
        }
        for joined in joined(text) {
            terms.push(self.stems.stem(&joined));
            written.push(joined);
        }
        side_by_side
    }
}

fn tokens(terms: impl IntoIterator<Item = String>) -> PreTokenizedString {
    let token = |(position, text)| tokenizer::Token {
        position,
        text,
        ..tokenizer::Token::default()
    };
    PreTokenizedString {
        text: String::new(),
        tokens: terms.into_iter().enumerate().map(token).collect(),
    }
}
