//! The document of the reference: the contract as JSON, with samples at each operation and guides at its beginning.

use crate::document::Document;
use crate::error::{Error, Result};
use crate::model::{Api, Operation, Resource};
use crate::node::Node;
use crate::{Generated, curl, guides, javascript, php, python};

const PATH: &str = "reference/openapi.json";

/// `errors` is the text of `docs/ERRORS.md`.
pub(crate) fn file(document: &Document, api: &Api, errors: &str) -> Result<Generated> {
    let mut root = document.root.clone();
    let description = Node::Text(guides::description(document, errors)?);
    root.at_mut(&["info"])
        .into_iter()
        .for_each(|info| info.set("description", description.clone()));
    root.set("servers", servers());
    for resource in &api.resources {
        for operation in &resource.operations {
            let samples = samples(api, resource, operation)?;
            let keys = ["paths", &operation.path, &operation.method.to_lowercase()];
            let node = root
                .at_mut(&keys)
                .ok_or_else(|| Error::new(&operation.id, "it is gone"))?;
            node.set("x-codeSamples", samples);
        }
    }
    let json = serde_json::to_string_pretty(&root);
    let json = json.map_err(|error| Error::new(PATH, error.to_string()))?;
    Ok(Generated {
        path: PATH.to_owned(),
        content: json + "\n",
    })
}

/// The one that the document comes from, whichever it is.
fn servers() -> Node {
    Node::List(vec![Node::texts(&[
        ("url", "/"),
        ("description", "This deployment."),
    ])])
}

fn samples(api: &Api, resource: &Resource, operation: &Operation) -> Result<Node> {
    let sample = |lang, label, source: String| {
        Node::texts(&[("lang", lang), ("label", label), ("source", source.trim_end())])
    };
    Ok(Node::List(vec![
        sample("shell", "curl", curl::source(api, operation)?),
        sample(
            "javascript",
            "JavaScript",
            javascript::source(api, resource, operation)?,
        ),
        sample("python", "Python", python::source(api, resource, operation)?),
        sample("php", "PHP", php::source(api, resource, operation)?),
    ]))
}
