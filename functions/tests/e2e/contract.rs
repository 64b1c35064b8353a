//! Everything that these tests send and get is held against `openapi.yaml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

pub(crate) use conformance::UNROUTED;
use conformance::{Contract, Question};

use crate::http::Answer;

/// The documented status that nothing on one machine can cause. Where it is reached after all, a test fails.
pub(crate) const UNREACHABLE: &str =
    "429 of every operation but POST /v1/contacts, for only AWS throttles callers";

/// Whether it is that one.
pub(crate) fn is_unreachable(operation: &str, status: u16) -> bool {
    status == 429 && operation != "POST /v1/contacts"
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::load);

/// Fails where `answer` to the request in `bytes` is not as the contract says.
#[track_caller]
pub(crate) fn check(bytes: &[u8], answer: &Answer) {
    let question = parse(bytes);
    let checked = CONTRACT.check(&question, answer);
    // Nothing stands between these tests and the API that could add headers.
    if let Err(problem) = checked.and_then(|()| CONTRACT.check_header_names(&question, answer)) {
        panic!("openapi.yaml says otherwise: {problem}\nin {answer:?}");
    }
    let head = String::from_utf8_lossy(bytes);
    let operation = head
        .rsplit_once(" HTTP/")
        .map_or(&*head, |(operation, _)| operation);
    assert!(
        !is_unreachable(operation, answer.status),
        "it is reached: {UNREACHABLE}\nin {answer:?}"
    );
}

/// A request, read back from the bytes that were sent.
fn parse(bytes: &[u8]) -> Question {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) = end.map_or((bytes, &[][..]), |end| (&bytes[..end], &bytes[end + 4..]));
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().splitn(3, ' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    Question::new(method, target, lines.filter_map(header).collect(), body.to_vec())
}

/// Every operation with every status that it documents, such as `("GET /v1/me", 200)`.
pub(crate) fn documented() -> BTreeSet<(String, u16)> {
    CONTRACT.documented()
}
