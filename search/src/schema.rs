//! The fields of an index.

use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};

/// The weight of a field that is searched.
pub(crate) struct Weight {
    /// How much a word in it counts.
    pub(crate) weight: f32,
    /// How much less it counts in a longer text: 0 not at all, 1 in proportion (the `b` of BM25).
    pub(crate) length: f32,
}

/// How many fields are searched.
pub(crate) const SEARCHED: usize = 5;
/// Which of them is the title.
pub(crate) const TITLE: usize = 0;
/// Which of them are the tags.
pub(crate) const TAGS: usize = 1;

/// Tried with `cargo test -p search --test judged -- --nocapture`. Half or twice a weight changes little; without the
/// description, or with a weight of 6 and more for the title, the results are worse.
pub(crate) const WEIGHTS: [Weight; SEARCHED] = [
    // Title.
    Weight {
        weight: 4.0,
        length: 0.5,
    },
    // Tags.
    Weight {
        weight: 2.0,
        length: 0.3,
    },
    // Category.
    Weight {
        weight: 1.5,
        length: 0.3,
    },
    // Themes.
    Weight {
        weight: 1.0,
        length: 0.3,
    },
    // Description.
    Weight {
        weight: 1.0,
        length: 0.6,
    },
];

/// The fields.
#[derive(Clone)]
pub(crate) struct Fields {
    /// Stems of the title, the tags, the category, the themes and the description.
    pub(crate) searched: [Field; SEARCHED],
    /// All words as they are written, folded, and compounds in one: what prefixes and typos are looked for in.
    pub(crate) words: Field,
    /// Pairs of stems that stand side by side in the title or in a tag.
    pub(crate) pairs: Field,
    /// The whole title, folded: its words, and if that is not the same, its words with symbols and minuses.
    pub(crate) whole: Field,
    /// `Label::key()` of the tags, the themes and the category.
    pub(crate) tag: Field,
    pub(crate) theme: Field,
    pub(crate) category: Field,
}

/// The columns.
pub(crate) const MADE_AT: &str = "made_at";
pub(crate) const RANDOM: &str = "random";
pub(crate) const DURATION: &str = "duration_ms";

/// The schema, the same for all indexes.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let fields = Fields {
        searched: ["title", "tags", "category", "themes", "description"].map(|name| stems(&mut schema, name)),
        words: terms(&mut schema, "words"),
        pairs: terms(&mut schema, "pairs"),
        whole: terms(&mut schema, "whole"),
        tag: terms(&mut schema, "tag"),
        theme: terms(&mut schema, "theme"),
        category: terms(&mut schema, "category_key"),
    };
    for column in [MADE_AT, RANDOM, DURATION] {
        schema.add_u64_field(column, NumericOptions::default().set_fast());
    }
    (schema.build(), fields)
}

/// A field of terms with their frequencies, and with the length of each text.
fn stems(schema: &mut SchemaBuilder, name: &str) -> Field {
    indexed(schema, name, IndexRecordOption::WithFreqs, true)
}

/// A field of terms without frequencies.
fn terms(schema: &mut SchemaBuilder, name: &str) -> Field {
    indexed(schema, name, IndexRecordOption::Basic, false)
}

fn indexed(schema: &mut SchemaBuilder, name: &str, record: IndexRecordOption, lengths: bool) -> Field {
    // The words are cut before; see `words`.
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(record)
        .set_fieldnorms(lengths);
    schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}
