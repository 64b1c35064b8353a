//! An OpenAPI document, and what its references lead to.

use crate::error::{Error, Result, fail};
use crate::node::Node;

const SCHEMAS: &str = "#/components/schemas/";

#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) root: Node,
}

/// An operation where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) path: &'a str,
    /// In small letters.
    pub(crate) method: &'a str,
    pub(crate) operation: &'a Node,
    /// The parameters of all operations of the path.
    pub(crate) shared: &'a [Node],
}

pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

impl Document {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        Ok(Self {
            root: Node::parse(text)?,
        })
    }

    /// The node itself, or what its `$ref` leads to.
    pub(crate) fn resolve<'a>(&'a self, node: &'a Node) -> Result<&'a Node> {
        let Some(reference) = reference(node) else {
            return Ok(node);
        };
        let found = reference
            .strip_prefix("#/")
            .and_then(|keys| self.root.at(&keys.split('/').collect::<Vec<_>>()));
        match found {
            Some(found) => self.resolve(found),
            None => fail(reference, "there is nothing"),
        }
    }

    /// The names of all schemas, in their order.
    pub(crate) fn schema_names(&self) -> impl Iterator<Item = &str> {
        let schemas = self.root.at(&["components", "schemas"]);
        let entries = schemas.map(Node::entries).unwrap_or_default();
        entries.iter().map(|(name, _)| name.as_str())
    }

    /// All operations, in their order.
    pub(crate) fn operations(&self) -> impl Iterator<Item = Entry<'_>> {
        self.root.entries_of("paths").iter().flat_map(|(path, item)| {
            let methods = item
                .entries()
                .iter()
                .filter(|(key, _)| METHODS.contains(&key.as_str()));
            methods.map(move |(method, operation)| Entry {
                path,
                method,
                operation,
                shared: item.items_of("parameters"),
            })
        })
    }

    /// The address of the first server, with the defaults of its variables.
    pub(crate) fn address(&self) -> Result<String> {
        let server = self.root.items_of("servers").first();
        let server = server.ok_or_else(|| Error::new("servers", "there is none"))?;
        let mut address = server.text_of("url").to_owned();
        for (name, variable) in server.entries_of("variables") {
            address = address.replace(&format!("{{{name}}}"), variable.text_of("default"));
        }
        if !address.starts_with("http") || address.contains('{') {
            return fail("servers", format!("{address} is no whole address"));
        }
        Ok(address.trim_end_matches('/').to_owned())
    }
}

pub(crate) fn reference(node: &Node) -> Option<&str> {
    node.get("$ref").and_then(Node::as_text)
}

/// The name of the schema that it refers to.
pub(crate) fn schema_name(node: &Node) -> Option<&str> {
    reference(node)?.strip_prefix(SCHEMAS)
}
