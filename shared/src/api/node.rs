//! Untyped parameters: one tree for JSON and forms. Structs are deserialized from it, with errors that name the
//! parameter.

use std::collections::HashSet;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

use super::param_error::ParamError;

/// A value in a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// JSON's `null`.
    Null,
    /// JSON's `true` or `false`.
    Bool(bool),
    /// A JSON integer.
    Integer(i64),
    /// A JSON number that no parameter accepts: with a fraction, or out of range.
    OtherNumber,
    /// A JSON string.
    Text(String),
    /// A form value. The field's type decides how to read it.
    Written(String),
    /// An array.
    List(Vec<Node>),
    /// An object, in the order given, including repeated keys.
    Map(Vec<(String, Node)>),
}

/// Deserializes JSON into a tree.
impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or(Node::OtherNumber, Node::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::OtherNumber)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = seq.next_element()? {
            list.push(node);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Map(entries))
    }
}

fn refuse<T>(rule: impl fmt::Display) -> Result<T, ParamError> {
    Err(de::Error::custom(rule))
}

fn text<T>(text: String, take: impl FnOnce(String) -> Result<T, ParamError>) -> Result<T, ParamError> {
    if text.contains('\0') {
        refuse("must not contain NUL characters")
    } else {
        take(text)
    }
}

/// A decimal integer in JSON syntax: no `+`, no leading zeros.
fn integer(written: &str) -> Option<i64> {
    let number: i64 = written.parse().ok()?;
    (number.to_string() == written).then_some(number)
}

/// Deserializes a struct from the tree.
impl<'de> Deserializer<'de> for Node {
    type Error = ParamError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Integer(value) => visitor.visit_i64(value),
            Self::OtherNumber => refuse("must be an integer between -2^63 and 2^63 - 1"),
            Self::Text(value) | Self::Written(value) => text(value, |value| visitor.visit_string(value)),
            list @ Self::List(_) => list.deserialize_seq(visitor),
            map @ Self::Map(_) => map.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Written(value) if value == "true" => visitor.visit_bool(true),
            Self::Written(value) if value == "false" => visitor.visit_bool(false),
            _ => refuse("must be true or false"),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        let number = match self {
            Self::Integer(number) => Some(number),
            Self::Written(value) => integer(&value),
            _ => None,
        };
        number.map_or_else(
            || refuse("must be an integer"),
            |number| visitor.visit_i64(number),
        )
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        match self {
            Self::Text(value) | Self::Written(value) => text(value, |value| visitor.visit_string(value)),
            _ => refuse("must be a string"),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        match self {
            Self::Null => visitor.visit_none(),
            Self::Written(value) if value.is_empty() => visitor.visit_none(),
            node => visitor.visit_some(node),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        match self {
            Self::List(list) => visitor.visit_seq(Elements(list.into_iter().enumerate())),
            _ => refuse("must be an array"),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        let Self::Map(entries) = self else {
            return refuse("must be an object");
        };
        let mut keys = HashSet::with_capacity(entries.len());
        if let Some((key, _)) = entries.iter().find(|(key, _)| !keys.insert(key)) {
            return Err(ParamError::invalid(key, "is given more than once"));
        }
        visitor.visit_map(Entries {
            rest: entries.into_iter(),
            value: None,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        self.deserialize_map(visitor)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct enum
        identifier ignored_any
    }
}

struct Elements(std::iter::Enumerate<std::vec::IntoIter<Node>>);

impl<'de> SeqAccess<'de> for Elements {
    type Error = ParamError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ParamError> {
        let Some((at, node)) = self.0.next() else {
            return Ok(None);
        };
        seed.deserialize(node)
            .map(Some)
            .map_err(|error| error.under(&at.to_string()))
    }
}

struct Entries {
    rest: std::vec::IntoIter<(String, Node)>,
    value: Option<(String, Node)>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = ParamError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ParamError> {
        self.value = self.rest.next();
        let Some((key, _)) = &self.value else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, ParamError> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ParamError> {
        let Some((key, node)) = self.value.take() else {
            return refuse("has a value without a key");
        };
        seed.deserialize(node).map_err(|error| error.under(&key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::form;
    use crate::api::param_error::LONGEST_PATH;
    use crate::model::{Patch, present};

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Update {
        #[serde(default)]
        name: Patch<String>,
        #[serde(default, deserialize_with = "present")]
        flag: Option<bool>,
        #[serde(default, deserialize_with = "present")]
        number: Option<i64>,
        #[serde(default)]
        list: Vec<Inner>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Inner {
        id: String,
    }

    fn json(text: &str) -> Result<Update, ParamError> {
        Update::deserialize(serde_json::from_str::<Node>(text).unwrap())
    }

    fn form(text: &str) -> Result<Update, ParamError> {
        Update::deserialize(form::parse(text.as_bytes()).unwrap())
    }

    fn refusal(result: Result<Update, ParamError>) -> (Option<String>, String) {
        let error = result.unwrap_err();
        (error.param(), error.to_string())
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        assert_eq!(json("{}").unwrap().name, Patch::Absent);
        assert_eq!(json(r#"{"name": null}"#).unwrap().name, Patch::Null);
        assert_eq!(form("name=").unwrap().name, Patch::Null);
        assert_eq!(json(r#"{"name": ""}"#).unwrap().name, Patch::Value(String::new()));
        assert_eq!(form("name=x").unwrap().name, Patch::Value("x".to_owned()));
    }

    #[test]
    fn errors_name_the_parameter() {
        let named = |param: &str, message: &str| (Some(param.to_owned()), message.to_owned());
        assert_eq!(
            refusal(json(r#"{"flag": "true"}"#)),
            named("flag", "flag must be true or false.")
        );
        assert_eq!(
            refusal(json(r#"{"flag": null}"#)),
            named("flag", "flag must be true or false.")
        );
        assert_eq!(
            refusal(form("flag=")),
            named("flag", "flag must be true or false.")
        );
        assert_eq!(
            refusal(form("flag=1")),
            named("flag", "flag must be true or false.")
        );
        assert_eq!(
            refusal(json(r#"{"name": 1}"#)),
            named("name", "name must be a string.")
        );
        assert_eq!(
            refusal(form("nome=1")),
            named("nome", "nome is not a parameter of this call.")
        );
        assert_eq!(
            refusal(json(r#"{"flag": true, "flag": true}"#)),
            named("flag", "flag is given more than once.")
        );
        assert_eq!(refusal(form("list=1")), named("list", "list must be an array."));
        assert_eq!(
            refusal(json(r#"{"list": [{"id": "a"}, {}]}"#)),
            named("list[1][id]", "list[1][id] is required.")
        );
        assert_eq!(
            refusal(form("list[][id]=a%00")),
            named("list[0][id]", "list[0][id] must not contain NUL characters.")
        );
        assert_eq!(
            refusal(json("[]")),
            (None, "The body must be an object.".to_owned())
        );
        assert_eq!(
            refusal(form(&format!("{}=1", "x".repeat(5000)))).0.unwrap().len(),
            LONGEST_PATH
        );
    }

    #[test]
    fn integers_are_written_one_way() {
        for number in ["0", "-1", "9223372036854775807"] {
            assert_eq!(
                form(&format!("number={number}")).unwrap().number,
                number.parse().ok()
            );
        }
        for number in [
            "%2B5",
            "05",
            "-0",
            "1.0",
            "1e3",
            "9223372036854775808",
            "",
            " 1",
            "٣",
        ] {
            assert_eq!(
                refusal(form(&format!("number={number}"))).1,
                "number must be an integer."
            );
        }
        for number in ["1.0", "1e3", "9223372036854775808", "\"1\"", "true"] {
            assert_eq!(
                refusal(json(&format!(r#"{{"number": {number}}}"#))).1,
                "number must be an integer."
            );
        }
    }
}
