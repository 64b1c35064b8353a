//! An open index.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::model::{Id, Millis};
use tantivy::columnar::Column;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Index as Tantivy, SegmentReader, Term};

use crate::container::unpack;
use crate::error::SearchError;
use crate::schema::{DURATION, Fields, MADE_AT, RANDOM, SEARCHED, WEIGHTS, schema};
use crate::stems::Stems;
use crate::synonyms::Synonyms;

/// An index in memory. Its documents are numbered from the newest to the oldest.
pub(crate) struct Index {
    segment: SegmentReader,
    pub(crate) fields: Fields,
    pub(crate) searched: [Searched; SEARCHED],
    made_at: Column,
    random: Column,
    duration: Column,
    pub(crate) synonyms: Synonyms,
    stems: Mutex<Stems>,
}

/// A field that is searched.
pub(crate) struct Searched {
    pub(crate) field: Field,
    pub(crate) terms: Arc<InvertedIndexReader>,
    lengths: FieldNormReader,
    /// The weight of a word in a text of each length.
    weights: Box<[f32; 256]>,
}

impl Index {
    /// Opens an object that was built for an index `of` something.
    pub(crate) fn open(of: &str, object: Vec<u8>) -> Result<Self, SearchError> {
        let (files, synonyms) = unpack(of, object)?;
        let index = Tantivy::open(files)?;
        let (schema, fields) = schema();
        let segments = index.searchable_segments()?;
        let [segment] = segments.as_slice() else {
            return Err(SearchError::Damaged);
        };
        if index.schema() != schema {
            return Err(SearchError::Damaged);
        }
        let segment = SegmentReader::open(segment)?;
        let column = |name| segment.fast_fields().u64(name);
        let [title, tags, category, themes, description] = fields.searched;
        let searched = |at: usize, field| Searched::open(&segment, field, at);
        Ok(Self {
            made_at: column(MADE_AT)?,
            random: column(RANDOM)?,
            duration: column(DURATION)?,
            searched: [
                searched(0, title)?,
                searched(1, tags)?,
                searched(2, category)?,
                searched(3, themes)?,
                searched(4, description)?,
            ],
            fields,
            segment,
            synonyms: synonyms.into(),
            stems: Mutex::default(),
        })
    }

    /// How many documents there are.
    pub(crate) fn len(&self) -> u32 {
        self.segment.max_doc()
    }

    /// Finds the stems of a query's words.
    pub(crate) fn stems(&self) -> MutexGuard<'_, Stems> {
        self.stems.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long a sound is, in milliseconds.
    pub(crate) fn duration_ms(&self, document: DocId) -> u64 {
        self.duration.first(document).unwrap_or(0)
    }

    /// The terms of a field.
    pub(crate) fn terms(&self, field: Field) -> Result<Arc<InvertedIndexReader>, SearchError> {
        Ok(self.segment.inverted_index(field)?)
    }

    /// The documents that have a term in a field, in order.
    pub(crate) fn documents(&self, field: Field, term: &str) -> Result<Vec<DocId>, SearchError> {
        let term = Term::from_field_text(field, term);
        let postings = self
            .terms(field)?
            .read_block_postings(&term, IndexRecordOption::Basic)?;
        let mut documents = Vec::new();
        if let Some(mut postings) = postings {
            documents.reserve(postings.doc_freq() as usize);
            while !postings.docs().is_empty() {
                documents.extend_from_slice(postings.docs());
                postings.advance();
            }
        }
        Ok(documents)
    }

    /// Whether any field that is searched has a term.
    pub(crate) fn has(&self, term: &str) -> Result<bool, SearchError> {
        for searched in &self.searched {
            let term = Term::from_field_text(searched.field, term);
            if searched.terms.doc_freq(&term)? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The documents that have a term in any field that is searched, in order.
    pub(crate) fn documents_anywhere(&self, term: &str) -> Result<Vec<DocId>, SearchError> {
        let mut documents = Vec::new();
        for searched in &self.searched {
            documents.extend(self.documents(searched.field, term)?);
        }
        documents.sort_unstable();
        documents.dedup();
        Ok(documents)
    }

    /// The documents that have all of these pairs of stems in their title and tags, in order.
    pub(crate) fn side_by_side(&self, pairs: &[String]) -> Result<Vec<DocId>, SearchError> {
        let Some((first, others)) = pairs.split_first() else {
            return Ok(Vec::new());
        };
        let mut documents = self.documents(self.fields.pairs, first)?;
        for pair in others {
            let having = self.documents(self.fields.pairs, pair)?;
            documents.retain(|document| having.binary_search(document).is_ok());
        }
        Ok(documents)
    }

    /// The id of a document.
    pub(crate) fn id<K>(&self, document: DocId) -> Id<K> {
        let made_at = self.made_at.first(document).unwrap_or_default();
        Id::from_parts(Millis(made_at), self.random.first(document).unwrap_or_default())
    }

    /// The document with this id.
    pub(crate) fn find<K>(&self, id: &str) -> Option<DocId> {
        let id: Id<K> = id.parse().ok()?;
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from.midpoint(to);
            match self.id::<K>(middle).cmp(&id) {
                Ordering::Equal => return Some(middle),
                Ordering::Greater => from = middle + 1,
                Ordering::Less => to = middle,
            }
        }
        None
    }
}

impl Searched {
    #[expect(clippy::cast_precision_loss, reason = "lengths are an approximation anyway")]
    fn open(segment: &SegmentReader, field: Field, at: usize) -> Result<Self, SearchError> {
        let terms = segment.inverted_index(field)?;
        let average = terms.total_num_tokens() as f32 / segment.max_doc().max(1) as f32;
        let mut weights = Box::new([0.0; 256]);
        for (id, weight) in (0..=u8::MAX).zip(weights.iter_mut()) {
            let length = FieldNormReader::id_to_fieldnorm(id) as f32 / average.max(1.0);
            let share = WEIGHTS[at].length;
            *weight = WEIGHTS[at].weight / (1.0 - share + share * length);
        }
        Ok(Self {
            field,
            terms,
            lengths: segment.get_fieldnorms_reader(field)?,
            weights,
        })
    }

    /// The weight of a word that is `times` times in this field of a document.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a word is not a million times in a text"
    )]
    pub(crate) fn weight(&self, document: DocId, times: u32) -> f32 {
        self.weights[usize::from(self.lengths.fieldnorm_id(document))] * times as f32
    }
}
