"""The options of clients and calls, and what they may be."""

from __future__ import annotations

import math
import os
import re
from typing import Awaitable, Callable, NamedTuple, Optional, TypeVar, Union
from urllib.parse import quote, urlsplit

from .errors import ApiClientError
from .headers import Headers
from .hosts import is_loopback
from .not_given import NOT_GIVEN, NotGiven
from .secrets import Secret

T = TypeVar("T")

BASE_URL = "http://127.0.0.1:9000"
#: `inspect.CO_COROUTINE`.
COROUTINE = 0x80


class OutgoingRequest(NamedTuple):
    """A request that is about to be sent."""

    #: `GET` and the like.
    method: str
    #: The whole address, with the query.
    url: str
    #: May be changed. The token is not among them: `authorization` is set after the hook, whatever it says.
    headers: Headers
    #: 0 for the first try of a call, 1 for the second, and so on.
    attempt: int


class AnsweredRequest(NamedTuple):
    """A request that was answered."""

    #: `GET` and the like.
    method: str
    #: The whole address, with the query.
    url: str
    #: 0 for the first try of a call, 1 for the second, and so on.
    attempt: int
    #: The status of the answer.
    status: int
    #: The headers of the answer.
    headers: Headers
    #: Names the request in the logs of the API.
    request_id: Optional[str]
    #: How long it took, in seconds.
    duration: float


RequestHook = Callable[[OutgoingRequest], None]
ResponseHook = Callable[[AnsweredRequest], None]
AsyncRequestHook = Callable[[OutgoingRequest], Union[None, Awaitable[None]]]
AsyncResponseHook = Callable[[AnsweredRequest], Union[None, Awaitable[None]]]


class Options(NamedTuple):
    """What can be said about each call."""

    #: How many seconds each try may take; None: without end.
    timeout: Union[float, None, NotGiven] = NOT_GIVEN
    #: How often the call is tried again.
    max_retries: Union[int, NotGiven] = NOT_GIVEN
    #: The `Idempotency-Key` of a POST.
    idempotency_key: Union[str, NotGiven] = NOT_GIVEN


class Limits(NamedTuple):
    """Options that are checked and complete."""

    timeout: Optional[float]
    max_retries: int
    idempotency_key: Optional[str]

    def with_options(self, options: Options) -> Limits:
        """These, with what the options say instead."""
        timeout = self.timeout if options.timeout is NOT_GIVEN else options.timeout
        max_retries = self.max_retries if options.max_retries is NOT_GIVEN else options.max_retries
        key = None if options.idempotency_key is NOT_GIVEN else options.idempotency_key
        if options.idempotency_key is not NOT_GIVEN and not _is_key(key):
            raise ApiClientError("idempotency_key must be 1 to 255 visible ASCII characters")
        return checked_limits(timeout, max_retries, key)


def checked_limits(timeout: object, max_retries: object, key: object = None) -> Limits:
    """The options as they are, or an error that says which one makes no sense."""
    if timeout is not None:
        if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout > 0:
            raise ApiClientError("timeout must be more than 0 seconds, or None for no end")
        if math.isinf(timeout):
            timeout = None
    if isinstance(max_retries, bool) or not isinstance(max_retries, int) or max_retries < 0:
        raise ApiClientError("max_retries must be a whole number from 0 on")
    return Limits(timeout, max_retries, key if isinstance(key, str) else None)


def _is_key(key: object) -> bool:
    return isinstance(key, str) and re.fullmatch(r"[\x21-\x7e]{1,255}", key) is not None


def checked_token(token: Secret[str]) -> Secret[str]:
    """The token as it is, or an error that does not show it."""
    if not isinstance(token.reveal(), str) or not token.reveal():
        raise ApiClientError("ApiClient(token): there is no token")
    if not re.fullmatch(r"[\x21-\x7e]+", token.reveal()):
        raise ApiClientError("ApiClient(token): the token has characters, such as line breaks, that none has")
    return token


def checked_base_url(given: Secret[Optional[str]], allow_http: bool) -> str:
    """The address in front of `/v1`, without a slash at its end."""
    ours = os.environ.get("PROTOCOL_API_URL") or BASE_URL
    address = Secret(ours if given.reveal() is None else given.reveal() or "")
    del ours
    parts = Secret(urlsplit(""))
    try:
        parts = Secret(urlsplit(address.reveal()))
        scheme, host, port = parts.reveal().scheme, parts.reveal().hostname or "", parts.reveal().port
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except (AttributeError, TypeError, ValueError):
        raise ApiClientError("base_url is not an address such as https://api.example.com") from None
    if scheme in ("http", "https") and parts.reveal().username is not None:
        raise ApiClientError("base_url has a user, a query or a fragment, which no address of the API has")
    if not host or not scheme or re.search(r"[\x00-\x20\x7f\\]", address.reveal()) or "%" in host:
        raise ApiClientError("base_url is not an address such as https://api.example.com")
    if scheme not in ("http", "https"):
        raise ApiClientError("base_url must begin with https:// or http://")
    if "?" in address.reveal() or "#" in address.reveal():
        raise ApiClientError("base_url has a user, a query or a fragment, which no address of the API has")
    if scheme == "http" and not is_loopback(host) and not allow_http:
        raise ApiClientError(f"The token would travel to {host} where others can read it: use https, or allow_http")
    if ":" in host:
        host = f"[{host}]"
    netloc = host if port is None or port == {"http": 80, "https": 443}[scheme] else f"{host}:{port}"
    return f"{scheme}://{netloc}{quote(parts.reveal().path, safe='/%:@!$&()*+,;=~').rstrip('/')}"


def checked_hook(name: str, hook: T) -> T:
    """A hook as it is, or None."""
    if hook is not None and not callable(hook):
        raise ApiClientError(f"{name} must be a function")
    return hook


def checked_transport(transport: T, is_async: bool) -> T:
    """A transport that can do the work of this client, as far as its `send` tells."""
    send = getattr(transport, "send", None)
    if not callable(send):
        raise ApiClientError("transport must have a method send")
    code = getattr(send, "__code__", None)
    # That of the other client waits otherwise, and takes the time-out.
    needs = code.co_argcount - len(getattr(send, "__defaults__", None) or ()) if code else 0
    if needs > 2 if is_async else is_coroutine_function(send):
        needed, other = ("an AsyncTransport", "a Transport") if is_async else ("a Transport", "an AsyncTransport")
        raise ApiClientError(f"transport must be {needed}, and this is {other}")
    return transport


def is_coroutine_function(function: object) -> bool:
    """Whether it is written with `async def`. As `inspect` says, which takes long to import."""
    code = getattr(function, "__code__", None)
    return code is not None and bool(code.co_flags & COROUTINE)
