//! Forms and query strings, as `curl -d` writes them: `a=1`, arrays as `a[]=1&a[]=2`, maps as `a[b]=1`.
//!
//! Strict where the usual parsers repair: a bad percent escape or bad UTF-8 is an error, not a replacement character.

use percent_encoding::percent_decode;

use super::node::Node;

/// More parameters than any call takes; each one costs a comparison with the others.
const MOST_PARAMETERS: usize = 1000;
/// Deeper than any parameter is.
const DEEPEST: usize = 8;

/// The parameters of a form or a query, or what is wrong with its text.
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

/// Splits `a[b][]` into `a` and `b`, ``. A key whose brackets do not pair is a plain name.
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

/// Adds a value. What cannot stand together is added as a repeated key, which the tree then refuses by its name.
fn insert(map: &mut Vec<(String, Node)>, name: &str, segments: &[&str], value: String) {
    let existing = map.iter_mut().find(|(key, _)| key == name).map(|(_, node)| node);
    match (segments, existing) {
        (["", rest @ ..], Some(Node::List(list))) => list.push(branch(rest, value)),
        ([inner, rest @ ..], Some(Node::Map(inside))) if !inner.is_empty() => {
            insert(inside, inner, rest, value)
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
