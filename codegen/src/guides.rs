//! The guides of the reference, which its document has as `info.description`: what the contract says, what
//! `guides.md` shows beside it, and what `docs/ERRORS.md` says about each code.

use std::collections::BTreeSet;

use crate::document::Document;
use crate::error::{Error, Result, fail};
use crate::node::Node;

const GUIDES: &str = include_str!("../guides.md");
const ERRORS: &str = "docs/ERRORS.md";

/// A heading, and what stands under it before the next one of its level.
#[derive(Debug, PartialEq)]
struct Section {
    title: String,
    body: String,
}

impl Section {
    fn add(&mut self, text: &str) {
        self.body.push_str("\n\n");
        self.body.push_str(text);
    }
}

/// What the contract says, with what the guides add: a section of the same title gets more, others come first. The codes
/// are a part of the section about errors.
pub(crate) fn description(document: &Document, errors: &str) -> Result<String> {
    assemble(document, GUIDES, errors)
}

fn assemble(document: &Document, guides: &str, errors: &str) -> Result<String> {
    let contract = document
        .root
        .at(&["info"])
        .map(|info| info.text_of("description"));
    let (before, mut sections) = cut(contract.unwrap_or_default(), "## ");
    let mut own = Vec::new();
    for guide in cut(guides, "## ").1 {
        if let Some(section) = sections.iter_mut().find(|section| section.title == guide.title) {
            section.add(&guide.body);
        } else {
            own.push(guide);
        }
    }
    let of_errors = sections.iter_mut().find(|section| section.title == "Errors");
    let of_errors = of_errors.ok_or_else(|| Error::new("the guides", "there is no section \"Errors\""))?;
    of_errors.add(&codes(document, errors)?);
    let sections = own.into_iter().chain(sections);
    let sections = sections.map(|section| format!("\n\n## {}\n\n{}", section.title, section.body));
    let text = before + &sections.collect::<String>() + "\n";
    links_lead_somewhere(&text)?;
    Ok(text)
}

/// What stands under "The codes" with their table, and a heading for each, in its order.
fn codes(document: &Document, errors: &str) -> Result<String> {
    let groups = cut(errors, "## ").1;
    let overview = groups.iter().find(|group| group.title == "The codes");
    let overview = overview.ok_or_else(|| Error::new(ERRORS, "there is no section \"The codes\""))?;
    let rows: Vec<_> = overview.body.lines().filter_map(row).collect();
    let mut sections = Vec::new();
    for group in &groups {
        let (text, of_group) = cut(&group.body, "### ");
        if !text.is_empty() && !of_group.is_empty() {
            let title = &group.title;
            return fail(
                ERRORS,
                format!("what stands under {title} and no code would be lost"),
            );
        }
        sections.extend(of_group);
    }
    let headings: Vec<_> = sections
        .iter()
        .map(|section| section.title.trim_matches('`'))
        .collect();
    let listed: Vec<_> = rows.iter().map(|(_, code)| *code).collect();
    if headings != listed {
        return fail(
            ERRORS,
            format!("the table lists {listed:?}, and the headings are {headings:?}"),
        );
    }
    let mut used = BTreeSet::new();
    used_codes(&document.root, &mut used);
    if let Some(code) = used.into_iter().find(|code| !listed.contains(code)) {
        return fail(ERRORS, format!("{code} is missing"));
    }
    let sections = rows
        .iter()
        .zip(&sections)
        .map(|((status, code), section)| format!("\n\n### {code}\n\nStatus {status}. {}", section.body));
    Ok(overview.body.clone() + &sections.collect::<String>())
}

/// The status and the code in a row of the table.
fn row(line: &str) -> Option<(&str, &str)> {
    let (status, rest) = line.strip_prefix("| ")?.split_once(" | [`")?;
    Some((status, rest.split_once('`')?.0))
}

/// All that stand in `x-codes`.
fn used_codes<'a>(node: &'a Node, used: &mut BTreeSet<&'a str>) {
    used.extend(node.items_of("x-codes").iter().filter_map(Node::as_text));
    for (_, inner) in node.entries() {
        used_codes(inner, used);
    }
    for inner in node.items() {
        used_codes(inner, used);
    }
}

/// What stands before the first heading that begins so, and the sections. What is in a block of code is no heading.
fn cut(text: &str, heading: &str) -> (String, Vec<Section>) {
    let (mut before, mut sections) = (String::new(), Vec::<Section>::new());
    let mut is_code = false;
    for line in text.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if let (Some(title), false) = (line.strip_prefix(heading), is_code) {
            sections.push(Section {
                title: title.trim().to_owned(),
                body: String::new(),
            });
            continue;
        }
        let body = sections
            .last_mut()
            .map_or(&mut before, |section| &mut section.body);
        body.push_str(line);
        body.push('\n');
    }
    for section in &mut sections {
        section.body = section.body.trim().to_owned();
    }
    (before.trim().to_owned(), sections)
}

/// The page is at another address than the documents, so a link names a heading of the page or is a whole address.
fn links_lead_somewhere(text: &str) -> Result<()> {
    let is_heading = |line: &&str| line.starts_with("## ") || line.starts_with("### ");
    let headings: BTreeSet<_> = text.lines().filter(is_heading).map(fragment).collect();
    for after in text.split("](").skip(1) {
        let link = after.split([')', ' ', '\n']).next().unwrap_or_default();
        let is_heading = link.strip_prefix('#').is_some_and(|name| headings.contains(name));
        if !is_heading && !link.starts_with("https://") {
            return fail("the guides", format!("the link {link} leads nowhere on the page"));
        }
    }
    Ok(())
}

/// How a link names a heading.
fn fragment(heading: &str) -> String {
    let title = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = title
        .chars()
        .filter(|letter| letter.is_alphanumeric() || "-_ ".contains(*letter));
    kept.collect::<String>().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENAPI: &str = "
info:
  description: |
    What it is.

    ## Requests

    Of the contract.

    ## Errors

    What they are.
components:
  responses:
    Gone: { x-codes: [gone, lost] }
";
    const MANUAL: &str = "# Errors

Not on the page.

## The codes

| status | code | answered when |
|---|---|---|
| 410 | [`gone`](#gone) | it was there |
| 404 | [`lost`](#lost) | it was not |

## 404 and 410

### `gone`

Look elsewhere.

### `lost`

See [gone](#gone).

## For operators

Not on the page either.
";
    const SHOWN: &str = "# Guides

Not on the page.

## Quick start

```sh
## no heading
```

## Requests

Of the guides.
";

    fn assembled(openapi: &str, guides: &str, errors: &str) -> Result<String> {
        assemble(&Document::parse(openapi).unwrap(), guides, errors)
    }

    #[test]
    fn contract_guides_and_codes_make_one_text() {
        let expected = "What it is.

## Quick start

```sh
## no heading
```

## Requests

Of the contract.

Of the guides.

## Errors

What they are.

| status | code | answered when |
|---|---|---|
| 410 | [`gone`](#gone) | it was there |
| 404 | [`lost`](#lost) | it was not |

### gone

Status 410. Look elsewhere.

### lost

Status 404. See [gone](#gone).
";
        assert_eq!(assembled(OPENAPI, SHOWN, MANUAL).unwrap(), expected);
    }

    #[test]
    fn nothing_is_lost_and_no_link_is_broken() {
        let (openapi, errors) = (OPENAPI, MANUAL);
        for (openapi, errors, problem) in [
            (
                openapi.replace("Errors", "Faults"),
                errors.to_owned(),
                "no section \"Errors\"",
            ),
            (
                openapi.replace("gone, lost", "gone, new"),
                errors.to_owned(),
                "new is missing",
            ),
            (
                openapi.to_owned(),
                errors.replace("The codes", "Codes"),
                "no section \"The codes\"",
            ),
            (
                openapi.to_owned(),
                errors.replace("### `lost`", "### `last`"),
                "the headings are",
            ),
            (
                openapi.to_owned(),
                errors.replace("410\n", "410\n\nBoth hurt."),
                "404 and 410 and no code",
            ),
            (
                openapi.to_owned(),
                errors.replace("(#gone).", "(#went)."),
                "#went leads nowhere",
            ),
            (
                openapi.to_owned(),
                errors.replace("(#gone).", "(DESIGN.md)."),
                "DESIGN.md leads nowhere",
            ),
        ] {
            let error = assembled(&openapi, SHOWN, &errors).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        }
        let elsewhere = errors.replace("(#gone).", "(https://example.com/).");
        assert!(assembled(openapi, SHOWN, &elsewhere).is_ok());
    }

    #[test]
    fn fragments_are_those_of_markdown() {
        assert_eq!(fragment("### body_malformed"), "body_malformed");
        assert_eq!(fragment("## Quick start, `now`!"), "quick-start-now");
    }
}
