//! Uploaded files, as the model knows them.

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
    pub(crate) owner: super::Name,
    /// The label of the message that has it.
    pub(crate) message: Option<String>,
}
