//! Calls: caller, parameters and store.

use std::fmt::Display;

use http::header;
use lambda_http::{Request, RequestExt};
use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::error::{ApiError, Result};
use super::form;
use super::param_error::ParamError;
use super::params::{NoParams, Params};
use crate::model::{Id, PersonId, Secret};
use crate::store::{Idempotency, ReadStore, Store, StoreError};

/// A call that reads: query parsed into `Q`, no body, read-only store.
pub type Read<Q = NoParams> = Call<Q, NoParams, ReadStore>;

/// A call that writes: no query, body parsed into `B`.
pub type Write<B = NoParams> = Call<NoParams, B, Store>;

/// An authenticated call, with the query parsed into `Q` and the body into `B`.
pub struct Call<Q, B, S> {
    /// The person to whom the token belongs.
    pub caller: PersonId,
    /// The parameters of the query string.
    pub query: Q,
    /// The parameters of the body.
    pub body: B,
    /// The table.
    pub store: S,
    path_id: Option<String>,
    path_name: Option<String>,
    idempotency_key: Option<String>,
}

impl<Q: Params, B: Params, S> Call<Q, B, S> {
    pub(super) fn parse(caller: PersonId, store: S, request: &Request) -> Result<Self> {
        let query = form::parse(request.uri().query().unwrap_or_default().as_bytes())
            .map_err(|problem| ApiError::parameter_invalid(None, format!("The query {problem}.")))?;
        Ok(Self {
            caller,
            query: Q::parse(query)?,
            body: B::from_body(request)?,
            store,
            path_id: request.path_parameters().first("id").map(ToOwned::to_owned),
            path_name: request.path_parameters().first("name").map(ToOwned::to_owned),
            idempotency_key: idempotency_key(request)?,
        })
    }

    /// The id in the path. An invalid id gives the same error as an unknown one.
    pub fn id<K>(&self, what: &'static str) -> Result<Id<K>> {
        let id = self.path_id.as_deref().and_then(|id| id.parse().ok());
        id.ok_or_else(|| StoreError::missing(what).into())
    }

    /// The name in the path.
    pub fn name<N: TryFrom<String, Error: Display>>(&self) -> Result<N> {
        let given = self.path_name.as_deref().unwrap_or_default();
        // `cargo lambda watch` leaves percent escapes in the name. No name contains a '%'.
        let name = percent_decode_str(given).decode_utf8_lossy().into_owned();
        N::try_from(name).map_err(|rule| ParamError::invalid("name", rule.to_string()).into())
    }
}

impl<Q, B: Serialize, S> Call<Q, B, S> {
    /// The idempotency key, if the caller sent one. `route` names the endpoint: each endpoint has its own keys.
    pub fn idempotency(&self, route: &'static str) -> Option<Idempotency> {
        let key = self.idempotency_key.as_deref()?;
        let parameters = (&self.path_id, &self.body);
        Some(Idempotency::new(self.caller, route, key, &parameters))
    }
}

/// The token in the request, not yet checked against the table.
pub(super) fn token(request: &Request) -> Result<Secret> {
    let header = request
        .headers()
        .get(header::AUTHORIZATION)
        .ok_or_else(ApiError::token_missing)?;
    // Lossy: a bearer token that is not valid text is an invalid token, not a missing one.
    let header = String::from_utf8_lossy(header.as_bytes());
    let (scheme, token) = header.split_once(' ').ok_or_else(ApiError::token_missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ApiError::token_missing());
    }
    token.trim().parse().map_err(|_| ApiError::token_invalid())
}

fn idempotency_key(request: &Request) -> Result<Option<String>> {
    let Some(header) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = header
        .to_str()
        .ok()
        .filter(|key| (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
    key.map(|key| Some(key.to_owned())).ok_or_else(|| {
        let message = "Idempotency-Key must be 1 to 255 visible ASCII characters.";
        ApiError::parameter_invalid(Some("Idempotency-Key"), message)
    })
}
