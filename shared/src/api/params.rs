//! Typed parameters.

use lambda_http::Request;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::body;
use super::error::ApiError;
use super::node::Node;
use super::param_error::ParamError;
use crate::model::{PageRequest, Position, present};

/// The default number of items on a page.
const DEFAULT_LIMIT: usize = 10;
/// The default number of items on a page of a catalogue list.
const DEFAULT_CATALOG_LIMIT: usize = 50;
const LARGEST_LIMIT: usize = 100;

/// A type into which a query or body can be parsed. Any deserializable type; structs must deny unknown fields.
pub trait Params: Sized {
    /// Parses the parameters.
    fn parse(node: Node) -> Result<Self, ParamError>;

    /// Parses the body of a request, JSON or a form.
    fn from_body(request: &Request) -> Result<Self, ApiError> {
        Ok(Self::parse(body::parse(request)?)?)
    }
}

impl<T: DeserializeOwned> Params for T {
    fn parse(node: Node) -> Result<Self, ParamError> {
        T::deserialize(node)
    }
}

/// No parameters.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

/// The parameters of a list: a page, of `LIMIT` items by default, and the filter `F`.
#[derive(Clone, Debug)]
pub struct Paged<F = NoParams, const LIMIT: usize = DEFAULT_LIMIT> {
    /// The page.
    pub page: PageRequest,
    /// The filter.
    pub filter: F,
}

/// The parameters of a list of the catalogue.
pub type CatalogPaged<F = NoParams> = Paged<F, DEFAULT_CATALOG_LIMIT>;

#[derive(Deserialize)]
struct PageParams {
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    starting_after: Option<String>,
    #[serde(default, deserialize_with = "present")]
    ending_before: Option<String>,
}

impl<F: DeserializeOwned, const LIMIT: usize> Params for Paged<F, LIMIT> {
    fn parse(node: Node) -> Result<Self, ParamError> {
        let entries = if let Node::Map(entries) = node {
            entries
        } else {
            Vec::new()
        };
        let is_page = |key: &str| matches!(key, "limit" | "starting_after" | "ending_before");
        let (page, filter) = entries.into_iter().partition(|(key, _)| is_page(key));
        let page = PageParams::deserialize(Node::Map(page))?;
        Ok(Self {
            page: page.or_limit(LIMIT)?,
            filter: F::deserialize(Node::Map(filter))?,
        })
    }
}

impl PageParams {
    /// The page, with `default` items if the caller gave no limit.
    fn or_limit(self, default: usize) -> Result<PageRequest, ParamError> {
        let limit = match self.limit {
            None => default,
            Some(limit) => usize::try_from(limit)
                .ok()
                .filter(|limit| (1..=LARGEST_LIMIT).contains(limit))
                .ok_or_else(|| ParamError::invalid("limit", "must be between 1 and 100"))?,
        };
        let position = match (self.starting_after, self.ending_before) {
            (None, None) => Position::Start,
            (Some(cursor), None) => Position::After(cursor),
            (None, Some(cursor)) => Position::Before(cursor),
            (Some(_), Some(_)) => {
                return Err(ParamError::invalid(
                    "ending_before",
                    "cannot be combined with starting_after",
                ));
            }
        };
        Ok(PageRequest { limit, position })
    }
}
