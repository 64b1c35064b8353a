//! Irregular English forms: `wolves` is a form of `wolf`. Their list, its sources and licences: `data/forms.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

static FORMS: LazyLock<Forms> = LazyLock::new(|| Forms::of(include_str!("../data/forms.txt")));

/// The fewest letters before a form at the end of a longer word: `firemen`, but not `omen`.
const SHORTEST_BEGINNING: usize = 3;

struct Forms {
    /// What a form is a form of.
    words: HashMap<&'static str, Vec<&'static str>>,
    /// Forms that longer words end with, and how the word ends of which they are forms.
    endings: Vec<(&'static str, &'static str)>,
}

impl Forms {
    fn of(list: &'static str) -> Self {
        let (mut words, mut endings) = (HashMap::new(), Vec::new());
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let Some((form, of)) = line.split_once(' ') else {
                continue;
            };
            match (form.strip_prefix('-'), of.strip_prefix('-')) {
                (Some(form), Some(of)) => endings.push((form, of)),
                _ => drop(words.insert(form, of.split(' ').collect())),
            }
        }
        Self { words, endings }
    }

    /// The word with this form at its end: `fireman` of `firemen`.
    fn longer(&self, form: &str) -> Option<String> {
        self.endings.iter().find_map(|(ending, word)| {
            let beginning = form.strip_suffix(ending)?;
            let is_long = beginning.chars().nth(SHORTEST_BEGINNING - 1).is_some();
            is_long.then(|| format!("{beginning}{word}"))
        })
    }
}

/// The words of which a folded word is an irregular form, the likeliest first; nothing if it is none. `children's` is one
/// as `children` is.
pub(crate) fn words_of(form: &str) -> Vec<String> {
    let form = form.strip_suffix("'s").unwrap_or(form);
    // All forms are of three ASCII letters or more, and most words of a text are none.
    if form.len() < 3 || !form.is_ascii() {
        return Vec::new();
    }
    match FORMS.words.get(form) {
        Some(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        None => FORMS.longer(form).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::stems::Stems;

    #[test]
    fn forms_belong_to_words() {
        for (form, words) in [
            ("wolves", &["wolf"][..]),
            ("werewolves", &["werewolf"]),
            ("women", &["woman"]),
            ("policewomen", &["policewoman"]),
            ("salespeople", &["salesperson"]),
            ("leaves", &["leaf", "leave"]),
            ("rang", &["ring"]),
            ("buses", &["bus"]),
            ("specimen", &["specimen"]),
            ("omen", &[]),
            ("children's", &["child"]),
            ("firemen's", &["fireman"]),
            ("dog's", &[]),
            ("saw", &[]),
            ("rain", &[]),
        ] {
            assert_eq!(words_of(form), words, "{form}");
        }
    }

    #[test]
    fn every_line_is_needed_and_names_words() {
        let mut stems = Stems::default();
        let mut seen = HashSet::new();
        for line in include_str!("../data/forms.txt").lines() {
            if line.starts_with('#') {
                continue;
            }
            let (form, words) = line.split_once(' ').unwrap();
            assert!(seen.insert(form), "{form} stands twice");
            for word in words.split(' ') {
                let is_itself = word == form;
                assert!(
                    is_itself || stems.regular(form) != stems.regular(word) || words.contains(' '),
                    "{form}: the stemmer knows it"
                );
                assert!(
                    is_itself || words_of(word).is_empty(),
                    "{word} is a form of another word"
                );
            }
        }
    }
}
