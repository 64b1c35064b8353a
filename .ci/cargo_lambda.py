"""Runs the functions under the real cargo-lambda: beside `cargo local services`, and through `cargo local`'s Invoke API.

`cargo lambda watch` must serve the README's calls and the tour, and `cargo lambda invoke` every event of events/, on both.
Nothing but this repository's own crates may be compiled for it, and `local` not at all.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

from smoke import ROOT, ensure, session, tour, wait_for

# Prints where it has installed the pinned version.
INSTALL = '. .ci/tools.sh && venv "cargo-lambda==$CARGO_LAMBDA"'
START_TIME = 60
INVOKE_TIME = 120
STOP_TIME = 20
PLAIN = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def main():
    sys.stdout.reconfigure(line_buffering=True)
    binaries = Path(output(["bash", "-euc", INSTALL]).strip(), "bin")
    os.environ["PATH"] = f"{binaries}:{os.environ['PATH']}"
    print(output(["cargo", "lambda", "--version"]).strip())
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        timed("cargo build of the single functions", build)
        timed("cargo local services and cargo lambda watch", watch, folder)
        timed("cargo lambda invoke on cargo local", invoke_local, folder)
    return 0


def build():
    """The binaries of the single functions, side by side: `cargo lambda watch` builds each when it is first called."""
    manifest = tomllib.loads((ROOT / "functions/Cargo.toml").read_text())
    names = [binary["name"] for binary in manifest["bin"] if "required-features" in binary]
    command = ["cargo", "build", "--features", "functions/lambda"]
    subprocess.run(command + [f"--bin={name}" for name in names], cwd=ROOT, check=True)


def watch(folder):
    ready_file, env_file, log = folder / "services.json", folder / "services.env", folder / "watch.log"
    command = ["cargo", "local", "services", "--memory", "--port", "0"]
    with Process([*command, "--env-file", env_file, "--ready-file", ready_file]) as services:
        ready = wait_for(ready_file, services.process)
        port = free_port()
        command = ["cargo", "lambda", "watch", "-A", "127.0.0.1", "-P", str(port), "--env-file", env_file]
        with log.open("wb") as file, Process(command, stdout=file, stderr=subprocess.STDOUT) as process:
            try:
                wait_for_port(port, process)
                url = f"http://127.0.0.1:{port}"
                tour({**ready, "url": url}, folder / "answer")
                refusals(url)
                invoke_all(port)
            except BaseException:
                print(log.read_text())
                raise
    text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text())
    compiled = set(re.findall(r"^\s*Compiling (\S+)", text, re.MULTILINE)) - {"functions", "search", "shared"}
    ensure(not compiled, "cargo lambda watch compiled more than the functions", sorted(compiled))


def refusals(url):
    """What has no route or no token gets the API's own answer, and no other origin may read any."""
    for method, path, expected, code in [
        ("GET", "/", 404, "route_missing"),
        ("GET", "/v1/nothing/at/all", 404, "route_missing"),
        ("GET", "/v1/conversations/", 404, "route_missing"),
        ("PATCH", "/v1/me", 405, "method_not_allowed"),
        ("OPTIONS", "/v1/conversations", 405, "method_not_allowed"),
        ("PUT", "/v1/messages/search", 405, "method_not_allowed"),
        ("GET", "/v1/messages/search", 401, "token_missing"),
        ("PUT", "/v1/sounds/tags", 405, "method_not_allowed"),
        ("GET", "/v1/sounds/tags", 401, "token_missing"),
        ("GET", "/v1/me", 401, "token_missing"),
        ("GET", "/v1/conversations/x", 401, "token_missing"),
    ]:
        request = urllib.request.Request(url + path, method=method, headers={"Origin": "https://example.com"})
        try:
            PLAIN.open(request, timeout=INVOKE_TIME)
            raise SystemExit(f"{method} {path} succeeds")
        except urllib.error.HTTPError as answer:
            body = json.load(answer)
            print(f"{answer.status} {method} {path}")
            ensure((answer.status, body.get("code")) == (expected, code), f"is not {expected} {code}", body)
            ensure("access-control-allow-origin" not in answer.headers, "lets other origins read", answer.headers)
            ensure((answer.status == 405) == ("allow" in answer.headers), "has Allow or lacks it", answer.headers)


def invoke_local(folder):
    ready_file = folder / "local.json"
    with Process(["cargo", "local", "--memory", "--port", "0", "--ready-file", ready_file]) as local:
        ready = wait_for(ready_file, local.process)
        invoke_all(int(ready["invoke_url"].rpartition(":")[2]))


def invoke_all(port):
    """Every sample as it is, with the placeholder for a token; then the life of a token."""
    for path in sorted((ROOT / "events").glob("*.json")):
        result = invoke(port, path.stem, "--data-file", str(path))
        body = {} if result.get("isBase64Encoded") else json.loads(result.get("body") or "{}")
        code = (body or result).get("code") or result.get("errorType")
        print(f"{result.get('statusCode', 'done')} {code or ''} {path.stem}")
        ensure(is_expected(path.stem, result, code), f"{path.stem} answers otherwise", redacted(result))
    person = {"username": "FullerMcCallister", "phone_number": "+12025550104"}
    created = invoke(port, "tokens-create", "--data-ascii", json.dumps(person))
    named = {"username": person["username"], "id": created["id"]}
    invoke(port, "tokens-revoke", "--data-ascii", json.dumps(named))
    listed = invoke(port, "tokens-list", "--data-ascii", json.dumps({"username": person["username"]}))
    revoked = [token["revoked_at"] for token in listed["data"] if token["id"] == created["id"]]
    ensure(len(revoked) == 1 and revoked[0], "the token is not revoked", listed)
    print("done token issued, revoked, listed")


def is_expected(function, result, code):
    match function:
        case "changes":
            return result == {"batchItemFailures": []}
        case "reconcile":
            return result.get("failed") == 0
        case "tokens-create":
            return result.get("token", "").startswith("ptc_")
        case "tokens-list":
            return isinstance(result.get("data"), list)
        case "tokens-revoke":
            return code == "resource_missing"
        case "docs":
            return result.get("statusCode") == 200 and result["headers"]["content-encoding"] == "gzip"
        case "fallback":
            return (result.get("statusCode"), code) == (405, "method_not_allowed")
        case _:
            return (result.get("statusCode"), code) == (401, "token_invalid")


def invoke(port, function, *data):
    command = ["cargo", "lambda", "invoke", "--invoke-address", "127.0.0.1", "--invoke-port", str(port), function]
    run = subprocess.run([*command, *data], capture_output=True, text=True, timeout=INVOKE_TIME, stdin=subprocess.DEVNULL)
    if run.returncode == 0:
        return json.loads(run.stdout)
    # `cargo lambda watch` answers a function's failure with a 500, and `invoke` says only its type and message.
    failure = re.search(r"^Error: (\w+)$", run.stderr, re.MULTILINE)
    ensure(failure, f"cargo lambda invoke {function} fails", run.stderr)
    return {"errorType": failure[1]}


class Process:
    """A process that ends at an interrupt, and leaves none of its own behind."""

    def __init__(self, command, **options):
        self.command = command
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True, **options)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        started = {self.process.pid, *descendants(self.process.pid)}
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_TIME)
        except subprocess.TimeoutExpired:
            print(f"not stopped after {STOP_TIME} s: {self.command[:3]}")
        left = started & set(parents())
        for pid in left | set(session(self.process.pid)):
            os.kill(pid, signal.SIGKILL)
        if kind is None:
            ensure(not left, f"{' '.join(map(str, self.command[:3]))} left processes", left)


def parents():
    """Field 4 of /proc/<pid>/stat, see proc_pid_stat(5); what is dead and waits to be reaped is left out."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(path.parent.name)] = int(fields[1])
    return found


def descendants(pid):
    """The functions of `cargo lambda watch` are in sessions of their own, but still its children."""
    tree = parents()
    found = {pid}
    while more := {child for child, parent in tree.items() if parent in found} - found:
        found |= more
    return found - {pid}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for_port(port, process):
    end = time.monotonic() + START_TIME
    while time.monotonic() < end:
        ensure(process.process.poll() is None, "cargo lambda watch ended", process.process.returncode)
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
    raise SystemExit("cargo lambda watch does not listen")


def redacted(result):
    return re.sub(r"ptc_\w+", "ptc_…", json.dumps(result))


def output(command):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def timed(title, step, *arguments):
    start = time.monotonic()
    step(*arguments)
    print(f"ok: {title}, {time.monotonic() - start:.0f} s")


sys.exit(main())
