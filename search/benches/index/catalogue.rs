//! A catalogue of any size: made up, always the same, and with words as frequent as in a language.

use shared::model::{Id, Label, Millis, Name, StoredSound, WAVEFORM_PEAKS, Waveform};

/// How many different words there are.
const VOCABULARY: usize = 30_000;
const CATEGORIES: usize = 40;
const THEMES: usize = 60;
/// When the oldest sound was made.
const BEGINNING: u64 = 1_750_000_000_000;

/// Numbers that look drawn (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A place below the end.
    pub(crate) fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    /// One of them.
    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.index(all.len())]
    }

    /// 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A rank, each about as often as Zipf's law has it.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the vocabulary is small"
    )]
    pub(crate) fn rank(&mut self) -> usize {
        ((VOCABULARY as f64).powf(self.share()) as usize - 1).min(VOCABULARY - 1)
    }
}

/// The word of this rank: 0 is the most frequent one.
pub(crate) fn word(rank: usize) -> String {
    const FIRST: [&str; 20] = [
        "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "tr", "sh",
    ];
    const MIDDLE: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "oo", "ea"];
    const LAST: [&str; 8] = ["", "n", "r", "l", "t", "s", "ck", "m"];
    let mut random = Random::new(rank as u64);
    let mut word = String::new();
    for _ in 0..2 + rank % 3 / 2 + rank / 5000 % 2 {
        word.push_str(random.one_of::<&str>(&FIRST));
        word.push_str(random.one_of::<&str>(&MIDDLE));
    }
    word.push_str(random.one_of::<&str>(&LAST));
    word
}

fn text(random: &mut Random, least: usize, more: usize) -> String {
    let words: Vec<_> = (0..least + random.index(more))
        .map(|_| word(random.rank()))
        .collect();
    words.join(" ")
}

/// The name of a category.
pub(crate) fn category(number: usize) -> Label {
    name(format!("Category {}", word(100 + number)))
}

/// The name of a theme.
pub(crate) fn theme(number: usize) -> Label {
    name(format!("Theme {}", word(200 + number)))
}

fn each_once(labels: impl Iterator<Item = Label>) -> Vec<Label> {
    let mut labels: Vec<_> = labels.collect();
    labels.sort_unstable_by_key(Label::key);
    labels.dedup_by_key(|label| label.key());
    labels
}

/// The label or the title with this text, which must be valid.
#[expect(clippy::expect_used, reason = "all names here are short lines")]
pub(crate) fn name<const MOST: usize>(text: impl Into<String>) -> Name<MOST> {
    Name::try_from(text.into()).expect("a name")
}

/// So many sounds, from the oldest to the newest: titles of 2 to 6 words, descriptions of 6 to 30, 2 to 9 tags.
pub(crate) fn sounds(count: u64) -> impl Iterator<Item = StoredSound> {
    let mut random = Random::new(42);
    (0..count).map(move |number| {
        let random = &mut random;
        StoredSound {
            id: Id::from_parts(Millis(BEGINNING + number / 50), random.next()),
            title: name(text(random, 2, 5)),
            description: (random.index(10) > 0).then(|| text(random, 6, 25)),
            category: (random.index(20) > 0).then(|| category(random.index(CATEGORIES))),
            tags: each_once((0..2 + random.index(8)).map(|_| name(word(random.rank())))),
            themes: each_once((0..random.index(3)).map(|_| theme(random.index(THEMES)))),
            playlists: Vec::new(),
            duration_ms: 200_u64 << random.index(10),
            sample_rate: 44_100,
            channels: 2,
            file_type: "audio/wav".to_owned(),
            file_size: 100_000,
            waveform: Waveform::of(&[0.5; WAVEFORM_PEAKS]),
            file: format!("{number}.wav"),
            audio: format!("{:064x}", random.next()),
        }
    })
}
