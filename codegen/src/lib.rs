//! Makes what repeats `openapi.yaml` in other languages: the clients' types, methods and operations, and the document
//! of the reference with its samples and guides. It knows the rules of names and of paging; the names themselves are
//! the document's.

mod curl;
mod document;
mod error;
mod guides;
mod javascript;
mod layout;
mod model;
mod names;
mod node;
mod php;
mod python;
mod reference;
mod sample;
mod templates;
#[cfg(test)]
mod testing;
mod text;

pub use error::{Error, Result};

/// A file as it should be.
#[derive(Debug, Eq, PartialEq)]
pub struct Generated {
    /// From the root of the repository.
    pub path: String,
    /// All of it.
    pub content: String,
}

/// Makes all files from the texts of `openapi.yaml` and `docs/ERRORS.md`.
pub fn generate(openapi: &str, errors: &str) -> Result<Vec<Generated>> {
    let document = document::Document::parse(openapi)?;
    let api = model::Api::read(&document)?;
    let mut files = javascript::files(&api)?;
    files.extend(php::files(&api)?);
    files.extend(python::files(&api)?);
    files.push(reference::file(&document, &api, errors)?);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERRORS: &str = "## The codes\n";

    fn openapi() -> String {
        let get = testing::answering("getMessage", "{ $ref: '#/components/schemas/Thing' }");
        let thing = "{ type: object, properties: { z: { type: string }, a: { type: string } } }";
        testing::openapi(
            &[("get", "/v1/x", &get)],
            &[("Thing", thing), ("Unused", "{ maximum: 9223372036854775807 }")],
        )
    }

    #[test]
    fn the_same_document_makes_the_same_files() {
        let files = generate(&openapi(), ERRORS).unwrap();
        assert_eq!(files, generate(&openapi(), ERRORS).unwrap());
        let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        let expected = [
            "clients/javascript/src/generated/operations.ts",
            "clients/javascript/src/generated/resources.ts",
            "clients/javascript/src/generated/types.ts",
            "clients/php/generated/Operations.php",
            "clients/php/generated/Resources/HasResources.php",
            "clients/php/generated/Resources/Messages.php",
            "clients/php/generated/Types/Thing.php",
            "clients/python/src/protocol_api/generated/__init__.py",
            "clients/python/src/protocol_api/generated/async_resources.py",
            "clients/python/src/protocol_api/generated/operations.py",
            "clients/python/src/protocol_api/generated/resources.py",
            "clients/python/src/protocol_api/generated/types.py",
            "reference/openapi.json",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn the_reference_has_the_document_in_its_order_with_samples() {
        let files = generate(&openapi(), ERRORS).unwrap();
        let json = &files.last().unwrap().content;
        let places = [
            "\"info\"",
            "\"servers\"",
            "\"tags\"",
            "\"paths\"",
            "\"z\"",
            "\"a\"",
            "9223372036854775807",
        ];
        let places: Vec<_> = places.iter().map(|text| json.find(text).unwrap()).collect();
        assert!(places.is_sorted(), "{json}");
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(value["servers"][0]["url"], "/");
        let samples = &value["paths"]["/v1/x"]["get"]["x-codeSamples"];
        assert_eq!(
            (&samples[0]["lang"], &samples[0]["label"]),
            (&"shell".into(), &"curl".into())
        );
        assert_eq!(
            (&samples[1]["lang"], &samples[1]["label"]),
            (&"javascript".into(), &"JavaScript".into())
        );
        assert_eq!(
            (&samples[2]["lang"], &samples[2]["label"]),
            (&"python".into(), &"Python".into())
        );
        let curl = "curl https://api.example.com/v1/x \\\n  -H \"Authorization: Bearer $TOKEN\"";
        assert_eq!(samples[0]["source"], curl);
        assert!(
            value["info"]["description"]
                .as_str()
                .unwrap()
                .contains("## Quick start")
        );
    }

    #[test]
    fn a_problem_names_its_place() {
        let error = generate(&openapi().replace("[Messages]", "[Notes]"), ERRORS).unwrap_err();
        assert_eq!(error.to_string(), "getMessage: Notes is not among the tags");
    }
}
