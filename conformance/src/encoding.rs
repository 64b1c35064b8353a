//! The two encodings of parameters, which mean the same.

use form_urlencoded::Serializer;
use serde_json::Value;

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// Both encodings, for rules that hold in each.
pub const BOTH: [Encoding; 2] = [Encoding::Json, Encoding::Form];

impl Encoding {
    /// The value of the header.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }

    /// An object of parameters as a body.
    #[must_use]
    pub fn encode(self, parameters: &Value) -> String {
        match self {
            Self::Json => parameters.to_string(),
            Self::Form => {
                let mut form = Serializer::new(String::new());
                for (key, value) in parameters.as_object().into_iter().flatten() {
                    write(&mut form, key, value);
                }
                form.finish()
            }
        }
    }
}

/// Arrays as `a[]=1&a[]=2`, maps as `a[b]=1`, null as an empty value.
fn write(form: &mut Serializer<'_, String>, key: &str, value: &Value) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| write(form, &format!("{key}[]"), item)),
        Value::Object(entries) => entries
            .iter()
            .for_each(|(name, item)| write(form, &format!("{key}[{name}]"), item)),
        Value::Null => _ = form.append_pair(key, ""),
        Value::String(text) => _ = form.append_pair(key, text),
        other => _ = form.append_pair(key, &other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Encoding;

    #[test]
    fn forms_are_written_as_curl_users_write_them() {
        let parameters = json!({"a": null, "b": true, "c": [1, "x y"], "d": {"e": ["é"]}});
        assert_eq!(
            Encoding::Form.encode(&parameters),
            "a=&b=true&c%5B%5D=1&c%5B%5D=x+y&d%5Be%5D%5B%5D=%C3%A9"
        );
    }
}
