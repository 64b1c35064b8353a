//! What tells the client where lists, maps and objects are: `Core\Shape` of the client says how it is written.

use super::literal;
use crate::error::{Result, fail};
use crate::model::{Api, Property, Shape, Type};

/// Of a value of an answer. `None` is one that is as it is.
pub(super) fn of_answer(api: &Api, place: &str, kind: &Type) -> Result<Option<String>> {
    Ok(match kind {
        Type::Named(name) => match api.shape(name) {
            Some(Shape::Alias(kind)) => of_answer(api, place, kind)?,
            _ => Some(format!("{name}::class")),
        },
        Type::List(items) => of_answer(api, place, items)?.map(|items| format!("['list', {items}]")),
        Type::Map(values) => Some(format!("['map', {}]", or_null(of_answer(api, place, values)?))),
        Type::Nullable(inner) => of_answer(api, place, inner)?,
        Type::Union(members) => {
            let mut shapes = Vec::new();
            for member in members {
                shapes.extend(of_answer(api, place, member)?);
            }
            match shapes.len() {
                0 | 1 => shapes.pop(),
                _ => return fail(place, "which of several objects an answer is, cannot be told"),
            }
        }
        _ => None,
    })
}

/// Of a parameter. `within` are the names of the objects that it stands in.
pub(super) fn of_param(api: &Api, place: &str, kind: &Type, within: &[&str]) -> Result<Option<String>> {
    Ok(match kind {
        Type::Named(name) => match api.shape(name) {
            Some(Shape::Alias(kind)) => of_param(api, place, kind, within)?,
            _ if within.contains(&name.as_str()) => return fail(place, format!("{name} is within itself")),
            _ => {
                let within: Vec<&str> = within.iter().copied().chain([name.as_str()]).collect();
                let shapes = of_params(api, place, api.properties(name).into_iter(), &within)?;
                Some(format!("['object', [{}]]", shapes.join(", ")))
            }
        },
        Type::List(items) => Some(format!(
            "['list', {}]",
            or_null(of_param(api, place, items, within)?)
        )),
        Type::Map(values) => Some(format!(
            "['map', {}]",
            or_null(of_param(api, place, values, within)?)
        )),
        Type::Nullable(inner) => of_param(api, place, inner, within)?,
        Type::Union(members) => {
            let (mut lists, mut others) = (Vec::new(), Vec::new());
            for member in members {
                let shape = of_param(api, place, member, within)?;
                if matches!(member, Type::List(_)) {
                    lists.extend(shape);
                } else {
                    others.extend(shape);
                }
            }
            match (&lists[..], &others[..]) {
                ([], []) => None,
                ([one], []) | ([], [one]) => Some(one.clone()),
                ([list], [other]) => Some(format!("['either', {list}, {other}]")),
                _ => return fail(place, "which of several arrays is given, cannot be told"),
            }
        }
        _ => None,
    })
}

/// `'name' => shape` of several parameters.
pub(super) fn of_params<'a>(
    api: &Api,
    place: &str,
    properties: impl Iterator<Item = &'a Property>,
    within: &[&str],
) -> Result<Vec<String>> {
    let mut entries = Vec::new();
    for property in properties {
        if let Some(shape) = of_param(api, place, &property.kind, within)? {
            entries.push(format!("{} => {shape}", literal::text(&property.name)));
        }
    }
    Ok(entries)
}

pub(super) fn or_null(shape: Option<String>) -> String {
    shape.unwrap_or_else(|| "null".to_owned())
}
