//! The demo catalogue: sounds made by computing them.

use std::sync::Arc;

use anyhow::{Context as _, Result};

use crate::Target;
use crate::import::{ImportOptions, Silent, import};
use crate::synth::write_demo;

/// Imports the demo sounds where nothing has been published yet.
pub async fn import_into_empty(target: &Target) -> Result<()> {
    if target.store.published_now().await?.is_some() {
        return Ok(());
    }
    let directory = tempfile::tempdir()?;
    write_demo(directory.path())?;
    let options = ImportOptions {
        directory: directory.path().to_owned(),
        prune: false,
        again: false,
        dry_run: false,
    };
    let imported = import(options, &target.store, &target.bucket, Arc::new(Silent)).await;
    imported.context("the demo sounds can't be imported")?;
    Ok(())
}
