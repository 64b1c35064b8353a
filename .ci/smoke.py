"""Starts `cargo local`, pastes the README's tour, sends every sample event, stops it, and looks for what is left.

A `curl` of the tour must answer as the JSON behind it shows: the same keys, and the same error code; without JSON
behind it, with 204 and nothing.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD_TIME = 20 * 60
STOP_TIME = 15
# Typed as a person would, with an eye on the answer.
CURL = 'curl() { command curl --silent --show-error --max-time 60 --output "$ANSWER" --write-out "%{http_code}" "$@"; }'


def main():
    sys.stdout.reconfigure(line_buffering=True)
    with tempfile.TemporaryDirectory() as folder:
        ready_file = Path(folder, "ready.json")
        command = ["cargo", "local", "--memory", "--port", "0", "--ready-file", str(ready_file)]
        # A session of its own: every process that it leaves behind can be told by it.
        local = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            ready = wait_for(ready_file, local)
            tour(ready, Path(folder, "answer"))
            samples(ready)
            stop(local)
        finally:
            for pid in session(local.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
    return 0


def wait_for(ready_file, local):
    end = time.monotonic() + BUILD_TIME
    while time.monotonic() < end:
        if ready_file.exists() and (text := ready_file.read_text()):
            return json.loads(text)
        if local.poll() is not None:
            raise SystemExit(f"cargo local ended with {local.returncode}")
        time.sleep(0.2)
    raise SystemExit("cargo local did not get ready")


def tour(ready, answer):
    kate, other = ready["people"][:2]
    variables = {"B": ready["url"], "T": kate["token"], "C": other["id"], "ANSWER": str(answer)}
    text = (ROOT / "README.md").read_text()
    section = re.search(r"^## A tour$(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)[1]
    steps = re.findall(r"```sh\n(curl .*?)```(?:\s*```json\n(.*?)```)?", section, re.DOTALL)
    if len(steps) < 5:
        raise SystemExit(f"the README's tour has only {len(steps)} steps")
    for command, expected in steps:
        answer.write_text("")
        run = subprocess.run(
            ["bash", "-c", f"{CURL}\n{command}"],
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        body, status = answer.read_text(), int(run.stdout)
        print(f"{status} {command.strip()}")
        if not expected:
            ensure(status == 204 and not body, "is not 204 without a body", body)
            continue
        got, shown = json.loads(body), json.loads(expected)
        ensure(shape(got) == shape(shown), "has other keys than the README shows", body)
        ensure(got.get("code") == shown.get("code") and (status < 300) != ("code" in shown), "is another outcome", body)
        if "contact_id" in got:
            variables["ID"] = got["id"]


def shape(value):
    """The keys, in their order, down to the first element of each list."""
    if isinstance(value, dict):
        return [(key, shape(inner)) for key, inner in value.items()]
    return [shape(inner) for inner in value[:1]] if isinstance(value, list) else None


def samples(ready):
    """Every function takes its sample event. A resource that a sample names need not exist."""
    for path in sorted((ROOT / "events").glob("*.json")):
        event = path.read_text().replace("ptc_REPLACE-WITH-A-TOKEN", ready["people"][0]["token"])
        url = f"{ready['invoke_url']}/2015-03-31/functions/{path.stem}/invocations"
        request = urllib.request.Request(url, event.encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=90) as response:
            body, failed = response.read().decode(), response.headers.get("x-amz-function-error")
        got = json.loads(body)
        result = got.get("errorType") if failed else got.get("statusCode", "done")
        print(f"{result} events/{path.name}")
        ensure(result in ("done", "resource_missing", 200, 201, 204, 404, 405), "is no answer to a sample event", body)


def stop(local):
    functions = session(local.pid)
    ensure(len(functions) > 1, "cargo local runs no functions", functions)
    os.kill(local.pid, signal.SIGINT)
    status = local.wait(STOP_TIME)
    ensure(status == 0, "cargo local did not end well", status)
    ensure(not session(local.pid), "processes are left", session(local.pid))
    print(f"stopped, and its {len(functions) - 1} functions with it")


def session(leader):
    """The processes of the session that `leader` began. Field 6 of /proc/<pid>/stat, see proc_pid_stat(5)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def ensure(holds, problem, seen):
    if not holds:
        raise SystemExit(f"{problem}: {seen}")


if __name__ == "__main__":
    sys.exit(main())
