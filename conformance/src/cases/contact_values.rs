//! What the parameters of a contact may be.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::in_both;
use crate::failure::{Outcome, equal};
use crate::person::Answers as _;
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "Parameters of contacts",
    cases: CASES,
};

const CASES: &[Case] = &[
    case("usernames are 1 to 64 of A-Za-z0-9._-", bad_usernames),
    case("phone numbers are validated", bad_phone_numbers),
    case("avatar URLs are http or https, and of a sane length", bad_avatars),
    case(
        "display names have up to 100 characters, some visible, and none that is control or turns the direction",
        bad_display_names,
    ),
    case("username and phone_number are required", missing_parameters),
];

/// Asserts that a create refuses each of these values in both encodings.
fn refused_values(tester: &Tester, param: &str, values: &[Value]) -> Outcome {
    for value in values {
        let mut card = tester.kevin.card();
        card[param] = value.clone();
        let exchange = in_both(|encoding| tester.kate.post_in(encoding, "/v1/contacts", &card))?;
        Ok(exchange).refused(400, "parameter_invalid", Some(param))?;
    }
    equal("nothing was done", tester.kate.all("/v1/contacts")?, json!([]))
}

fn bad_usernames(tester: &Tester) -> Outcome {
    let long = json!("x".repeat(65));
    let bad = [json!(""), json!("kate mc"), json!("käte"), json!("a/b"), long];
    refused_values(tester, "username", &bad)
}

fn bad_phone_numbers(tester: &Tester) -> Outcome {
    let long = json!("1".repeat(16));
    let bad = [
        json!(""),
        json!("12"),
        json!("x"),
        json!("++123"),
        json!("１２３"),
        long,
    ];
    refused_values(tester, "phone_number", &bad)
}

fn bad_avatars(tester: &Tester) -> Outcome {
    let bad = [
        json!("kate.png"),
        json!("ftp://example.com/x"),
        json!("javascript:alert(1)"),
        json!(format!("https://example.com/{}", "x".repeat(2048))),
    ];
    refused_values(tester, "avatar_url", &bad)
}

fn bad_display_names(tester: &Tester) -> Outcome {
    let bad = [
        json!("x".repeat(101)),
        json!("a\nb"),
        json!("a\u{7}b"),
        json!("a\0b"),
        json!("   "),
        json!("\u{200B}"),
        json!("\u{3164}"),
        json!("a\u{202E}b"),
        json!("a\u{2028}b"),
    ];
    refused_values(tester, "display_name", &bad)?;
    let longest = "é".repeat(100);
    let mut card = tester.kevin.card();
    card["display_name"] = json!(longest);
    let contact = tester.kate.post("/v1/contacts", &card).created("/v1/contacts")?;
    equal("the longest one", &contact["display_name"], longest)?;
    let entry = tester.kevin.entry();
    for (given, shown) in [
        (" Kev\u{3000}", "Kev"),
        ("\u{200F}علی\u{200C}رضا", "\u{200F}علی\u{200C}رضا"),
        ("👨‍👩‍👧‍👦 ❤️", "👨‍👩‍👧‍👦 ❤️"),
    ] {
        let changed = tester
            .kate
            .put(&entry, &json!({"display_name": given}))
            .answers(200)?;
        equal("display_name", &changed["display_name"], shown)?;
    }
    Ok(())
}

fn missing_parameters(tester: &Tester) -> Outcome {
    for (param, other) in [("username", "phone_number"), ("phone_number", "username")] {
        let only = json!({other: tester.kevin.card()[other]});
        let exchange = in_both(|encoding| tester.kate.post_in(encoding, "/v1/contacts", &only))?;
        Ok(exchange).refused(400, "parameter_missing", Some(param))?;
    }
    Ok(())
}
