//! Errors in parameters.

use std::fmt;

use serde::de;

/// The longest parameter path in an error, in characters. Longer ones are cut.
pub(super) const LONGEST_PATH: usize = 100;

/// The error in a parameter.
#[derive(Debug, PartialEq, Eq)]
pub struct ParamError {
    path: Vec<String>,
    /// The kind of error.
    pub kind: ParamErrorKind,
}

/// The kind of error in a parameter.
#[derive(Debug, PartialEq, Eq)]
pub enum ParamErrorKind {
    /// A required parameter is missing.
    Missing,
    /// The parameter is unknown.
    Unknown,
    /// The value breaks this rule.
    Invalid(String),
}

impl ParamError {
    /// The error in `param`.
    pub(super) fn new(param: &str, kind: ParamErrorKind) -> Self {
        Self {
            path: vec![param.to_owned()],
            kind,
        }
    }

    /// `param` breaks a rule.
    pub(super) fn invalid(param: &str, rule: impl Into<String>) -> Self {
        Self::new(param, ParamErrorKind::Invalid(rule.into()))
    }

    /// The parameter's path, such as `contacts[0]` or `reactions[heart]`, cut if very long; `None` for the whole body.
    #[must_use]
    pub fn param(&self) -> Option<String> {
        let mut path = self.path.iter().rev();
        let first = path.next()?.clone();
        let whole = path.fold(first, |path, segment| format!("{path}[{segment}]"));
        Some(whole.chars().take(LONGEST_PATH).collect())
    }

    /// The same error, with `segment` before the parameter's path.
    pub(super) fn under(mut self, segment: &str) -> Self {
        self.path.push(segment.to_owned());
        self
    }
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let param = self.param().unwrap_or_else(|| "The body".to_owned());
        match &self.kind {
            ParamErrorKind::Missing => write!(f, "{param} is required."),
            ParamErrorKind::Unknown => write!(f, "{param} is not a parameter of this call."),
            ParamErrorKind::Invalid(rule) => write!(f, "{param} {rule}."),
        }
    }
}

impl std::error::Error for ParamError {}

impl de::Error for ParamError {
    fn custom<T: fmt::Display>(rule: T) -> Self {
        Self {
            path: Vec::new(),
            kind: ParamErrorKind::Invalid(rule.to_string()),
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            path: vec![field.to_owned()],
            kind: ParamErrorKind::Missing,
        }
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self {
            path: vec![field.to_owned()],
            kind: ParamErrorKind::Unknown,
        }
    }
}
