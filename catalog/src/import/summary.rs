//! What an import has done.

use std::fmt;
use std::time::Duration;

use shared::store::Published;

use crate::manifest::Problem;

/// What an import has done, or with `--dry-run` would do.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many sounds are new.
    pub imported: usize,
    /// How many have changed, in their audio or their description.
    pub changed: usize,
    /// How many of the directory have not changed.
    pub unchanged: usize,
    /// How many stay in the catalogue although they are not in the directory or failed.
    pub kept: usize,
    /// How many were removed.
    pub removed: usize,
    /// How many files were decoded.
    pub decoded: usize,
    /// What was not imported, and why.
    pub failed: Vec<Problem>,
    /// Notes for the operator.
    pub notes: Vec<String>,
    /// The new version; none if there was nothing to do.
    pub published: Option<Published>,
    /// Whether it was a dry run, which writes nothing.
    pub dry_run: bool,
    /// How long it took.
    pub time: Duration,
}

impl Summary {
    /// Whether everything that the directory holds is in the catalogue.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.failed {
            writeln!(f, "not imported: {problem}")?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        let nothing_changes = self.imported + self.changed + self.removed == 0;
        if self.dry_run {
            f.write_str("nothing was written; an import would have: ")?;
        } else if self.published.is_none() && nothing_changes {
            f.write_str("nothing to do: ")?;
        }
        write!(
            f,
            "{} imported, {} changed, {} unchanged, {} removed, {} failed",
            self.imported,
            self.changed,
            self.unchanged,
            self.removed,
            self.failed.len()
        )?;
        if self.kept > 0 {
            write!(f, ", {} kept that are not in the directory or failed", self.kept)?;
        }
        writeln!(f)?;
        let seconds = self.time.as_secs_f64();
        write!(f, "{seconds:.1} s")?;
        if self.decoded > 0 && seconds > 0.0 {
            let decoded = f64::from(u32::try_from(self.decoded).unwrap_or(u32::MAX));
            write!(
                f,
                ", {} decoded ({:.1} a second)",
                self.decoded,
                decoded / seconds
            )?;
        }
        match self.published {
            Some(published) => writeln!(
                f,
                "\npublished version {} with {} sounds",
                published.version, published.sounds
            ),
            None => writeln!(f),
        }
    }
}
