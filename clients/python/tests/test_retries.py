import re
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from server import ID, answer, error, half_body, hang_up, json, raw_end

from protocol_api import (
    ApiConnectionError,
    ApiError,
    ConflictError,
    NotFoundError,
    RateLimitError,
    ServerError,
)
from protocol_api.core.clock import clock

FINE = json(200, {"id": ID})
MISSING = error(404, "resource_missing")

PASSING = {
    "a connection closed after the request": hang_up,
    "half a body": half_body,
    "429 without a body": answer(429),
    "429 of the API": error(429, "too_many_attempts"),
    "500": error(500, "internal_error"),
    "502 in HTML": answer(502, "<html><body>Bad Gateway</body></html>", {"content-type": "text/html"}),
    "503 of the gateway": json(503, {"message": "Service Unavailable"}),
    "504": answer(504, "Gateway Timeout"),
}


@pytest.mark.parametrize("name", PASSING)
def test_every_method_is_tried_again(scripted, name):
    bad = PASSING[name]
    made = scripted(bad, FINE, bad, FINE, bad, FINE, bad, answer(204))
    conversations = made.client.conversations
    assert conversations.get(ID).id == ID
    assert conversations.create(contact_id=ID).id == ID
    assert conversations.update(ID, is_muted=True).id == ID
    assert conversations.delete(ID) is None
    methods = " ".join(request.method for request in made.requests)
    assert methods == "GET GET POST POST PUT PUT DELETE DELETE"
    assert len(made.waits) == 4
    # The same request each time.
    for first, second in zip(made.requests[::2], made.requests[1::2]):
        assert (first.body, first.headers) == (second.body, second.headers)


def test_a_try_that_takes_too_long_is_followed_by_another(scripted, held):
    made = scripted(held.run_out, FINE)
    assert made.client.conversations.get(ID).id == ID
    assert len(made.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 415, 422, 501, 505])
def test_other_statuses_are_not_tried_again(scripted, status):
    made = scripted(error(status, "whatever", {"retry-after": "1"}), FINE)
    with pytest.raises(ApiError) as caught:
        made.client.conversations.get(ID)
    assert caught.value.status == status
    assert len(made.requests) == 1


def test_409_is_tried_again_only_when_its_code_says_that_the_key_is_in_use(scripted):
    made = scripted(
        error(409, "username_taken", {"retry-after": "1"}),
        json(409, {"message": "Conflict"}),
        error(409, "idempotency_key_in_use"),
        FINE,
    )
    for code in ("username_taken", None):
        with pytest.raises(ConflictError) as caught:
            made.client.conversations.create(contact_id=ID)
        assert caught.value.code == code
    assert made.client.conversations.create(contact_id=ID).id == ID
    assert len(made.requests) == 4


def test_two_retries_by_default_as_many_as_one_says_and_then_the_last_error(scripted):
    made = scripted(*[error(503, "service_unavailable")] * 9)
    for options, count in (({}, 3), ({"max_retries": 0}, 4), ({"max_retries": 4}, 9)):
        with pytest.raises(ServerError):
            made.client.conversations.get(ID, **options)
        assert len(made.requests) == count
    assert len(made.waits) == 2 + 0 + 4


def test_max_retries_of_the_client_counts_for_all_its_calls(scripted):
    made = scripted(hang_up, FINE, max_retries=0)
    with pytest.raises(ApiConnectionError):
        made.client.conversations.get(ID)
    assert len(made.requests) == 1


def test_pauses_double_from_half_a_second_to_eight_with_full_jitter(scripted, monkeypatch):
    made = scripted(*[answer(503)] * 14, max_retries=6)
    with pytest.raises(ServerError):
        made.client.conversations.get(ID)
    assert made.waits == [0.5, 1, 2, 4, 8, 8]
    made.waits.clear()
    parts = [0, 0.25, 0.5, 0, 1, 0.125]
    monkeypatch.setattr(clock, "random", lambda: parts.pop(0))
    with pytest.raises(ServerError):
        made.client.conversations.get(ID)
    assert made.waits == [0, 0.25, 1, 0, 8, 1]


NOW = datetime(2030, 1, 1, tzinfo=timezone.utc)


def date(seconds):
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


RETRY_AFTER = {
    "1": 1,
    "60": 60,
    "1.5": 1.5,
    date(30): 30,
    date(60): 60,
    date(-30): 0.5,
    "0": 0.5,
    "-5": 0.5,
    "soon": 0.5,
    "": 0.5,
    "Mon, 99 Jan 2030 00:00:00 GMT": 0.5,
}


@pytest.mark.parametrize("value", RETRY_AFTER)
def test_retry_after(scripted, monkeypatch, value):
    made = scripted(error(503, "service_unavailable", {"retry-after": value}), FINE)
    monkeypatch.setattr(clock, "now", NOW.timestamp)
    made.client.conversations.get(ID)
    assert made.waits == [RETRY_AFTER[value]]


@pytest.mark.parametrize("value", ["61", "3600", date(61)])
def test_retry_after_that_is_too_long_to_wait_for(scripted, monkeypatch, value):
    made = scripted(error(429, "too_many_attempts", {"retry-after": value}), FINE)
    monkeypatch.setattr(clock, "now", NOW.timestamp)
    with pytest.raises(RateLimitError) as caught:
        made.client.conversations.get(ID)
    assert caught.value.headers["Retry-After"] == value
    assert (len(made.requests), made.waits) == (1, [])


def test_a_post_has_one_key_for_all_its_tries_and_the_next_call_another(scripted):
    made = scripted(hang_up, answer(500), FINE, FINE)
    made.client.conversations.create(contact_id=ID)
    made.client.conversations.create(contact_id=ID)
    keys = [request.headers["idempotency-key"] for request in made.requests]
    assert re.fullmatch("[0-9a-f]{32}", keys[0])
    assert keys[:3] == [keys[0]] * 3
    assert keys[3] != keys[0]


def test_a_post_has_the_key_that_the_caller_gives_it(scripted):
    made = scripted(hang_up, FINE)
    made.client.conversations.create(contact_id=ID, idempotency_key="my-own-key")
    assert [request.headers["idempotency-key"] for request in made.requests] == ["my-own-key"] * 2


def test_only_a_post_has_a_key(scripted):
    made = scripted(FINE, FINE, answer(204))
    made.client.conversations.get(ID)
    made.client.conversations.update(ID, is_muted=True)
    made.client.conversations.delete(ID)
    assert not any("idempotency-key" in request.headers for request in made.requests)
    with pytest.raises(TypeError):
        made.client.conversations.get(ID, idempotency_key="k")


LOST = {"no answer": hang_up, "half an answer": raw_end("HTTP/1.1 204 No Con"), "503": answer(503)}


@pytest.mark.parametrize("name", LOST)
def test_a_delete_that_finds_nothing_after_a_lost_answer_has_succeeded(scripted, name):
    made = scripted(LOST[name], MISSING)
    assert made.client.conversations.delete(ID) is None


def test_a_delete_that_finds_nothing_after_a_time_out_has_succeeded(scripted, held):
    statuses = []
    made = scripted(held.run_out, MISSING, on_response=lambda response: statuses.append(response.status))
    assert made.client.conversations.delete(ID) is None
    assert statuses == [404]


def test_a_delete_that_finds_nothing_otherwise_has_failed(scripted):
    wrong_address = error(404, "route_missing")
    made = scripted(MISSING, answer(429), MISSING, hang_up, wrong_address, hang_up, answer(404))
    for _ in range(4):
        with pytest.raises(NotFoundError):
            made.client.conversations.delete(ID)


def test_other_methods_that_find_nothing_after_no_answer_have_failed(scripted):
    made = scripted(*[hang_up, MISSING] * 3)
    conversations = made.client.conversations
    for call in (conversations.get, conversations.update, conversations.mark_read):
        with pytest.raises(NotFoundError):
            call(ID)
