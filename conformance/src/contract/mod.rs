//! `openapi.yaml`, held against what is sent and what is answered.
//!
//! - An answer must have a status that its operation documents, with that status's headers, content type and body. An
//!   error has one of the status's `x-codes`.
//! - A request that is answered 2xx must keep to the contract itself: the API takes nothing that the contract forbids.
//!   What is refused may be as wrong as a test likes.
//! - A request that no operation takes gets what `x-unrouted-responses` says, or one of the `x-pages`.
//! - Bytes that are no HTTP get a 4xx of the gateway, which is all that can be said about them.

mod keywords;
mod multipart;
mod operation;
mod question;
mod schema;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::operation::{Operation, Response, responses};
pub use self::question::Question;
use self::schema::Document;
use crate::http::Answer;

/// What stands in place of an operation where there is none.
pub const UNROUTED: &str = "x-unrouted-responses";

/// The contract that this was built with.
pub struct Contract {
    operations: Vec<Operation>,
    /// By status: what is answered where no operation is.
    unrouted: BTreeMap<u16, Response>,
    /// The paths of `x-pages`.
    pages: Vec<String>,
}

impl Contract {
    /// `openapi.yaml` of the repository.
    ///
    /// # Panics
    ///
    /// Where that is no contract, which is a mistake in the repository.
    #[must_use]
    pub fn load() -> Self {
        Self::new(yaml::parse(include_str!("../../../openapi.yaml")))
    }

    fn new(document: Value) -> Self {
        let document = Document::new(document);
        let paths = document.at("/paths").as_object().into_iter().flatten();
        let operations = paths.flat_map(|(path, item)| Operation::all(&document, path, item));
        Self {
            operations: operations.collect(),
            pages: serde_json::from_value(document.at("/x-pages").clone()).unwrap_or_default(),
            unrouted: responses(&document, document.at("/x-unrouted-responses")),
        }
    }

    /// Fails with what is wrong with the answer, or with the question where the answer should have refused it.
    pub fn check(&self, question: &Question, answer: &Answer) -> Result<(), String> {
        let names: Vec<_> = answer.header_names().collect();
        if let Some(name) =
            (1..names.len()).find_map(|at| names[..at].iter().find(|name| **name == names[at]))
        {
            return Err(format!("the header {name} is repeated"));
        }
        if let Some(operation) = self.taking(question) {
            return operation.check(question, answer);
        }
        if !question.is_http && answer.header("x-request-id").is_none() {
            return if (400..500).contains(&answer.status) {
                Ok(())
            } else {
                Err("what is no HTTP must get a 4xx".to_owned())
            };
        }
        if self.is_page(question, answer) {
            return Ok(());
        }
        // A GET gets here only for a part of a page that does not exist.
        let path_is_known = self.operations.iter().any(|own| own.has_path(&question.path))
            || (question.method != "GET" && self.has_page(question));
        let expected = if path_is_known { 405 } else { 404 };
        match self.unrouted.get(&answer.status) {
            Some(response) if answer.status == expected => response.check(answer, question.method == "HEAD"),
            _ => Err(format!("no operation takes this: it must be a {expected}")),
        }
    }

    /// Fails with a header that the contract does not have. What stands between a deployment and its callers may add
    /// some, so this is for where nothing does.
    pub fn check_header_names(&self, question: &Question, answer: &Answer) -> Result<(), String> {
        if self.is_page(question, answer) {
            return Ok(());
        }
        let operation = self.taking(question);
        let responses = operation.map_or(&self.unrouted, |operation| &operation.responses);
        responses
            .get(&answer.status)
            .map_or(Ok(()), |response| response.check_header_names(answer))
    }

    /// Whether this is a page of `x-pages`, whose content is not this contract's business.
    fn is_page(&self, question: &Question, answer: &Answer) -> bool {
        matches!(answer.status, 200 | 304) && question.method == "GET" && self.has_page(question)
    }

    fn has_page(&self, question: &Question) -> bool {
        let mut pages = self.pages.iter();
        pages.any(|page| Question::path_parameters(&question.path, page).is_some())
    }

    /// The operation that takes the question, such as `GET /v1/contacts/{id}`.
    #[must_use]
    pub fn operation(&self, question: &Question) -> Option<String> {
        self.taking(question).map(ToString::to_string)
    }

    /// A path goes before one with a parameter that it fits: <https://spec.openapis.org/oas/v3.1.1.html#paths-object>.
    fn taking(&self, question: &Question) -> Option<&Operation> {
        let is_concrete = self.operations.iter().any(|own| own.is_at(&question.path));
        let mut operations = self.operations.iter();
        operations.find(|own| own.takes(question) && (!is_concrete || own.is_at(&question.path)))
    }

    /// Every operation, as method and path, in the order of the contract.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.operations
            .iter()
            .map(|operation| (&*operation.method, &*operation.path))
    }

    /// Every operation, and [`UNROUTED`], with every status that it documents, such as `("GET /v1/me", 200)`.
    #[must_use]
    pub fn documented(&self) -> BTreeSet<(String, u16)> {
        let operations = self.operations.iter();
        operations
            .map(|operation| (operation.to_string(), &operation.responses))
            .chain([(UNROUTED.to_owned(), &self.unrouted)])
            .flat_map(|(name, responses)| responses.keys().map(move |status| (name.clone(), *status)))
            .collect()
    }
}

#[cfg(test)]
mod tests;
