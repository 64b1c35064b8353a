import asyncio
import copy
import math
import pickle
from urllib.parse import unquote

import pytest
from server import ID, TOKEN, Server, answer, error, hang_up, json, page

from protocol_api import (
    ApiClientError,
    ApiConnectionError,
    AsyncApiClient,
    NotFoundError,
    UnexpectedAnswerError,
)
from protocol_api.types import Conversation, Sound


def items(*ids):
    return [{"id": id} for id in ids]


def ids(things):
    return [thing.id for thing in things]


def queries(made):
    return [unquote(request.path.partition("?")[2]) for request in made.requests]


def three():
    return [page(items("f", "e"), "cur_1"), page(items("d", "c"), "cur_2"), page(items("b"))]


def test_a_list_is_a_page(scripted):
    made = scripted(*three())
    listed = made.client.conversations.list(limit=2)
    assert (listed.has_more, listed.data, listed.next_cursor) == (True, items("f", "e"), "cur_1")
    assert listed["data"] is listed.data
    assert dict(getattr(listed, "inner", listed)) == {
        "has_more": True,
        "data": items("f", "e"),
        "next_cursor": "cur_1",
    }
    assert all(type(item) is Conversation for item in listed.data)
    assert len(made.requests) == 1


def test_a_list_that_is_iterated_goes_to_the_end_by_next_cursor_and_with_the_same_filters(scripted):
    made = scripted(*three())
    assert ids(made.client.conversations.list(limit=2, muted=True)) == ["f", "e", "d", "c", "b"]
    assert queries(made) == [
        "limit=2&muted=true",
        "limit=2&starting_after=cur_1&muted=true",
        "limit=2&starting_after=cur_2&muted=true",
    ]


def test_a_list_begins_where_it_is_told(scripted):
    made = scripted(*three())
    list(made.client.conversations.list(starting_after="g"))
    assert queries(made) == ["starting_after=g", "starting_after=cur_1", "starting_after=cur_2"]


def test_an_asynchronous_list_that_is_not_read_asks_for_nothing_and_for_its_first_page_once(held):
    async def calls(client):
        listed = client.conversations.list()
        listed.pages()
        listed.__aiter__()
        assert server.requests == []
        first, second = await asyncio.gather(page_of(listed), page_of(listed))
        assert first is second
        assert [item.id async for item in listed] == ["f", "e", "d", "c", "b"]
        assert len(server.requests) == 3
        await client.close()

    async def page_of(listed):
        return await listed

    server = Server(three())
    asyncio.run(calls(AsyncApiClient(TOKEN, base_url=server.url)))
    server.close()


def test_no_page_is_asked_for_before_the_items_of_the_last_one_have_been_taken(scripted):
    made = scripted(*three())
    assert [len(made.requests) for _ in made.client.conversations.list()] == [1, 1, 2, 2, 3]


def test_who_stops_reading_asks_for_no_more(scripted):
    made = scripted(*three())
    for item in made.client.conversations.list():
        if item.id == "e":
            break
    for read in made.client.conversations.list().pages():
        if read.data:
            break
    assert len(made.requests) == 2


def test_pages(scripted):
    made = scripted(*three())
    pages = list(made.client.conversations.list().pages())
    assert ["".join(ids(read.data)) for read in pages] == ["fe", "dc", "b"]


def test_a_page_goes_on_from_itself(scripted):
    made = scripted(*three(), three()[2])
    second = list(made.client.conversations.list().pages())[1]
    assert ids(second) == ["d", "c", "b"]
    assert len(made.requests) == 4


def test_the_last_page_is_the_last_whatever_its_cursor(scripted):
    made = scripted(page(items("a"), "cur_9", False), page(items("b"), None, True))
    assert ids(made.client.conversations.list()) == ["a"]
    assert ids(made.client.conversations.list()) == ["b"]
    assert len(made.requests) == 2


def test_an_empty_list(scripted):
    assert list(scripted(page([])).client.conversations.list()) == []


def test_a_search_goes_on_over_short_and_empty_pages(scripted):
    made = scripted(page([], "cur_1"), page(items("a"), "cur_2"), page([], "cur_3"), page(items("b")))
    assert ids(made.client.messages.search(query="x")) == ["a", "b"]
    assert queries(made)[3] == "query=x&starting_after=cur_3"


def test_backwards_by_the_first_item_of_each_page_items_in_the_direction_of_travel(scripted):
    made = scripted(page(items("c", "b"), "b", True), page(items("e", "d"), "d", True), page(items("f"), "f", False))
    assert ids(made.client.messages.list(ending_before="a", limit=2)) == ["b", "c", "d", "e", "f"]
    assert queries(made) == ["limit=2&ending_before=a", "limit=2&ending_before=c", "limit=2&ending_before=e"]


def test_backwards_a_page_is_as_the_api_gives_it(scripted):
    made = scripted(page(items("c", "b"), "b", True), page([], None, True))
    listed = made.client.messages.list(ending_before="a")
    assert ids(listed.data) == ["c", "b"]
    assert ["".join(ids(read.data)) for read in listed.pages()] == ["cb", ""]


def test_backwards_a_search_goes_on_over_empty_pages(scripted):
    made = scripted(page([], "cur_1"), page(items("b"), "cur_2"), page([], None))
    assert ids(made.client.messages.search(query="x", ending_before="a")) == ["b"]
    assert queries(made) == [
        "query=x&ending_before=a",
        "query=x&ending_before=cur_1",
        "query=x&ending_before=b",
    ]


def test_backwards_tags_go_by_their_names(scripted):
    made = scripted(page([{"name": "rain", "count": 2}], "rain", True), page([]))
    list(made.client.sounds.list_tags(ending_before="wind"))
    assert queries(made) == ["ending_before=wind", "ending_before=rain"]


@pytest.mark.parametrize("item", [{"contact": {}}, None, 5])
def test_backwards_items_without_a_name_are_an_error_rather_than_the_wrong_end(scripted, item):
    made = scripted(page([item], "a", True))
    with pytest.raises(UnexpectedAnswerError):
        list(made.client.messages.list(ending_before="b"))


def test_collect_takes_as_many_as_it_is_told_and_asks_for_no_page_beyond(scripted):
    made = scripted(*three(), *three())
    assert ids(made.client.conversations.list().collect(3)) == ["f", "e", "d"]
    assert len(made.requests) == 2
    assert made.client.conversations.list().collect(0) == []


def test_collect_takes_what_there_is(scripted):
    made = scripted(*three())
    assert len(made.client.conversations.list().collect(100)) == 5
    assert len(made.requests) == 3


@pytest.mark.parametrize("limit", [None, -1, math.nan, math.inf, 1.5, "3", True])
def test_collect_needs_a_limit(scripted, limit):
    made = scripted(page([]))
    with pytest.raises(ApiClientError, match="limit"):
        made.client.conversations.list().collect(limit)
    with pytest.raises(ApiClientError):
        asyncio.run(AsyncApiClient(TOKEN).conversations.list().collect(limit))


def test_a_page_that_fails_is_tried_again_and_then_raised_where_it_is_read(scripted):
    first, second, _ = three()
    made = scripted(first, hang_up, second, error(404, "resource_missing"))
    seen = []

    def read():
        for item in made.client.conversations.list():
            seen.append(item.id)

    with pytest.raises(NotFoundError):
        read()
    assert seen == ["f", "e", "d", "c"]


def test_a_list_with_more_attributes_than_a_page_has(scripted):
    def playlist(data, cursor):
        return json(200, {"id": ID, "name": "Rain", "has_more": bool(cursor), "data": data, "next_cursor": cursor})

    made = scripted(playlist(items("b"), "b"), playlist(items("a"), None))
    listed = made.client.playlists.get(ID, limit=1)
    assert (listed.name, listed["id"], listed.has_more) == ("Rain", ID, True)
    assert ids(listed) == ["b", "a"]
    assert type(listed.data[0]) is Sound
    assert made.requests[1].path == f"/v1/playlists/{ID}?limit=1&starting_after=b"
    assert type(getattr(listed, "inner", listed)).__name__.endswith("PlaylistWithSounds")


def test_the_options_of_a_list_are_those_of_each_page(scripted):
    made = scripted(page(items("a"), "a"), hang_up, page([]))
    with pytest.raises(ApiConnectionError):
        list(made.client.conversations.list(max_retries=0))
    assert len(made.requests) == 2


STUCK = {
    "forwards": (page(items("b"), "cur_1"), {"starting_after": "cur_1"}),
    "forwards, from the second page on": (page(items("b"), "cur_1"), {}),
    "forwards, to what is no position": (page(items("b"), 5), {}),
    "backwards": (page(items("b"), "b"), {"ending_before": "b"}),
    "backwards, over empty pages": (page([], "cur_1"), {"ending_before": "a"}),
}


@pytest.mark.parametrize("name", STUCK)
def test_a_list_that_does_not_go_on_is_an_error(scripted, name):
    given, params = STUCK[name]
    made = scripted(*[given] * 9)
    with pytest.raises(UnexpectedAnswerError, match=r"^listMessages: the list does not go on") as caught:
        list(made.client.messages.list(**params))
    assert (caught.value.status, caught.value.request_id) == (200, "req")
    assert len(made.requests) <= 2


WRONG = {
    "null": json(200, None),
    "an array": json(200, []),
    "no data": json(200, {"message": "x"}),
    "data of another kind": json(200, {"has_more": True, "data": {}, "next_cursor": "a"}),
    "no content": answer(204),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_list_that_is_answered_with_something_else_is_an_error(scripted, name):
    made = scripted(WRONG[name])
    with pytest.raises(UnexpectedAnswerError):
        made.client.messages.list()
    assert len(made.requests) == 1


def test_a_page_shows_what_it_has(scripted):
    made = scripted(page(items("a")), page(items("a")), page(items("b")))
    first, second, other = (getattr(made.client.contacts.list(), "inner", None) for _ in range(3))
    if first is None:
        pytest.skip("of the asynchronous client, which is as the synchronous one")
    assert first == second != other
    assert repr(first) == "AsyncPage(has_more=False, data=[Contact(id='a')], next_cursor=None)"
    assert {"data", "has_more", "next_cursor", "pages", "collect"} <= set(dir(first))
    with pytest.raises(AttributeError, match="nothing"):
        _ = first.nothing
    for again in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            again(first)
