//! The reference page and the contract, which everybody may read.

use super::case::{Section, case};
use crate::failure::{Outcome, equal, holds};
use crate::http::{Answer, Request};
use crate::person::Answers as _;
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "Pages",
    cases: &[
        case(
            "the page, its parts and the contract need no token and are kept until they change",
            kept,
        ),
        case("the contract that is served is this one", contract),
        case("an error's documentation_url leads to the page", documented),
    ],
};

fn page(tester: &Tester, request: &Request) -> Outcome<Answer> {
    Ok(tester.send(request)?.answer)
}

fn kept(tester: &Tester) -> Outcome {
    let html = page(tester, &Request::new("GET", "/docs"))?;
    let html = String::from_utf8_lossy(&html.body).into_owned();
    let parts = html.split('"').filter(|text| text.starts_with("/docs/"));
    let parts: Vec<_> = parts.collect();
    equal("the number of parts", parts.len(), 3)?;
    for path in ["/docs", "/openapi.json", "/openapi.yaml"]
        .into_iter()
        .chain(parts)
    {
        let ask = || Request::new("GET", path).header("accept-encoding", "gzip");
        let answer = page(tester, &ask())?;
        equal("the status", answer.status, 200)?;
        equal("content-encoding", answer.header("content-encoding"), "gzip")?;
        let lasts = answer.header("cache-control").unwrap_or_default();
        holds("it may be kept", lasts.starts_with("public, max-age="), lasts)?;
        let etag = answer.header("etag").unwrap_or_default();
        let again = page(tester, &ask().header("if-none-match", etag))?;
        let seen = (again.status, again.body.len());
        equal("what comes again, and how long it is", seen, (304, 0))?;
    }
    Ok(())
}

fn contract(tester: &Tester) -> Outcome {
    let json = tester.send(&Request::new("GET", "/openapi.json")).answers(200)?;
    let served = json["paths"].as_object().into_iter().flatten();
    let served = served.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flat_map(|item| item.keys());
        let methods = methods.filter(|key| *key != "parameters");
        methods.map(move |method| (method.to_ascii_uppercase(), path.clone()))
    });
    let (mut served, mut expected): (Vec<_>, _) = (served.collect(), tester.operations());
    served.sort();
    expected.sort();
    equal("the operations", served, expected)
}

fn documented(tester: &Tester) -> Outcome {
    let error = tester.send(&Request::new("GET", "/v1/me")).answers(401)?;
    let link = error["documentation_url"].as_str().unwrap_or_default();
    let (page, code) = link.split_once('#').unwrap_or_default();
    equal("the place on the page", code, "token_missing")?;
    let answer = tester.follow(page)?;
    let kind = answer.header("content-type").unwrap_or_default();
    holds(
        "it is a page",
        answer.status == 200 && kind.starts_with("text/html"),
        kind,
    )
}
