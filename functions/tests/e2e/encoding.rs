//! The two encodings of parameters, which mean the same.

pub(crate) use conformance::{BOTH, Encoding};

use crate::http::Answer;

/// Sends a request in both encodings and asserts that nobody can tell the answers apart. Gives the answer.
#[track_caller]
pub(crate) fn in_both(send: impl Fn(Encoding) -> Answer) -> Answer {
    let [json, form] = BOTH.map(send);
    assert_eq!(json.essence(), form.essence());
    json
}
