//! The default title, category and tags of a sound, from the path of its file.

use shared::model::Label;

use super::limits::{MOST_LABEL, MOST_TITLE};

/// `bells/church_bell-01.wav` is called `Church bell 01`.
pub(super) fn title(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    };
    let title = capitalised(&words(stem));
    let title = if title.is_empty() { stem } else { &title };
    title.chars().take(MOST_TITLE).collect()
}

/// `bells/church/01.wav` is in the category `Bells`.
pub(super) fn category(file: &str) -> Option<Label> {
    label(&capitalised(&words(folders(file).next()?)))
}

/// `bells/old_church/01.wav` is tagged `old church`.
pub(super) fn tags(file: &str) -> Vec<Label> {
    folders(file)
        .skip(1)
        .filter_map(|folder| label(&words(folder)))
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

/// A label of the text, if there can be one. A folder's name may be longer than a label, and is cut.
fn label(text: &str) -> Option<Label> {
    let text: String = text.chars().take(MOST_LABEL).collect();
    Label::try_from(text.trim_end().to_owned()).ok()
}
