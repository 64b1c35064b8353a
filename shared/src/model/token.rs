//! Bearer tokens: `ptc_`, the person's id, 30 random characters, and 6 characters of CRC32. All base62.
//!
//! With the prefix, secret scanners find leaks. The checksum refuses typos without a look-up. The id names the claimed
//! caller before the table is read. GitHub's tokens have the same form:
//! <https://github.blog/engineering/behind-githubs-new-authentication-token-formats/>.

use std::fmt;
use std::str::FromStr;

use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::digest::sha256;
use super::id::{PersonId, TokenId};
use super::name::TokenName;
use super::person::Person;
use super::timestamp::{Millis, Timestamp};

const PREFIX: &str = "ptc_";
const ID_END: usize = PREFIX.len() + 16;
const BODY: usize = ID_END + 30;
const LENGTH: usize = BODY + 6;

/// The secret text of a token. Its `Debug` output contains nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: String,
    person: PersonId,
}

/// The SHA-256 of a secret, in hexadecimal digits. Only the hash is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenHash(String);

/// A token without its secret, as operators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Unique.
    pub id: TokenId,
    /// The operator's name for the token.
    pub name: Option<TokenName>,
    /// When the token was issued.
    pub created_at: Timestamp,
    /// When the token expires.
    pub expires_at: Option<Timestamp>,
    /// When the token was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A newly issued token, with the only copy of its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IssuedToken {
    /// The secret, for the `Authorization` header.
    pub token: Secret,
    /// The token's other attributes.
    #[serde(flatten)]
    pub details: Token,
    /// The token's person.
    pub person: Person,
}

impl Secret {
    /// A new secret for a person.
    #[must_use]
    pub fn generate(person: PersonId) -> Self {
        let random = Alphanumeric.sample_string(&mut rand::rng(), BODY - ID_END);
        let body = format!("{PREFIX}{person}{random}");
        Self {
            text: format!("{body}{}", checksum(&body)),
            person,
        }
    }

    /// The person whom the token claims to authenticate.
    #[must_use]
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The hash to store and look up.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(sha256(self.text.as_bytes()))
    }
}

/// The text is not a token: wrong length, prefix, characters or checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a token")]
pub struct InvalidToken;

impl FromStr for Secret {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let well_formed = text.len() == LENGTH && text.starts_with(PREFIX) && text.is_ascii();
        if !well_formed || checksum(&text[..BODY]) != text[BODY..] {
            return Err(InvalidToken);
        }
        let person = text[PREFIX.len()..ID_END].parse().map_err(|_| InvalidToken)?;
        Ok(Self {
            text: text.to_owned(),
            person,
        })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The CRC32 of `body` as six base62 characters.
fn checksum(body: &str) -> String {
    let id = TokenId::from_parts(Millis(0), u64::from(crc32fast::hash(body.as_bytes()))).to_string();
    id[10..].to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Id;

    proptest! {
        #[test]
        fn a_token_names_its_person_and_one_wrong_character_is_noticed(ms in 0u64..1 << 42, at in 0usize..LENGTH, other in "[0-9A-Za-z]") {
            let person = Id::generate(Millis(ms));
            let secret = Secret::generate(person);
            prop_assert_eq!(secret.text.len(), LENGTH);
            let parsed: Secret = secret.text.parse().unwrap();
            prop_assert_eq!(parsed.person(), person);
            prop_assert_eq!(parsed.hash(), secret.hash());

            let mut typo = secret.text.clone();
            typo.replace_range(at..=at, &other);
            prop_assert_eq!(typo.parse::<Secret>().is_ok(), typo == secret.text);
        }

        #[test]
        fn other_texts_are_no_tokens(text in "(ptc_)?\\PC{0,60}") {
            prop_assert_eq!(text.parse::<Secret>(), Err(InvalidToken));
        }
    }

    #[test]
    fn a_secret_does_not_print_itself() {
        let secret = Secret::generate(Id::generate(Millis(0)));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.hash().to_string().len(), 64);
    }
}
