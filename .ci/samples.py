"""Runs every sample of the reference and of the clients' documents against a running API, as those who copy it do.

    .ci/samples.py READY LANGUAGE=PACKAGE...

READY is the file that `cargo local --ready-file` writes, a PACKAGE a client as LANGUAGES says; without it, samples in
its language do not run. Samples are the `x-codeSamples` of `/openapi.json` as the server serves it, in each language
for each operation, and the blocks of code of its guides and of `clients/*/README.md`. Each runs for a person of its
own, with ids of real things in the place of the examples' ids. What a sample of an operation sends must be that
operation and succeed; what it prints must be what the document says of the answer; and after a DELETE the thing must
be gone.
"""

import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request
import uuid
from pathlib import Path
from urllib.parse import unquote

from recorder import Recorder
from samples_document import ID, Document, Wrong
from samples_world import MAKERS, Api, World

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "https://api.protocol.chat"
SIDE_BY_SIDE = 2
PATIENCE = 30
# Of what a sample prints that fails.
MOST = 2000

# A language by its name in the document and at a block of code; how a file with a sample is run, with the folder that
# has the package, and what stands before the sample, so that it fails where the API refuses, and prints JSON; what
# programs with a client print by, which print a list item by item; and what puts the package there. Commands need none,
# and print answers as they are.
Language = collections.namedtuple("Language", "name fence file command before print install", defaults=[None, None])
CURL = 'curl() { command curl --silent --show-error --fail-with-body --max-time 20 "$@"; }\n'
HOOKS = Path(__file__).with_name("samples_hooks")
QUIET = {"check": True, "stdin": subprocess.DEVNULL}


def install_javascript(package, folder):
    """A package as `npm pack` makes it."""
    (folder / "package.json").write_text('{"private": true}')
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", str(package)]
    subprocess.run(command, cwd=folder, **QUIET)


def install_python(package, folder):
    """An environment in which the wheel is installed with all its extras."""
    (folder / "python").symlink_to(package)


def install_php(package, folder):
    """The client's directory, as Composer makes a package of it."""
    about = json.loads((package / "composer.json").read_text())
    here = {"type": "path", "url": str(package), "options": {"symlink": False}}
    project = {"repositories": [here, {"packagist.org": False}], "require": {about["name"]: "*@dev"}}
    (folder / "composer.json").write_text(json.dumps(project))
    environment = {**os.environ, "COMPOSER_ALLOW_SUPERUSER": "1"}
    subprocess.run(["composer", "install", "--quiet"], cwd=folder, env=environment, **QUIET)


LANGUAGES = [
    Language("shell", "sh", "sample.sh", ["bash", "-euo", "pipefail"], CURL),
    Language(
        "javascript",
        "js",
        "sample.mjs",
        ["node", "--import", f"{HOOKS}/print.mjs"],
        "",
        "console.log",
        install_javascript,
    ),
    Language("python", "python", "sample.py", ["{folder}/python/bin/python", f"{HOOKS}/print.py"], "", "print", install_python),
    Language("php", "php", "sample.php", ["php", "-d", "include_path={folder}"], "", "echo", install_php),
]
# What has been done already: the package of this tree is installed, and variables are set.
SETUP = re.compile(r"^(?:npm install|pip install|composer require|export) .*\n", re.MULTILINE)
BLOCK = re.compile(r"^( *)```(\S*).*?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
# What they are of that is shown and does not run.
SHOWN = ("", "json")
# An id as no word looks.
AN_ID = re.compile(rf"(?<![\w-])(?=\w*\d)(?=\w*[A-Z]){ID}(?![\w-])")
# Who calls this is no owner, and afterwards sees nothing there any more, as if it were deleted.
LEAVING = ("leaveGroup",)
# The `upload` of a client has done what this one's answer asks for, and answers with the attachment alone.
ANSWERED_BY_CLIENTS = {"createAttachment": "getAttachment"}
# The beginning of a JPEG, and its end.
PHOTO = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")

Sample = collections.namedtuple("Sample", "place language source operation", defaults=[None])


def main(ready_file, *packages):
    start = time.monotonic()
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    ready = json.loads(Path(ready_file).read_text())
    packages = dict(package.split("=", 1) for package in packages)
    with urllib.request.urlopen(ready["url"] + "/openapi.json", timeout=PATIENCE) as answer:
        document = Document(json.load(answer))
    samples, problems = collect(document)
    samples = [sample for sample in samples if not sample.language.install or sample.language.name in packages]
    with Recorder(ready["url"]) as recorder, tempfile.TemporaryDirectory() as folder:
        for language in LANGUAGES:
            if language.name in packages:
                language.install(Path(packages[language.name]).resolve(), Path(folder))
        runner = Runner(document, Api(ready), recorder, Path(folder))
        with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as executor:
            problems += filter(None, executor.map(runner.problem, samples))
    of_operations = sum(sample.operation is not None for sample in samples)
    said = f"{of_operations} samples of operations, {len(samples) - of_operations} of documents"
    print(*problems, f"{said}: {len(problems)} problems, {time.monotonic() - start:.0f} s", sep="\n\n")
    return 1 if problems else 0


def collect(document):
    """The samples, and what is wrong without running them."""
    samples, problems = [], []
    by_name = {language.name: language for language in LANGUAGES}
    for operation in document.operations:
        sources = operation.sources()
        missing = by_name.keys() - {name for name, _ in sources}
        problems += [f"{operation.id}: there is no sample in {name}" for name in sorted(missing)]
        for name, source in sources:
            if name in by_name:
                samples.append(Sample(f"{operation.id} in {name}", by_name[name], source, operation))
            else:
                problems.append(f"{operation.id}: LANGUAGES in .ci/samples.py has to tell how to run {name}")
    texts = {"info.description": document.root["info"]["description"]}
    for client in sorted(path for path in ROOT.glob("clients/*") if path.is_dir()):
        path = client / "README.md"
        texts[str(path.relative_to(ROOT))] = path.read_text() if path.exists() else ""
    by_fence = {language.fence: language for language in LANGUAGES}
    for place, text in texts.items():
        found = [(f"{place}, line {line}", fence, source) for line, fence, source in blocks(text)]
        samples += [Sample(place, by_fence[fence], source) for place, fence, source in found if fence in by_fence]
        unknown = [(place, fence) for place, fence, _ in found if fence not in by_fence and fence not in SHOWN]
        problems += [f"{place}: LANGUAGES in .ci/samples.py has to tell how to run {fence}" for place, fence in unknown]
        if not found:
            problems.append(f"{place}: there are no samples")
    return samples, problems


def blocks(text):
    """The blocks of code, each with its line and its language; without those that only set up."""
    for block in BLOCK.finditer(text):
        source = SETUP.sub("", textwrap.dedent(block[3]))
        if source.strip():
            yield text.count("\n", 0, block.start()) + 1, block[2], source


class Runner:
    def __init__(self, document, api, recorder, folder):
        self.document, self.api, self.recorder, self.folder = document, api, recorder, folder

    def problem(self, sample):
        """What is wrong with a sample, with what it says and what it prints; or None."""
        output = []
        try:
            self.check(sample, output)
        except Wrong as wrong:
            printed = "\n".join(text.rstrip()[:MOST] for text in output)
            return f"--- {sample.place}: {wrong}\n{sample.source.rstrip()}\n--- prints\n{printed}"

    def check(self, sample, output):
        name = f"samples-{uuid.uuid4().hex[:12]}"
        is_leaving = sample.operation is not None and sample.operation.id in LEAVING
        world = World(self.api, name, sample.source, is_leaving)
        source = AN_ID.sub(lambda found: self.thing(world, found[0]), sample.source)
        self.prepare(sample, world)
        folder = self.folder / name
        folder.mkdir()
        (folder / "photo.jpg").write_bytes(PHOTO)
        printed = self.run(sample.language, source, world.token, folder, output)
        calls = self.recorder.calls[world.token]
        if not calls and (sample.operation or not sample.language.print):
            raise Wrong("it calls nothing")
        if sample.operation:
            ensure_of(sample.operation, calls)
        self.ensure_shape(sample, calls, printed)
        for call in calls:
            if call.method == "DELETE" or is_leaving:
                self.ensure_gone(world, call)

    def thing(self, world, example):
        """The id of a thing for that of an example. One that is no example stays as it is, and names nothing."""
        if example in self.document.kinds:
            return world.thing(self.document.kinds[example], example)
        if names := self.document.names.get(example):
            raise Wrong(f"of what is {example}? Document in .ci/samples_document.py cannot tell by {', '.join(names)}")
        return example

    def prepare(self, sample, world):
        """Makes what the sample does not name and needs: something in a list, and what is taken away."""
        operation = sample.operation
        if not operation:
            for kind in MAKERS:
                world.some(kind)
        elif operation.items():
            world.some(operation.path.split("/")[2])
        elif operation.method == "DELETE" and not operation.path.endswith("/{id}"):
            path = operation.path
            for parameter in operation.parameters:
                if parameter["in"] == "path":
                    example = self.document.examples(parameter)[0]
                    path = path.replace(f"{{{parameter['name']}}}", world.examples.get(example, example))
            world.call("PUT", path)

    def run(self, language, source, token, folder, output):
        """What it prints."""
        source = source.replace(ADDRESS, self.recorder.url)
        (folder / language.file).write_text(language.before + source)
        variables = {**os.environ, "TOKEN": token, "PROTOCOL_API_URL": self.recorder.url}
        try:
            ended = subprocess.run(
                [*(word.format(folder=self.folder) for word in language.command), language.file],
                cwd=folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            raise Wrong(f"it does not end within {PATIENCE} s") from None
        output += [ended.stdout, ended.stderr]
        if ended.returncode:
            raise Wrong(f"it fails with {ended.returncode}")
        return ended.stdout

    def ensure_shape(self, sample, calls, text):
        """What is printed is what the document says of the answers."""
        is_program = sample.language.print is not None
        if is_program and not sample.operation:
            # Whatever it prints of them.
            if sample.language.print in sample.source and not text.strip():
                raise Wrong("it prints nothing")
            return
        printed = list(values(text))
        expected = []
        for call in calls:
            operation = self.document.operation(call.method, call.path)
            if not operation:
                raise Wrong(f"there is no operation {call.method} {call.path}")
            schema, items = operation.schema(call.status), operation.items()
            if is_program and operation.id in ANSWERED_BY_CLIENTS:
                schema = self.document.by_id(ANSWERED_BY_CLIENTS[operation.id]).schema(200)
            count = len(json.loads(call.body)["data"]) if items else 1
            if not count:
                raise Wrong("what it lists is empty, so that it shows nothing")
            if items and is_program:
                expected += [items] * count
            elif schema:
                expected.append(schema)
        if is_program:
            # A page's `data` as well.
            printed = [item for value in printed for item in (value if isinstance(value, list) else [value])]
        if len(printed) != len(expected):
            raise Wrong(f"it prints {len(printed)} values in place of {len(expected)}")
        for value, schema in zip(printed, expected):
            if wrong := self.document.problem(value, schema):
                raise Wrong(f"the document says otherwise of what it prints: {wrong}")

    def ensure_gone(self, world, call):
        """What the path names is there no more, or no more a part of what is nearest to it."""
        parts = call.path.split("/")
        names = self.document.operation(call.method, call.path).path.split("/")
        paths = ["/".join(parts[:length]) for length in range(len(parts), 1, -1)]
        nearest = next(path for path in paths if self.document.operation("GET", path))
        status, answer = self.api.call(world.token, "GET", nearest)
        values = [part for part, name in list(zip(parts, names))[nearest.count("/") + 1 :] if name.startswith("{")]
        is_part = any(json.dumps(unquote(value)) in json.dumps(answer) for value in values)
        if status != 404 and (is_part or not values):
            raise Wrong(f"GET {nearest} is a {status} afterwards")


def ensure_of(operation, calls):
    for call in calls:
        if call.method != operation.method or not operation.pattern.fullmatch(call.path):
            raise Wrong(f"it calls {call.method} {call.path}")
        operation.schema(call.status)


def values(text):
    """The JSON texts that stand one after another."""
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        try:
            value, end = decoder.raw_decode(text)
        except json.JSONDecodeError:
            raise Wrong("what it prints is no JSON") from None
        yield value
        text = text[end:]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
