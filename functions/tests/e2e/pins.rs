//! Pinning in a race.

use serde_json::{Value, json};

use crate::races::at_once;
use crate::world::{at, id_of, two_people};

#[test]
fn pinning_and_deleting_at_once_leaves_no_pin_on_nothing() {
    let (kate, kevin, conversation) = two_people("pin.race");
    for _ in 0..4 {
        let message = at(&kate.say(&conversation, "Here and gone"));
        let answers = at_once(8, |number| match number {
            0 => kate.delete(&message),
            _ => kevin.put(&conversation, &json!({"pinned_message_id": id_of(&message)})),
        });
        answers[0].expect(204);
        for answer in &answers[1..] {
            assert!([200, 404].contains(&answer.status), "{answer:?}");
        }
        assert_eq!(
            kate.get(&conversation).expect(200)["pinned_message_id"],
            Value::Null
        );
    }
}
