//! Groups: the membership changes atomically, even under concurrent changes. A later conversation in the same partition
//! shows nothing of an earlier one.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::join_all;
use shared::model::{
    ConversationId, Group, GroupId, GroupPatch, Message, Millis, NewGroup, Page, PageRequest, PersonId,
    Position, ReadUpTo,
};
use shared::store::StoreError;

use crate::proxy::{Happening, Proxy, Verdict, script};
use crate::table::{Table, list, new_message, no_bucket, text};

/// The first page, with up to `limit` items.
pub(crate) fn first(limit: usize) -> PageRequest {
    PageRequest {
        limit,
        position: Position::Start,
    }
}

/// A group that Kate owns.
pub(crate) struct Club {
    pub(crate) table: Table,
    pub(crate) kate: PersonId,
    /// Kate's contacts. The first of them are members.
    pub(crate) others: Vec<PersonId>,
    pub(crate) group: GroupId,
}

impl Club {
    /// A group with `members` other members, and `outside` contacts who are not members.
    pub(crate) async fn of(members: usize, outside: usize) -> Self {
        let table = Table::start().await;
        let kate = table.person("kate").await;
        let mut others = Vec::new();
        for number in 0..members + outside {
            others.push(table.contact(kate, &format!("other.{number}")).await.id);
        }
        let new = new_group(&others[..members]);
        let created = table.store.create_group(kate, &new, None).await.unwrap();
        let group = created.resource.id;
        Self {
            table,
            kate,
            others,
            group,
        }
    }

    pub(crate) async fn conversation(&self) -> ConversationId {
        self.table
            .store
            .group(self.kate, self.group)
            .await
            .unwrap()
            .conversation_id
            .unwrap()
    }

    /// Kate sets the members.
    async fn replace(&self, members: &[PersonId]) -> Result<Group, StoreError> {
        self.table
            .store
            .update_group(self.kate, self.group, &replacing(members))
            .await
    }

    pub(crate) async fn messages(&self, reader: PersonId, opens: bool) -> Page<Message> {
        let id = self.conversation().await;
        list(&self.table.store, reader, id, first(100), opens)
            .await
            .unwrap()
    }

    /// Asserts that the group, its members' rows and the conversation name the same members. Returns the members.
    pub(crate) async fn assert_one_truth(&self) -> BTreeSet<PersonId> {
        let group = self.table.store.group(self.kate, self.group).await.unwrap();
        let members: BTreeSet<_> = group.contacts.iter().map(|person| person.id).collect();
        assert_eq!(members.len(), group.contacts.len(), "nobody is in it twice");
        let partition = format!("CONVERSATION#{}", self.group.tag());
        let (mut sides, mut taking_part) = (BTreeSet::new(), BTreeSet::new());
        for row in self.table.rows().await {
            if text(&row, "pk") != partition {
                continue;
            }
            if let Some(person) = text(&row, "sk").strip_prefix("PARTICIPANT#") {
                sides.insert(person.parse().unwrap());
                let expected = if group.conversation_id.is_some() {
                    "participant"
                } else {
                    "member"
                };
                assert_eq!(text(&row, "kind"), expected);
                assert_eq!(text(&row, "member_id"), person);
            }
            if text(&row, "kind") == "conversation" {
                let sent_by = row["sent_by"].as_m().unwrap();
                taking_part.extend(sent_by.keys().map(|id| id.parse::<PersonId>().unwrap()));
            }
        }
        assert_eq!(sides, members);
        if group.conversation_id.is_some() {
            assert_eq!(taking_part, members);
        }
        members
    }
}

fn new_group(members: &[PersonId]) -> NewGroup {
    serde_json::from_value(serde_json::json!({ "name": "Plants vs People", "contacts": members })).unwrap()
}

fn replacing(members: &[PersonId]) -> GroupPatch {
    serde_json::from_value(serde_json::json!({ "contacts": members })).unwrap()
}

#[tokio::test]
async fn a_change_of_ninety_six_people_is_one_transaction() {
    let club = Club::of(89, 89).await;
    club.assert_one_truth().await;
    club.table
        .say(club.kate, club.conversation().await, "Hello all")
        .await;
    let (members, outside) = club.others.split_at(89);

    let proxy = Proxy::watching(club.table.database.url()).await;
    let store = club.table.store_through(&proxy.url);
    let next = [&members[48..], &outside[..48]].concat();
    store
        .update_group(club.kate, club.group, &replacing(&next))
        .await
        .unwrap();
    let calls: Vec<_> = proxy.take_seen().into_iter().map(|seen| seen.operation).collect();
    let writes: Vec<_> = calls.iter().filter(|call| *call != "BatchGetItem").collect();
    assert_eq!(writes, ["TransactWriteItems"]);
    assert_eq!(club.assert_one_truth().await.len(), 90);

    // Replacing all members would exceed one transaction.
    let next = [&members[..48], &outside[48..]].concat();
    let refused = club.replace(&next).await;
    assert!(
        matches!(
            &refused,
            Err(StoreError::Invalid { param, .. }) if param == "contacts"
        ),
        "{refused:?}"
    );
    let refused = club
        .table
        .store
        .create_group(club.kate, &new_group(&club.others[..90]), None)
        .await;
    assert!(
        matches!(
            &refused,
            Err(StoreError::Invalid { param, .. }) if param == "contacts"
        ),
        "{refused:?}"
    );
    assert_eq!(club.assert_one_truth().await.len(), 90);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_leave_join_and_write_at_once() {
    let club = Club::of(12, 12).await;
    let id = club.conversation().await;
    let (members, outside) = club.others.split_at(12);
    let says = club.others.iter().map(async |person| {
        let mut said = Vec::new();
        for number in 0..6 {
            let message = new_message(id, &number.to_string());
            match club
                .table
                .store
                .send_message(*person, &message, None, &no_bucket())
                .await
            {
                Ok(sent) => said.push(sent.resource.id),
                Err(StoreError::Missing { .. }) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        said
    });
    let leaves = members[..6].iter().map(async |person| {
        club.table
            .store
            .leave_group(*person, club.group, None)
            .await
            .unwrap();
    });
    let replaces = async {
        for joining in &outside[..6] {
            let now = club.table.store.group(club.kate, club.group).await.unwrap();
            let mut next: Vec<_> = now.contacts.iter().map(|person| person.id).collect();
            next.push(*joining);
            // People who have left meanwhile are contacts, so they become members again. The client's model test covers
            // that case.
            club.replace(&next).await.unwrap();
        }
    };
    let (said, _, ()) = tokio::join!(join_all(says), join_all(leaves), replaces);
    let members = club.assert_one_truth().await;
    assert!(outside[..6].iter().all(|person| members.contains(person)));
    let said: BTreeSet<_> = said.into_iter().flatten().collect();
    let mut found = BTreeSet::new();
    let mut position = Position::Start;
    loop {
        let page = PageRequest { limit: 100, position };
        let page = club.table.store.messages(club.kate, id, page).await.unwrap();
        found.extend(page.data.iter().map(|message| message.id));
        match page.next_cursor {
            Some(cursor) => position = Position::After(cursor),
            None => break,
        }
    }
    assert_eq!(found, said, "what was answered is there, and nothing else");
    for person in members {
        let side = club.table.store.conversation(person, id).await.unwrap();
        let page = club
            .table
            .store
            .open_messages(person, id, first(100))
            .await
            .unwrap();
        assert!(side.unread_count <= page.data.len() as u64);
        assert_eq!(club.table.unread(person, id).await, 0);
    }
}

/// A message is sent and deleted after a new member's first totals are read and before they join.
#[tokio::test]
async fn what_is_deleted_while_somebody_joins_is_not_unread() {
    let club = Club::of(1, 1).await;
    let id = club.conversation().await;
    let (table, kate, joining) = (&club.table, club.kate, club.others[1]);
    table.say(kate, id, "before").await;
    let (store, owner) = (table.store.clone(), club.others[0]);
    let happening: Happening = Box::pin(async move {
        let sent = store
            .send_message(owner, &new_message(id, "oops"), None, &no_bucket())
            .await;
        store
            .delete_message(owner, sent.unwrap().resource.id)
            .await
            .unwrap();
        store
            .send_message(owner, &new_message(id, "stays"), None, &no_bucket())
            .await
            .unwrap();
    });
    let proxy = Proxy::start(
        table.database.url(),
        script("TransactWriteItems", [Verdict::Before(happening)]),
    )
    .await;
    let store = table.store_through(&proxy.url);
    store
        .update_group(kate, club.group, &replacing(&club.others))
        .await
        .unwrap();
    let unread = table.unread(joining, id).await;
    let page = club.messages(joining, true).await;
    assert_eq!(page.data.len(), 2, "the whole history");
    assert!(unread <= 1, "at most the one that was sent while they joined");
    assert_eq!(table.unread(joining, id).await, 0);
    table.say(kate, id, "after").await;
    assert_eq!(table.unread(joining, id).await, 1);
}

/// If several members open the conversation at the same moment, the first opening counts, and all get the same answer.
#[tokio::test]
async fn two_open_a_groups_conversation_at_once() {
    let club = Club::of(3, 0).await;
    let id = club.conversation().await;
    let (table, kate) = (&club.table, club.kate);
    for number in 0..3 {
        table.say(kate, id, &number.to_string()).await;
    }
    // The other clock is five seconds ahead, so that the times differ.
    let first_time = table.next_second().plus(5);
    let clock = move || Millis(u64::try_from(first_time.0).unwrap() * 1000);
    let (store, other) = (table.store_by(Arc::new(clock)), club.others[1]);
    let happening: Happening = Box::pin(async move {
        let up_to = ReadUpTo { message_id: None };
        store.mark_read(other, id, up_to, None).await.unwrap();
    });
    let proxy = Proxy::start(
        table.database.url(),
        script("TransactWriteItems", [Verdict::Before(happening)]),
    )
    .await;
    let store = table.store_through(&proxy.url);
    let page = store.open_messages(club.others[0], id, first(10)).await.unwrap();
    for message in &page.data {
        assert_eq!(message.read_at, Some(first_time), "the other one was first");
    }
    for reader in [kate, club.others[0], club.others[1], club.others[2]] {
        assert_eq!(club.messages(reader, true).await.data, page.data);
    }
}

#[tokio::test]
async fn a_senders_own_reading_is_not_that_of_others() {
    let club = Club::of(2, 1).await;
    let id = club.conversation().await;
    let (table, kate) = (&club.table, club.kate);
    let [one, two, late] = club.others[..] else {
        unreachable!()
    };
    table.say(kate, id, "first").await;
    table.say(one, id, "second").await;
    // Kate opens: this reads the second message, not her own.
    table.next_second();
    let page = club.messages(kate, true).await;
    let read: Vec<_> = page
        .data
        .iter()
        .map(|message| message.read_at.is_some())
        .collect();
    assert_eq!(read, [true, false]);
    let second_at = page.data[0].read_at;
    // One opens: a second person has now read the first message, and the second message keeps its time.
    let now = table.next_second();
    let page = club.messages(one, true).await;
    let read: Vec<_> = page.data.iter().map(|message| message.read_at).collect();
    assert_eq!(read, [second_at, Some(now)]);
    // Two opens too late to change anything.
    table.next_second();
    assert_eq!(club.messages(two, true).await.data, page.data);

    // A new member's opening is the first read of a message that nobody else has opened, although their unread count is
    // 0.
    table.say(two, id, "third").await;
    club.replace(&[one, two, late]).await.unwrap();
    assert_eq!(table.unread(late, id).await, 0);
    let now = table.next_second();
    assert_eq!(club.messages(late, true).await.data[0].read_at, Some(now));
    table.next_second();
    assert_eq!(club.messages(kate, true).await.data[0].read_at, Some(now));
}
