"""When a call is tried again."""

from __future__ import annotations

import re
from typing import Awaitable, Callable, Optional, TypeVar

from .clock import clock
from .engine import Engine
from .errors import ApiClientError, ApiConnectionError, ApiError, ApiTimeoutError, ServerError
from .headers import Headers
from .secrets import Cause

T = TypeVar("T")

#: In seconds.
FIRST_WAIT = 0.5
LONGEST_WAIT = 8.0
LONGEST_RETRY_AFTER = 60.0
STATUSES = (429, 500, 502, 503, 504)


def is_passing(error: ApiClientError) -> bool:
    """Whether a call that ended so may be answered otherwise the next time."""
    if isinstance(error, ApiError):
        return error.status in STATUSES or (error.status == 409 and error.code == "idempotency_key_in_use")
    return _is_unanswered(error) and not _is_distrust(error)


def may_be_done(error: ApiClientError) -> bool:
    """Whether what was asked for may have been done nevertheless, as far as anybody knows."""
    return _is_unanswered(error) or isinstance(error, ServerError)


def _is_unanswered(error: ApiClientError) -> bool:
    return isinstance(error, (ApiConnectionError, ApiTimeoutError))


def _is_distrust(error: ApiClientError) -> bool:
    """Whether the server has a certificate that is not trusted, which will not change."""
    cause = error.__cause__
    while isinstance(cause, Cause) and cause.kind != "SSLCertVerificationError":
        # Libraries give it on as an error of theirs.
        if "CERTIFICATE_VERIFY_FAILED" in cause.text:
            return True
        cause = cause.__cause__
    return cause is not None


class Retries:
    """How often something is still tried again after errors that may pass."""

    def __init__(self, engine: Engine, most: int, is_passing: Callable[[ApiClientError], bool] = is_passing) -> None:
        self._engine = engine
        self._most = most
        self._is_passing = is_passing
        self._tried = 0
        self._final: Optional[BaseException] = None

    async def run(self, work: Callable[[int], Awaitable[T]]) -> T:
        """Does something, as often as it takes and may be."""
        while True:
            try:
                return await work(self._tried)
            except ApiClientError as error:
                pause = self._pause(error)
                if pause is None:
                    raise
            self._tried += 1
            await self._engine.sleep(pause)

    def _pause(self, error: ApiClientError) -> Optional[float]:
        if self._tried >= self._most or error is self._final or not self._is_passing(error):
            return None
        asked = retry_after(error.headers) if isinstance(error, ApiError) else 0.0
        if asked > LONGEST_RETRY_AFTER:
            return None
        # Anywhere in the pause, so that clients that failed together do not come back together.
        longest = min(FIRST_WAIT * 2.0 ** min(self._tried, 16), LONGEST_WAIT)
        return max(clock.random() * longest, asked)

    async def once(self, part: Awaitable[T]) -> T:
        """A part of the work that has retries of its own: when it fails, nothing is tried again."""
        try:
            return await part
        except BaseException as error:
            self._final = error
            raise


def retry_after(headers: Headers) -> float:
    """How many seconds the answer asks to wait. It says seconds or a date."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return float(value)
    # Late, for it takes long to import.
    from email.utils import parsedate_to_datetime

    try:
        return max(parsedate_to_datetime(value).timestamp() - clock.now(), 0.0)
    except (IndexError, OverflowError, TypeError, ValueError):
        return 0.0
