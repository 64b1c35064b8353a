"""Starts `cargo local`, pastes the command that it prints, the README's calls and the tour, sends every sample event,
runs `cargo conformance`, imports sounds that `cargo synth` makes, stops it, and looks for what is left.

Each `curl` must answer as the JSON behind it shows: the same keys, and the same error code; without JSON behind it, with
204 and nothing, with a file if it saves one, or with 200 if it sends one to the storage. A line `…` in the JSON stands
for more of the same. Files are made and read beside the answer, where the README is as well.
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
        ready_file, said, answer = Path(folder, "ready.json"), Path(folder, "said"), Path(folder, "answer")
        command = ["cargo", "local", "--memory", "--port", "0", "--ready-file", str(ready_file)]
        # A session of its own: every process that it leaves behind can be told by it.
        with said.open("w") as output:
            local = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, start_new_session=True
            )
        try:
            ready = wait_for(ready_file, local)
            first_command(said, answer)
            tour(ready, answer)
            samples(ready)
            conformance(ready, Path(folder))
            catalog(Path(folder))
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


def first_command(said, answer):
    """What is printed to be pasted shows messages."""
    end = time.monotonic() + STOP_TIME
    while not (commands := re.findall(r"^ +(curl .*)$", said.read_text(), re.MULTILINE)):
        ensure(time.monotonic() < end, "no command to paste", said.read_text())
        time.sleep(0.1)
    for command in commands:
        status, body = paste(command, answer, {})
        ensure(status == 200 and b'"message"' in body, f"does not show messages: {command}", body)
        print(f"{status} the command that it prints, with {len(json.loads(body)['data'])} messages")


def paste(command, answer, variables):
    """The status and the body that a `curl` gets."""
    answer.write_text("")
    run = subprocess.run(
        ["bash", "-c", f"{CURL}\n{command}"],
        cwd=answer.parent,
        env={**os.environ, **variables, "ANSWER": str(answer)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return int(run.stdout), answer.read_bytes()


def tour(ready, answer):
    kate = ready["people"][0]
    variables = {"B": ready["url"], "T": kate["token"], "USERNAME": kate["username"]}
    (answer.parent / "README.md").symlink_to(ROOT / "README.md")
    readme = (ROOT / "README.md").read_text()
    paste_page(re.search(r"^## Five calls$(.*?)(?=^## )", readme, re.MULTILINE | re.DOTALL)[1], variables, answer)
    paste_page((ROOT / "docs/TOUR.md").read_text(), variables, answer)


def paste_page(text, variables, answer):
    steps = re.findall(r"```sh\n(.*?)```(?:\s*```json\n(.*?)```)?", text, re.DOTALL)
    answers = []
    for command, expected in steps:
        if not re.search(r"^curl ", command, re.MULTILINE):
            variables = named(command, answers) | variables
            continue
        status, body = paste(command, answer, variables)
        print(f"{status} {command.strip()}")
        if saved := re.search(r" -o \S+\.(\w+)", command):
            is_file = {"md": is_readme, "mp3": is_mp3, "mp4": is_video}[saved[1]]
            ensure(status == 200 and is_file(body, answer.parent), "is not the file", body[:100])
            continue
        body = body.decode(errors="replace")
        if " -T " in command:
            ensure(status == 200 and not body, "is not stored", body)
            continue
        if not expected:
            ensure(status == 204 and not body, "is not 204 without a body", body)
            continue
        got, shown = json.loads(body), json.loads(re.sub(r",\s*…", "", expected))
        ensure(shape(got) == shape(shown), "has other keys than the page shows", body)
        ensure(got.get("code") == shown.get("code") and (status < 300) != ("code" in shown), "is another outcome", body)
        answers.append((shown, got))
    ensure(len(answers) >= 3, "the page has few calls", len(answers))


def is_mp3(file, _):
    """Whether it begins as a frame of MPEG audio: eleven bits that are set."""
    return len(file) > 1000 and file[0] == 0xFF and file[1] >= 0xE0


def is_readme(file, _):
    """Whether it is the file that the tour uploads."""
    return file == (ROOT / "README.md").read_bytes()


def is_video(file, folder):
    """Whether it is the file that the README makes and uploads."""
    return len(file) == 50 << 20 and file == (folder / "house.mp4").read_bytes()


def named(lines, answers):
    """What `NAME=value` stands for: what an answer has in the place where the page shows the value."""
    pairs = re.findall(r"^(\w+)='?(\S+?)'?$", lines, re.MULTILINE)
    return {name: next(filter(None, (at_place(*answer, value) for answer in answers)), "") for name, value in pairs}


def at_place(shown, got, value):
    """What stands in `got` where `value` stands in `shown`."""
    if shown == value:
        return got
    inner = shown.items() if isinstance(shown, dict) else enumerate(shown) if isinstance(shown, list) else ()
    return next(filter(None, (at_place(part, got[key], value) for key, part in inner)), None)


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


def conformance(ready, folder):
    """The command line of `cargo conformance`. That all rules hold is a matter of the tests, so here some do."""
    tokens = folder / "tokens.txt"
    people = [issue(ready, f"conformance-{number}", f"+1 202 555 019{number}") for number in range(1, 5)]
    run = ["cargo", "conformance", "--url", ready["url"], "--tokens", str(tokens)]

    def ends(status, *arguments):
        ended = subprocess.run([*run, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        ensure(ended.returncode == status, f"cargo conformance does not end with {status}", ended)
        return ended.stdout + ended.stderr

    ensure("WWW-Authenticate" in ends(0, "--list"), "lists no rules", run)
    tokens.write_text("# Four people\n" + "\n".join(people))
    said = ends(0, "unread")
    held = re.search(r"^test result: ok\. (\d+) passed; .*$", said, re.MULTILINE)
    ensure(held and int(held[1]) > 3 and "p95 ms" in said, "checks no rules", said)
    print(held[0])
    # Kate has contacts who are not in the file.
    kate = ready["people"][0]["token"]
    tokens.write_text("\n".join([kate, *people]))
    said = ends(2)
    ensure("not in the file" in said and "ptc_" not in said, "says why otherwise", said)
    request = urllib.request.Request(ready["url"] + "/v1/contacts", headers={"Authorization": f"Bearer {kate}"})
    with urllib.request.urlopen(request, timeout=90) as response:
        ensure(json.load(response)["data"], "the contacts of somebody else are gone", said)
    print("a person with other contacts is left alone")


def catalog(folder):
    """The command lines of `cargo synth` and of `cargo catalog`, which finds the running `cargo local` by itself."""
    sounds = folder / "sounds"

    def runs(*arguments):
        ended = subprocess.run(
            ["cargo", *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        ensure(ended.returncode == 0, f"cargo {arguments[0]} fails", ended)
        return ended.stdout

    runs("synth", str(sounds))
    said = runs("catalog", "import", str(sounds))
    ensure("nothing to do: 0 imported" in said, "the demo sounds are not those that are there", said)
    manifest = sounds / "manifest.csv"
    manifest.write_text(manifest.read_text().replace("Steady rain", "Rain without end"))
    said = runs("catalog", "import", str(sounds))
    ensure("0 imported, 1 changed" in said and "published version" in said, "a new title is not published", said)
    print(said.splitlines()[1])


def issue(ready, username, phone_number):
    """A token of somebody, as an operator gets it."""
    url = f"{ready['invoke_url']}/2015-03-31/functions/tokens-create/invocations"
    payload = json.dumps({"username": username, "phone_number": phone_number}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, payload), timeout=90) as response:
        return json.load(response)["token"]


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
