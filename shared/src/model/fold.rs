//! Folding: one canonical form for texts that search treats as equal.
//!
//! Search ignores differences in:
//!
//! - compatibility, such as `ＡＢＣ`, `ﬁ`, `ｶﾞ`, `①` (Unicode's NFKD: <https://www.unicode.org/reports/tr15/>), and the
//!   composition of letters;
//! - case, by Unicode's full case folding (`ß` is `ss`, `ς` is `σ`), and the dot of an `i` (Turkish);
//! - accents of Latin, Greek and Cyrillic letters, Hebrew points, Arabic vowel signs and hamzas. Letters whose accent
//!   Unicode does not separate lose it as in Lucene's `ASCIIFoldingFilter`: `ø` is `o`, `æ` is `ae`;
//! - letters that Lucene's normalizers of Arabic, Persian and Hindi treat as equal: `ة` and `ه`, `ى`, `ی` and `ي`, the
//!   nukta: <https://lucene.apache.org/core/10_0_0/analysis/common/index.html>;
//! - kana: hiragana and katakana. Unicode's collation treats that difference like case:
//!   <https://www.unicode.org/reports/tr10/>;
//! - the script of decimal digits, the presentation and skin tone of emoji, and invisible characters, such as soft
//!   hyphens.
//!
//! Marks that make a different letter stay: vowel signs and viramas of Indic scripts, vowels and tones of Thai, the
//! voicing of kana (`か` is not `が`), the breve of `й`. The result is composed again, so that no Korean syllable is a
//! part of another.

use caseless::Caseless;
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

/// The zeros of the decimal digits in use. Nine more digits follow each zero.
const ZEROS: [char; 24] = [
    '٠', '۰', '߀', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '෦', '๐', '໐', '༠', '၀', '႐', '០', '᠐', '᥆',
    '᧐', '᭐', '꯰',
];

/// The folded form of a text. Texts that differ only in case, accents or encoding fold to the same form. Folding is
/// idempotent.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut bare = String::with_capacity(text.len());
    let mut add = |part| {
        if !is_ignored(part, bare.chars().next_back()) {
            bare.push(part);
        }
    };
    for c in text.chars() {
        match c {
            // A jamo by itself, as in ㅋㅋㅠㅠ. Decomposed, it would join its neighbours to syllables.
            '\u{3131}'..='\u{318E}' => add(c),
            _ => decompose_compatible(c, &mut add),
        }
    }
    let mut folded = String::with_capacity(bare.len());
    for c in bare.chars().default_case_fold() {
        match c {
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            _ => folded.push(letter(c)),
        }
    }
    folded.nfc().collect()
}

/// Whether folding drops `part`, which follows `before`.
fn is_ignored(part: char, before: Option<char>) -> bool {
    match part {
        '\0'..='\u{AC}' => false,
        // The breve stays: й, ў and others are separate letters, never written without it.
        '\u{306}' => !before.is_some_and(|before| matches!(before, '\u{400}'..='\u{52F}')),
        // Accents; marks around symbols, as in a keycap; half marks.
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}'
        // Hebrew points, but not the punctuation between them.
        | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}'
        // Arabic: signs, tatweel, vowel signs and hamzas above and below, signs of the Quran.
        | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}'
        | '\u{6DF}'..='\u{6E4}' | '\u{6E7}' | '\u{6E8}' | '\u{6EA}'..='\u{6ED}' | '\u{8CA}'..='\u{8E1}'
        | '\u{8E3}'..='\u{8FF}'
        // The nukta of Devanagari.
        | '\u{93C}'
        // Variation selectors and skin tones.
        | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{1F3FB}'..='\u{1F3FF}' => true,
        // Joiners, direction marks, soft hyphens.
        _ => get_general_category(part) == GeneralCategory::Format,
    }
}

/// The letter or digit that represents `c` and its equivalents.
fn letter(c: char) -> char {
    match c {
        '\0'..='\x7F' => c,
        'ı' => 'i',
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ħ' => 'h',
        'ŧ' => 't',
        // Apostrophes that Unicode classifies as letters.
        'ʻ' | 'ʼ' => '\'',
        'ٱ' => 'ا',
        'ة' | 'ہ' | 'ە' => 'ه',
        'ى' | 'ی' | 'ے' => 'ي',
        'ک' => 'ك',
        'ँ' => 'ं',
        // Katakana to hiragana, 0x60 lower.
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        _ => digit(c).unwrap_or(c),
    }
}

fn digit(c: char) -> Option<char> {
    let value = |zero: &char| {
        u32::from(c)
            .checked_sub(u32::from(*zero))
            .filter(|value| *value < 10)
    };
    char::from_digit(ZEROS.iter().find_map(value)?, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_the_same() {
        for (one, other) in [
            ("STRASSE", "straße"),
            ("Müller", "MULLER"),
            ("ＡＢＣ１２", "abc12"),
            ("ﬁne", "fine"),
            ("İIıi", "iiii"),
            ("Đường Nguyễn", "duong nguyen"),
            ("Øresund, Łódź, Æther, Þór", "oresund, lodz, aether, thor"),
            ("ΟΔΥΣΣΕΎΣ", "οδυσσευς"),
            ("Ёлка, ЗАМО́К", "елка, замок"),
            ("ラーメン", "らーめん"),
            ("ｶﾞｷﾞ", "がぎ"),
            ("\u{1112}\u{1161}\u{11AB}", "한"),
            ("مُحَمَّد", "محمد"),
            ("أحمد إلى آخر", "احمد الي اخر"),
            ("مدرســة", "مدرسه"),
            ("کتاب می‌خواهم", "كتاب ميخواهم"),
            ("שָׁלוֹם", "שלום"),
            ("ज़रूर", "जरूर"),
            ("हँसी", "हंसी"),
            ("٢٠٢٦ २०२६", "2026 2026"),
            ("👍🏽 ❤️ 1️⃣", "👍 ❤ 1"),
            ("so\u{AD}fort", "sofort"),
            ("м’ята".replace('’', "ʼ").as_str(), "м'ята"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
    }

    #[test]
    fn what_is_not_a_part_of_the_other() {
        for (one, other) in [
            ("か", "が"),
            ("は", "ぱ"),
            ("하", "한"),
            ("мои", "мой"),
            ("कल", "काल"),
            ("ㅋ", "카"),
        ] {
            assert!(!fold(other).contains(&fold(one)), "{one} in {other}");
        }
        assert!(fold("ㅋㅋㅠㅠ").contains(&fold("ㅠㅠ")));
    }

    proptest! {
        #[test]
        fn folding_again_changes_nothing(text in "\\PC{0,40}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn it_does_not_matter_how_letters_are_composed(text in "\\PC{0,40}") {
            let decomposed: String = text.nfd().collect();
            let composed: String = text.nfc().collect();
            prop_assert_eq!(fold(&decomposed), fold(&text));
            prop_assert_eq!(fold(&composed), fold(&text));
        }

        #[test]
        fn case_does_not_matter(text in "[A-Za-zÀ-ɏḀ-ỿͰ-ώЀ-ԯԱ-ֆა-ჰ ]{0,40}") {
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
            prop_assert_eq!(fold(&text.to_lowercase()), fold(&text));
        }
    }
}
