"""Every command has to choose the same features, or each compiles the same dependencies again: `cargo test -p …` as
`cargo test --workspace`, and that as `cargo local`, which needs no dev-dependencies. `workspace-hack` sees to it.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HACK = "workspace-hack"


def cargo(*arguments):
    command = ["cargo", *arguments, "--locked"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def features(*selection, edges):
    """The features of each crate that is not a member's."""
    lines = cargo("tree", *selection, "--edges", edges, "--prefix", "none", "--format", "{p}|{f}")
    pairs = {tuple(line.removesuffix(" (*)").split("|")) for line in lines.splitlines() if line}
    return {(crate.removesuffix(" (proc-macro)"), chosen) for crate, chosen in pairs if "(/" not in crate}


def main():
    whole = features("--workspace", edges="normal,build,dev")
    members = json.loads(cargo("metadata", "--no-deps", "--format-version", "1"))["packages"]
    selections = {"cargo local": (("--workspace",), "normal,build")}
    for name in sorted(member["name"] for member in members):
        selections[f"cargo test -p {name}"] = (("--package", name), "normal,build,dev")
    problems = []
    for command, (selection, edges) in selections.items():
        other = features(*selection, edges=edges) - whole
        problems += [f"{command} has {crate} with {chosen or 'no features'}" for crate, chosen in sorted(other)]
    if problems:
        print(*problems, sep="\n")
        print(f"{HACK}/Cargo.toml lacks a dependency or a feature of a member, or a member lacks {HACK}.")
        return 1
    print(f"{len(whole)} dependencies have the same features in {len(selections)} commands")
    return 0


if __name__ == "__main__":
    sys.exit(main())
