//! An open index: what can be asked of it.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use shared::model::{Id, Label, Millis, Page, PageRequest, Position};
use tantivy::columnar::Column;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Index as Tantivy, SegmentReader, Term};

use crate::container::unpack;
use crate::query::plan;
use crate::schema::{DURATION, Fields, MADE_AT, RANDOM, SEARCHED, WEIGHTS, schema};
use crate::score::{Scores, rank};
use crate::words::{Stems, words};
use crate::{SearchError, build};

/// An index in memory. The objects of its documents are numbered from the newest to the oldest.
pub(crate) struct Index {
    segment: SegmentReader,
    pub(crate) fields: Fields,
    pub(crate) searched: [Searched; SEARCHED],
    made_at: Column,
    random: Column,
    duration: Column,
    stems: Mutex<Stems>,
}

/// A field that is searched.
pub(crate) struct Searched {
    pub(crate) field: Field,
    pub(crate) terms: Arc<InvertedIndexReader>,
    lengths: FieldNormReader,
    /// What a word counts in a text of each length.
    weights: Box<[f32; 256]>,
}

/// Which documents may be found.
#[derive(Default)]
pub(crate) struct Filter<'a> {
    pub(crate) tag: Option<&'a Label>,
    pub(crate) theme: Option<&'a Label>,
    pub(crate) category: Option<&'a Label>,
    pub(crate) min_duration_ms: Option<u64>,
    pub(crate) max_duration_ms: Option<u64>,
}

impl Index {
    /// Opens an object that was built for an index `of` something.
    pub(crate) fn open(of: &str, object: Vec<u8>) -> Result<Self, SearchError> {
        let index = Tantivy::open(unpack(of, object)?)?;
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
            stems: Mutex::default(),
        })
    }

    /// How many documents there are.
    pub(crate) fn len(&self) -> u32 {
        self.segment.max_doc()
    }

    /// The terms of a field.
    pub(crate) fn terms(&self, field: Field) -> Result<Arc<InvertedIndexReader>, SearchError> {
        Ok(self.segment.inverted_index(field)?)
    }

    /// The documents that have a term in a field.
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

    /// The page of what is found, best first and of the same score newest first.
    pub(crate) fn search<K>(
        &self,
        query: &str,
        filter: &Filter<'_>,
        page: &PageRequest,
    ) -> Result<Page<Id<K>>, SearchError> {
        let mut ranking = self.ranking(query, filter)?;
        let parameter = page.position.parameter();
        let place = page.position.clone().try_map(|cursor| {
            self.find::<K>(&cursor)
                .and_then(|document| ranking.iter().find(|found| found.document == document).copied())
                .ok_or(SearchError::CursorInvalid { param: parameter })
        })?;
        let backwards = place.is_backwards();
        match place {
            Position::Start => {}
            Position::After(place) => ranking.retain(|found| *found > place),
            Position::Before(place) => ranking.retain(|found| *found < place),
        }
        let order = |one: &Found, other: &Found| if backwards { other.cmp(one) } else { one.cmp(other) };
        // One more tells whether there is more.
        if ranking.len() > page.limit + 1 {
            ranking.select_nth_unstable_by(page.limit, order);
            ranking.truncate(page.limit + 1);
        }
        ranking.sort_unstable_by(order);
        let found = ranking.into_iter().map(|found| self.id(found.document)).collect();
        Ok(Page::of(found, page.limit, backwards, Id::to_string))
    }

    /// All that is found, in no order.
    fn ranking(&self, query: &str, filter: &Filter<'_>) -> Result<Vec<Found>, SearchError> {
        let words = words(query);
        let whole = build::whole(&words);
        let plan = {
            let mut stems = self.stems.lock().unwrap_or_else(PoisonError::into_inner);
            plan(self, words, &mut stems)?
        };
        let allowed = self.allowed(filter)?;
        let mut found = rank(self, &plan, &self.documents(self.fields.whole, &whole)?)?;
        found.retain(|found| allowed(found.document));
        Ok(found)
    }

    /// Which documents the filter lets through.
    fn allowed(&self, filter: &Filter<'_>) -> Result<impl Fn(DocId) -> bool, SearchError> {
        let labels = [
            (self.fields.tag, filter.tag),
            (self.fields.theme, filter.theme),
            (self.fields.category, filter.category),
        ];
        let (mut having, mut demands) = (Scores::<u8>::new(self.len()), 0);
        for (field, label) in labels {
            let Some(label) = label else { continue };
            demands += 1;
            for document in self.documents(field, &label.key())? {
                having.change(document, |count| *count += 1);
            }
        }
        let shortest = filter.min_duration_ms.unwrap_or(0);
        let longest = filter.max_duration_ms.unwrap_or(u64::MAX);
        Ok(move |document| {
            (demands == 0 || having.get(document) == demands)
                && ((shortest, longest) == (0, u64::MAX)
                    || (shortest..=longest).contains(&self.duration.first(document).unwrap_or(0)))
        })
    }

    fn id<K>(&self, document: DocId) -> Id<K> {
        let made_at = self.made_at.first(document).unwrap_or_default();
        Id::from_parts(Millis(made_at), self.random.first(document).unwrap_or_default())
    }

    /// The document with this id.
    fn find<K>(&self, id: &str) -> Option<DocId> {
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

    /// What a word that is so often in this field of a document counts.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a word is not a million times in a text"
    )]
    pub(crate) fn weight(&self, document: DocId, times: u32) -> f32 {
        self.weights[usize::from(self.lengths.fieldnorm_id(document))] * times as f32
    }
}

/// A document that was found. The better one is less, so that it stands first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) score: f32,
    pub(crate) document: DocId,
}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_score = other.score.total_cmp(&self.score);
        by_score.then(self.document.cmp(&other.document))
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Found {}
