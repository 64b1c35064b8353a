//! Uploaded files, as the model knows them.

use super::{Facts, Model, Name};

/// All files of people.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    /// Oldest first.
    pub(crate) list: Vec<File>,
}

/// A file, unsent or in a message.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) owner: Name,
    /// The label of the message that has it.
    pub(crate) message: Option<String>,
}

impl Model {
    pub(super) fn file_facts(&self, _: &mut Facts) {}

    /// How many rows of each kind files have.
    pub(super) fn file_rows(&self, add: &mut impl FnMut(&'static str, usize)) {
        let files = &self.files.list;
        for kind in ["attachment", "object", "reference"] {
            add(kind, files.len());
        }
        add(
            "upload",
            files.iter().filter(|file| file.message.is_none()).count(),
        );
    }
}
