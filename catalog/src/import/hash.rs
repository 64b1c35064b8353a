//! The SHA-256 of files.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::progress::Progress;
use crate::manifest::Entry;

/// The largest file, in bytes: it is decoded in memory.
pub(super) const LARGEST_FILE: u64 = 256 << 20;

/// The hashes of the files, in their order, or what is wrong with them. Reads on all cores; blocks.
pub(super) fn hashes(sounds: &[Entry], progress: &dyn Progress) -> Vec<Result<String, String>> {
    sounds
        .par_iter()
        .map(|entry| {
            let hash = hash_of_file(&entry.path);
            progress.advance(1);
            hash
        })
        .collect()
}

fn hash_of_file(path: &Path) -> Result<String, String> {
    let unreadable = |error: io::Error| format!("can't be read: {error}");
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 128 << 10];
    let mut size = 0;
    loop {
        let read = file.read(&mut buffer).map_err(unreadable)?;
        if read == 0 {
            return Ok(hexadecimal(&hasher.finalize()));
        }
        size += read as u64;
        if size > LARGEST_FILE {
            return Err(format!("is larger than {} MB", LARGEST_FILE >> 20));
        }
        hasher.update(&buffer[..read]);
    }
}

/// The hash of some bytes.
pub(super) fn hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
