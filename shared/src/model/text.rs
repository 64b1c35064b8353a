//! Validated texts. Each type holds only valid values; its error says which rule was broken.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::symbol::is_symbol;
use super::visible::is_visible;

/// The text is invalid. The message is the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidText(&'static str);

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $valid:expr, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidText;

            fn try_from(text: String) -> Result<Self, InvalidText> {
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) { Ok(Self(text)) } else { Err(InvalidText($rule)) }
            }
        }

        // These texts are personal data and must not appear in logs.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

text!(
    /// The name that identifies a person: unique regardless of case, never changes.
    Username,
    |text| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    },
    "must be 1 to 64 characters A-Z, a-z, 0-9, '.', '_' or '-'"
);

text!(
    /// A phone number in any notation. Two numbers are equal if their digits are. At most 15 digits:
    /// <https://www.itu.int/rec/T-REC-E.164>.
    PhoneNumber,
    |text| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        text.len() <= 32
            // In a form, an unescaped '+' arrives as a space. Refused, so that the '+' is not lost.
            && text.trim() == text
            && (3..=15).contains(&digits)
            && text.bytes().enumerate().all(|(at, byte)| {
                byte.is_ascii_digit() || b" -.()/".contains(&byte) || (byte == b'+' && at == 0)
            })
    },
    "must be 3 to 15 digits, with a leading '+' (in a form '%2B') and ' ', '-', '.', '/', '(' and ')' between them, \
     at most 32 characters"
);

text!(
    /// The address of a picture: an absolute `http` or `https` URL with a host name, and without a user.
    AvatarUrl,
    |text| text.len() <= 2048 && is_web_address(text),
    "must be an absolute http or https URL, percent-encoded, of at most 2048 characters"
);

text!(
    /// The description of a group. It may have several lines.
    GroupDescription,
    |text| {
        (1..=1000).contains(&text.chars().count())
            && !text.chars().any(|character| character.is_control() && !"\n\t".contains(character))
    },
    "must be 1 to 1,000 characters without control characters other than line breaks and tabs"
);

text!(
    /// A query for the catalogue.
    CatalogQuery,
    |text| {
        let counts = |c: char| c.is_alphanumeric() || is_symbol(c);
        (1..=200).contains(&text.chars().count()) && text.chars().any(counts)
    },
    "must be 1 to 200 characters with a letter, a digit or a symbol"
);

text!(
    /// The text of a message, stored byte for byte. Lengths count Unicode scalar values.
    MessageText,
    |text| (1..=20_000).contains(&text.chars().count()) && is_visible(text),
    "must be 1 to 20,000 characters, some of them visible"
);

/// Whether the text is a URL with only the characters that RFC 3986 allows: no quotes, spaces or control characters.
/// <https://www.rfc-editor.org/rfc/rfc3986#section-3>.
fn is_web_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
    let (path, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && (1..=5).contains(&port.len())
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && is_percent_encoded(path)
        && is_percent_encoded(fragment)
}

fn is_percent_encoded(text: &str) -> bool {
    let is_plain = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._~:/?@!$&'()*+,;=-".contains(&byte))
    };
    let is_escape = |part: &str| {
        part.get(..2)
            .is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let mut parts = text.split('%');
    parts.next().is_none_or(is_plain) && parts.all(|part| is_escape(part) && is_plain(part))
}

impl Username {
    /// The placeholder username of a retired person. No lookup finds it.
    #[must_use]
    pub fn of_nobody(id: impl fmt::Display) -> Self {
        Self(format!("deleted-{id}"))
    }

    /// The form for comparing usernames.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl PhoneNumber {
    /// Whether both numbers have the same digits.
    #[must_use]
    pub fn same_digits(&self, other: &Self) -> bool {
        let digits = |number: &Self| number.0.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
        digits(self) == digits(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts<T: TryFrom<String>>(text: &str) -> bool {
        T::try_from(text.to_owned()).is_ok()
    }

    #[test]
    fn usernames() {
        assert!(accepts::<Username>("Kate.McCallister_1-x") && accepts::<Username>(&"a".repeat(64)));
        for bad in ["", "kate mc", "käte", "a/b", "a\0", &"a".repeat(65)] {
            assert!(!accepts::<Username>(bad), "{bad:?}");
        }
    }

    #[test]
    fn phone_numbers() {
        let number = |text: &str| PhoneNumber::try_from(text.to_owned()).unwrap();
        assert!(number("1-800-759-3000").same_digits(&number("+1 (800) 759.3000")));
        assert!(!number("1-800-759-3000").same_digits(&number("1-800-759-3001")));
        for bad in [
            "",
            "12",
            "++123",
            "12+34",
            "1234567890123456",
            "123x4",
            "１２３４",
        ] {
            assert!(!accepts::<PhoneNumber>(bad), "{bad:?}");
        }
        assert_eq!(format!("{:?}", number("1-800-759-3000")), "PhoneNumber(…)");
    }

    #[test]
    fn avatar_urls() {
        for good in [
            "https://example.com/kate.png?size=2",
            "http://a",
            "http://localhost:8080/my_picture/%C3%A4?a=b&c=d%20e#top",
            "https://my_bucket.example.com?x#%23",
        ] {
            assert!(accepts::<AvatarUrl>(good), "{good:?}");
        }
        for bad in [
            "",
            "kate.png",
            "ftp://example.com/x",
            "https://",
            "https:///x",
            "javascript:alert(1)",
            "https://a b",
            "https://a/b c",
            "https://a/#b c",
            "https://a/\n",
            "https://a#\n",
            "https://a/\"><x",
            "https://a/ä",
            "https://ä/",
            "https://a/\\",
            "https://a/{x}",
            "https://a/%",
            "https://a/%4",
            "https://a/%zz",
            "https://a/%aä",
            "https://a/#b#c",
            "https://a:b/",
            "https://a:/",
            "https://a:123456/",
            "https://a:1:2/",
            "https://:80/",
            "https://kate@example.com/",
            "https://[::1]/",
        ] {
            assert!(!accepts::<AvatarUrl>(bad), "{bad:?}");
        }
        assert!(!accepts::<AvatarUrl>(&format!(
            "https://example.com/{}",
            "x".repeat(2048)
        )));
    }

    #[test]
    fn messages_count_characters_not_bytes() {
        assert!(accepts::<MessageText>(&"😀".repeat(20_000)) && accepts::<MessageText>(" \n."));
        for bad in ["", "\n ", "\u{200B}", &"😀".repeat(20_001)] {
            assert!(!accepts::<MessageText>(bad), "{} bytes", bad.len());
        }
    }
}
