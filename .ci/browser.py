"""Opens a page in Chromium that tries to use every port of `cargo local` but that of the HTTP API; and then pages that
call the API, of an origin that it allows and of another (calls.py).

The first page comes from another port of 127.0.0.1, and asks once by that address and once by a name that somebody has
let point to it. It knows what no stranger does: the ports and the credentials. Whatever it sends must be answered with 403,
nothing may be readable, stored or taken away from a function; and links to objects must work.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from pathlib import Path

import calls
from chromium import PATIENCE, REBOUND, Server, browse
from smoke import ROOT, ensure, session, stop, wait_for


def main():
    sys.stdout.reconfigure(line_buffering=True)
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as folder, Server("calls.html") as app:
        ready_file = Path(folder, "ready.json")
        # With faults there is one port more.
        command = ["cargo", "local", "--memory", "--port", "0", "--faults", "seed=1", "--cors", app.origin]
        command += ["--ready-file", str(ready_file)]
        local = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            ready = wait_for(ready_file, local)
            problems = attack(local.pid, ready, Path(folder)) + calls.problems(ready, sound(ready), app, Path(folder))
            stop(local)
        finally:
            for pid in session(local.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
    ensure(not problems, "pages get more or less than they may", "\n  " + "\n  ".join(problems))
    return 0


def attack(pid, ready, folder):
    me(ready)
    machine = Machine(pid, ready)
    print(f"{len(machine.ports)} ports: " + ", ".join(f"{port} {name}" for port, name in machine.ports.items()))
    machine.put("picture.png", png())
    plan = {
        "hosts": ["127.0.0.1", REBOUND],
        "ports": list(machine.ports),
        "storage": machine.storage,
        "bucket": ready["bucket_name"],
        "authorization": machine.authorization("dynamodb"),
        "form": machine.form("stolen"),
        "picture": machine.link("GET", "picture.png"),
        "sound": sound(ready),
    }
    with Server("browser.html", plan) as server:
        log = browse(server.origin, folder / "attack", lambda: taken(server, ready))
    problems = list(server.problems)
    said = server.result
    ensure(said, "the page did not finish", log)
    problems += [f"readable: {what}" for what in said["readable"]]
    problems += [f"a link does not work: {name}" for name, works in said["links"].items() if not works]
    for name, works in said["links"].items():
        print(f"{'works' if works else 'fails'}: {name}")
    return problems + judge(log, machine) + machine.stolen("stolen")


def me(ready):
    """Asks the API as somebody of this machine."""
    token = ready["people"][0]["token"]
    request = urllib.request.Request(ready["url"] + "/v1/me", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.load(response)


def sound(ready):
    """A link to a preview, as callers get it."""
    token = ready["people"][0]["token"]
    request = urllib.request.Request(ready["url"] + "/v1/sounds", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return re.search(r'"(http://127\.0\.0\.1:\d+/[^"]+)"', response.read().decode())[1]


def taken(server, ready):
    """The page has asked each function for its next request: now there are some."""
    ensure(server.started.wait(PATIENCE), "the page does not begin", server.result)
    time.sleep(1)
    for _ in range(3):
        try:
            me(ready)
        except (OSError, urllib.error.HTTPError) as error:
            server.problems.append(f"a request to a function was taken away: {error}")
    ensure(server.finished.wait(PATIENCE), "the page does not end", server.problems)


def judge(log, machine):
    """Every request that the page could make was answered with 403, but for the links."""
    problems, seen = [], {}
    links = ("/picture.png?", "/preview?", "/original?")
    for method, url, status in exchanges(log):
        address = urllib.parse.urlsplit(url)
        if address.port not in machine.ports:
            continue
        is_link = address.hostname == "127.0.0.1" and any(part in url for part in links)
        name = machine.ports[address.port]
        key = (name, "links" if is_link else "attempts")
        seen.setdefault(key, {}).setdefault(status, []).append(f"{method} {url[:90]}")
        if (status == 403) == is_link:
            problems.append(f"{name}: {method} {url[:90]} is answered with {status or 'nothing yet'}")
    for (name, kind), by_status in sorted(seen.items()):
        print(f"{name}: " + ", ".join(f"{len(urls)} {kind} {status}" for status, urls in by_status.items()))
    attempts = sum(len(urls) for (_, kind), found in seen.items() if kind == "attempts" for urls in found.values())
    # Some requests of a page share one: the browser asks once whether it may send them.
    ensure(attempts >= 10 * len(machine.ports), "the browser tried little", seen)
    return problems


def exchanges(log):
    """Method, URL and status of each request, of Chromium's own log: an event a line."""
    first, *lines = log.read_text().splitlines()
    types = json.loads(first.rstrip(",") + "}")["constants"]["logEventTypes"]
    requests = {}
    for line in lines:
        try:
            event = json.loads(line.rstrip(","))
        except json.JSONDecodeError:
            continue
        if not isinstance(event, dict) or "params" not in event:
            continue
        source, params = event["source"]["id"], event["params"]
        if event["type"] == types["URL_REQUEST_START_JOB"] and "url" in params:
            requests[source] = [params.get("method", "GET"), params["url"], None]
        elif event["type"] == types["HTTP_TRANSACTION_READ_RESPONSE_HEADERS"] and source in requests:
            requests[source][2] = int(params["headers"][0].split()[1])
    return [tuple(request) for request in requests.values()]


class Machine:
    """What runs, with all that its own programs know."""

    def __init__(self, pid, ready):
        environments = [environment(process) for process in session(pid)]
        functions = [variables for variables in environments if "AWS_LAMBDA_RUNTIME_API" in variables]
        self.storage, self.bucket = port_of(ready["storage_url"]), ready["bucket_name"]
        self.key_id, self.key = functions[0]["AWS_ACCESS_KEY_ID"], functions[0]["AWS_SECRET_ACCESS_KEY"]
        names = {
            port_of(function["AWS_LAMBDA_RUNTIME_API"]): f"Runtime API of {function['AWS_LAMBDA_FUNCTION_NAME']}"
            for function in functions
        }
        names[port_of(functions[0]["AWS_ENDPOINT_URL_DYNAMODB"])] = "faults"
        names[self.storage] = "S3"
        names[port_of(ready["invoke_url"])] = "Invoke API"
        listening = listening_ports(pid) - {port_of(ready["url"])}
        self.ports = {port: names.get(port, "DynamoDB") for port in sorted(listening)}
        kinds = {name.split(" of ")[0] for name in self.ports.values()}
        ensure(kinds == {"DynamoDB", "faults", "S3", "Invoke API", "Runtime API"}, "other ports than expected", self.ports)

    def scope(self, service):
        day = time.strftime("%Y%m%d", time.gmtime())
        return f"{day}/us-east-1/{service}/aws4_request"

    def signature(self, service, text):
        key = b"AWS4" + self.key.encode()
        for part in [*self.scope(service).split("/"), text]:
            key = hmac.digest(key, part.encode(), "sha256")
        return key.hex()

    def authorization(self, service):
        credential = f"{self.key_id}/{self.scope(service)}"
        return f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"

    def link(self, method, key):
        """https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"""
        host, path = f"127.0.0.1:{self.storage}", f"/{self.bucket}/{key}"
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        query = urllib.parse.urlencode({
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{self.key_id}/{self.scope('s3')}",
            "X-Amz-Date": now,
            "X-Amz-Expires": "600",
            "X-Amz-SignedHeaders": "host",
        })
        request = f"{method}\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{now}\n{self.scope('s3')}\n{digest}"
        return f"http://{host}{path}?{query}&X-Amz-Signature={self.signature('s3', text)}"

    def form(self, key):
        """https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html"""
        fields = {
            "key": key,
            "x-amz-algorithm": "AWS4-HMAC-SHA256",
            "x-amz-credential": f"{self.key_id}/{self.scope('s3')}",
            "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
        }
        conditions = [{"bucket": self.bucket}, *({name: value} for name, value in fields.items())]
        end = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 600))
        policy = base64.b64encode(json.dumps({"expiration": end, "conditions": conditions}).encode()).decode()
        return {**fields, "policy": policy, "x-amz-signature": self.signature("s3", policy)}

    def put(self, key, content):
        request = urllib.request.Request(self.link("PUT", key), content, method="PUT")
        request.add_header("Content-Type", "image/png")
        urllib.request.urlopen(request, timeout=20).close()

    def stolen(self, key):
        try:
            urllib.request.urlopen(self.link("GET", key), timeout=20).close()
        except urllib.error.HTTPError as error:
            ensure(error.code == 404, "S3 answers otherwise", error)
            return []
        return ["a form of the page has stored an object"]


def environment(pid):
    pairs = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def listening_ports(pid):
    """Of /proc/<pid>/net/tcp the lines in state 0A whose socket is one of the process: proc_pid_net(5)."""
    sockets = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            sockets.add(os.readlink(file))
    lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    mine = [line for line in lines if line[3] == "0A" and f"socket:[{line[9]}]" in sockets]
    return {int(line[1].partition(":")[2], 16) for line in mine}


def port_of(url):
    return int(url.rpartition(":")[2])


def png():
    """One white pixel."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0\xff")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


if __name__ == "__main__":
    sys.exit(main())
