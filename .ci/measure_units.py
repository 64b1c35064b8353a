"""Measures what a call of each endpoint asks of the database, and writes docs/units.json.

It starts nothing. Somebody has started `cargo local`, with its log in a file, and with a delay of each database call:

    cargo local --memory --port 0 --faults delay=200ms --ready-file target/ready.json 2>target/local.log
    python3 .ci/measure_units.py target/ready.json target/local.log [--only 'GET /v1/me']

Then `python3 .ci/check_costs.py --write` brings docs/COST.md and docs/DATA-MODEL.md up to date. It drives a person and
contacts of its own, so what else is in the table does not matter; but it imports a catalogue of its own in the place of
the one that is there, with `cargo catalog import`, which finds a running `cargo local` by itself. Calls and units are
those that the functions log, which are those that the database counted. Round trips come from the delay: calls that run
side by side wait for it together.
"""

import argparse
import csv
import functools
import itertools
import json
import math
import re
import statistics
import struct
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
import wave
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "docs" / "units.json"
# Of each call: so many times, in the same state of the data.
TIMES = 9
# Of each database call, in milliseconds, by `--faults`. More than all else takes in a request, which is up to 160 for
# a search of 35 calls in a debug build.
DELAY = 200
CHAT, ONE, GROUP = "/v1/conversations/{id}", "/v1/messages/{id}", "/v1/groups/{id}"
LIST, SEND, READ, REACTION = "GET /v1/messages", "POST /v1/messages", f"POST {CHAT}/read", f"{ONE}/reactions/{{name}}"
SEARCH = "GET /v1/messages/search"
FILES, FILE = "/v1/attachments", "/v1/attachments/{id}"
# More than one page of 50 shows, whatever the filter.
SOUNDS = 102
# How long the catalogue has to be published until its rows are read at half the price, and some more.
SETTLED = 65
# More than the largest page, so that every page is full and has a next one.
CONTACTS = 102
# The most members of a group, its owner included, and the groups of three that are listed: every page of 10 is full.
MEMBERS, GROUPS = 90, 11
# Conversations that are written to, and how often: more than one page of the merged list shows.
WRITTEN, EACH = 20, 12
# Attachments of each message in a list of messages with attachments.
ATTACHED = 3
TEXT = "Merry Christmas, ya filthy animal. And a happy new year. (The length of what people write: a hundred or so.)"
BACKGROUND = re.compile(r" *changes \| +INFO (\w+) ")
FIELD = re.compile(r"([\w.]+)=(.*?)(?= [\w.]+=|$)")


class Api:
    def __init__(self, ready, log):
        self.url, self.invoke_url, self.log = ready["url"], ready["invoke_url"], log
        self.token = None

    def invoke(self, function, payload):
        url = f"{self.invoke_url}/2015-03-31/functions/{function}/invocations"
        with urllib.request.urlopen(urllib.request.Request(url, json.dumps(payload).encode()), timeout=60) as answer:
            body = json.load(answer)
            if answer.headers.get("x-amz-function-error"):
                raise SystemExit(f"{function}: {body}")
            return body

    def call(self, method, path, body=None, key=None, token=None):
        data = None if body is None else json.dumps(body).encode()
        return self.request(method, path, "application/json", data, key, token)

    def upload(self, key=None, token=None):
        """Uploads a small file with the request, so that no address of it stays valid."""
        part = 'Content-Disposition: form-data; name="file"; filename="Battle plan.txt"\r\nContent-Type: text/plain'
        data = f"--b\r\n{part}\r\n\r\n{TEXT}\r\n--b--\r\n".encode()
        return self.request("POST", FILES, "multipart/form-data; boundary=b", data, key, token)

    def page(self, path, etag=None):
        headers = {"Accept-Encoding": "gzip"} | ({"If-None-Match": etag} if etag else {})
        return self.send(urllib.request.Request(self.url + path, headers=headers))

    def request(self, method, path, content_type, data, key, token):
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": content_type}
        if key:
            headers["Idempotency-Key"] = key
        return self.send(urllib.request.Request(self.url + path, data, headers, method=method))

    def send(self, request):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def line(self, request_id):
        """The log line of a request, as its fields and as its length in CloudWatch."""
        for _ in range(100):
            for line in self.lines():
                if f"{request_id}" in line and "answered" in line:
                    return fields(line, "answered")
            time.sleep(0.05)
        raise SystemExit(f"no line with {request_id} in {self.log}: is it the log of this machine?")

    def lines(self):
        return self.log.read_text(errors="replace").splitlines()

    def background(self, more_than=-1):
        """The lines of `changes`, when there are more than so many and it has nothing left to do."""
        before = None
        for _ in range(100):
            now = [line for line in self.lines() if BACKGROUND.match(line)]
            if now == before and len(now) > more_than:
                return now
            before = now
            # One run at least: it makes up to seven trips.
            time.sleep(8 * DELAY / 1000)
        raise SystemExit("changes does not do what there is, or does not end")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.bytes = len(body) + len(str(headers))

    @property
    def json(self):
        return json.loads(self.body)


def fields(line, message):
    """From the line as a function wrote it, or from what `cargo local` shows of it."""
    if line.startswith("{"):
        return json.loads(line), len(line)
    found = dict(FIELD.findall(line.split(message, 1)[1]))
    for name, value in found.items():
        if name in ("request_id", "method", "route", "person", "code", "outcome"):
            continue
        found[name] = json.loads(value)
    written = {"timestamp": "2026-01-01T00:00:00.000000Z", "level": "INFO", "message": message, **found}
    return found, len(json.dumps(written, separators=(",", ":"), ensure_ascii=False))


def cases(api, only):
    """Each call as (route, what is special, expected status, what makes it), without those that are long to prepare
    and not asked for."""
    run = uuid.uuid4().hex[:8]
    api.token = api.invoke("tokens-create", {"username": f"units-{run}", "phone_number": "+12025550100"})["token"]

    def new_contact(name, key=None):
        return api.call("POST", "/v1/contacts", {"username": name, "phone_number": "+12025550199"}, key)

    contacts = [new_contact(f"units-{run}-{n}").json for n in range(CONTACTS)]
    contact = contacts[0]
    conversation = contact["conversation_id"]
    person = {"username": f"units-{run}-0", "phone_number": "+12025550199"}
    numbers = itertools.count()
    # To write what is there already would cost less: the index would have nothing to do.
    turns, moves = itertools.count(), itertools.count()

    def without_conversation():
        """A contact whose conversation has been deleted, so that the next one is new."""
        api.call("DELETE", f"/v1/conversations/{contacts[1]['conversation_id']}")
        return contacts[1]["id"]

    def create_conversation(key=None):
        created = api.call("POST", "/v1/conversations", {"contact_id": without_conversation()}, key)
        contacts[1]["conversation_id"] = created.json["id"]
        return created

    def delete_conversation():
        made = new_contact(f"units-{run}-d{next(numbers)}").json
        return api.call("DELETE", f"/v1/conversations/{made['conversation_id']}")

    def delete_contact():
        made = new_contact(f"units-{run}-d{next(numbers)}").json
        return api.call("DELETE", f"/v1/contacts/{made['id']}")

    def replay():
        key = uuid.uuid4().hex
        api.call("POST", "/v1/conversations", {"contact_id": contact["id"]}, key)
        return api.call("POST", "/v1/conversations", {"contact_id": contact["id"]}, key)

    get = lambda path: lambda: api.call("GET", path)  # noqa: E731
    put = lambda path, body: lambda: api.call("PUT", path, body)  # noqa: E731
    post = lambda path, body: lambda: api.call("POST", path, body)  # noqa: E731
    one, friend = f"/v1/conversations/{conversation}", f"/v1/contacts/{contact['id']}"
    wrong = api.token[:-1] + ("0" if api.token[-1] != "0" else "1")

    yield "GET /v1/conversations", "a page of 10", 200, get("/v1/conversations?limit=10")
    yield "GET /v1/conversations", "a page of 100", 200, get("/v1/conversations?limit=100")
    find = post("/v1/conversations", {"contact_id": contact["id"]})
    yield "POST /v1/conversations", "finds the one that exists", 200, find
    yield "POST /v1/conversations", "new", 201, create_conversation
    yield "POST /v1/conversations", "new, with a key", 201, lambda: create_conversation(uuid.uuid4().hex)
    yield "POST /v1/conversations", "a replay of a key", 200, replay
    yield "GET /v1/conversations/{id}", "", 200, get(one)
    yield "PUT /v1/conversations/{id}", "", 200, lambda: api.call("PUT", one, {"is_muted": next(turns) % 2 == 0})
    yield "PUT /v1/conversations/{id}", "into the archive or out of it", 200, lambda: api.call(
        "PUT", one, {"archived_at": None if next(moves) % 2 else 1}
    )
    yield "DELETE /v1/conversations/{id}", "", 204, delete_conversation
    yield "GET /v1/contacts", "a page of 10", 200, get("/v1/contacts?limit=10")
    yield "GET /v1/contacts", "a page of 100", 200, get("/v1/contacts?limit=100")
    yield "POST /v1/contacts", "a new person", 201, lambda: new_contact(f"units-{run}-n{next(numbers)}")
    yield "POST /v1/contacts", "is a contact already", 200, post("/v1/contacts", person)
    yield "GET /v1/contacts/{id}", "", 200, get(friend)
    yield "PUT /v1/contacts/{id}", "", 200, put(friend, {"display_name": "Kev"})
    yield "DELETE /v1/contacts/{id}", "", 204, delete_contact
    yield "GET /v1/me", "", 200, get("/v1/me")
    yield "PUT /v1/me", "", 200, put("/v1/me", {"phone_number": "+12025550101"})
    yield "$default", "a path that does not exist", 404, get("/v1/nothing")
    yield "GET /v1/me", "a token with a typo", 401, lambda: api.call("GET", "/v1/me", token=wrong)
    yield "GET /docs", "", 200, lambda: api.page("/docs")
    yield "GET /docs", "which has not changed", 304, lambda: api.page("/docs", "*")
    yield "GET /docs/{file}", "the renderer", 200, lambda: api.page("/docs/scalar.js")
    yield "GET /openapi.json", "", 200, lambda: api.page("/openapi.json")
    yield "GET /openapi.yaml", "", 200, lambda: api.page("/openapi.yaml")
    # The other one, who has to be somebody to write and to read.
    other = api.invoke("tokens-create", {**person, "claim": True})["token"]
    yield from message_cases(api, other, [contact["conversation_id"] for contact in contacts])
    if not only or re.search("/v1/(attachments|messages)", only):
        # Whom nobody else writes to.
        yield from attachment_cases(api, contacts[2 + WRITTEN]["conversation_id"])
    if not only or re.search("/v1/(sounds|playlists|themes)", only):
        yield from sound_cases(api)
    # The third member is one of the contacts, and never calls.
    yield from group_cases(api, other, [contact["id"] for contact in contacts])


def message_cases(api, other, conversations):
    """The same for messages. `other` is the token of the other person in the first of the conversations."""
    conversation, written = conversations[0], conversations[2 : 2 + WRITTEN]
    here, chat = f"/v1/messages?conversation_id={conversation}", f"/v1/conversations/{conversation}"
    turns = itertools.count()

    def send(token=None, to=conversation, key=None):
        sent = api.call("POST", "/v1/messages", {"conversation_id": to, "message": TEXT}, key, token)
        if sent.status != 201:
            raise SystemExit(f"a message was not sent: {sent.status} {sent.body.decode()}")
        return sent

    def replay():
        key = uuid.uuid4().hex
        send(key=key)
        return send(key=key)

    def both_send():
        send(other)
        send()

    def next_second():
        """To open a conversation twice in one second writes nothing."""
        time.sleep(1.1)

    def opened(token=None, query=""):
        return api.call("GET", here + query, token=token)

    def opened_after(prepare):
        prepare()
        return opened()

    def marked(body=None, key=None):
        return api.call("POST", f"{chat}/read", body, key)

    def marked_after(prepare, key=None):
        prepare()
        return marked(key=key)

    def marked_older():
        opened()
        return marked({"message_id": [send(other).json["id"] for _ in range(3)][1]})

    def deleted(is_read=True, is_pinned=False):
        sent = send().json["id"]
        if is_read:
            opened(other)
        if is_pinned:
            api.call("PUT", chat, {"pinned_message_id": sent})
        return api.call("DELETE", f"/v1/messages/{sent}")

    def reacted(method, is_there):
        """With a call before, so that the reaction is there or is not."""
        heart = f"{message}/reactions/heart"
        api.call("PUT" if is_there else "DELETE", heart)
        return api.call(method, heart)

    def edited():
        return api.call("PUT", message, {"message": f"{TEXT} {next(turns)}"})

    for _ in range(60):
        both_send()
    opened(other)
    opened()
    for to in written * EACH:
        send(to=to)
    deep = api.call("GET", "/v1/messages?limit=100").json["next_cursor"]
    page = opened(query="&limit=100").json["data"]
    middle = page[50]["id"]
    own = next(shown for shown in page if not shown["contact"]["username"].endswith("-0"))
    message = f"/v1/messages/{own['id']}"

    many = f"with {WRITTEN} conversations"
    yield LIST, f"of all conversations, a page of 10, {many}", 200, lambda: api.call("GET", "/v1/messages")
    deep_page = f"/v1/messages?starting_after={deep}"
    yield LIST, f"of all conversations, further down, {many}", 200, lambda: api.call("GET", deep_page)
    yield LIST, "a page of 10, with `mark_read=false`", 200, lambda: opened(query="&mark_read=false")
    yield LIST, "a page of 10, opening with nothing unread", 200, lambda: opened_after(next_second)
    yield LIST, "a page of 10, opening with something unread", 200, lambda: opened_after(both_send)
    yield LIST, "a page of 10, further down", 200, lambda: opened(query=f"&starting_after={middle}")
    yield LIST, "a page of 100", 200, lambda: opened(query="&limit=100&mark_read=false")
    find, within = "/v1/messages/search?query=", f"&conversation_id={written[0]}"
    few = f"in a conversation of {EACH} messages"
    yield SEARCH, f"{few}, a word of all", 200, lambda: api.call("GET", f"{find}filthy{within}")
    yield SEARCH, f"{few}, a word of none", 200, lambda: api.call("GET", f"{find}penguin{within}")
    yield SEARCH, f"of all conversations, a word of all, {many}", 200, lambda: api.call("GET", f"{find}filthy")
    yield SEARCH, f"of all conversations, a word of none, {many}", 200, lambda: api.call("GET", f"{find}penguin")
    yield SEND, "", 201, send
    yield SEND, "with a key", 201, lambda: send(key=uuid.uuid4().hex)
    yield SEND, "a replay of a key", 201, replay
    yield f"GET {ONE}", "", 200, lambda: api.call("GET", message)
    yield f"PUT {ONE}", "", 200, edited
    yield f"PUT {ONE}", "that changes nothing", 200, lambda: api.call("PUT", message, {})
    yield f"DELETE {ONE}", "that was not read", 204, lambda: deleted(is_read=False)
    yield f"DELETE {ONE}", "that was read", 204, deleted
    yield f"DELETE {ONE}", "that was read and is pinned", 204, lambda: deleted(is_pinned=True)
    yield f"PUT {REACTION}", "", 200, lambda: reacted("PUT", is_there=False)
    yield f"PUT {REACTION}", "that is there", 200, lambda: reacted("PUT", is_there=True)
    yield f"DELETE {REACTION}", "", 204, lambda: reacted("DELETE", is_there=True)
    yield f"DELETE {REACTION}", "that is not there", 204, lambda: reacted("DELETE", is_there=False)
    yield READ, "something unread", 200, lambda: marked_after(both_send)
    yield READ, "something unread, with a key", 200, lambda: marked_after(both_send, uuid.uuid4().hex)
    yield READ, "nothing unread", 200, lambda: marked_after(next_second)
    yield READ, "up to an older message", 200, marked_older
    yield f"PUT {CHAT}", "the pin", 200, lambda: api.call(
        "PUT", chat, {"pinned_message_id": page[next(turns) % 2]["id"]}
    )


def attachment_cases(api, conversation):
    """The same for attachments, and for messages of this conversation that have some. Nobody reads them."""
    run, turns, numbers = uuid.uuid4().hex[:8], itertools.count(), itertools.count()

    def somebody():
        """The token of a person with one upload. All that a case uploads for them is read as one unit."""
        person = {"username": f"units-{run}-{next(numbers)}", "phone_number": "+12025550100"}
        token = api.invoke("tokens-create", person)["token"]
        created(api.upload(token=token))
        return token

    def created(answer):
        if answer.status != 201:
            raise SystemExit(f"nothing was created: {answer.status} {answer.body.decode()}")
        return answer.json

    def uploaded():
        return created(api.upload())["id"]

    def announce(token, key=None):
        body = {"filename": "house.mp4", "file_type": "video/mp4", "file_size": 52428800}
        return api.call("POST", FILES, body, key, token)

    def announce_twice(token):
        key = uuid.uuid4().hex
        announce(token, key)
        return announce(token, key)

    def send(attachments, key=None):
        body = {"conversation_id": conversation, "message": TEXT, "attachments": attachments}
        return api.call("POST", "/v1/messages", body, key)

    def send_twice():
        attachments, key = [uploaded()], uuid.uuid4().hex
        created(send(attachments, key))
        return send(attachments, key)

    def sent():
        """A new message with an attachment."""
        return created(send([uploaded()]))

    def at(message):
        return f"/v1/messages/{message['id']}"

    def renamed(attachment):
        return api.call("PUT", f"{FILES}/{attachment}", {"filename": f"Battle plan {next(turns) % 10}.txt"})

    for _ in range(EACH):
        message = created(send([uploaded() for _ in range(ATTACHED)]))
    shown, own = message["attachments"][0]["id"], uploaded()
    announcer, keeper, repeater, sender, lister = (somebody() for _ in range(5))
    for _ in range(EACH):
        created(api.upload(token=lister))
    here = f"conversation_id={conversation}"
    # Before other messages come.
    listed = f"a page of 10 with {ATTACHED} attachments each, with `mark_read=false`"
    yield LIST, listed, 200, lambda: api.call("GET", f"/v1/messages?{here}&mark_read=false")
    yield f"POST {FILES}", "announced", 201, lambda: announce(announcer)
    yield f"POST {FILES}", "announced, with a key", 201, lambda: announce(keeper, uuid.uuid4().hex)
    yield f"POST {FILES}", "announced, a replay of a key", 201, lambda: announce_twice(repeater)
    yield f"POST {FILES}", "with the file", 201, lambda: api.upload(token=sender)
    yield f"GET {FILES}", "the own ones, a page of 10", 200, lambda: api.call("GET", f"{FILES}?limit=10", token=lister)
    yield f"GET {FILES}", "of a conversation, a page of 10", 200, lambda: api.call("GET", f"{FILES}?{here}&limit=10")
    yield f"GET {FILE}", "not sent", 200, lambda: api.call("GET", f"{FILES}/{own}")
    yield f"GET {FILE}", "in a message", 200, lambda: api.call("GET", f"{FILES}/{shown}")
    yield f"PUT {FILE}", "not sent", 200, lambda: renamed(own)
    yield f"PUT {FILE}", f"of {ATTACHED} in a message", 200, lambda: renamed(shown)
    yield f"DELETE {FILE}", "not sent", 204, lambda: api.call("DELETE", f"{FILES}/{uploaded()}")
    yield f"DELETE {FILE}", "in a message", 204, lambda: api.call(
        "DELETE", f"{FILES}/{sent()['attachments'][0]['id']}"
    )
    yield SEND, "with an upload", 201, lambda: send([uploaded()])
    yield SEND, "with an upload and a key", 201, lambda: send([uploaded()], uuid.uuid4().hex)
    yield SEND, "with an upload, a replay of a key", 201, send_twice
    many = [f"with {ATTACHED} uploads", f"with {ATTACHED} forwards"]
    yield SEND, many[0], 201, lambda: send([uploaded() for _ in range(ATTACHED)])
    forwards = [{"forward_id": attachment["id"]} for attachment in message["attachments"]]
    yield SEND, many[1], 201, lambda: send(forwards)
    yield f"PUT {ONE}", "an upload in place of another", 200, lambda: api.call(
        "PUT", at(sent()), {"attachments": [uploaded()]}
    )
    yield f"PUT {ONE}", "without its attachment", 200, lambda: api.call("PUT", at(sent()), {"attachments": []})
    yield f"DELETE {ONE}", "with an attachment, that was not read", 204, lambda: api.call("DELETE", at(sent()))


def sound_cases(api):
    """The same for the catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        write_sounds(Path(folder))
        subprocess.run(["cargo", "catalog", "import", "--prune", folder], cwd=ROOT, check=True)
    time.sleep(SETTLED)
    sound = api.call("GET", "/v1/sounds").json["data"][0]["id"]
    playlist = api.call("GET", "/v1/playlists").json["data"][0]["id"]
    for route, query, variant in [
        ("/v1/sounds", "", "a page of 50"),
        ("/v1/sounds", "?limit=10", "a page of 10"),
        ("/v1/sounds", "?tag=every", "with a tag, a page of 50"),
        ("/v1/sounds", "?tag=every&category=half", "with a tag and a category that half of them have, a page of 50"),
        ("/v1/sounds/search", "?query=tone", "a page of 50"),
        ("/v1/sounds/tags", "", "a page of 50"),
        ("/v1/sounds/{id}", "", ""),
        ("/v1/sounds/{id}/similar", "", "a page of 50"),
        ("/v1/sounds/{id}/download", "", ""),
        ("/v1/playlists", "", "of two"),
        ("/v1/playlists/search", "?query=tones", "of two"),
        ("/v1/playlists/{id}", "", "a page of 50 sounds"),
        ("/v1/themes", "", "of two"),
    ]:
        path = route.replace("{id}", playlist if "playlists" in route else sound) + query
        # The first call of a minute asks which version is published, besides; the first of a process reads the list of
        # tags or themes.
        api.call("GET", path)
        yield f"GET {route}", variant, 200, functools.partial(api.call, "GET", path)


def write_sounds(folder):
    """Short tones with what a manifest says of them."""
    with (folder / "manifest.csv").open("w", newline="") as file:
        manifest = csv.writer(file)
        manifest.writerow(["file", "title", "description", "category", "tags", "themes", "playlists"])
        for number in range(SOUNDS):
            name, half = f"{number}.wav", "half" if number % 2 else "other"
            title, about = f"A tone of some height {number}", "It is as long as a short description of a sound may be."
            manifest.writerow([name, title, about, half, f"every;tag {number % 60}", half, f"Tones of one {half}"])
            with wave.open(str(folder / name), "wb") as tone:
                tone.setparams((1, 2, 8000, 0, "NONE", ""))
                height = 200 + 20 * number
                wanted = (math.sin(2 * math.pi * height * at / 8000) for at in range(2000))
                tone.writeframes(b"".join(struct.pack("<h", round(20000 * value)) for value in wanted))


def group_cases(api, other, people):
    """The same for groups and their conversations. `other` is the token of the first of the people."""
    run = uuid.uuid4().hex[:8]
    numbers, turns = itertools.count(), itertools.count()
    two, most = people[:2], people[: MEMBERS - 1]

    def create(contacts=two, key=None):
        return api.call("POST", "/v1/groups", {"name": f"units-{run}-{next(numbers)}", "contacts": contacts}, key)

    def created(contacts=two):
        """Where a new group is, and the group."""
        made = create(contacts)
        if made.status != 201:
            raise SystemExit(f"a group was not created: {made.status} {made.body.decode()}")
        return f"/v1/groups/{made.json['id']}", made.json

    def create_twice():
        key, body = uuid.uuid4().hex, {"name": f"units-{run}", "contacts": two}
        api.call("POST", "/v1/groups", body, key)
        return api.call("POST", "/v1/groups", body, key)

    def leave(key=None):
        return api.call("POST", f"{created()[0]}/leave", key=key, token=other)

    def leave_twice():
        path, key = f"{created()[0]}/leave", uuid.uuid4().hex
        api.call("POST", path, key=key, token=other)
        return api.call("POST", path, key=key, token=other)

    def moved():
        """The third member makes room for another one, and the next time the other way round."""
        return api.call("PUT", group, {"contacts": [people[0], people[2 - next(turns) % 2]]})

    def without_conversation():
        made = created()[1]
        api.call("DELETE", f"/v1/conversations/{made['conversation_id']}")
        return made["id"]

    def send(token=None, to=None):
        body = {"conversation_id": to or conversation, "message": TEXT}
        sent = api.call("POST", "/v1/messages", body, token=token)
        if sent.status != 201:
            raise SystemExit(f"a message was not sent: {sent.status} {sent.body.decode()}")
        return sent

    def both_send():
        send(other)
        send()

    def opened():
        """The owner always reads first."""
        both_send()
        return api.call("GET", here)

    def marked():
        both_send()
        return api.call("POST", f"/v1/conversations/{conversation}/read")

    def deleted_of_another():
        """By the owner. Neither the owner nor the third member has read it."""
        sent = send(other).json["id"]
        return api.call("DELETE", f"/v1/messages/{sent}")

    group, made = created()
    conversation = made["conversation_id"]
    here = f"/v1/messages?conversation_id={conversation}"
    for _ in range(12):
        both_send()
    api.call("GET", here, token=other)
    api.call("GET", here)
    large, made = created(most)
    crowd = made["conversation_id"]
    for _ in range(GROUPS):
        create()
    of_three, of_most = "of three", f"of {MEMBERS}"
    yield f"GET {GROUP}", of_three, 200, lambda: api.call("GET", group)
    yield f"GET {GROUP}", of_most, 200, lambda: api.call("GET", large)
    yield "GET /v1/groups", "a page of 10, of three each", 200, lambda: api.call("GET", "/v1/groups?limit=10")
    yield "POST /v1/groups", of_three, 201, create
    yield "POST /v1/groups", f"{of_three}, with a key", 201, lambda: create(key=uuid.uuid4().hex)
    yield "POST /v1/groups", "a replay of a key", 201, create_twice
    yield "POST /v1/groups", of_most, 201, lambda: create(most)
    yield f"PUT {GROUP}", "the name", 200, lambda: api.call("PUT", group, {"name": f"units-{next(numbers)}"})
    yield f"PUT {GROUP}", "that changes nothing", 200, lambda: api.call("PUT", group, {})
    yield f"PUT {GROUP}", "one comes in, one goes out", 200, moved
    yield f"DELETE {GROUP}", of_three, 204, lambda: api.call("DELETE", created()[0])
    yield f"DELETE {GROUP}", of_most, 204, lambda: api.call("DELETE", created(most)[0])
    yield f"POST {GROUP}/leave", "", 204, leave
    yield f"POST {GROUP}/leave", "with a key", 204, lambda: leave(uuid.uuid4().hex)
    yield f"POST {GROUP}/leave", "a replay of a key", 204, leave_twice
    yield "POST /v1/conversations", "new, of a group of three", 201, lambda: api.call(
        "POST", "/v1/conversations", {"group_id": without_conversation()}
    )
    yield f"DELETE {CHAT}", "of a group of three", 204, lambda: api.call(
        "DELETE", f"/v1/conversations/{created()[1]['conversation_id']}"
    )
    yield SEND, f"in a group {of_most}", 201, lambda: send(to=crowd)
    yield LIST, "in a group, a page of 10, opening with something unread", 200, opened
    yield READ, "in a group, something unread", 200, marked
    yield f"DELETE {ONE}", "of another one's, in a group of three", 204, deleted_of_another


def background_cases(api):
    """What `changes` does, as (what, what makes it). Each makes one record of the stream."""
    run = uuid.uuid4().hex[:8]
    api.token = api.invoke("tokens-create", {"username": f"units-{run}", "phone_number": "+12025550100"})["token"]

    def send(to):
        api.call("POST", "/v1/messages", {"conversation_id": to, "message": TEXT})

    def new_contact():
        contact = {"username": f"units-{run}-{uuid.uuid4().hex[:8]}", "phone_number": "+12025550199"}
        return api.call("POST", "/v1/contacts", contact).json

    def conversation(messages):
        made = new_contact()["conversation_id"]
        for _ in range(messages):
            send(made)
        return made

    def message_with_upload():
        """Where a new message with an attachment is."""
        body = {"conversation_id": one, "message": TEXT, "attachments": [api.upload().json["id"]]}
        return f"/v1/messages/{api.call('POST', '/v1/messages', body).json['id']}"

    def send_later(to):
        """The time that is noted with the sender has whole seconds."""
        time.sleep(1.1)
        send(to)

    def group_conversation():
        people = [new_contact()["id"] for _ in range(2)]
        return api.call("POST", "/v1/groups", {"name": "units", "contacts": people}).json["conversation_id"]

    one, group = conversation(1), group_conversation()
    yield "for a message that is alone in its batch", lambda: one, send_later
    yield "for a message in a group of three that is alone in its batch", lambda: group, send_later
    yield "for a deleted message with an attachment", message_with_upload, lambda made: api.call("DELETE", made)
    for count, what in ((0, "without messages"), (10, "with 10 messages")):
        prepare = functools.partial(conversation, count)
        yield f"for a deleted conversation {what}", prepare, lambda made: api.call("DELETE", f"/v1/conversations/{made}")


def measure(api, only):
    for route, variant, status, make in cases(api, only):
        if only not in (None, route):
            continue
        seen, durations, sizes, lines = set(), [], [], []
        for _ in range(TIMES):
            answer = make()
            if answer.status != status:
                raise SystemExit(f"{route}, {variant}: {answer.status} {answer.body.decode()}")
            logged, length = api.line(answer.headers["x-request-id"])
            if logged["route"] != route:
                raise SystemExit(f"{route}, {variant}: the log says {logged['route']}")
            seen.add(tuple(logged[f"database.{name}"] for name in ("calls", "read_units", "write_units")))
            durations.append(logged["duration_ms"])
            sizes.append(answer.bytes)
            lines.append(length)
        if len(seen) != 1:
            raise SystemExit(f"{route}, {variant}: one time this, another time that: {sorted(seen)}")
        calls, read, write = seen.pop()
        row = {
            "route": route,
            "variant": variant,
            "trips": trips(durations, calls, f"{route}, {variant}"),
            "calls": calls,
            "read_units": read,
            "write_units": write,
            "answer_bytes": tens(sizes),
            "log_bytes": tens(lines),
        }
        print(f"{route:42}{variant:56}{row['trips']:4}{calls:4}{read:8}{write:6}  {min(durations):8.1f}", flush=True)
        yield row


def measure_background(api):
    for variant, prepare, make in background_cases(api):
        seen, durations, lines = set(), [], []
        for _ in range(TIMES):
            prepared = prepare()
            before = len(api.background())
            make(prepared)
            new = [fields(line, BACKGROUND.match(line)[1]) for line in api.background(before)[before:]]
            runs = [logged for logged, _ in new if "database.calls" in logged]
            if len(runs) != 1:
                raise SystemExit(f"changes, {variant}: {len(runs)} runs")
            seen.add(tuple(runs[0][f"database.{name}"] for name in ("calls", "read_units", "write_units")))
            durations.append(runs[0]["duration_ms"])
            lines.append(sum(length for _, length in new))
        if len(seen) != 1:
            raise SystemExit(f"changes, {variant}: one time this, another time that: {sorted(seen)}")
        calls, read, write = seen.pop()
        row = {
            "function": "changes",
            "variant": variant,
            "trips": trips(durations, calls, f"changes, {variant}"),
            "calls": calls,
            "read_units": read,
            "write_units": write,
            "log_bytes": tens(lines),
        }
        print(f"{'changes':42}{variant:56}{row['trips']:4}{calls:4}{read:8}{write:6}  {min(durations):8.1f}", flush=True)
        yield row


def trips(durations, calls, what):
    """How many delays, one after the other, the fastest of them had. All else takes less than one."""
    found = int(min(durations) // DELAY)
    if not bool(calls) <= found <= calls:
        raise SystemExit(f"{what}: {min(durations)} ms with {calls} calls: is it `--faults delay={DELAY}ms`?")
    return found


def tens(sizes):
    """Of numbers whose digits differ by chance."""
    return round(statistics.median(sizes), -1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ready", type=Path, help="the file that `cargo local --ready-file` wrote")
    parser.add_argument("log", type=Path, help="the file that its standard error goes to")
    parser.add_argument("--only", metavar="ROUTE", help="measure this one, or `changes`, and keep what is known of others")
    arguments = parser.parse_args()
    api = Api(json.loads(arguments.ready.read_text()), arguments.log)
    only = arguments.only
    rows = [] if only == "changes" else list(measure(api, only))
    background = list(measure_background(api)) if only in (None, "changes") else []
    if only:
        if not rows and not background:
            raise SystemExit(f"there is no case for {only}")
        known = json.loads(OUTPUT.read_text())
        rows = known["calls"] if not rows else [row for row in known["calls"] if row["route"] != only] + rows
        background = background or known["background"]
    # By route.
    rows.sort(key=lambda row: row["route"].split(" ")[::-1])
    content = {"how": "python3 .ci/measure_units.py", "calls": rows, "background": background}
    OUTPUT.write_text(json.dumps(content, indent=2) + "\n")
    print(f"{len(rows)} calls, {len(background)} in the background: {OUTPUT}")


main()
