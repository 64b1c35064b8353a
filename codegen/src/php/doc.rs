//! Comments, and types as they are written in them.

use super::literal;
use crate::error::{Result, fail};
use crate::model::{Api, Property, Shape, Type};
use crate::text::wrap;

/// How wide a line is.
const WIDTH: usize = 120;

/// What a value of an answer is.
pub(super) fn of_answer(api: &Api, kind: &Type) -> String {
    match kind {
        Type::Named(name) => match api.shape(name) {
            Some(Shape::Alias(kind)) => of_answer(api, kind),
            _ => name.clone(),
        },
        Type::List(items) => format!("list<{}>", of_answer(api, items)),
        Type::Map(values) => format!("array<string, {}>", of_answer(api, values)),
        Type::Union(members) => joined(members.iter().map(|member| of_answer(api, member))),
        Type::Nullable(inner) => of_answer(api, inner) + "|null",
        plain => of_plain(plain),
    }
}

/// What a parameter is, on lines that are indented so far.
pub(super) fn of_param(api: &Api, kind: &Type, indent: usize) -> String {
    match kind {
        Type::Named(name) => match api.shape(name) {
            Some(Shape::Alias(kind)) => of_param(api, kind, indent),
            Some(Shape::Structure { .. }) => {
                let shape = shape(api, api.properties(name).into_iter(), indent);
                let other = if api.takes_others(name) { "|ApiObject" } else { "" };
                shape + other
            }
            None => "mixed".to_owned(),
        },
        Type::List(items) => format!("list<{}>", of_param(api, items, indent)),
        Type::Map(values) => format!("array<string, {}>", of_param(api, values, indent)),
        Type::Union(members) => joined(members.iter().map(|member| of_param(api, member, indent))),
        Type::Nullable(inner) => of_param(api, inner, indent) + "|null",
        plain => of_plain(plain),
    }
}

/// An array with these keys.
pub(super) fn shape<'a>(api: &Api, properties: impl Iterator<Item = &'a Property>, indent: usize) -> String {
    let inner = indent + 4;
    let line = |property: &Property| {
        let key = if literal::is_word(&property.name) {
            property.name.clone()
        } else {
            literal::text(&property.name)
        };
        let mark = if property.is_required { "" } else { "?" };
        let kind = of_param(api, &property.kind, inner);
        format!("{:inner$}{key}{mark}: {kind},\n", "")
    };
    format!(
        "array{{\n{}{:indent$}}}",
        properties.map(line).collect::<String>(),
        ""
    )
}

fn of_plain(kind: &Type) -> String {
    match kind {
        Type::Number => "int|float".to_owned(),
        Type::Integer => "int".to_owned(),
        Type::Boolean => "bool".to_owned(),
        // An enum is open: what is not known yet comes through.
        Type::Enum(values) if values.len() < 8 => {
            let values = values.iter().map(|value| literal::text(value) + "|");
            values.collect::<String>() + "string"
        }
        Type::Text | Type::Enum(_) => "string".to_owned(),
        _ => "mixed".to_owned(),
    }
}

/// Each once.
fn joined(kinds: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = Vec::new();
    for kind in kinds {
        if !all.contains(&kind) {
            all.push(kind);
        }
    }
    all.join("|")
}

/// Parts of a comment: texts, which are filled, and tags.
#[derive(Default)]
pub(super) struct Comment {
    lines: Vec<String>,
}

impl Comment {
    /// A paragraph or more.
    pub(super) fn text(mut self, text: &str, indent: usize) -> Self {
        self.lines
            .extend(wrap(&harmless(text), WIDTH - indent - " * ".len()));
        self
    }

    /// A tag as it is, with a text behind it whose further lines are indented. One that is too wide stands below.
    pub(super) fn tag(mut self, tag: &str, text: &str, indent: usize) -> Self {
        let text = harmless(text);
        let mut lines: Vec<_> = tag.lines().map(str::to_owned).collect();
        let width = WIDTH - indent - " * ".len();
        if let Some(last) = lines.pop() {
            let mut words = wrap(&format!("{last} {text}"), width - 2).into_iter();
            let is_whole = words
                .as_slice()
                .first()
                .is_some_and(|first| first.starts_with(&last));
            if is_whole {
                lines.extend(words.next());
            } else {
                lines.push(last);
                words = wrap(&text, width - 2).into_iter();
            }
            lines.extend(words.map(|line| {
                if line.is_empty() {
                    line
                } else {
                    format!("  {line}")
                }
            }));
        }
        self.lines.extend(lines);
        self
    }

    /// An item of a list below a tag.
    pub(super) fn item(mut self, text: &str, indent: usize) -> Self {
        let lines = wrap(&harmless(text), WIDTH - indent - " *     ".len());
        let indented = |(index, line): (usize, String)| match line.as_str() {
            "" => line,
            _ if index == 0 => format!("  - {line}"),
            _ => format!("    {line}"),
        };
        self.lines.extend(lines.into_iter().enumerate().map(indented));
        self
    }

    /// An empty line between texts and tags.
    pub(super) fn gap(mut self) -> Self {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self
    }

    /// Indented by so many spaces; nothing where there is nothing to say.
    pub(super) fn written(&self, indent: usize) -> Result<String> {
        let space = " ".repeat(indent);
        if let Some(line) = self.lines.iter().find(|line| line.contains("*/")) {
            return fail(line, "it would end a comment");
        }
        Ok(match &self.lines[..] {
            [] => String::new(),
            [only] if indent + "/**  */".len() + only.chars().count() <= WIDTH => {
                format!("{space}/** {only} */\n")
            }
            lines => {
                let lines = lines.iter().map(|line| format!("{space} * {line}"));
                let lines: String = lines.map(|line| line.trim_end().to_owned() + "\n").collect();
                format!("{space}/**\n{lines}{space} */\n")
            }
        })
    }
}

/// Without what would end the comment or be a tag of it.
fn harmless(text: &str) -> String {
    text.replace("*/", "*\\/").replace('@', "&#64;")
}
