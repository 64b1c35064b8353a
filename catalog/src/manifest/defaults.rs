//! The default title, category and tags of a sound, from the path of its file.

use shared::model::{Label, SoundTitle};

/// `bells/church_bell-01.wav` is called `Church bell 01`.
pub(super) fn title(file: &str) -> Option<SoundTitle> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    };
    [&*capitalised(&words(stem)), stem, name]
        .into_iter()
        .find_map(SoundTitle::lossy)
}

/// `bells/church/01.wav` is in the category `Bells`.
pub(super) fn category(file: &str) -> Option<Label> {
    Label::lossy(&capitalised(&words(folders(file).next()?)))
}

/// `bells/old_church/01.wav` is tagged `old church`.
pub(super) fn tags(file: &str) -> Vec<Label> {
    folders(file)
        .skip(1)
        .filter_map(|folder| Label::lossy(&words(folder)))
        .collect()
}

fn folders(file: &str) -> impl Iterator<Item = &str> {
    let folders = file.rsplit_once('/').map(|(folders, _)| folders.split('/'));
    folders.into_iter().flatten()
}

/// The text with single spaces for all of `_`, `-` and white space.
fn words(text: &str) -> String {
    let words = text.split(|character: char| "_-".contains(character) || character.is_whitespace());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).collect()
}
