"""What is asked of the storage, with a signed address. The token is not needed there, and not sent."""

from __future__ import annotations

import re
from typing import Any, Optional
from urllib.parse import urlsplit

from ..core.answers import Answer, error_of
from ..core.attempt import Attempt, Limit
from ..core.core import Core, answer_to, rest_of
from ..core.engine import Engine
from ..core.headers import Headers
from ..core.secrets import Secret
from ..core.transport import Body, TransportRequest


class Opened:
    """An answer whose body has yet to be read, piece by piece. The time does not run while nobody reads."""

    def __init__(self, engine: Engine, response: Any, limit: Limit) -> None:
        self.headers: Headers = response.headers
        #: Whether the caller wants no more of it.
        self.is_closed = False
        self._engine = engine
        self._response = response
        self._limit = limit

    async def read(self) -> bytes:
        """The next piece, or no bytes at the end."""
        self._limit.restart()
        return await self._limit.connected(self._engine.read(self._response, self._limit.deadline))

    async def close(self) -> None:
        """Lets the connection go, whether all has been read or not."""
        await self._engine.let_go(self._response)


async def open_file(engine: Engine, url: Secret[str], timeout: Optional[float]) -> Opened:
    """Begins to get a file."""
    request = TransportRequest("GET", url, Secret(Headers()), None)
    attempt = _attempt(request, timeout)
    limit = Limit(attempt)
    response = await limit.connected(engine.send(request, limit.deadline))
    if 200 <= response.status < 300:
        return Opened(engine, response, limit)
    answer = await rest_of(engine, request, response, limit)
    raise error_of(_without_secrets(answer), attempt.name, attempt.secrets)


async def send_file(
    engine: Engine, method: str, url: Secret[str], headers: Secret[Headers], body: Body, timeout: Optional[float]
) -> None:
    """Sends a file."""
    request = TransportRequest(method, url, headers, body)
    attempt = _attempt(request, timeout)
    answer = await answer_to(engine, request, Limit(attempt))
    if not answer.is_success:
        raise error_of(_without_secrets(answer), attempt.name, attempt.secrets)


def _attempt(request: TransportRequest, timeout: Optional[float]) -> Attempt:
    secrets = (Secret(request.url), Secret(urlsplit(request.url).query))
    return Attempt(timeout, f"{request.method} {request.origin}", secrets)


def _without_secrets(answer: Answer) -> Answer:
    # The rest of what the storage says may hold signatures.
    code = re.search(r"<Code>(\w+)</Code>", answer.body.reveal())
    return Answer(answer.status, answer.headers, Secret(code[1] if code else ""), answer.url)


def address_in(core: Core, answer: Answer, url: Secret[Any]) -> Secret[str]:
    """An address of the storage that is in an answer, which must be a whole one."""
    address = Secret(url.reveal() if isinstance(url.reveal(), str) else "")
    try:
        parts = Secret(urlsplit(address.reveal()))
        # A wrong port is known when it is read.
        is_whole = parts.reveal().scheme in ("http", "https") and parts.reveal().hostname and parts.reveal().port != 0
    except ValueError:
        is_whole = False
    if is_whole and address.reveal().isascii() and address.reveal().isprintable() and " " not in address.reveal():
        return address
    raise core.unexpected(answer, "The answer has no address of a file")
