"""The address and the body of a call."""

from __future__ import annotations

import json
import math
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple
from urllib.parse import quote

from .errors import ApiClientError
from .not_given import NOT_GIVEN
from .operation import Operation


class Call(NamedTuple):
    """A call, ready to be sent as often as it takes."""

    method: str
    #: With the query.
    path: str
    body: Optional[bytes]
    content_type: Optional[str]


def call_of(operation: Operation[Any], path: Sequence[str], params: Mapping[str, object]) -> Call:
    """The request of a call."""
    query, body = split_params(operation, params)
    text = path_of(operation, path) + query_of(query)
    if body is None:
        return Call(operation.method, text, None, None)
    return Call(operation.method, text, json_of(body), "application/json")


def path_of(operation: Operation[Any], values: Sequence[object]) -> str:
    """The path with its parameters."""
    pieces = operation.path.split("{")
    path = pieces[0]
    for piece, value in zip(pieces[1:], values):
        name, rest = piece.split("}", 1)
        # These would make another path of it: without an id, a DELETE of one thing may be that of all.
        if not isinstance(value, str) or value in ("", ".", ".."):
            raise ApiClientError(f'{operation.id}: {name} must be a string, and not empty, "." or ".."')
        path += _quoted(value, f"{operation.id}: {name}") + rest
    return path


def _quoted(text: str, name: str) -> str:
    if not _is_unicode(text):
        raise ApiClientError(f"{name} is not valid Unicode")
    return quote(text, safe="")


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def query_of(params: Mapping[str, object]) -> str:
    """The query of a call with its question mark, or "": lists are `name[]=…`, maps `name[key]=…`, None `name=`."""
    pairs: List[Tuple[str, str]] = []
    for name, value in params.items():
        try:
            _add(pairs, name, value)
        except (RecursionError, ValueError):
            # A circle, or a number with more digits than Python writes.
            raise _unwritable(name) from None
    # With %20 for a space: a plus is one in forms only.
    text = "&".join(f"{_quoted(name, 'a parameter')}={_quoted(value, name)}" for name, value in pairs)
    return f"?{text}" if text else ""


def _add(pairs: List[Tuple[str, str]], name: str, value: object) -> None:
    if value is None:
        pairs.append((name, ""))
    elif isinstance(value, bool):
        pairs.append((name, "true" if value else "false"))
    elif isinstance(value, str):
        pairs.append((name, str.__str__(value)))
    elif isinstance(value, int):
        # Not as a class of the caller, such as an enum, shows itself.
        pairs.append((name, int.__repr__(value)))
    elif isinstance(value, float) and math.isfinite(value):
        pairs.append((name, float.__repr__(value)))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _add(pairs, f"{name}[{key}]", item)
    elif isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        for item in value:
            _add(pairs, f"{name}[]", item)
    else:
        raise _unwritable(name)


def _unwritable(name: str) -> ApiClientError:
    return ApiClientError(f"{name} has a value that no query can hold")


def json_of(body: Mapping[str, object]) -> bytes:
    """The body in JSON. What would silently become something else is refused."""
    try:
        text = json.dumps(body, allow_nan=False, ensure_ascii=False, default=_plain)
        return text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        message = f"the parameters cannot be written as JSON: {error}"
    raise ApiClientError(message)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def copied(value: Any) -> Any:
    """Parameters that do not change with what the caller gave. Keys that JSON would make strings of are refused."""
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise ApiClientError("the parameters have a mapping with keys that are no strings")
        return {name: copied(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview)):
        return [copied(item) for item in value]
    return value


def split_params(
    operation: Operation[Any], params: Mapping[str, object]
) -> Tuple[Dict[str, object], Optional[Dict[str, object]]]:
    """The parameters that stand in the query, and the others, which are the body. Neither has what is not given."""
    query: Dict[str, object] = {}
    body: Dict[str, object] = {}
    for name, value in params.items():
        if value is not NOT_GIVEN:
            is_body = operation.has_body and name not in operation.query
            (body if is_body else query)[name] = value
    return query, body or None
