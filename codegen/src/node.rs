//! YAML and JSON with the order of their keys, which the map of `serde_json` does not keep.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde::ser::{Serialize, Serializer};

use crate::error::{Result, fail};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Parses one document without tags. An alias is what it names.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut documents = match Yaml::load_from_str(text) {
            Ok(documents) => documents,
            Err(error) => return fail("the document", error.to_string()),
        };
        match documents.len() {
            1 => Self::from_yaml(documents.remove(0)),
            count => fail(
                "the document",
                format!("one YAML document expected, found {count}"),
            ),
        }
    }

    fn from_yaml(yaml: Yaml) -> Result<Self> {
        Ok(match yaml {
            Yaml::Value(Scalar::Null) => Self::Null,
            Yaml::Value(Scalar::Boolean(value)) => Self::Boolean(value),
            Yaml::Value(Scalar::Integer(value)) => Self::Integer(value),
            Yaml::Value(Scalar::FloatingPoint(value)) => Self::Float(value.into_inner()),
            Yaml::Value(Scalar::String(value)) => Self::Text(value.into_owned()),
            Yaml::Sequence(items) => {
                Self::List(items.into_iter().map(Self::from_yaml).collect::<Result<_>>()?)
            }
            Yaml::Mapping(entries) => {
                let entry = |(key, value)| match Self::from_yaml(key)? {
                    Self::Text(key) => Ok((key, Self::from_yaml(value)?)),
                    key => fail("the document", format!("a key is no string: {key:?}")),
                };
                Self::Map(entries.into_iter().map(entry).collect::<Result<_>>()?)
            }
            other => return fail("the document", format!("only plain YAML is read, not {other:?}")),
        })
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let (_, value) = self.entries().iter().find(|(name, _)| name == key)?;
        Some(value)
    }

    /// What is at the end of these keys.
    pub(crate) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text under a key, without white space around it; empty where there is none.
    pub(crate) fn text_of(&self, key: &str) -> &str {
        self.get(key).and_then(Self::as_text).unwrap_or_default().trim()
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.get(key) == Some(&Self::Boolean(true))
    }

    /// A map of texts.
    pub(crate) fn texts(entries: &[(&str, &str)]) -> Self {
        let entry = |(key, value): &(&str, &str)| ((*key).to_owned(), Self::Text((*value).to_owned()));
        Self::Map(entries.iter().map(entry).collect())
    }

    /// What is at the end of these keys, to be changed.
    pub(crate) fn at_mut(&mut self, keys: &[&str]) -> Option<&mut Self> {
        keys.iter().try_fold(self, |node, key| match node {
            Self::Map(entries) => entries
                .iter_mut()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        })
    }

    /// Puts something under a key of a map: in the place of what is there, or at the end.
    pub(crate) fn set(&mut self, key: &str, value: Self) {
        if let Self::Map(entries) = self {
            match entries.iter_mut().find(|(name, _)| name == key) {
                Some((_, old)) => *old = value,
                None => entries.push((key.to_owned(), value)),
            }
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The items under a key.
    pub(crate) fn items_of(&self, key: &str) -> &[Self] {
        self.get(key).map(Self::items).unwrap_or_default()
    }

    /// The entries of a map; none of anything else.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The entries under a key.
    pub(crate) fn entries_of(&self, key: &str) -> &[(String, Self)] {
        self.get(key).map(Self::entries).unwrap_or_default()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_aliases_are_what_they_name() {
        let node = Node::parse("z: &one { b: 1, a: [true, 0.96, null, '1'] }\na: *one").unwrap();
        assert_eq!(
            serde_json::to_string(&node).unwrap(),
            r#"{"z":{"b":1,"a":[true,0.96,null,"1"]},"a":{"b":1,"a":[true,0.96,null,"1"]}}"#
        );
    }

    #[test]
    fn what_is_no_plain_document_is_an_error() {
        for text in ["a: [", "", "a: 1\n---\nb: 2", "a: !tag x", "1: x"] {
            assert!(Node::parse(text).is_err(), "{text}");
        }
    }
}
