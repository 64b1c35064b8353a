//! Parser of forms and query strings, as `curl -d` writes them: `a=1`, arrays as `a[]=1&a[]=2`, maps as `a[b]=1`.
//!
//! Strict where usual parsers repair: a bad percent escape or bad UTF-8 is an error, not a replacement character.

use percent_encoding::percent_decode;

use super::node::Node;

/// The most parameters; no call needs more. Each is compared with the others.
const MOST_PARAMETERS: usize = 1000;
/// The deepest nesting; no parameter needs more.
const DEEPEST: usize = 8;

/// The parameters of a form or a query, or the error in its text.
pub(super) fn parse(text: &[u8]) -> Result<Node, &'static str> {
    let mut root = Vec::new();
    let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    for (count, pair) in pairs.enumerate() {
        if count == MOST_PARAMETERS {
            return Err("has more than 1000 parameters");
        }
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let key = decode(&pair[..at])?;
        let value = decode(pair.get(at + 1..).unwrap_or_default())?;
        let (name, segments) = path(&key);
        if segments.len() > DEEPEST {
            return Err("is nested too deep");
        }
        insert(&mut root, name, &segments, value);
    }
    Ok(Node::Map(root))
}

fn decode(text: &[u8]) -> Result<String, &'static str> {
    let escaped = |at: usize| {
        text.get(at + 1..at + 3)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    if text
        .iter()
        .enumerate()
        .any(|(at, byte)| *byte == b'%' && !escaped(at))
    {
        return Err("has a '%' that is not followed by two hexadecimal digits");
    }
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    String::from_utf8(percent_decode(&spaced).collect()).map_err(|_| "is not UTF-8")
}

/// Splits `a[b][]` into `a` and the segments `b` and the empty one. A key with unpaired brackets is a plain name.
fn path(key: &str) -> (&str, Vec<&str>) {
    let whole = (key, Vec::new());
    let Some((name, rest)) = key.split_once('[') else {
        return whole;
    };
    let Some(inner) = rest.strip_suffix(']') else {
        return whole;
    };
    let segments: Vec<_> = inner.split("][").collect();
    if name.is_empty() || segments.iter().any(|segment| segment.contains(['[', ']'])) {
        return whole;
    }
    (name, segments)
}

/// Adds a value. A conflicting value becomes a repeated key, which deserialization refuses with the parameter's name.
fn insert(map: &mut Vec<(String, Node)>, name: &str, segments: &[&str], value: String) {
    let existing = map.iter_mut().find(|(key, _)| key == name).map(|(_, node)| node);
    match (segments, existing) {
        (["", rest @ ..], Some(Node::List(list))) => list.push(branch(rest, value)),
        ([inner, rest @ ..], Some(Node::Map(inside))) if !inner.is_empty() => {
            insert(inside, inner, rest, value);
        }
        _ => map.push((name.to_owned(), branch(segments, value))),
    }
}

fn branch(segments: &[&str], value: String) -> Node {
    match segments {
        [] => Node::Written(value),
        ["", rest @ ..] => Node::List(vec![branch(rest, value)]),
        [name, rest @ ..] => Node::Map(vec![((*name).to_owned(), branch(rest, value))]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Write;

    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::*;

    fn written(text: &str) -> Node {
        Node::Written(text.to_owned())
    }

    fn map(entries: &[(&str, Node)]) -> Node {
        Node::Map(
            entries
                .iter()
                .map(|(key, node)| ((*key).to_owned(), node.clone()))
                .collect(),
        )
    }

    #[test]
    fn what_curl_sends() {
        let message = "You’re what the French call ‘les incompetents.’";
        assert_eq!(
            parse(format!("conversation_id=X&message={message}").as_bytes()),
            Ok(map(&[
                ("conversation_id", written("X")),
                ("message", written(message))
            ]))
        );
        assert_eq!(parse(b"a=1+2%20%2B"), Ok(map(&[("a", written("1 2 +"))])));
        assert_eq!(
            parse(b"a=b=c&d&&"),
            Ok(map(&[("a", written("b=c")), ("d", written(""))]))
        );
    }

    #[test]
    fn arrays_and_maps() {
        let heart = Node::List(vec![written("kate"), written("kevin")]);
        assert_eq!(
            parse(b"reactions[heart][]=kate&reactions%5Bheart%5D%5B%5D=kevin&contacts[]=a"),
            Ok(map(&[
                ("reactions", map(&[("heart", heart)])),
                ("contacts", Node::List(vec![written("a")]))
            ]))
        );
    }

    #[test]
    fn names_that_only_look_nested_are_plain() {
        for name in ["a[", "a]", "[a]", "a[b", "a[b]c", "a[[b]]", "a[b]]"] {
            assert_eq!(
                parse(format!("{name}=1").as_bytes()),
                Ok(map(&[(name, written("1"))])),
                "{name}"
            );
        }
    }

    #[test]
    fn what_cannot_stand_together_is_a_repeated_key() {
        for form in ["a=1&a=2", "a=1&a[]=2", "a[]=1&a=2", "a[]=1&a[b]=2"] {
            let Ok(Node::Map(entries)) = parse(form.as_bytes()) else {
                panic!("{form}")
            };
            assert_eq!(entries.iter().filter(|(key, _)| key == "a").count(), 2, "{form}");
        }
    }

    #[test]
    fn broken_texts_are_refused() {
        for form in [
            &b"a=%"[..],
            b"a=%4",
            b"a=%zz",
            b"%=1",
            b"a=\xff",
            b"a=%ff",
            b"a=%C3",
            b"\xc3=1",
        ] {
            assert!(parse(form).is_err(), "{form:?}");
        }
        assert!(parse("a=1&".repeat(1000).as_bytes()).is_ok());
        assert!(parse("a=1&".repeat(1001).as_bytes()).is_err());
        assert!(parse(format!("a{}=1", "[b]".repeat(8)).as_bytes()).is_ok());
        assert!(parse(format!("a{}=1", "[b]".repeat(9)).as_bytes()).is_err());
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Everything {
        flag: bool,
        number: i64,
        text: String,
        nothing: Option<i64>,
        list: Vec<String>,
        map: BTreeMap<String, Vec<String>>,
    }

    impl Everything {
        fn form(&self) -> String {
            let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let nothing = self.nothing.map(|number| number.to_string()).unwrap_or_default();
            let mut form = format!(
                "flag={}&number={}&text={}&nothing={nothing}",
                self.flag,
                self.number,
                encode(&self.text)
            );
            for item in &self.list {
                write!(form, "&list[]={}", encode(item)).unwrap();
            }
            for (key, items) in &self.map {
                for item in items {
                    write!(form, "&map[{}][]={}", encode(key), encode(item)).unwrap();
                }
            }
            form
        }
    }

    fn everything() -> impl Strategy<Value = Everything> {
        let text = "[^\0]{0,12}";
        let map = prop::collection::btree_map("[^\0\\[\\]]{1,6}", prop::collection::vec(text, 1..3), 1..4);
        (
            any::<bool>(),
            any::<i64>(),
            text,
            any::<Option<i64>>(),
            prop::collection::vec(text, 1..4),
            map,
        )
            .prop_map(|(flag, number, text, nothing, list, map)| Everything {
                flag,
                number,
                text,
                nothing,
                list,
                map,
            })
    }

    proptest! {
        #[test]
        fn forms_and_json_mean_the_same(given in everything()) {
            let json: Node = serde_json::from_slice(&serde_json::to_vec(&given).unwrap()).unwrap();
            prop_assert_eq!(&Everything::deserialize(json).unwrap(), &given);
            let form = parse(given.form().as_bytes()).unwrap();
            prop_assert_eq!(&Everything::deserialize(form).unwrap(), &given);
        }

        #[test]
        fn no_bytes_break_the_parser(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(tree) = parse(&bytes) {
                let _ = Everything::deserialize(tree);
            }
        }
    }
}
