//! JavaScript: the generated part of the client, in TypeScript, and the samples.

mod literal;
mod resources;
mod sample;
#[cfg(test)]
mod tests;
mod types;

use minijinja::Environment;
use serde::Serialize;

use crate::Generated;
use crate::error::{Result, fail};
use crate::model::Api;
use crate::templates;
use crate::text::wrap;
use resources::{ResourceView, imports};
pub(crate) use sample::source;
use types::{TypeView, WIDTH};

const FOLDER: &str = "clients/javascript/src/generated";

/// What the generated files import from the core, or declare themselves.
const TAKEN: [&str; 8] = [
    "List",
    "Operation",
    "RequestOptions",
    "Requester",
    "Resource",
    "Result",
    "operations",
    "resources",
];

/// By their names in `FOLDER`.
const TEMPLATES: [(&str, &str); 3] = [
    (
        "operations.ts",
        include_str!("../../templates/javascript/operations.ts.jinja"),
    ),
    (
        "resources.ts",
        include_str!("../../templates/javascript/resources.ts.jinja"),
    ),
    (
        "types.ts",
        include_str!("../../templates/javascript/types.ts.jinja"),
    ),
];

/// All files of `src/generated`.
pub(crate) fn files(api: &Api) -> Result<Vec<Generated>> {
    let environment = environment()?;
    let view = View::of(api)?;
    let file = |(name, template)| {
        Ok(Generated {
            path: format!("{FOLDER}/{name}"),
            content: templates::render(&environment, (name, template), &view)?,
        })
    };
    TEMPLATES.into_iter().map(file).collect()
}

fn environment() -> Result<Environment<'static>> {
    let mut environment = templates::environment()?;
    environment.add_filter("text", |text: &str| literal::text(text));
    environment.add_filter("doc", doc);
    Ok(environment)
}

#[derive(Serialize)]
struct View {
    /// What `resources.ts` takes from `types.ts`.
    imports: Vec<String>,
    types: Vec<TypeView>,
    resources: Vec<ResourceView>,
}

impl View {
    fn of(api: &Api) -> Result<Self> {
        let mut types: Vec<_> = api.types.iter().map(TypeView::of).collect();
        for resource in &api.resources {
            let of_resource = resource.operations.iter();
            types.extend(of_resource.filter_map(|operation| TypeView::of_params(resource, operation)));
        }
        let resources: Vec<_> = api
            .resources
            .iter()
            .map(ResourceView::of)
            .collect::<Result<_>>()?;
        let names = types.iter().map(|view| &view.name);
        let mut names = names.chain(resources.iter().map(|view| &view.class));
        if let Some(name) = names.find(|name| TAKEN.contains(&name.as_str()) || !literal::is_name(name)) {
            return fail(name, "it cannot be a name in TypeScript");
        }
        let mut imports: Vec<String> = api.operations().flat_map(imports).collect();
        imports.sort();
        imports.dedup();
        Ok(Self {
            imports,
            types,
            resources,
        })
    }
}

/// A comment, indented by so many spaces; nothing where there is nothing to say.
fn doc(text: &str, indent: usize) -> String {
    let text = text.replace("*/", "*\\/");
    let space = " ".repeat(indent);
    let line = |line: &String| match line.as_str() {
        "" => format!("{space} *\n"),
        line => format!("{space} * {line}\n"),
    };
    match &wrap(&text, WIDTH - indent - " * ".len())[..] {
        [] => String::new(),
        [only] if indent + "/**  */".len() + only.chars().count() <= WIDTH => {
            format!("{space}/** {only} */\n")
        }
        lines => format!(
            "{space}/**\n{}{space} */\n",
            lines.iter().map(line).collect::<String>()
        ),
    }
}
