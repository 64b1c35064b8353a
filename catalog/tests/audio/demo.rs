//! The demo catalogue.

use std::{collections::BTreeSet, fs, path::Path};

use catalog::{
    audio::{Features, analyse},
    neighbours::nearest,
};
use synth::write_demo;

/// The files below a directory, as the manifest writes them.
fn files(directory: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(directory).unwrap() {
        let folder = folder.unwrap();
        if folder.file_type().unwrap().is_dir() {
            for file in fs::read_dir(folder.path()).unwrap() {
                let path = file.unwrap().path();
                let name = path.strip_prefix(directory).unwrap();
                found.insert(name.to_str().unwrap().to_owned());
            }
        }
    }
    found
}

#[test]
fn the_demo_catalogue_is_whole() {
    let directory = tempfile::tempdir().unwrap();
    write_demo(directory.path()).unwrap();
    let mut rows = csv::Reader::from_path(directory.path().join("manifest.csv")).unwrap();
    let header = [
        "file",
        "title",
        "description",
        "category",
        "tags",
        "themes",
        "playlists",
    ];
    assert_eq!(rows.headers().unwrap(), header.as_slice());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let named: BTreeSet<String> = rows.iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(named.len(), rows.len());
    assert_eq!(named, files(directory.path()));
    assert!(rows.len() >= 32);
    assert!(rows.iter().flatten().all(|value| !value.trim().is_empty()));

    let values =
        |column: usize| -> BTreeSet<&str> { rows.iter().flat_map(|row| row[column].split(';')).collect() };
    assert!(values(3).len() >= 5 && values(5).len() >= 5 && values(6).len() >= 5);
    let titles: BTreeSet<&str> = rows.iter().map(|row| &row[1]).collect();
    assert_eq!(titles.len(), rows.len());

    let mut size = 0;
    let mut features: Vec<Features> = Vec::new();
    let mut stereo = 0;
    for row in &rows {
        let bytes = fs::read(directory.path().join(&row[0])).unwrap();
        size += bytes.len();
        let analysis = analyse(&bytes, "mp3").unwrap().analysis;
        assert!(
            (300..=4_000).contains(&analysis.duration_ms),
            "{}: {}",
            &row[0],
            analysis.duration_ms
        );
        let peaks = analysis.waveform.peaks();
        let peak = peaks.iter().copied().fold(0.0, f32::max);
        assert!((0.3..=0.95).contains(&peak), "{}: {peak}", &row[0]);
        stereo += usize::from(analysis.channels == 2);
        features.push(analysis.features);
    }
    println!("{} sounds, {stereo} of them stereo, {size} bytes", rows.len());
    assert!(stereo > 5 && stereo < rows.len());
    assert!(size < 1_500_000, "{size}");

    let neighbours = nearest(&features.iter().collect::<Vec<_>>(), 4);
    for (row, near) in rows.iter().zip(&neighbours) {
        let near = near
            .iter()
            .map(|(index, similarity)| format!("{} {similarity:.2}", &rows[*index][1]));
        println!("{:<22} {}", &row[1], near.collect::<Vec<_>>().join(", "));
        // No two are the same.
        assert!(neighbours.iter().all(|near| near[0].1 < 0.98));
    }
}

#[test]
fn the_demo_catalogue_is_the_same_every_time() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_demo(first.path()).unwrap();
    write_demo(second.path()).unwrap();
    for file in files(first.path()) {
        let read = |directory: &Path| fs::read(directory.join(&file)).unwrap();
        assert_eq!(read(first.path()), read(second.path()), "{file}");
    }
}
