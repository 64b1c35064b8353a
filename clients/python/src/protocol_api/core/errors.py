"""What calls raise."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Tuple, Type

from .headers import Headers


class ApiClientError(Exception):
    """The base of all errors of this client. By itself: something in the call was wrong, and nothing was done."""

    @property
    def message(self) -> str:
        """What is wrong, for people."""
        return str(self)


class ApiConnectionError(ApiClientError):
    """There was no answer, or only a part of it: the connection failed. `__cause__` tells how."""


class ApiTimeoutError(ApiClientError):
    """There was no answer, or only a part of it, in the time that one try may take."""


class ErrorDetails(NamedTuple):
    """What an answer says about an error. None is what it does not say."""

    message: str
    type: Optional[str] = None
    code: Optional[str] = None
    param: Optional[str] = None
    documentation_url: Optional[str] = None
    request_id: Optional[str] = None


class ApiError(ApiClientError):
    """An answer that is an error. There is a subclass for the common ones."""

    #: The status of the answer.
    status: int
    #: `invalid_request` where the caller can do something about it, `api_error` where only the API can.
    type: Optional[str]
    #: What is wrong, for programs. None where the answer is not the API's own, but a gateway's or a proxy's.
    code: Optional[str]
    #: The parameter at fault.
    param: Optional[str]
    #: Where the code is explained.
    documentation_url: Optional[str]
    #: Names the request in the logs of the API.
    request_id: Optional[str]
    #: The headers of the answer.
    headers: Headers

    def __init__(self, status: int, details: ErrorDetails, headers: Headers) -> None:
        super().__init__(details.message)
        self.status = status
        self.type = details.type
        self.code = details.code
        self.param = details.param
        self.documentation_url = details.documentation_url
        self.request_id = details.request_id
        self.headers = headers

    def __reduce__(self) -> Tuple[Any, ...]:
        details = ErrorDetails(self.message, self.type, self.code, self.param, self.documentation_url, self.request_id)
        return type(self), (self.status, details, self.headers)


class BadRequestError(ApiError):
    """400: a parameter or the body was refused."""


class AuthenticationError(ApiError):
    """401: the token is missing, unknown, revoked or expired."""


class PermissionDeniedError(ApiError):
    """403: the caller may not do this."""


class NotFoundError(ApiError):
    """404: it does not exist, or not for the caller."""


class ConflictError(ApiError):
    """409: it is in the way of something that exists."""


class GoneError(ApiError):
    """410: it was there once."""


class PayloadTooLargeError(ApiError):
    """413: the body is too large."""


class UnprocessableEntityError(ApiError):
    """422: the `Idempotency-Key` was used for another request."""


class RateLimitError(ApiError):
    """429: too many requests."""


class ServerError(ApiError):
    """5xx: something of the API is broken, or busy."""


class UnexpectedAnswerError(ApiError):
    """A success without what belongs to it, or a redirection, which is not followed: not an answer of the API."""


_CLASSES = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    413: PayloadTooLargeError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def error_class(status: int) -> Type[ApiError]:
    """The class of errors with this status."""
    if status < 400:
        return UnexpectedAnswerError
    return _CLASSES.get(status) or (ServerError if status >= 500 else ApiError)
