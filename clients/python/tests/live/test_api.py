import time

import pytest
from live.people import Group, kate, kevin, other

import protocol_api
from protocol_api import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    PermissionDeniedError,
    UnprocessableEntityError,
    response_of,
)
from protocol_api.types import Conversation, Person


def ids(things):
    return [thing.id for thing in things]


def fails(code, call, *args, **kwargs):
    with pytest.raises(ApiError) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


def test_the_two_people():
    me = kate.me.get()
    assert len(me.id) == 16
    assert kevin.me.get().id != me.id
    assert kate.me.update(phone_number=me.phone_number).phone_number == me.phone_number


def test_lists_of_messages_both_ways_over_several_pages():
    with Group() as group:
        conversation_id = group.conversation_id
        sent = [kate.messages.send(conversation_id=conversation_id, message=f"needle {i}").id for i in range(23)]
        newest_first = sent[::-1]
        here = {"conversation_id": conversation_id}
        page = kate.messages.list(**here)
        assert (ids(page.data), page.has_more) == (newest_first[:10], True)
        assert ids(kate.messages.list(**here, limit=5)) == newest_first
        assert ids(kate.messages.list(**here, limit=5).collect(12)) == newest_first[:12]
        assert ids(kate.messages.list(**here, starting_after=sent[20])) == newest_first[3:]
        assert ids(kate.messages.list(**here, ending_before=sent[0], limit=5)) == sent[1:]
        pages = kate.messages.list(**here, limit=10).pages()
        assert [len(page.data) for page in pages] == [10, 10, 3]
        search = {"query": "needle", **here, "limit": 4}
        assert ids(kate.messages.search(**search)) == newest_first
        assert ids(kate.messages.search(**search, ending_before=sent[0])) == sent[1:]
        assert list(kate.messages.search(query="haystack", **here)) == []


def test_a_message(group):
    sent = kate.messages.create(conversation_id=group.conversation_id, message="Merry Christmas 🎄")
    assert type(sent.contact) is Person
    assert kevin.messages.get(sent.id).message == "Merry Christmas 🎄"
    assert kate.messages.update(sent.id, message="Happy Easter").message == "Happy Easter"
    username = kevin.me.get().username
    reacted = kevin.messages.add_reaction(sent.id, "❤️")
    assert reacted.reactions == [{"❤️": [username]}]
    assert kevin.messages.update(sent.id, reactions=reacted.reactions).reactions == reacted.reactions
    assert kevin.messages.remove_reaction(sent.id, "❤️") is None
    assert kevin.conversations.mark_read(group.conversation_id, message_id=sent.id).unread_count == 0
    pinned = kate.conversations.update(group.conversation_id, pinned_message_id=sent.id)
    assert pinned.pinned_message_id == sent.id
    with pytest.raises(PermissionDeniedError):
        kevin.messages.update(sent.id, message="Mine")
    assert kate.messages.delete(sent.id) is None
    with pytest.raises(NotFoundError):
        kate.messages.get(sent.id)


def test_conversations(group):
    found = kate.conversations.get(group.conversation_id)
    assert type(found) is Conversation
    assert found.group_id == group.group.id
    assert ids(kate.conversations.list(group_id=group.group.id)) == [found.id]
    assert kate.conversations.update(found.id, is_muted=True, archived_at=1700000000).is_muted is True
    assert kate.conversations.update(found.id, archived_at=None).archived_at is None
    assert found.id in ids(kate.conversations.list(muted=True, limit=1))


def test_contacts_and_their_conversation():
    given = {"username": f"client-{time.time_ns()}", "phone_number": "+1 202 555 0199"}
    created = kate.contacts.create(**given)
    assert response_of(created).status == 201
    assert response_of(kate.contacts.create(**given)).status == 200
    fails("username_taken", kate.contacts.create, **{**given, "phone_number": "+1 202 555 0188"})
    assert kate.contacts.update(created.id, display_name="Buzz").display_name == "Buzz"
    conversation_id = kate.contacts.get(created.id).conversation_id
    assert created.id in ids(kate.contacts.list(limit=1))
    kate.conversations.delete(conversation_id)
    assert kate.contacts.get(created.id).conversation_id is None
    assert kate.conversations.create(contact_id=created.id).id != conversation_id
    assert kate.contacts.delete(created.id) is None
    with pytest.raises(NotFoundError):
        kate.contacts.get(created.id)


def test_groups():
    with Group() as made:
        group = made.group
        assert kate.groups.update(group.id, description="Of a test").description == "Of a test"
        seen = kevin.groups.get(group.id)
        assert len(seen.contacts) == 2
        assert group.id in ids(kevin.groups.list(limit=1))
        assert kevin.groups.leave(group.id) is None
        with pytest.raises(NotFoundError):
            kevin.groups.get(group.id)
        assert len(kate.groups.update(group.id, contacts=[]).contacts) == 1


def test_a_key_does_nothing_twice(group):
    key = {"idempotency_key": f"client-{time.time_ns()}"}
    first = kate.messages.send(conversation_id=group.conversation_id, message="once", **key)
    second = kate.messages.send(conversation_id=group.conversation_id, message="once", **key)
    assert second.id == first.id
    assert response_of(second).headers["idempotent-replayed"] == "true"
    with pytest.raises(UnprocessableEntityError) as caught:
        kate.messages.send(conversation_id=group.conversation_id, message="twice", **key)
    assert caught.value.code == "idempotency_key_reused"


def test_errors(group):
    with pytest.raises(AuthenticationError) as caught:
        other("ptc_nonsense").me.get()
    assert caught.value.code == "token_invalid"
    assert len(caught.value.request_id) == 36
    assert caught.value.request_id == caught.value.headers["x-request-id"]
    assert caught.value.documentation_url.endswith("token_invalid")
    limit = fails("parameter_invalid", kate.conversations.list, limit=101)
    assert isinstance(limit, BadRequestError)
    assert (limit.type, limit.param) == ("invalid_request", "limit")
    assert fails("parameter_unknown", kate.conversations.list, extra_params={"mutde": True}).param == "mutde"
    fails("cursor_invalid", kate.conversations.list, starting_after="nonsense")
    without_text = {"conversation_id": group.conversation_id, "message": protocol_api.NOT_GIVEN}
    assert fails("parameter_missing", kate.messages.send, **without_text).param == "message"
    fails("resource_missing", kate.conversations.delete, "xgQQXg3hrtjh7AvZ")


def test_whatever_a_query_holds_arrives(group):
    for text in ("a+b & c=d", "100%", "#1 ?", "ü 東京 🎄", '"two words"'):
        kate.messages.send(conversation_id=group.conversation_id, message=f"so {text} it is")
        (found,) = kate.messages.search(query=text, conversation_id=group.conversation_id, limit=1).collect(1)
        assert found.message == f"so {text} it is"
