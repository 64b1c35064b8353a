//! Where web pages come from.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// The origin of web pages as browsers send it: `http://127.0.0.1:5173`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && !text.contains('*'));
        match url.map(|url| url.origin().ascii_serialization()) {
            Some(origin) if origin == text => Ok(Self(origin)),
            Some(origin) => Err(format!(
                "browsers send {origin}, and that is what they are compared with"
            )),
            None => Err(
                "an origin is a scheme and a host, as in http://127.0.0.1:5173 or https://app.example.com"
                    .to_owned(),
            ),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_browsers_send() {
        for text in [
            "http://127.0.0.1:5173",
            "http://localhost",
            "https://app.example.com",
            "https://app.example.com:8443",
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), text);
        }
        for (text, said) in [
            ("http://127.0.0.1:5173/", "send http://127.0.0.1:5173,"),
            ("https://app.example.com:443", "send https://app.example.com,"),
            ("https://App.Example.com", "send https://app.example.com,"),
            ("https://app.example.com/app?a#b", "send https://app.example.com,"),
            ("http://kate:secret@localhost", "send http://localhost,"),
            ("*", "a scheme and a host"),
            ("null", "a scheme and a host"),
            ("", "a scheme and a host"),
            ("127.0.0.1:5173", "a scheme and a host"),
            ("localhost:5173", "a scheme and a host"),
            ("https://", "a scheme and a host"),
            ("https://*.example.com", "a scheme and a host"),
            ("file:///index.html", "a scheme and a host"),
        ] {
            match text.parse::<Origin>() {
                Err(error) => assert!(error.contains(said), "{text}: {error}"),
                Ok(origin) => panic!("{origin}"),
            }
        }
    }
}
