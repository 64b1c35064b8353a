//! The file name under which a browser saves a file.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

/// Characters that an extended parameter must escape: <https://www.rfc-editor.org/rfc/rfc8187#section-3.2.1>.
const EXTENDED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The longest name without its extension, in bytes. File systems allow 255.
const LONGEST: usize = 249;

/// The longest extension, in characters.
const LONGEST_EXTENSION: usize = 5;

/// The stem of a name when no character of the title is allowed in it.
const NAMELESS: &str = "file";

/// The `Content-Disposition` header value that saves a file under a title in any script, with the extension of `file`:
/// <https://www.rfc-editor.org/rfc/rfc6266>. The value is visible ASCII.
pub(crate) fn attachment(title: &str, file: &str) -> String {
    let extension = extension(file);
    let name = file_name(title, &extension);
    let fallback = file_name(&ascii(title), &extension);
    let name = utf8_percent_encode(&name, EXTENDED);
    format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{name}")
}

/// The name of a file under a title, with the extension of `file`.
pub(crate) fn titled(title: &str, file: &str) -> String {
    file_name(title, &extension(file))
}

/// The extension with its dot, or an empty string.
fn extension(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((_, extension))
            if (1..=LONGEST_EXTENSION).contains(&extension.len())
                && extension.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            format!(".{}", extension.to_ascii_lowercase())
        }
        _ => String::new(),
    }
}

/// A file name for a title. Every file system accepts it, and its extension stays visible.
fn file_name(title: &str, extension: &str) -> String {
    let name: String = title.chars().filter(|c| !is_hidden(*c)).map(shown).collect();
    let name = name.trim_matches([' ', '.']);
    let name = match name.len().checked_sub(extension.len()) {
        Some(start) if name.is_char_boundary(start) && name[start..].eq_ignore_ascii_case(extension) => {
            &name[..start]
        }
        _ => name,
    };
    let name = name[..name.floor_char_boundary(LONGEST)].trim_end_matches([' ', '.']);
    let name = if name.is_empty() { NAMELESS } else { name };
    format!("{name}{extension}")
}

/// Whether a character is invisible or changes the text direction. Such characters can disguise the extension.
fn is_hidden(c: char) -> bool {
    let is_direction =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let category = get_general_category(c);
    is_direction
        || matches!(
            category,
            GeneralCategory::Control | GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator
        )
}

/// The character, or its replacement if a file system or the header reserves it.
fn shown(c: char) -> char {
    match c {
        '/' | '\\' | ':' | '*' | '?' | '<' | '>' | '|' => '_',
        '"' => '\'',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// The title for programs that read only ASCII: letters without accents, no other scripts, no `%`. Some programs decode
/// `%` as an escape: <https://www.rfc-editor.org/rfc/rfc6266#appendix-D>.
fn ascii(title: &str) -> String {
    title.nfkd().filter(|c| c.is_ascii() && *c != '%').collect()
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    /// The ASCII and the extended name in a header.
    fn names(header: &str) -> Option<(String, String)> {
        let names = header.strip_prefix("attachment; filename=\"")?;
        let (fallback, name) = names.split_once("\"; filename*=UTF-8''")?;
        let name = percent_decode_str(name).decode_utf8().ok()?;
        Some((name.into_owned(), fallback.to_owned()))
    }

    #[test]
    fn names_in_any_script() {
        for (title, name, fallback) in [
            ("Small bell", "Small bell.wav", "Small bell.wav"),
            ("Glöckchen, café", "Glöckchen, café.wav", "Glockchen, cafe.wav"),
            ("Колокольчик", "Колокольчик.wav", "file.wav"),
            ("小铃铛 2", "小铃铛 2.wav", "2.wav"),
            ("Bell 🔔", "Bell 🔔.wav", "Bell.wav"),
            ("جرس", "جرس.wav", "file.wav"),
            ("a/b\\c:d", "a_b_c_d.wav", "a_b_c_d.wav"),
            ("say \"hi\"; x=1", "say 'hi'; x=1.wav", "say 'hi'; x=1.wav"),
            ("\u{202e}vaw.exe", "vaw.exe.wav", "vaw.exe.wav"),
            ("line\r\nbreak\ttab", "linebreaktab.wav", "linebreaktab.wav"),
            ("..", "file.wav", "file.wav"),
            ("Done.WAV", "Done.wav", "Done.wav"),
            ("100% loud", "100% loud.wav", "100 loud.wav"),
        ] {
            let expected = Some((name.to_owned(), fallback.to_owned()));
            assert_eq!(names(&attachment(title, "bells/small.WAV")), expected, "{title}");
        }
    }

    #[test]
    fn extensions() {
        for (file, expected) in [
            ("a/b.flac", ".flac"),
            ("a.b/c", ""),
            ("a.x y", ""),
            ("a.toolong", ""),
            ("a.", ""),
            ("a.ö", ""),
        ] {
            assert_eq!(extension(file), expected, "{file}");
        }
    }

    proptest! {
        #[test]
        fn nothing_gets_out_of_the_name(
            title in "\\PC{0,40}|.{0,300}|[\"\\\\/%;'\r\n. ]{0,20}",
            file in ".{0,20}",
        ) {
            let header = attachment(&title, &file);
            prop_assert!(header.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{header}");
            prop_assert_eq!(header.matches('"').count(), 2);
            let (name, fallback) = names(&header).unwrap();
            for name in [name, fallback] {
                prop_assert!((1..=LONGEST + LONGEST_EXTENSION + 1).contains(&name.len()), "{name:?}");
                prop_assert!(!name.starts_with(['.', ' ']), "{name:?}");
                prop_assert!(!name.contains(['/', '\\', '"']), "{name:?}");
                prop_assert!(!name.chars().any(is_hidden), "{name:?}");
            }
            let (_, extended) = header.rsplit_once("UTF-8''").unwrap();
            prop_assert!(!extended.contains([';', ' ', '\'']), "{header}");
        }
    }
}
