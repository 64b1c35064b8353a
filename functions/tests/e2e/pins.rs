//! The pinned message of a conversation.

use serde_json::{Value, json};

use crate::encoding::in_both;
use crate::races::at_once;
use crate::world::{at, id_of, person, two_people};

#[test]
fn a_message_is_pinned_for_everybody() {
    let (kate, kevin, conversation) = two_people("pin");
    let [first, second] = [kate.say(&conversation, "One"), kevin.say(&conversation, "Two")];
    let pinned = || {
        let [mine, theirs] =
            [&kate, &kevin].map(|one| one.get(&conversation).expect(200)["pinned_message_id"].clone());
        assert_eq!(mine, theirs);
        mine
    };
    assert_eq!(pinned(), Value::Null);
    // Whoever sent it, and whoever pins it.
    for (one, message) in [
        (&kate, &first),
        (&kate, &second),
        (&kevin, &first),
        (&kevin, &second),
    ] {
        let pin = json!({"pinned_message_id": message["id"]});
        let answer = in_both(|encoding| one.put_in(encoding, &conversation, &pin));
        assert_eq!(answer.expect(200), one.get(&conversation).expect(200));
        assert_eq!(pinned(), message["id"]);
    }
    // With other changes, all or nothing.
    let other = kate.say(&kate.meet(&person("pin.other")), "Elsewhere");
    let deleted = kate.say(&conversation, "A slip");
    kate.delete(&at(&deleted)).expect(204);
    for nowhere in [&other, &deleted] {
        let change = json!({"is_muted": true, "pinned_message_id": nowhere["id"]});
        let answer = in_both(|encoding| kate.put_in(encoding, &conversation, &change));
        answer.refused(404, "resource_missing", Some("pinned_message_id"));
    }
    assert_eq!(pinned(), second["id"]);
    assert_eq!(kate.get(&conversation).expect(200)["is_muted"], json!(false));
    let change = json!({"is_muted": true, "pinned_message_id": first["id"]});
    assert_eq!(
        kate.put(&conversation, &change).expect(200)["is_muted"],
        json!(true)
    );
    assert_eq!(pinned(), first["id"]);
    in_both(|encoding| kevin.put_in(encoding, &conversation, &json!({"pinned_message_id": null})))
        .expect(200);
    assert_eq!(pinned(), Value::Null);
}

#[test]
fn deleting_the_pinned_message_unpins_it() {
    let (kate, kevin, conversation) = two_people("pin.delete");
    let pinned = at(&kate.say(&conversation, "Pinned"));
    let other = at(&kate.say(&conversation, "Another"));
    let pin = json!({"pinned_message_id": id_of(&pinned)});
    kevin.put(&conversation, &pin).expect(200);
    let shown = || {
        let list = kevin.get("/v1/conversations").expect(200);
        let it = kevin.get(&conversation).expect(200);
        assert_eq!(list["data"][0], it);
        it["pinned_message_id"].clone()
    };
    // Only this one's deletion does, and only where it is allowed.
    kevin.delete(&pinned).refused(403, "not_allowed", None);
    kate.delete(&other).expect(204);
    assert_eq!(shown(), json!(id_of(&pinned)));
    kate.delete(&pinned).expect(204);
    assert_eq!(shown(), Value::Null);
    kate.put(&conversation, &pin)
        .refused(404, "resource_missing", Some("pinned_message_id"));
}

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
