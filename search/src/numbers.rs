//! Numbers in a text: `1,000` is `1000`, `1.5` is no 15, `48kHz` is `48 kHz`, and `4 x 4` is `4x4`.

/// A number.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// Its digits, with a dot where it has a fraction, and dots in versions and dates; or several with `x` between them.
    pub(crate) text: String,
    /// The digits before, between and behind the dots or the `x`, if there are any.
    pub(crate) parts: Vec<String>,
    /// How many characters of the text it is.
    pub(crate) length: usize,
}

/// Units that stand behind numbers, with a space or without.
const UNITS: [&str; 63] = [
    "b", "bar", "beats", "bit", "bits", "bpm", "c", "ch", "cm", "d", "db", "dbfs", "deg", "f", "fps", "ft",
    "g", "gb", "gbit", "h", "hr", "hrs", "hz", "inch", "k", "kb", "kbit", "kbps", "kg", "khz", "km", "kmh",
    "kph", "kw", "l", "lb", "lbs", "lufs", "m", "mb", "mbit", "mbps", "mhz", "min", "mins", "ml", "mm",
    "mph", "ms", "oz", "ppm", "rpm", "s", "sec", "secs", "st", "tb", "v", "volt", "volts", "w", "watt", "x",
];

/// Reads the number that the text begins with.
pub(crate) fn read(text: &[char]) -> Number {
    let run = |from: usize| text[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let digits = |from: usize, length: usize| text[from..from + length].iter().collect::<String>();
    let mut length = run(0);
    let mut whole = digits(0, length);
    // Groups of three digits behind one to three.
    if length <= 3 {
        while let Some(',' | '\'' | '’') = text.get(length)
            && run(length + 1) == 3
        {
            whole.push_str(&digits(length + 1, 3));
            length += 4;
        }
    }
    let mut parts = vec![whole];
    while text.get(length) == Some(&'.') {
        let more = run(length + 1);
        if more == 0 {
            break;
        }
        parts.push(digits(length + 1, more));
        length += 1 + more;
    }
    if parts.len() == 1
        && text.get(length) == Some(&',')
        && (1..=2).contains(&run(length + 1))
        && text.get(length + 1 + run(length + 1)) != Some(&',')
    {
        let more = run(length + 1);
        parts.push(digits(length + 1, more));
        length += 1 + more;
    }
    let mut between = ".";
    if parts.len() == 1 {
        between = "x";
        while let Some((factor, end)) = factor(&text[length..]) {
            parts.push(factor);
            length += end;
        }
    }
    let text = parts.join(between);
    if parts.len() == 1 {
        parts.clear();
    }
    Number { text, parts, length }
}

/// The whole number that the text begins with behind a sign of multiplication, and where it ends.
fn factor(text: &[char]) -> Option<(String, usize)> {
    let spaces = |text: &[char]| text.iter().take_while(|c| **c == ' ').count();
    let sign = spaces(text);
    let behind = text.get(sign..).filter(|text| matches!(text, ['x' | '×', ..]))?;
    let from = sign + 1 + spaces(&behind[1..]);
    let digits: String = text[from..].iter().take_while(|c| c.is_ascii_digit()).collect();
    let end = from + digits.len();
    let has_more = matches!(text[end..], ['.' | ',', digit, ..] if digit.is_ascii_digit());
    (!digits.is_empty() && !has_more).then_some((digits, end))
}

/// Whether it is a unit of more than one letter. `5s` and `3d` stay one word.
pub(crate) fn is_unit(word: &str) -> bool {
    word.len() > 1 && may_follow(word)
}

/// Whether the word may stand behind a number as its unit.
pub(crate) fn may_follow(word: &str) -> bool {
    UNITS.binary_search(&word).is_ok()
}

/// Whether the word is a number.
pub(crate) fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_in_order() {
        assert!(UNITS.is_sorted());
    }

    #[test]
    fn numbers_are_read_as_far_as_they_go() {
        for (text, number, parts, length) in [
            ("1000", "1000", &[][..], 4),
            ("1,000 Hz", "1000", &[], 5),
            ("1'000'000", "1000000", &[], 9),
            ("1,0000", "1", &[], 1),
            ("1234,567", "1234", &[], 4),
            ("1.5", "1.5", &["1", "5"], 3),
            ("1,5 m", "1.5", &["1", "5"], 3),
            ("1,2,3", "1", &[], 1),
            ("1,000.5.", "1000.5", &["1000", "5"], 7),
            ("2024.05.01.wav", "2024.05.01", &["2024", "05", "01"], 10),
            ("5, 6", "5", &[], 1),
            ("7.", "7", &[], 1),
            ("4x4", "4x4", &["4", "4"], 3),
            ("4  × 4 doors", "4x4", &["4", "4"], 6),
            ("2 x 4 x 6", "2x4x6", &["2", "4", "6"], 9),
            ("2 x rain", "2", &[], 1),
            ("3 x 1.5", "3", &[], 1),
        ] {
            let letters: Vec<char> = text.chars().collect();
            let found = read(&letters);
            assert_eq!((&*found.text, found.length), (number, length), "{text}");
            assert_eq!(found.parts, parts, "{text}");
        }
    }
}
