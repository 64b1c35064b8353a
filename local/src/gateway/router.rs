//! Choosing a route as API Gateway does.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation>

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::template::{Function, Route};

/// The routes of all functions, the most specific first.
pub(super) struct Router {
    routes: Vec<Entry>,
    default: Option<String>,
}

struct Entry {
    key: String,
    method: String,
    segments: Vec<Segment>,
    function: String,
}

/// A part of a path between two slashes, in the order of precedence.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Parameter(String),
    /// `{proxy+}`: one segment or more.
    Greedy(String),
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
    pub(super) fn new(functions: &[Function]) -> Self {
        let mut routes = Vec::new();
        let mut default = None;
        for function in functions {
            for route in &function.events.routes {
                match route {
                    Route::Default => default = Some(function.name.clone()),
                    Route::Path { method, path } => routes.push(Entry {
                        key: route.to_string(),
                        method: method.clone(),
                        segments: segments(path).map(Segment::parse).collect(),
                        function: function.name.clone(),
                    }),
                }
            }
        }
        // A route that names its method comes before ANY on the same path.
        routes.sort_by(|a, b| {
            a.segments
                .cmp(&b.segments)
                .then((a.method == "ANY").cmp(&(b.method == "ANY")))
        });
        Self { routes, default }
    }

    pub(super) fn find(&self, method: &str, path: &str) -> Option<Match<'_>> {
        let parts: Vec<&str> = segments(path).collect();
        let found = self
            .routes
            .iter()
            .filter(|entry| entry.method == method || entry.method == "ANY")
            .find_map(|entry| {
                let parameters = capture(&entry.segments, &parts)?;
                Some(Match {
                    route_key: &entry.key,
                    function: &entry.function,
                    parameters,
                })
            });
        found.or_else(|| {
            let function = self.default.as_deref()?;
            Some(Match {
                route_key: "$default",
                function,
                parameters: BTreeMap::new(),
            })
        })
    }
}

impl Segment {
    fn parse(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => match name.strip_suffix('+') {
                Some(name) => Self::Greedy(name.to_owned()),
                None => Self::Parameter(name.to_owned()),
            },
            None => Self::Literal(text.to_owned()),
        }
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn capture(segments: &[Segment], parts: &[&str]) -> Option<BTreeMap<String, String>> {
    let mut parameters = BTreeMap::new();
    let mut rest = parts;
    for segment in segments {
        let (part, after) = rest.split_first()?;
        match segment {
            Segment::Literal(literal) if literal == part => {}
            Segment::Parameter(name) if !part.is_empty() => {
                parameters.insert(name.clone(), decode(part));
            }
            Segment::Greedy(name) if !part.is_empty() => {
                parameters.insert(name.clone(), decode(&rest.join("/")));
                return Some(parameters);
            }
            _ => return None,
        }
        rest = after;
    }
    rest.is_empty().then_some(parameters)
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
        Router::new(&Template::parse(&text.concat()).unwrap().functions)
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
