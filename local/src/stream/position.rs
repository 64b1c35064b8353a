//! The position of an event source mapping in the stream, kept in a file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::database::stream::Position;
use crate::files;

/// The file of one mapping.
pub(super) struct PositionFile {
    path: PathBuf,
    stream_arn: String,
}

#[derive(Serialize, Deserialize)]
struct Content {
    /// A stream that was made anew has other positions.
    stream_arn: String,
    sequence_number: String,
}

impl PositionFile {
    pub(super) fn new(directory: &Path, mapping: &str, stream_arn: &str) -> Self {
        Self {
            path: directory.join(format!("position-{mapping}.json")),
            stream_arn: stream_arn.to_owned(),
        }
    }

    /// The kept position, if there is one for this stream.
    pub(super) fn load(&self) -> Result<Option<Position>> {
        let text = match std::fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| self.path.display().to_string()),
        };
        let content: Content =
            serde_json::from_slice(&text).with_context(|| self.path.display().to_string())?;
        if content.stream_arn != self.stream_arn {
            return Ok(None);
        }
        Ok(Some(content.sequence_number.parse()?))
    }

    pub(super) fn save(&self, position: Position) -> Result<()> {
        let content = Content {
            stream_arn: self.stream_arn.clone(),
            sequence_number: position.to_string(),
        };
        files::write_private(&self.path, &serde_json::to_vec(&content)?)
    }
}
