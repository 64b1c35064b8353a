"""From answers to data, and to errors."""

from __future__ import annotations

import json
import re
from typing import Any, Optional, Type
from urllib.parse import urljoin, urlsplit

from .errors import ApiError, ErrorDetails, UnexpectedAnswerError, error_class
from .headers import Headers
from .objects import shaped
from .operation import Operation
from .secrets import Secret, Secrets, cover, cover_headers

SHOWN = 200


class Answer:
    """An answer that has been read. Its body may hold links, so that it is no variable of anybody's."""

    __slots__ = ("body", "headers", "request_id", "status", "url")

    def __init__(self, status: int, headers: Headers, body: Secret[str], url: Secret[str]) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.url = url
        self.request_id = request_id(headers)

    @property
    def is_success(self) -> bool:
        """Whether it is none of an error."""
        return 200 <= self.status < 300

    def __repr__(self) -> str:
        return f"<Answer {self.status}>"


def request_id(headers: Headers) -> Optional[str]:
    """Names the request in the logs of the API, or in those of the gateway in front of it, or of the storage."""
    return headers.get("x-request-id") or headers.get("apigw-requestid") or headers.get("x-amz-request-id")


def data_of(operation: Operation[Any], answer: Answer, name: str, secrets: Secrets) -> Any:
    """The data of a success. What the client does not know of it is passed through."""
    # What is asked for is there, or it is an error; what is done may be without an answer.
    if answer.status == 204 and operation.method != "GET":
        return None
    body = Secret(_parsed(answer.body))
    if isinstance(body.reveal(), dict) and not operation.is_list:
        return shaped(operation.shape, body.reveal()) if operation.shape else None
    if isinstance(body.reveal(), dict) and isinstance(body.reveal().get("data"), list):
        return body.reveal()
    lacks = "JSON" if body.reveal() is INVALID else "the data of a list" if operation.is_list else "an object"
    raise unexpected(answer, f"{name} was answered {answer.status} without {lacks}: {_shown(answer, secrets)}", secrets)


def error_of(answer: Answer, name: str, secrets: Secrets) -> ApiError:
    """The error that an answer is."""
    if 300 <= answer.status < 400 and answer.status != 304:
        return unexpected(answer, f"{name} was redirected{_to_where(answer)}. Is base_url right?", secrets)
    message = f"{name} was answered {answer.status}: {_shown(answer, secrets)}"
    return _error(error_class(answer.status), answer, message, secrets, _parsed(answer.body))


def unexpected(answer: Answer, message: str, secrets: Secrets) -> ApiError:
    """The error that a success is."""
    return _error(UnexpectedAnswerError, answer, message, secrets, None)


def _error(kind: Type[ApiError], answer: Answer, message: str, secrets: Secrets, body: Any) -> ApiError:
    headers = cover_headers(answer.headers, secrets)

    # Covered now, not in the text, where a secret may be written in other ways.
    def said(name: str) -> Optional[str]:
        value = body.get(name) if isinstance(body, dict) else None
        return cover(value, secrets) if isinstance(value, str) else None

    details = ErrorDetails(
        said("message") or cover(message, secrets),
        said("type"),
        said("code"),
        said("param"),
        said("documentation_url"),
        headers.get("x-request-id") or said("request_id") or request_id(headers),
    )
    return kind(answer.status, details, headers)


#: What is no JSON.
INVALID = object()


def _parsed(text: Secret[str]) -> Any:
    try:
        return json.loads(text.reveal())
    except (ValueError, RecursionError):
        return INVALID


def _to_where(answer: Answer) -> str:
    # The path and the query of where it leads may hold secrets.
    location = Secret(answer.headers.get("location", ""))
    try:
        parts = Secret(urlsplit(urljoin(answer.url.reveal(), location.reveal())))
        host = parts.reveal().netloc.rpartition("@")[2]
    except ValueError:
        return ""
    return f" to {parts.reveal().scheme}://{host}" if location.reveal() and host else ""


def _shown(answer: Answer, secrets: Secrets) -> str:
    body = Secret(_parsed(answer.body))
    # JSON has many ways to write a secret, and this is the one that is covered.
    is_json = body.reveal() is not INVALID
    text = Secret(json.dumps(body.reveal(), ensure_ascii=False) if is_json else answer.body.reveal())
    forms = [Secret(json.dumps(secret.reveal())[1:-1]) for secret in secrets]
    line = re.sub(r"\s+", " ", cover(text.reveal(), [*forms, *secrets])).strip()
    if not line:
        return "no body"
    return f"{line[:SHOWN]}…" if len(line) > SHOWN else line
