//! The credentials of the embedded DynamoDB and S3.

use rand::distr::{Alphanumeric, SampleString as _};

/// The credentials for DynamoDB and S3. They are drawn at each start, and only functions and the developer's own
/// programs can read them, so that nobody else can sign.
#[derive(Clone)]
pub struct Credentials {
    access_key_id: String,
    secret_access_key: String,
}

impl Credentials {
    /// New credentials, as long as AWS's own.
    #[must_use]
    pub fn draw() -> Self {
        let mut random = rand::rng();
        let id = Alphanumeric.sample_string(&mut random, 15).to_ascii_uppercase();
        Self {
            // Scanners that look for AWS keys in files and logs do not take it for one.
            access_key_id: format!("LOCAL{id}"),
            secret_access_key: Alphanumeric.sample_string(&mut random, 40),
        }
    }

    /// As `AWS_ACCESS_KEY_ID`.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// As `AWS_SECRET_ACCESS_KEY`.
    #[must_use]
    pub fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }
}

/// Shows everything but the secret, so that no log has it.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_start_has_its_own() {
        let [one, other] = [Credentials::draw(), Credentials::draw()];
        assert_eq!((one.access_key_id.len(), one.secret_access_key.len()), (20, 40));
        assert_ne!(one.access_key_id, other.access_key_id);
        assert_ne!(one.secret_access_key, other.secret_access_key);
        assert!(!format!("{one:?}").contains(&one.secret_access_key));
    }
}
