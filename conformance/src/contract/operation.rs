//! What the contract says of one operation, and of each of its answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde_json::{Value, json};

use super::multipart;
use super::question::Question;
use super::schema::{Document, Schema};
use crate::http::Answer;

/// Headers of HTTP itself, which OpenAPI leaves to HTTP. The content type is compared with `content`.
const OF_HTTP: [&str; 4] = ["connection", "content-length", "content-type", "date"];

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// A parameter of a request, or a header of an answer.
struct Parameter {
    name: String,
    place: String,
    is_required: bool,
    schema: Arc<Schema>,
}

impl Parameter {
    fn new(document: &Document, name: &str, declared: &Value) -> Self {
        Self {
            name: name.to_owned(),
            place: declared["in"].as_str().unwrap_or("header").to_owned(),
            is_required: declared["required"] == true,
            schema: document.schema(&declared["schema"]),
        }
    }

    fn check(&self, value: Option<&str>) -> Result<(), String> {
        let Self { name, place, .. } = self;
        match value {
            Some(text) => {
                let checked = self.schema.check_text(text);
                checked.map_err(|problem| format!("the {place} parameter {name}: {problem}"))
            }
            None if self.is_required => Err(format!("the {place} parameter {name} is missing")),
            None => Ok(()),
        }
    }
}

struct Body {
    is_required: bool,
    /// By media type.
    content: BTreeMap<String, Arc<Schema>>,
}

fn content(document: &Document, owner: &Value) -> BTreeMap<String, Arc<Schema>> {
    let content = owner["content"].as_object().into_iter().flatten();
    content
        .map(|(media_type, inner)| (media_type.clone(), document.schema(&inner["schema"])))
        .collect()
}

fn media_type(header: &str) -> String {
    let name = header.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

/// What JSON may begin with.
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// The responses by their status.
pub(super) fn responses(document: &Document, declared: &Value) -> BTreeMap<u16, Response> {
    let declared = declared.as_object().into_iter().flatten();
    declared
        .map(|(status, response)| {
            let status = status.parse();
            let status = status.unwrap_or_else(|error| panic!("openapi.yaml: a status is a number: {error}"));
            (status, Response::new(document, status, response))
        })
        .collect()
}

pub(super) struct Response {
    status: u16,
    /// The codes of its errors.
    codes: BTreeSet<String>,
    headers: Vec<Parameter>,
    content: BTreeMap<String, Arc<Schema>>,
}

impl Response {
    fn new(document: &Document, status: u16, declared: &Value) -> Self {
        let declared = document.resolve(declared);
        let codes = declared["x-codes"].as_array();
        assert_eq!(
            codes.is_some(),
            status >= 400,
            "openapi.yaml: errors have x-codes, others do not: {status} {}",
            declared["description"]
        );
        let codes = codes.into_iter().flatten().filter_map(Value::as_str);
        let headers = declared["headers"].as_object().into_iter().flatten();
        Self {
            status,
            codes: codes.map(str::to_owned).collect(),
            headers: headers
                .map(|(name, header)| {
                    Parameter::new(document, &name.to_ascii_lowercase(), document.resolve(header))
                })
                .collect(),
            content: content(document, declared),
        }
    }

    /// An answer without a body (to HEAD) has the headers of one with a body.
    pub(super) fn check(&self, answer: &Answer, is_without_body: bool) -> Result<(), String> {
        for header in &self.headers {
            header.check(answer.header(&header.name))?;
        }
        let found = answer.header("content-type");
        if self.content.is_empty() {
            let has_none = found.is_none() && answer.body.is_empty();
            return has_none
                .then_some(())
                .ok_or_else(|| "there must be no body".to_owned());
        }
        let found = found.map(media_type).unwrap_or_default();
        let schema = self
            .content
            .get(&found)
            .ok_or_else(|| format!("the content type {found:?} is not documented"))?;
        if is_without_body {
            return if answer.body.is_empty() {
                Ok(())
            } else {
                Err("there must be no body".to_owned())
            };
        }
        let body: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
        schema
            .check(&body)
            .and_then(|()| self.check_code(&body))
            .map_err(|problem| format!("the body: {problem}"))
    }

    /// What the one schema of all errors does not say: which of them these are. The gateway's have no code.
    fn check_code(&self, body: &Value) -> Result<(), String> {
        let Some(code) = body["code"].as_str().filter(|_| self.status >= 400) else {
            return Ok(());
        };
        let class = if self.status < 500 {
            "invalid_request"
        } else {
            "api_error"
        };
        if !self.codes.contains(code) {
            return Err(format!("the code {code} is not one of its x-codes"));
        }
        if body["type"] != class {
            return Err(format!("the type must be {class}"));
        }
        Ok(())
    }

    pub(super) fn check_header_names(&self, answer: &Answer) -> Result<(), String> {
        let is_known =
            |name: &&str| OF_HTTP.contains(name) || self.headers.iter().any(|header| header.name == **name);
        match answer.header_names().find(|name| !is_known(name)) {
            Some(name) => Err(format!("the header {name} is not documented")),
            None => Ok(()),
        }
    }
}

pub(super) struct Operation {
    pub(super) method: String,
    pub(super) path: String,
    parameters: Vec<Parameter>,
    body: Option<Body>,
    /// What a bearer token looks like.
    token: Arc<Schema>,
    pub(super) responses: BTreeMap<u16, Response>,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Operation {
    /// The operations of one path.
    pub(super) fn all(document: &Document, path: &str, item: &Value) -> Vec<Self> {
        let methods = METHODS.into_iter().filter(|method| item[method].is_object());
        methods
            .map(|method| Self::new(document, path, method, item))
            .collect()
    }

    fn new(document: &Document, path: &str, method: &str, item: &Value) -> Self {
        let operation = &item[method];
        assert_eq!(
            document.at("/security"),
            &json!([{"token": []}]),
            "only tokens are known here"
        );
        let declared = [&item["parameters"], &operation["parameters"]];
        let declared = declared.into_iter().filter_map(Value::as_array).flatten();
        let body = Some(&operation["requestBody"]).filter(|body| body.is_object());
        Self {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            parameters: declared
                .map(|parameter| document.resolve(parameter))
                .map(|parameter| {
                    Parameter::new(
                        document,
                        parameter["name"].as_str().unwrap_or_default(),
                        parameter,
                    )
                })
                .collect(),
            body: body.map(|body| Body {
                is_required: body["required"] == true,
                content: content(document, body),
            }),
            token: document.schema(&json!({
                "type": "string",
                "pattern": document.at("/components/securitySchemes/token/bearerFormat"),
            })),
            responses: responses(document, &operation["responses"]),
        }
    }

    /// Whether the path is this one, letter by letter.
    pub(super) fn is_at(&self, path: &str) -> bool {
        self.path == path
    }

    pub(super) fn has_path(&self, path: &str) -> bool {
        Question::path_parameters(path, &self.path).is_some()
    }

    pub(super) fn takes(&self, question: &Question) -> bool {
        self.method == question.method && self.has_path(&question.path)
    }

    pub(super) fn check(&self, question: &Question, answer: &Answer) -> Result<(), String> {
        let status = answer.status;
        let response = self
            .responses
            .get(&status)
            .ok_or_else(|| format!("{self} documents no {status}"))?;
        response
            .check(answer, false)
            .map_err(|problem| format!("{self}, {status}: {problem}"))?;
        if (200..300).contains(&status) {
            self.check_question(question)
                .map_err(|problem| format!("{self} was answered {status}, and must not be: {problem}"))?;
        }
        Ok(())
    }

    fn check_question(&self, question: &Question) -> Result<(), String> {
        let mut path = Question::path_parameters(&question.path, &self.path)
            .unwrap_or_default()
            .into_iter();
        for parameter in &self.parameters {
            let mut query = question.query.iter();
            let value = match parameter.place.as_str() {
                "path" => path.next().map(|(_, value)| value),
                "query" => query
                    .find(|(name, _)| *name == parameter.name)
                    .map(|(_, value)| value.clone()),
                _ => question.header(&parameter.name).map(str::to_owned),
            };
            parameter.check(value.as_deref())?;
        }
        for (number, (name, _)) in question.query.iter().enumerate() {
            let mut parameters = self.parameters.iter();
            let is_known = parameters.any(|own| own.place == "query" && own.name == *name);
            let is_repeated = question.query[..number].iter().any(|(other, _)| other == name);
            if !is_known || is_repeated {
                return Err(format!(
                    "the query parameter {name} is not documented, or repeated"
                ));
            }
        }
        let token = question
            .header("authorization")
            .and_then(|header| header.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or("there is no bearer token")?;
        self.token
            .check_text(token)
            .map_err(|problem| format!("the token: {problem}"))?;
        self.check_body(question)
            .map_err(|problem| format!("the body: {problem}"))
    }

    fn check_body(&self, question: &Question) -> Result<(), String> {
        if question.body.is_empty() {
            let is_required = self.body.as_ref().is_some_and(|body| body.is_required);
            return if is_required {
                Err("it is required".to_owned())
            } else {
                Ok(())
            };
        }
        let found = question
            .header("content-type")
            .map(media_type)
            .unwrap_or_default();
        let Some(body) = &self.body else {
            // Nothing is documented, so there may be nothing in it.
            return if matches!(&*question.body, b"{}") {
                Ok(())
            } else {
                Err("there is no such thing".to_owned())
            };
        };
        let schema = body
            .content
            .get(&found)
            .ok_or_else(|| format!("the content type {found:?} is not documented"))?;
        let value = match found.as_str() {
            "application/x-www-form-urlencoded" => schema.read_form(&question.body),
            "multipart/form-data" => {
                let content_type = question.header("content-type").unwrap_or_default();
                multipart::read(content_type, &question.body)?
            }
            _ => {
                let text = question
                    .body
                    .strip_prefix(BYTE_ORDER_MARK)
                    .unwrap_or(&question.body);
                serde_json::from_slice(text).map_err(|error| error.to_string())?
            }
        };
        schema.check(&value)
    }
}
