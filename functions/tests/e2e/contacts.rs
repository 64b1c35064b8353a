//! What a contact brings for somebody who is new, and guesses at phone numbers. Everything else about contacts is in the
//! contract suite.

use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::races::at_once;
use crate::world::{Person, person, world};

/// Ten guesses at the phone number of somebody who exists, and what is answered to the eleventh, which is right.
pub(crate) fn guessed_too_often(guesser: &Person<'_>) -> Answer {
    let known = guesser.machine.person("guessed");
    for number in 0..10 {
        let guess = json!({"username": known.username, "phone_number": format!("+1 555 4000{number}")});
        guesser
            .post("/v1/contacts", &guess)
            .refused(409, "username_taken", Some("username"));
    }
    guesser.post("/v1/contacts", &known.card())
}

#[test]
fn phone_numbers_cannot_be_guessed() {
    let guesser = person("guesser");
    let answer = guessed_too_often(&guesser);
    answer.refused(429, "too_many_attempts", Some("phone_number"));
    let retry_after: i64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((3_500..=3_600).contains(&retry_after), "{retry_after}");
    // One line in the log says who it was, and no number.
    let id = answer.header("x-request-id").unwrap();
    let lines: Vec<_> = world()
        .local
        .captured_logs()
        .into_iter()
        .filter(|line| line.contains(id))
        .collect();
    let line = lines[0].strip_prefix("contacts-create: ").unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(
        (lines.len(), &line["code"], &line["status"], &line["person"]),
        (1, &json!("too_many_attempts"), &json!(429), &json!(guesser.id))
    );
    // A key keeps no failure, and somebody new is no guess.
    let (username, phone_number) = world().new_name("guesser.new");
    let new = json!({"username": username, "phone_number": phone_number});
    guesser.post("/v1/contacts", &new).expect(201);
    assert_eq!(
        guesser.get("/v1/contacts").expect(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn of_a_hundred_guesses_at_once_ten_are_compared() {
    let (guesser, known) = (person("guesser.many"), person("guessed.many"));
    let statuses = at_once(100, |number| {
        let guess = json!({"username": known.username, "phone_number": format!("+1 555 50000{number}")});
        let request = Request::new("POST", "/v1/contacts").header("idempotency-key", format!("k{number}"));
        guesser.send(request.json(&guess)).status
    });
    let count = |wanted| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!([409, 429].map(count), [10, 90]);
    guesser
        .post("/v1/contacts", &known.card())
        .refused(429, "too_many_attempts", Some("phone_number"));
}
