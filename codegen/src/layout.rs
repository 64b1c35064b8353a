//! Values in the samples: on one line where they fit, else an entry a line.

use crate::node::Node;

/// How wide a sample is.
pub(crate) const WIDTH: usize = 80;

/// How a language writes values.
pub(crate) struct Style {
    pub(crate) text: fn(&str) -> String,
    pub(crate) null: &'static str,
    pub(crate) booleans: [&'static str; 2],
    /// With what stands between a key and its value.
    pub(crate) key: fn(&str) -> String,
    pub(crate) list: [&'static str; 2],
    pub(crate) map: [&'static str; 2],
    /// How far the entries of several lines are indented.
    pub(crate) indent: usize,
    /// Whether one line has a space within the brackets of a map.
    pub(crate) has_space: bool,
    /// Whether a comma stands behind the last of several lines.
    pub(crate) has_last_comma: bool,
}

impl Style {
    /// A value behind so many characters of a line, which is indented so far.
    pub(crate) fn fitting(&self, node: &Node, before: usize, indent: usize) -> String {
        let line = self.line(node);
        let entries = match node {
            Node::List(items) => items.iter().map(|item| (String::new(), item)).collect(),
            Node::Map(entries) => entries
                .iter()
                .map(|(key, value)| ((self.key)(key), value))
                .collect(),
            _ => vec![],
        };
        if entries.is_empty() || before + line.chars().count() <= WIDTH {
            return line;
        }
        let inner = indent + self.indent;
        let lines = entries.iter().map(|(key, value)| {
            let before = inner + key.chars().count() + 1;
            format!("\n{:inner$}{key}{}", "", self.fitting(value, before, inner))
        });
        let last = if self.has_last_comma { "," } else { "" };
        let [begin, end] = self.brackets(node);
        format!(
            "{begin}{}{last}\n{:indent$}{end}",
            lines.collect::<Vec<_>>().join(","),
            ""
        )
    }

    /// A value on one line.
    pub(crate) fn line(&self, node: &Node) -> String {
        let (entries, space): (Vec<_>, _) = match node {
            Node::Text(value) => return (self.text)(value),
            Node::Null => return self.null.to_owned(),
            Node::Boolean(value) => return self.booleans[usize::from(*value)].to_owned(),
            Node::Integer(value) => return value.to_string(),
            Node::Float(value) => return value.to_string(),
            Node::List(items) => (items.iter().map(|item| self.line(item)).collect(), ""),
            Node::Map(entries) => {
                let entry = |(key, value): &(String, Node)| (self.key)(key) + &self.line(value);
                let is_spaced = self.has_space && !entries.is_empty();
                (
                    entries.iter().map(entry).collect(),
                    if is_spaced { " " } else { "" },
                )
            }
        };
        let [begin, end] = self.brackets(node);
        format!("{begin}{space}{}{space}{end}", entries.join(", "))
    }

    fn brackets(&self, node: &Node) -> [&'static str; 2] {
        match node {
            Node::List(_) => self.list,
            _ => self.map,
        }
    }
}
