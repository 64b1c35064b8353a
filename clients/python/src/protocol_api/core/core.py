"""Sends the calls of a client."""

from __future__ import annotations

import platform
import re
import secrets as random_secrets
from typing import Any, Callable, List, Mapping, Optional, Sequence

from ..version import __version__
from .answers import Answer, data_of, error_of, request_id, unexpected
from .attempt import Attempt, Limit
from .clock import clock
from .engine import Engine
from .errors import ApiClientError, ApiError, NotFoundError
from .headers import Headers
from .objects import Response, with_response
from .operation import Operation
from .options import AnsweredRequest, Limits, Options, OutgoingRequest
from .retry import Retries, may_be_done
from .secrets import Secret, cover_headers
from .transport import TransportRequest
from .url import Call, call_of

#: What HTTP can send, and where everybody reads the same.
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"(?:[\x21-\x7e\xa0-\xff](?:[\t\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa0-\xff])?)?")
#: They say where a request goes and where it ends.
NOT_OF_HOOKS = ("content-length", "host", "transfer-encoding")
USER_AGENT = f"protocol-api-python/{__version__} python/{platform.python_version()}"


class Answered:
    """The data of a call, and the answer that brought it. Neither is shown, for there may be links in it."""

    __slots__ = ("answer", "data", "response")

    def __init__(self, data: Any, answer: Answer, secrets: Sequence[Secret[str]]) -> None:
        self.answer = answer
        headers = cover_headers(answer.headers, tuple(secrets))
        self.response = Response(answer.status, headers, request_id(headers))
        self.data = with_response(data, self.response)

    def __repr__(self) -> str:
        return f"<Answered {self.answer.status}>"


class Core:
    """Sends requests to the API. Only it knows the token."""

    def __init__(
        self,
        engine: Engine,
        token: Secret[str],
        base_url: str,
        limits: Limits,
        on_request: Optional[Callable[[OutgoingRequest], Any]],
        on_response: Optional[Callable[[AnsweredRequest], Any]],
    ) -> None:
        self.engine = engine
        self._token = token
        self._base_url = base_url
        self._limits = limits
        self._on_request = on_request
        self._on_response = on_response
        self._is_closed = False

    def __reduce__(self) -> Any:
        raise TypeError("a client cannot be copied or pickled: it has a token and connections")

    async def close(self, transport: bool) -> None:
        """Ends its work, and that of the transport, if it is its own."""
        self._is_closed = True
        if transport:
            await self.engine.close()

    def limits(self, options: Options) -> Limits:
        """The options of a call, with those of the client where it has none."""
        return self._limits.with_options(options)

    def unexpected(self, answer: Answer, message: str) -> ApiError:
        """The error that an answer is which is none of the API."""
        return unexpected(answer, message, (self._token,))

    async def call(
        self, operation: Operation[Any], path: Sequence[str], params: Mapping[str, object], options: Options
    ) -> Answered:
        """Makes a call."""
        return await self.send(operation, call_of(operation, path, params), options)

    async def send(self, operation: Operation[Any], call: Call, options: Options) -> Answered:
        """Sends a call."""
        if self._is_closed:
            raise ApiClientError("the client is closed")
        timeout, max_retries, key = self.limits(options)
        headers = _headers_of(call, key)
        name = f"{call.method} {self._base_url}{call.path.split('?')[0]}"
        attempt = Attempt(timeout, name, (self._token,))
        done: List[bool] = []
        retries = Retries(self.engine, max_retries)

        async def once(tried: int) -> Answered:
            try:
                answer = await self._try(call, headers, tried, attempt, retries)
                if answer.is_success:
                    return Answered(data_of(operation, answer, name, attempt.secrets), answer, attempt.secrets)
                error = error_of(answer, name, attempt.secrets)
                # As the answer to a DELETE that is not tried again.
                if done and _is_deleted(call, error):
                    return Answered(None, answer, attempt.secrets)
                raise error
            except ApiClientError as error:
                if may_be_done(error):
                    done.append(True)
                raise

        return await retries.run(once)

    async def _try(self, call: Call, own: Headers, tried: int, attempt: Attempt, retries: Retries) -> Answer:
        limit = Limit(attempt)
        url = self._base_url + call.path
        shown = Headers(own)
        if self._on_request:
            event = OutgoingRequest(call.method, url, shown, tried)
            await limit.hooked(retries.once(self.engine.hook(self._on_request, event, limit.deadline)))
        # A copy, for the hook may have kept its own.
        headers = Secret(_checked(shown))
        headers.reveal()["authorization"] = f"Bearer {self._token.reveal()}"
        start = clock.monotonic()
        request = TransportRequest(call.method, Secret(url), headers, call.body)
        answer = await answer_to(self.engine, request, limit)
        duration = clock.monotonic() - start
        if self._on_response:
            theirs = cover_headers(answer.headers, attempt.secrets)
            told = AnsweredRequest(call.method, url, tried, answer.status, theirs, request_id(theirs), duration)
            await limit.hooked(retries.once(self.engine.hook(self._on_response, told, limit.deadline)))
        return answer


async def answer_to(engine: Engine, request: TransportRequest, limit: Limit) -> Answer:
    """Sends a request, and reads the whole answer."""
    response = await limit.connected(engine.send(request, limit.deadline))
    return await rest_of(engine, request, response, limit)


async def rest_of(engine: Engine, request: TransportRequest, response: Any, limit: Limit) -> Answer:
    """Reads the whole answer of which the beginning is there."""
    pieces: List[bytes] = []
    try:
        while True:
            piece = await limit.connected(engine.read(response, limit.deadline))
            if not piece:
                break
            pieces.append(piece)
    finally:
        await engine.let_go(response)
    body = Secret(b"".join(pieces).decode(errors="replace"))
    pieces.clear()
    return Answer(response.status, response.headers, body, Secret(request.url))


def _headers_of(call: Call, key: Optional[str]) -> Headers:
    headers = Headers({"accept": "application/json", "user-agent": USER_AGENT})
    if call.content_type is not None:
        headers["content-type"] = call.content_type
    if call.method == "POST":
        headers["idempotency-key"] = new_key() if key is None else key
    return headers


def _checked(headers: Headers) -> Headers:
    """What a hook has made of the headers, if HTTP can send it."""
    for name, value in headers.items():
        is_sent = isinstance(value, str) and NAME.fullmatch(name) and VALUE.fullmatch(value)
        if not is_sent or name in NOT_OF_HOOKS:
            raise ApiClientError(f"on_request has made a header that cannot be sent: {name!r}")
    return Headers(headers)


def new_key() -> str:
    """A key for a call that was given none."""
    return random_secrets.token_hex(16)


def _is_deleted(call: Call, error: ApiError) -> bool:
    return call.method == "DELETE" and isinstance(error, NotFoundError) and error.code == "resource_missing"
