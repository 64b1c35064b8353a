import copy
import pickle

import pytest
from server import ID, answer, error, half_body, hang_up, json, raw, raw_end

import protocol_api
from protocol_api import (
    ApiClientError,
    ApiConnectionError,
    ApiError,
    BadRequestError,
    UnexpectedAnswerError,
)


def failure(scripted, given):
    made = scripted(given, max_retries=0)
    with pytest.raises(ApiClientError) as caught:
        made.client.conversations.get(ID)
    return caught.value


CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    405: "ApiError",
    409: "ConflictError",
    410: "GoneError",
    413: "PayloadTooLargeError",
    415: "ApiError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "ServerError",
    502: "ServerError",
    503: "ServerError",
    504: "ServerError",
    599: "ServerError",
}
FORMS = {
    "of the API": lambda status: error(status, "some_code"),
    "of the gateway": lambda status: json(status, {"message": "Whatever"}),
    "in HTML": lambda status: answer(status, "<html></html>", {"content-type": "text/html"}),
    "without a body": answer,
}


@pytest.mark.parametrize("status", CLASSES)
@pytest.mark.parametrize("form", FORMS)
def test_a_status_has_its_class(scripted, status, form):
    caught = failure(scripted, FORMS[form](status))
    assert type(caught) is getattr(protocol_api, CLASSES[status])
    assert isinstance(caught, ApiError)
    assert caught.status == status
    assert str(caught) == caught.message != ""


def test_an_error_has_what_the_api_says(scripted):
    body = {
        "type": "invalid_request",
        "code": "parameter_invalid",
        "message": "limit must be between 1 and 100.",
        "param": "limit",
        "documentation_url": "https://api.example.com/docs#parameter_invalid",
        "request_id": "2f6f4bd1-3b36-4c0c-b4f2-5a5f0a7d3c55",
    }
    headers = {"x-request-id": body["request_id"], "apigw-requestid": "gateway", "retry-after": "7"}
    caught = failure(scripted, json(400, body, headers))
    assert {name: getattr(caught, name) for name in body} == body
    assert caught.headers["Retry-After"] == "7"


def test_a_code_and_a_type_that_are_new_are_passed_through(scripted):
    caught = failure(scripted, json(418, {"type": "teapot", "code": "is_a_teapot", "message": "No.", "more": [1]}))
    assert (caught.type, caught.code, caught.message) == ("teapot", "is_a_teapot", "No.")


def test_an_error_of_the_gateway_has_its_message_and_its_id(scripted):
    headers = {"content-type": "application/json", "apigw-requestid": "gateway"}
    caught = failure(scripted, answer(429, '{"message": "Too Many Requests"}', headers))
    assert (caught.message, caught.request_id) == ("Too Many Requests", "gateway")
    assert (caught.type, caught.code, caught.param, caught.documentation_url) == (None, None, None, None)


def test_an_error_in_html_says_what_came_and_not_too_much_of_it(scripted):
    caught = failure(scripted, answer(502, f"<html>\n<h1>Bad   Gateway</h1>{'x' * 5000}"))
    assert caught.message.startswith("GET http://127.0.0.1:")
    assert f"/v1/conversations/{ID} was answered 502: <html> <h1>Bad Gateway</h1>xx" in caught.message
    assert caught.message.endswith("x…")
    assert len(caught.message) < 400


@pytest.mark.parametrize("body", ["null", "[]", '"text"', "5", '{"message":5,"code":{}}', "{", "[" * 100_000])
def test_an_error_whose_body_is_something_else(scripted, body):
    caught = failure(scripted, answer(400, body))
    assert type(caught) is BadRequestError
    assert "was answered 400" in caught.message
    assert caught.code is None


NO_JSON = {
    "HTML": answer(200, "<html>Log in to this network</html>", {"content-type": "text/html", "x-request-id": "r"}),
    "no body": answer(200, "", {"x-request-id": "r"}),
    "half an object": answer(201, '{"id":"x"', {"x-request-id": "r"}),
}


@pytest.mark.parametrize("name", NO_JSON)
def test_a_success_without_json_is_an_error_and_not_tried_again(scripted, name):
    made = scripted(NO_JSON[name], json(200, {}))
    with pytest.raises(UnexpectedAnswerError, match="without JSON") as caught:
        made.client.conversations.get(ID)
    assert caught.value.request_id == "r"
    assert len(made.requests) == 1


NO_ANSWERS = {
    "a closed connection": hang_up,
    "half a body": half_body,
    "what is no HTTP": raw_end("SSH-2.0-OpenSSH_9.6\r\n"),
    "half a chunk": raw_end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{}"),
    "no end of the chunks": raw_end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    "a wrong content-length": raw_end("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{}"),
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_an_answer_that_is_none_is_a_connection_error_with_a_cause(scripted, name):
    caught = failure(scripted, NO_ANSWERS[name])
    assert type(caught) is ApiConnectionError
    assert isinstance(caught.__cause__, Exception)
    assert caught.__context__ is None or caught.__context__ is caught.__cause__
    assert caught.message.startswith("GET http://127.0.0.1:")
    assert "was not answered in full: " in caught.message


def test_an_answer_in_chunks(scripted):
    chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    made = scripted(raw(f'{chunked}5\r\n{{"id"\r\n5\r\n:"x"}}\r\n0\r\n\r\n'), json(200, {}))
    assert made.client.me.get().id == "x"
    assert made.client.me.get() == {}
    assert made.server.connections == 1


def test_nobody_listens(new_client, held):
    with pytest.raises(ApiConnectionError, match=r"refused|attempts failed"):
        new_client(base_url="http://127.0.0.1:1").conversations.get(ID)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed_whether_to_another_origin_or_not(scripted, status):
    other = scripted()
    location = f"{other.url}/elsewhere?secret=1"
    made = scripted(answer(status, "", {"location": location}), answer(status, "", {"location": "/v2"}))
    for shown in (other.url, made.url):
        with pytest.raises(UnexpectedAnswerError) as caught:
            made.client.conversations.create(contact_id=ID)
        assert caught.value.status == status
        assert f"redirected to {shown}." in caught.value.message
        assert "secret" not in caught.value.message
    assert (len(made.requests), other.requests) == (2, [])


@pytest.mark.parametrize("body", [None, [], [{}], "text", 5])
def test_a_success_that_is_no_object_is_an_error(scripted, body):
    made = scripted(json(200, body), json(201, body), json(200, body))
    with pytest.raises(UnexpectedAnswerError):
        made.client.conversations.get(ID)
    with pytest.raises(UnexpectedAnswerError):
        made.client.conversations.create(contact_id=ID)
    with pytest.raises(UnexpectedAnswerError):
        made.client.conversations.delete(ID)


def test_what_is_asked_for_and_not_there_is_an_error(scripted):
    made = scripted(answer(204), answer(204))
    with pytest.raises(UnexpectedAnswerError):
        made.client.conversations.get(ID)
    assert made.client.groups.leave(ID) is None


def test_304_leads_nowhere(scripted):
    caught = failure(scripted, answer(304))
    assert type(caught) is UnexpectedAnswerError
    assert caught.message.endswith("was answered 304: no body")


@pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_an_error_survives_being_copied(scripted, again):
    caught = failure(scripted, error(404, "resource_missing", {"retry-after": "7"}))
    copied = again(caught)
    assert type(copied) is type(caught)
    names = ("message", "status", "type", "code", "param", "documentation_url", "request_id", "headers")
    for name in names:
        assert getattr(copied, name) == getattr(caught, name)
    for given in (hang_up, answer(200)):
        other = failure(scripted, given)
        assert str(again(other)) == str(other)
