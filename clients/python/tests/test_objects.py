import copy
import json
import pickle
import subprocess
import sys

import pytest
from server import ID
from server import json as json_answer

from protocol_api import Object
from protocol_api.types import Attachment, Contact, Conversation, Message, Person

MESSAGE = {
    "id": ID,
    "contact": {"id": "p", "username": "Kate"},
    "attachments": [{"id": "a", "new": {"x": 1}}],
    "reactions": [{"❤️": ["Kate"]}],
    "new": {"id": 1},
}


@pytest.fixture
def message(scripted):
    return scripted(json_answer(200, MESSAGE)).client.messages.get(ID)


def test_keys_are_attributes_and_objects_have_their_classes(message):
    assert type(message) is Message
    assert isinstance(message, dict)
    assert (message.id, message["id"], message.get("none")) == (ID, ID, None)
    assert type(message.contact) is Person
    assert message.contact.username == "Kate"
    assert [type(item) for item in message.attachments] == [Attachment]
    assert message.reactions == [{"❤️": ["Kate"]}]
    assert type(message.reactions[0]) is dict


def test_what_is_not_known_stays(message):
    assert message == MESSAGE
    assert message.new == {"id": 1}
    assert message.attachments[0].new == {"x": 1}
    assert json.loads(json.dumps(message)) == MESSAGE


def test_it_shows_what_it_has(message):
    assert repr(message.contact) == "Person(id='p', username='Kate')"
    assert {"id", "contact", "new", "items"} <= set(dir(message))
    with pytest.raises(AttributeError, match="Message has no attribute nothing"):
        _ = message.nothing
    assert not hasattr(message, "read_at")


def test_an_attribute_cannot_be_set_for_that_would_change_nothing(message):
    with pytest.raises(AttributeError, match="update"):
        message.message = "x"
    with pytest.raises(AttributeError, match="update"):
        del message.id


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value)), lambda value: value.copy()]
)
def test_copies_are_equal_and_of_the_same_class(message, again):
    copied = again(message)
    assert copied == message
    assert copied is not message
    assert type(copied) is Message
    assert type(copied.contact) is Person


def test_a_deep_copy_shares_nothing(message):
    copied = copy.deepcopy(message)
    copied["contact"]["username"] = "Kevin"
    assert message.contact.username == "Kate"


@pytest.mark.parametrize("value", [None, 5, "text", [1], {"id": 5}])
def test_what_is_of_another_kind_than_it_should_stays(scripted, value):
    odd = {"id": ID, "contact": value, "attachments": value}
    found = scripted(json_answer(200, odd)).client.messages.get(ID)
    assert found == odd


def test_objects_can_be_made_for_the_tests_of_a_caller():
    made = Conversation(id=ID, is_muted=True)
    assert (made.id, made.is_muted) == (ID, True)
    assert made == {"id": ID, "is_muted": True}
    assert made != Contact(id="other")
    assert isinstance(made, Object)


def test_the_import_is_light():
    heavy = ["asyncio", "ssl", "http.client", "httpx", "email", "socket", "inspect", "urllib.request", "logging"]
    program = f"import sys, protocol_api; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
