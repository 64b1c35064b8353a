"""Two people of a real API, and what they have called."""

import os
import re
import time
from urllib.parse import urlsplit

from protocol_api import ApiClient

TOKENS = [token for token in os.environ.get("PROTOCOL_API_TOKENS", "").split(",") if token]
if len(TOKENS) < 2 or not os.environ.get("PROTOCOL_API_URL"):
    raise SystemExit("PROTOCOL_API_URL and PROTOCOL_API_TOKENS (two, with a comma) say which API to test against")

#: `GET /v1/contacts/…` and the like, of every request.
CALLED = set()


def note(request):
    CALLED.add(f"{request.method} {urlsplit(request.url).path}")


def other(token, **options):
    return ApiClient(token, on_request=note, **options)


kate, kevin = (other(token) for token in TOKENS[:2])


class Group:
    """A new group of the two, which is taken away again."""

    def __enter__(self):
        self.group = kate.groups.create(name=f"Client {time.time_ns()}", contacts=[kevin.me.get().id])
        self.conversation_id = self.group.conversation_id
        return self

    def __exit__(self, *_):
        kate.groups.delete(self.group.id)


def missed(operations):
    """The operations that nobody has called."""
    patterns = {one.id: f"{one.method} " + re.sub(r"\{\w+\}", "[^/]+", one.path) for one in operations}
    return [id for id, pattern in patterns.items() if not any(re.fullmatch(pattern, call) for call in CALLED)]


def made_bytes(size):
    """So many bytes, of which no part is like another."""
    return bytes((i * 2654435761 >> 24) & 255 for i in range(size))
