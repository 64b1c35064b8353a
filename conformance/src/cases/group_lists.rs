//! The list of groups: order, archive, cursors.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::groups::{conversation_of, gathered};
use crate::failure::{Outcome, equal};
use crate::person::{Answers as _, id, id_of};
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "The list of groups",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "the list: newest first, in both directions, and by the archive",
        listed,
    ),
    case("a cursor of the list is the id of a group", cursors),
];

fn ids(page: &Value) -> Vec<&str> {
    page["data"].as_array().into_iter().flatten().map(id).collect()
}

fn listed(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    gathered(tester)?;
    kevin.meet(frank)?;
    let mut groups = Vec::new();
    for number in 0..4 {
        let group = kate.gather(&[kevin])?;
        if number % 2 == 0 {
            kate.put(&group, &json!({"archived_at": 1})).answers(200)?;
        }
        groups.insert(0, id_of(&group).to_owned());
    }
    // The first group of all is the oldest one, and nobody has archived it.
    Tester::eventually("the list has them", || Ok(kevin.all("/v1/groups")?.len() == 5))?;
    let all = kevin.get("/v1/groups").answers(200)?;
    groups.push(ids(&all).last().copied().unwrap_or_default().to_owned());
    equal("newest first", ids(&all), &groups)?;
    let archived = [groups[1].clone(), groups[3].clone()];
    let others = [groups[0].clone(), groups[2].clone(), groups[4].clone()];
    for (filter, expected) in [
        ("", &groups[..]),
        ("&archived=true", &archived),
        ("&archived=false", &others),
    ] {
        for limit in 1..=expected.len() {
            let forward = kevin
                .get(&format!("/v1/groups?limit={limit}{filter}"))
                .answers(200)?;
            equal("a page", ids(&forward), &expected[..limit])?;
            equal("has_more", &forward["has_more"], limit < expected.len())?;
            let last = &groups[4];
            let back = kevin
                .get(&format!("/v1/groups?limit={limit}&ending_before={last}{filter}"))
                .answers(200)?;
            let before: Vec<_> = expected.iter().filter(|id| *id != last).collect();
            equal(
                "a page back",
                ids(&back),
                &before[before.len().saturating_sub(limit)..],
            )?;
        }
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = kevin
                .get(&format!("/v1/groups?limit=2{cursor}{filter}"))
                .answers(200)?;
            seen.extend(ids(&page).into_iter().map(str::to_owned));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&starting_after={next}"),
                None => break,
            }
        }
        equal("all pages", seen, expected)?;
    }
    equal(
        "who is in one only",
        kevin.all("/v1/groups")?.len() - frank.all("/v1/groups")?.len(),
        4,
    )
}

fn cursors(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let group = gathered(tester)?;
    let conversation = conversation_of(kate, &group)?;
    let message = id(&kate.say(&conversation, "Hello")?).to_owned();
    for param in ["starting_after", "ending_before"] {
        for bad in [&*kate.id, id_of(&conversation), &message, "x", "cur_x", ""] {
            kevin
                .get(&format!("/v1/groups?{param}={bad}"))
                .refused(400, "cursor_invalid", Some(param))?;
        }
        // Deleted, it is a position all the same.
        kevin
            .get(&format!("/v1/groups?{param}={}", id_of(&group)))
            .answers(200)?;
    }
    kate.delete(&group).answers(204)?;
    let page = kevin
        .get(&format!("/v1/groups?starting_after={}", id_of(&group)))
        .answers(200)?;
    equal("after what is deleted", ids(&page), json!([]))
}
