//! Python: the generated part of the client, and the samples.

mod doc;
mod literal;
mod resources;
mod sample;
#[cfg(test)]
mod tests;
mod types;
mod written;

use minijinja::Environment;
use serde::Serialize;

use crate::Generated;
use crate::error::{Result, fail};
use crate::model::{Api, unique};
use crate::templates;
use doc::doc;
use resources::{ResourceView, imports};
pub(crate) use sample::source;
use types::TypeView;
use written::Uses;

const FOLDER: &str = "clients/python/src/protocol_api/generated";

/// What the generated files import or declare themselves, and what the package has by hand beside them.
const TAKEN: &str = " Any AnsweredRequest ApiClient ApiClientError ApiConnectionError ApiError ApiTimeoutError \
    AsyncApiClient AsyncFileDownload AsyncList AsyncPage AsyncResource AsyncResources AsyncTransport \
    AsyncTransportResponse AsyncUploadSource AuthenticationError BadRequestError ConflictError Core Dict FileDownload \
    Generic GoneError Headers HttpTransport HttpxTransport List Literal Mapping NOT_GIVEN NotFoundError NotGiven Object Operation \
    Optional Options OutgoingRequest Page PayloadTooLargeError PermissionDeniedError RateLimitError Resource Resources Response \
    Sequence ServerError Transport TransportRequest TransportResponse TypedDict UnexpectedAnswerError Union \
    UnprocessableEntityError UploadSource ";

/// By their names in `FOLDER`.
const TEMPLATES: [(&str, &str); 5] = [
    (
        "__init__.py",
        include_str!("../../templates/python/__init__.py.jinja"),
    ),
    (
        "async_resources.py",
        include_str!("../../templates/python/resources.py.jinja"),
    ),
    (
        "operations.py",
        include_str!("../../templates/python/operations.py.jinja"),
    ),
    (
        "resources.py",
        include_str!("../../templates/python/resources.py.jinja"),
    ),
    ("types.py", include_str!("../../templates/python/types.py.jinja")),
];

/// All files of the package `generated`.
pub(crate) fn files(api: &Api) -> Result<Vec<Generated>> {
    let environment = environment()?;
    let mut view = View::of(api)?;
    let file = |(name, template): (&str, &str)| {
        view.is_async = name.starts_with("async_");
        view.imports = imports(api, view.is_async);
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
    /// Whether the resources are those of the asynchronous client.
    is_async: bool,
    /// What the files of resources and of operations take from `types.py`.
    imports: Vec<String>,
    types: Vec<TypeView>,
    resources: Vec<ResourceView>,
}

impl View {
    fn of(api: &Api) -> Result<Self> {
        let uses = Uses::of(api);
        let types: Vec<_> = (api.types.iter())
            .map(|definition| TypeView::of(&uses, definition))
            .collect::<Result<_>>()?;
        let resources: Vec<_> = (api.resources.iter())
            .map(|resource| ResourceView::of(&uses, resource))
            .collect::<Result<_>>()?;
        let of_types = types.iter().flat_map(|view| view.names.clone());
        let of_resources = resources.iter().flat_map(ResourceView::classes);
        let names: Vec<_> = of_types.chain(of_resources).collect();
        let is_taken = |name: &str| TAKEN.contains(&format!(" {name} "));
        if let Some(name) = names
            .iter()
            .find(|name| is_taken(name) || !literal::is_name(name))
        {
            return fail(name, "it cannot be a name in Python");
        }
        unique("types and resources", names)?;
        Ok(Self {
            is_async: false,
            imports: Vec::new(),
            types,
            resources,
        })
    }
}
