//! Templates and what fills them.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use crate::error::{Error, Result};

/// An environment in which nothing is escaped, for no language here is HTML, and nothing may be missing.
pub(crate) fn environment() -> Result<Environment<'static>> {
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    let syntax = syntax.map_err(|error| Error::new("the syntax of templates", error.to_string()))?;
    let mut environment = Environment::empty();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(syntax);
    Ok(environment)
}

pub(crate) fn render(
    environment: &Environment,
    (name, source): (&str, &str),
    context: impl Serialize,
) -> Result<String> {
    let rendered = environment.render_named_str(name, source, Serde(context));
    rendered.map_err(|error| Error::new(name, format!("{error:#}")))
}
