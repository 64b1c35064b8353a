//! PHP: the generated part of the client, and the samples.

mod doc;
mod literal;
mod resources;
mod sample;
mod shapes;
#[cfg(test)]
mod tests;
mod types;

use minijinja::Environment;
use serde::Serialize;

use crate::Generated;
use crate::error::{Result, fail};
use crate::model::{Api, unique};
use crate::templates;
use resources::{ResourceView, imports_of_operations};
pub(crate) use sample::source;
use types::TypeView;

const FOLDER: &str = "clients/php/generated";

/// What the generated files import from the core.
const TAKEN: [&str; 10] = [
    "ApiClientException",
    "ApiObject",
    "AttachmentFiles",
    "Core",
    "HasResources",
    "Operation",
    "Operations",
    "Page",
    "Resource",
    "SoundFiles",
];

const OPERATIONS: &str = include_str!("../../templates/php/operations.php.jinja");
const HAS_RESOURCES: &str = include_str!("../../templates/php/has-resources.php.jinja");
const RESOURCE: &str = include_str!("../../templates/php/resource.php.jinja");
const TYPE: &str = include_str!("../../templates/php/type.php.jinja");

#[derive(Serialize)]
struct View<'a> {
    imports: Vec<String>,
    resources: &'a [ResourceView],
}

/// All files of `generated`, a class in each.
pub(crate) fn files(api: &Api) -> Result<Vec<Generated>> {
    let environment = environment()?;
    let types = types::of_api(api)?;
    let resources: Vec<_> = api
        .resources
        .iter()
        .map(|resource| ResourceView::of(api, resource))
        .collect::<Result<_>>()?;
    check(&types, &resources)?;
    let all = View {
        imports: imports_of_operations(api, &types),
        resources: &resources,
    };
    let mut files = vec![
        file(&environment, "Operations", OPERATIONS, &all)?,
        file(&environment, "Resources/HasResources", HAS_RESOURCES, &all)?,
    ];
    for view in &resources {
        files.push(file(
            &environment,
            &format!("Resources/{}", view.class),
            RESOURCE,
            view,
        )?);
    }
    for view in &types {
        files.push(file(&environment, &format!("Types/{}", view.name), TYPE, view)?);
    }
    Ok(files)
}

fn file(environment: &Environment, name: &str, template: &str, view: impl Serialize) -> Result<Generated> {
    Ok(Generated {
        path: format!("{FOLDER}/{name}.php"),
        content: templates::render(environment, (name, template), view)?,
    })
}

fn environment() -> Result<Environment<'static>> {
    let mut environment = templates::environment()?;
    environment.add_filter("text", |text: &str| literal::text(text));
    Ok(environment)
}

/// Names whose case does not count, and which nobody else may have.
fn check(types: &[TypeView], resources: &[ResourceView]) -> Result<()> {
    let names = types.iter().map(|view| &view.name);
    let names: Vec<_> = names.chain(resources.iter().map(|view| &view.class)).collect();
    let is_taken = |name: &str| TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(name));
    if let Some(name) = names
        .iter()
        .find(|name| is_taken(name) || !literal::is_class(name))
    {
        return fail(name.as_str(), "it cannot be a class in PHP");
    }
    unique("classes", names.iter().map(|name| name.to_lowercase()))?;
    let operations = resources.iter().flat_map(|view| &view.operations);
    unique("operations", operations.map(|view| view.constant.clone()))
}
