"""The client of the Protocol API: conversations, messages and their files, contacts, groups, sounds."""

from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from .async_client import AsyncApiClient as AsyncApiClient
from .client import ApiClient as ApiClient
from .core.errors import ApiClientError as ApiClientError
from .core.errors import ApiConnectionError as ApiConnectionError
from .core.errors import ApiError as ApiError
from .core.errors import ApiTimeoutError as ApiTimeoutError
from .core.errors import AuthenticationError as AuthenticationError
from .core.errors import BadRequestError as BadRequestError
from .core.errors import ConflictError as ConflictError
from .core.errors import GoneError as GoneError
from .core.errors import NotFoundError as NotFoundError
from .core.errors import PayloadTooLargeError as PayloadTooLargeError
from .core.errors import PermissionDeniedError as PermissionDeniedError
from .core.errors import RateLimitError as RateLimitError
from .core.errors import ServerError as ServerError
from .core.errors import UnexpectedAnswerError as UnexpectedAnswerError
from .core.errors import UnprocessableEntityError as UnprocessableEntityError
from .core.headers import Headers as Headers
from .core.not_given import NOT_GIVEN as NOT_GIVEN
from .core.not_given import NotGiven as NotGiven
from .core.objects import Object as Object
from .core.objects import Response as Response
from .core.objects import response_of as response_of
from .core.options import AnsweredRequest as AnsweredRequest
from .core.options import OutgoingRequest as OutgoingRequest
from .core.pages import AsyncList as AsyncList
from .core.pages import AsyncPage as AsyncPage
from .core.pages import Page as Page
from .core.transport import AsyncTransport as AsyncTransport
from .core.transport import AsyncTransportResponse as AsyncTransportResponse
from .core.transport import Transport as Transport
from .core.transport import TransportRequest as TransportRequest
from .core.transport import TransportResponse as TransportResponse
from .files.download import AsyncFileDownload as AsyncFileDownload
from .files.download import FileDownload as FileDownload
from .files.source import AsyncUploadSource as AsyncUploadSource
from .files.source import UploadSource as UploadSource
from .types import *  # noqa: F403
from .version import __version__ as __version__

if _TYPE_CHECKING:
    from .core.http_transport import HttpTransport as HttpTransport
    from .core.httpx_transport import HttpxTransport as HttpxTransport


def __getattr__(name: str) -> _Any:
    # Late, for what they stand on takes long to import.
    if name == "HttpTransport":
        from .core.http_transport import HttpTransport

        return HttpTransport
    if name == "HttpxTransport":
        from .core.httpx_transport import HttpxTransport

        return HttpxTransport
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
