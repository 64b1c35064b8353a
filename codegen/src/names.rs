//! Names as words, which each language writes in its own way.

/// The words of a name, in lower case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Words(Vec<String>);

impl Words {
    /// Cuts where a capital begins a word, and at all that is neither letter nor digit.
    pub(crate) fn of(name: &str) -> Self {
        let mut words = Vec::new();
        let mut word = String::new();
        let letters: Vec<char> = name.chars().collect();
        for (index, &letter) in letters.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| letters[before]);
            let after = letters.get(index + 1);
            // `getHTTPServer`: a capital after a small letter, or the last one of several.
            let begins = letter.is_uppercase()
                && (before.is_some_and(|before| !before.is_uppercase())
                    || after.is_some_and(|after| after.is_lowercase()));
            if (begins || !letter.is_alphanumeric()) && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if letter.is_alphanumeric() {
                word.extend(letter.to_lowercase());
            }
        }
        if !word.is_empty() {
            words.push(word);
        }
        Self(words)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words, and then these.
    pub(crate) fn and(&self, others: &Self) -> Self {
        Self([&self.0[..], &others.0].concat())
    }

    /// The words without these, which stand together in them, if they do.
    pub(crate) fn without(&self, others: &Self) -> Option<Self> {
        let place = self.place_of(others)?;
        let mut words = self.0.clone();
        words.drain(place..place + others.0.len());
        Some(Self(words))
    }

    /// Whether these words stand together in them.
    pub(crate) fn contain(&self, others: &Self) -> bool {
        self.place_of(others).is_some()
    }

    fn place_of(&self, others: &Self) -> Option<usize> {
        if others.is_empty() {
            return None;
        }
        self.0
            .windows(others.0.len())
            .position(|window| window == others.0)
    }

    /// The same with the last word in the singular, by the endings of English.
    pub(crate) fn singular(&self) -> Self {
        let mut words = self.0.clone();
        if let Some(last) = words.last_mut() {
            *last = singular(last);
        }
        Self(words)
    }

    /// `markRead`
    pub(crate) fn camel(&self) -> String {
        let mut words = self.0.iter();
        let first = words.next().cloned().unwrap_or_default();
        words.fold(first, |name, word| name + &capitalized(word))
    }

    /// `mark_read`
    pub(crate) fn snake(&self) -> String {
        self.0.join("_")
    }

    /// `MarkRead`
    pub(crate) fn pascal(&self) -> String {
        self.0.iter().map(|word| capitalized(word)).collect()
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn singular(word: &str) -> String {
    let kept = ["ss", "us"].iter().any(|ending| word.ends_with(ending));
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let with_e = ["sses", "xes", "ches", "shes", "uses"];
    let cut = match word {
        _ if kept => 0,
        _ if with_e.iter().any(|ending| word.ends_with(ending)) => 2,
        _ => usize::from(word.ends_with('s')),
    };
    word[..word.len() - cut].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_at_capitals_and_at_other_characters() {
        for (name, words) in [
            ("listConversations", "list conversations"),
            ("getMe", "get me"),
            ("getHTTPServer2", "get http server2"),
            ("Sound packs", "sound packs"),
            ("pinned_message_id", "pinned message id"),
            ("Ünder-Wegs", "ünder wegs"),
            ("?", ""),
        ] {
            assert_eq!(Words::of(name).0.join(" "), words, "{name}");
        }
    }

    #[test]
    fn names_are_written_as_languages_do() {
        let words = Words::of("markRead");
        assert_eq!(
            (words.camel(), words.snake(), words.pascal()),
            ("markRead".into(), "mark_read".into(), "MarkRead".into())
        );
        assert_eq!(Words::of("Message").and(&words).pascal(), "MessageMarkRead");
    }

    #[test]
    fn words_are_left_out_where_they_stand_together() {
        let without = |name, others| {
            Words::of(name)
                .without(&Words::of(others))
                .map(|rest| rest.camel())
        };
        assert_eq!(
            without("markConversationRead", "Conversation"),
            Some("markRead".into())
        );
        assert_eq!(
            without("listSoundPackTags", "Sound pack"),
            Some("listTags".into())
        );
        assert_eq!(without("addReaction", "Message"), None);
        assert_eq!(without("addReaction", ""), None);
    }

    #[test]
    fn the_last_word_becomes_a_singular() {
        for (plural, expected) in [
            ("Conversations", "Conversation"),
            ("Me", "Me"),
            ("Replies", "Reply"),
            ("Statuses", "Status"),
            ("Status", "Status"),
            ("Boxes", "Box"),
            ("Changes", "Change"),
            ("Sound packs", "SoundPack"),
            ("", ""),
        ] {
            assert_eq!(Words::of(plural).singular().pascal(), expected, "{plural}");
        }
    }
}
