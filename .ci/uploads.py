"""Uploads files with several clients, each with its own way to write a name into a form."""

import json
import subprocess
import sys
from pathlib import Path

import requests

NAMES = ["House.txt", 'say "hi".txt', "a;b=c,d%41.txt", "文档 🎄.txt", "x" * 251 + ".txt"]
CONTENT = bytes(range(256)) * 64

NODE = """
const [url, token, path, name] = process.argv.slice(1);
const { readFileSync } = require("node:fs");
const body = new FormData();
body.append("file", new File([readFileSync(path)], name));
fetch(url, { method: "POST", headers: { authorization: `Bearer ${token}` }, body })
    .then((answer) => answer.text())
    .then((text) => console.log(text));
"""


def curl(url, token, path):
    # Within quotation marks curl takes them, and backslashes, with a backslash before.
    quoted = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return run("curl", "-sS", url, "-H", f"Authorization: Bearer {token}", "-F", f'file=@"{quoted}"')


def node(url, token, path):
    return run("node", "-e", NODE, url, token, str(path), path.name)


def python(url, token, path):
    with path.open("rb") as file:
        answer = requests.post(url, headers={"Authorization": f"Bearer {token}"}, files={"file": file}, timeout=20)
    return answer.json()


def run(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=20).stdout)


def main(api, token, folder):
    problems = []
    for name in NAMES:
        path = Path(folder, name)
        path.write_bytes(CONTENT)
        for client in (curl, python, node):
            uploaded = client(f"{api}/v1/attachments", token, path)
            found = uploaded.get("filename"), uploaded.get("file_size")
            if found != (name, len(CONTENT)):
                problems.append(f"{client.__name__}: {name}: {uploaded}")
            elif requests.get(uploaded["file_url"], timeout=20).content != CONTENT:
                problems.append(f"{client.__name__}: {name}: other bytes come back")
    print(f"{len(NAMES)} names by three clients: {len(problems)} problems", *problems, sep="\n  ")
    return 1 if problems else 0


sys.exit(main(*sys.argv[1:]))
