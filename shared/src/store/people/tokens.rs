//! Tokens. Each has two rows: one by its hash, which every request reads, and one under its person, for operators to
//! list. Revoking removes the first row and marks the second.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::keys::{PERSON_TOKENS, person_partition};
use super::person::PersonRow;
use crate::model::{
    AvatarUrl, Id, IssuedToken, PersonId, PhoneNumber, Secret, Timestamp, Token, TokenHash, TokenId,
    TokenName, Username,
};
use crate::store::error::{Result, StoreError};
use crate::store::table::{
    ABSENT, Condition, EXISTS, Key, Range, ReadStore, Row, Store, Transaction, UpdateExpression, decode,
};

/// The row of a token by its hash.
#[derive(Serialize, Deserialize)]
pub(crate) struct TokenRow {
    pub(crate) person_id: PersonId,
    pub(crate) token_id: TokenId,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

impl Row for TokenRow {
    const KIND: &'static str = "token";
}

/// The row of a token in its person's list.
#[derive(Serialize, Deserialize)]
pub(crate) struct PersonTokenRow {
    token_id: TokenId,
    pub(crate) hash: TokenHash,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<TokenName>,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revoked_at: Option<Timestamp>,
}

impl Row for PersonTokenRow {
    const KIND: &'static str = "person_token";
}

impl From<PersonTokenRow> for Token {
    fn from(row: PersonTokenRow) -> Self {
        let PersonTokenRow {
            token_id: id,
            hash: _,
            name,
            created_at,
            expires_at,
            revoked_at,
        } = row;
        Self {
            id,
            name,
            created_at,
            expires_at,
            revoked_at,
        }
    }
}

/// An operator's request to issue a token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// The person who gets the token. Created if the username is free.
    pub username: Username,
    /// The phone number of a new person. For a claim, the number must match the stored one.
    pub phone_number: Option<PhoneNumber>,
    /// The picture of the person who is created or claimed.
    pub avatar_url: Option<AvatarUrl>,
    /// The name of the token.
    pub name: Option<TokenName>,
    /// When the token expires; absent: never.
    pub expires_at: Option<Timestamp>,
    /// Take over a username that a contact entry created. If the phone number matches the one typed there, the person
    /// stays. Otherwise a new person gets the username and the old one is retired, so neither inherits the other's
    /// data.
    #[serde(default)]
    pub claim: bool,
}

impl NewToken {
    /// Whether the operator's phone number matches the one that the contact entry set.
    fn is_about(&self, unclaimed: &PersonRow) -> bool {
        let typed = unclaimed.phone_number.as_ref();
        typed
            .zip(self.phone_number.as_ref())
            .is_some_and(|(typed, given)| typed.same_digits(given))
    }
}

/// An operator's reference to a token.
#[derive(Clone, Debug)]
pub enum WhichToken {
    /// By its secret: `token`.
    Secret(Secret),
    /// By its person and id: `username` and `id`.
    Id(Username, TokenId),
}

impl<'de> Deserialize<'de> for WhichToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Given {
            token: Option<Secret>,
            username: Option<Username>,
            id: Option<TokenId>,
        }
        match Given::deserialize(deserializer)? {
            Given {
                token: Some(secret),
                username: None,
                id: None,
            } => Ok(Self::Secret(secret)),
            Given {
                token: None,
                username: Some(username),
                id: Some(id),
            } => Ok(Self::Id(username, id)),
            Given { .. } => Err(de::Error::custom("must have either token, or username and id")),
        }
    }
}

impl ReadStore {
    /// Checks that a token is valid now. One round trip, one read unit. Strongly consistent, so revoking takes effect
    /// at once.
    pub async fn authenticate(&self, secret: &Secret) -> Result<()> {
        let output = self
            .client
            .get_item()
            .table_name(&*self.table)
            .set_key(Some(Key::token(&secret.hash()).attributes()))
            .consistent_read(true)
            .send()
            .await?;
        let token: TokenRow = decode(output.item.ok_or(StoreError::TokenInvalid)?)?;
        if token.person_id != secret.person() {
            return Err(StoreError::TokenInvalid);
        }
        if token.expires_at.is_some_and(|expiry| expiry <= self.now()) {
            return Err(StoreError::TokenExpired);
        }
        Ok(())
    }

    /// The tokens of a person, newest first, including revoked and expired ones.
    pub async fn tokens(&self, username: &Username) -> Result<Vec<Token>> {
        let person = self
            .person_named(username)
            .await?
            .ok_or(StoreError::missing("person"))?;
        let all = Range::new(person_partition(person), PERSON_TOKENS);
        let rows: Vec<PersonTokenRow> = self.rows_in(all).await?;
        Ok(rows.into_iter().map(Token::from).collect())
    }

    /// A new person, claimed, with the operator's data.
    fn new_claimed(&self, new: &NewToken) -> PersonRow {
        let (username, phone) = (new.username.clone(), new.phone_number.clone());
        self.new_person(username, phone, new.avatar_url.clone(), true)
    }
}

impl Store {
    /// Issues a token. Creates or claims its person if needed. Three round trips.
    pub async fn create_token(&self, new: &NewToken) -> Result<IssuedToken> {
        if new.expires_at.is_some_and(|expiry| expiry <= self.now()) {
            return Err(StoreError::invalid("expires_at", "must be in the future"));
        }
        self.retry(|| async {
            let mut transaction = self.transaction();
            let person = self.holder_of(new, &mut transaction).await?;
            let id = person.person_id;
            let token = Secret::generate(id);
            let row = PersonTokenRow {
                token_id: Id::generate((self.clock)()),
                hash: token.hash(),
                name: new.name.clone(),
                created_at: self.now(),
                expires_at: new.expires_at,
                revoked_at: None,
            };
            let looked_up = TokenRow {
                person_id: id,
                token_id: row.token_id,
                expires_at: row.expires_at,
            };
            transaction.put(&Key::token(&row.hash), &looked_up, ABSENT)?;
            transaction.put(&Key::person_token(id, row.token_id), &row, ABSENT)?;
            transaction.commit_or_retry().await?;
            Ok(IssuedToken {
                token,
                details: row.into(),
                person: person.into(),
            })
        })
        .await
    }

    /// The person who gets the token. Adds their creation or claim to the transaction, if needed.
    async fn holder_of(&self, new: &NewToken, transaction: &mut Transaction<'_>) -> Result<PersonRow> {
        let Some(id) = self.person_named(&new.username).await? else {
            let person = self.new_claimed(new);
            transaction.put_person(&person)?;
            return Ok(person);
        };
        let key = Key::person(id);
        let mut person: PersonRow = self
            .row(key.clone())
            .await?
            .ok_or(StoreError::missing("person"))?;
        if person.is_claimed {
            transaction.condition_check(&key, EXISTS)?;
        } else if !new.claim {
            return Err(StoreError::Unclaimed);
        } else if new.is_about(&person) {
            let claimed = UpdateExpression::default()
                .set("is_claimed", true)?
                .set_if("avatar_url", new.avatar_url.as_ref())?;
            // Another claim may have given the username away.
            let unclaimed = Condition::new("is_claimed = :no AND username = :name")
                .with(":no", false)?
                .with(":name", &person.username)?;
            transaction.update(&key, &claimed, unclaimed)?;
            person.avatar_url = new.avatar_url.clone().or(person.avatar_url);
        } else {
            let old = person;
            person = self.new_claimed(new);
            transaction.replace_person(&old, &person)?;
        }
        Ok(person)
    }

    /// Revokes a token: the next request with it is refused. No effect if it is already revoked.
    pub async fn revoke_token(&self, which: &WhichToken) -> Result<Token> {
        let missing = || StoreError::missing("token");
        let (person, id) = match which {
            WhichToken::Id(username, id) => (self.person_named(username).await?.ok_or_else(missing)?, *id),
            WhichToken::Secret(secret) => {
                let row: Option<TokenRow> = self.row(Key::token(&secret.hash())).await?;
                (secret.person(), row.ok_or_else(missing)?.token_id)
            }
        };
        let key = Key::person_token(person, id);
        self.retry(|| async {
            let row: PersonTokenRow = self.row(key.clone()).await?.ok_or_else(missing)?;
            if row.revoked_at.is_some() {
                return Ok(row.into());
            }
            let revoked_at = self.now();
            let mut transaction = self.transaction();
            transaction.delete(&Key::token(&row.hash), EXISTS)?;
            let revoked = UpdateExpression::default().set("revoked_at", revoked_at)?;
            transaction.update(&key, &revoked, EXISTS)?;
            transaction.commit_or_retry().await?;
            Ok(Token {
                revoked_at: Some(revoked_at),
                ..row.into()
            })
        })
        .await
    }
}
