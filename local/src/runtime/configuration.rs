//! How the functions of a template are run.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::variables::Endpoints;
use crate::faults::Faults;

/// How the functions of a template are run.
pub(crate) struct Configuration {
    /// Every function's binary, by the function's name.
    pub(crate) binaries: BTreeMap<String, PathBuf>,
    /// The most environments of one function at a time.
    pub(crate) max_concurrency: usize,
    /// Where the functions find DynamoDB and S3.
    pub(crate) endpoints: Endpoints,
    /// The faults that are injected into their calls.
    pub(crate) faults: Option<Faults>,
}
