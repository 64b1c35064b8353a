"""Opens a page in Chromium that calls the API as an app of another origin does, and in a frame the same page of an
origin that the API does not allow.
"""

import json
import urllib.request

from chromium import PATIENCE, Server, browse
from smoke import ensure

# What the template exposes of the API's answers, and what every page may read.
EXPOSED = {"x-request-id", "apigw-requestid", "location", "idempotent-replayed", "retry-after"}
READABLE = EXPOSED | {"cache-control", "content-length", "content-type"}
# What comes from S3, which exposes other headers.
FILES = {"a sound", "a part of a sound", "a sound's samples", "the file"}
# The name of the files that the app uploads.
NAME = 'say "hi" 文档 🎄.txt'


def problems(ready, sound, app, folder):
    """`sound` is a link to one, and `app` the server of the origin that is allowed."""
    conversation = get(ready, "/v1/conversations")[0]["id"]
    plan = {
        "api": ready["url"],
        "token": ready["people"][0]["token"],
        "conversation": conversation,
        "sound": sound,
        "frame": None,
    }
    with Server("calls.html", plan) as stranger:
        app.plan = {**plan, "frame": stranger.origin}
        browse(app.origin, folder / "calls", lambda: wait_for(app, stranger))
    count = len(app.result)
    found = [f"not for its app: {what}" for what in wrong(app.result)]
    found += [f"for a stranger: {name}: {said}" for name, said in stranger.result.items() if said]
    messages = [message["message"] for message in get(ready, f"/v1/messages?conversation_id={conversation}")]
    found += [] if messages.count(app.origin) == 1 else [f"the app's message is not there once: {messages}"]
    found += [f"a stranger's message is there: {messages}"] if stranger.origin in messages else []
    names = [attachment["filename"] for attachment in get(ready, "/v1/attachments?limit=100")]
    found += [] if names.count(NAME) == 2 else [f"the app's two files are not there: {names}"]
    print(f"API and S3: {count} kinds of calls of an app, and of a stranger: {len(found)} problems")
    return found


def wait_for(*servers):
    for server in servers:
        ensure(server.finished.wait(PATIENCE), "a page does not end", server.origin)


def get(ready, path):
    token = ready["people"][0]["token"]
    request = urllib.request.Request(ready["url"] + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)["data"]


def wrong(said):
    """What an app gets otherwise than it should."""
    expected = {
        "the caller": (200, {"x-request-id"}),
        "a message": (201, {"x-request-id", "location"}),
        "the message again": (201, {"x-request-id", "location", "idempotent-replayed"}),
        "no token": (401, {"x-request-id"}),
        "no such path": (404, {"x-request-id"}),
        "a sound": (200, {"content-length", "etag"}),
        "a part of a sound": (206, {"content-range", "content-length"}),
        "a sound's samples": (200, set()),
        "a file in a form": (201, {"x-request-id", "location"}),
        "an upload": (200, set()),
        "the upload again": (412, set()),
        "a sound that is written": (403, set()),
        "the file": (200, {"content-length", "content-disposition"}),
        "the JavaScript client": (200, {"x-request-id", "apigw-requestid"}),
    }
    for name, (status, headers) in expected.items():
        answer = said.pop(name, None)
        if not answer or answer["status"] != status or not headers <= set(answer["headers"]):
            yield f"{name}: {answer}"
        elif name not in FILES and not set(answer["headers"]) <= READABLE:
            yield f"{name} has more: {answer['headers']}"
    for name, answer in said.items():
        if answer:
            yield f"{name} goes through: {answer}"
