//! Choosing a route as API Gateway does.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation>

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use percent_encoding::percent_decode_str;

use crate::template::{Function, Route};

/// The method of a route that takes every method.
const ANY: &str = "ANY";

/// The routes of all functions.
pub(super) struct Router {
    /// The routes of each method, those of ANY included.
    methods: BTreeMap<String, matchit::Router<Target>>,
    /// The routes of all other methods.
    any: matchit::Router<Target>,
    default: Option<String>,
}

#[derive(Clone)]
struct Target {
    key: String,
    function: String,
}

/// The route of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Match<'a> {
    pub(super) route_key: &'a str,
    pub(super) function: &'a str,
    /// Decoded.
    pub(super) parameters: BTreeMap<String, String>,
}

impl Router {
    pub(super) fn new(functions: &[Function]) -> Result<Self> {
        let (mut routes, mut default) = (Vec::new(), None);
        for function in functions {
            for route in &function.events.routes {
                match route {
                    Route::Default => default = Some(function.name.clone()),
                    Route::Path { method, path } => {
                        let (key, function) = (route.to_string(), function.name.clone());
                        routes.push((method.as_str(), pattern(path), Target { key, function }));
                    }
                }
            }
        }
        let methods: BTreeSet<_> = routes.iter().map(|(method, ..)| *method).collect();
        let methods = methods
            .into_iter()
            .map(|method| Ok((method.to_owned(), table(&routes, method)?)));
        Ok(Self {
            methods: methods.collect::<Result<_>>()?,
            any: table(&routes, ANY)?,
            default,
        })
    }

    pub(super) fn find(&self, method: &str, path: &str) -> Option<Match<'_>> {
        let table = self.methods.get(method).unwrap_or(&self.any);
        match table.at(path) {
            Ok(found) => {
                let parameters = found
                    .params
                    .iter()
                    .map(|(name, value)| (name.to_owned(), decode(value)));
                Some(Match {
                    route_key: &found.value.key,
                    function: &found.value.function,
                    parameters: parameters.collect(),
                })
            }
            Err(_) => Some(Match {
                route_key: "$default",
                function: self.default.as_deref()?,
                parameters: BTreeMap::new(),
            }),
        }
    }
}

/// The routes of a method, and those of ANY. If both have the same path, the route that names the method is taken.
fn table(routes: &[(&str, String, Target)], method: &str) -> Result<matchit::Router<Target>> {
    let mut table = matchit::Router::new();
    let mut taken = BTreeSet::new();
    for name in [method, ANY] {
        for (_, path, target) in routes.iter().filter(|(own, ..)| *own == name) {
            if taken.insert(path) {
                let inserted = table.insert(path, target.clone());
                inserted.with_context(|| format!("the route {}", target.key))?;
            }
        }
    }
    Ok(table)
}

/// A path of the template as `matchit` writes it: `{*proxy}` for `{proxy+}`, which takes one segment or more.
fn pattern(path: &str) -> String {
    match path.strip_suffix("+}").and_then(|path| path.rsplit_once('{')) {
        Some((path, name)) => format!("{path}{{*{name}}}"),
        None => path.to_owned(),
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Template;

    fn router() -> Router {
        let route = |name: &str, properties: &str| {
            format!(
                "  F{name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: target/lambda/{name}/\n      \
                 Events: {{ R: {{ Type: HttpApi, Properties: {properties} }} }}\n"
            )
        };
        let text = [
            "Resources:\n  T:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: abc\n      BillingMode: \
             PAY_PER_REQUEST\n      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]\n      KeySchema: [{ \
             AttributeName: pk, KeyType: HASH }]\n"
                .to_owned(),
            route("default", "{}"),
            route("any", "{ Path: '/v1/{proxy+}' }"),
            route("get", "{ Method: GET, Path: '/v1/things/{id}' }"),
            route("put", "{ Method: PUT, Path: '/v1/things/{id}' }"),
            route("search", "{ Method: GET, Path: /v1/things/search }"),
            route("list", "{ Method: GET, Path: /v1/things }"),
        ];
        Router::new(&Template::parse(&text.concat()).unwrap().functions).unwrap()
    }

    #[test]
    fn the_most_specific_route_wins() {
        let router = router();
        for (method, path, function) in [
            ("GET", "/v1/things", "list"),
            ("GET", "/v1/things/search", "search"),
            ("GET", "/v1/things/1", "get"),
            ("PUT", "/v1/things/search", "put"),
            ("DELETE", "/v1/things/1", "any"),
            ("GET", "/v1/things/1/2", "any"),
            ("GET", "/v1/things/", "any"),
            ("GET", "/v2", "default"),
            ("GET", "/", "default"),
        ] {
            assert_eq!(
                router.find(method, path).unwrap().function,
                function,
                "{method} {path}"
            );
        }
    }

    #[test]
    fn parameters_are_decoded() {
        let router = router();
        let found = router.find("GET", "/v1/things/a%2Fb%20c").unwrap();
        assert_eq!(
            (found.route_key, found.parameters["id"].as_str()),
            ("GET /v1/things/{id}", "a/b c")
        );
        assert_eq!(router.find("GET", "/v1/x/y").unwrap().parameters["proxy"], "x/y");
    }
}
