"""Every relative link in a Markdown file names a file, and its fragment a heading, that exist."""

import os
import re
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = {".git", ".local", "node_modules", "target"}
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def documents():
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in SKIPPED]
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(".md"))


def anchors(path):
    """The fragments that GitHub gives the headings."""
    found, text = set(), re.sub(r"^(```|~~~).*?^\1", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = base = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = 0
        while slug in found:
            count += 1
            slug = f"{base}-{count}"
        found.add(slug)
    return found


def problem(document, link):
    if re.match(r"[a-z][a-z0-9+.-]*:", link, re.IGNORECASE):
        return None
    path, _, fragment = link.partition("#")
    target = (document.parent / unquote(path)).resolve() if path else document
    if not target.is_relative_to(ROOT):
        return "leads out of the repository"
    if not target.exists():
        return "names no file"
    if fragment and target.suffix == ".md" and fragment not in anchors(target):
        return "names no heading"
    return None


def main():
    links = problems = 0
    for document in documents():
        for found in LINK.finditer(CODE.sub("", document.read_text())):
            link = found[1] or found[2]
            links += 1
            if reason := problem(document, link):
                problems += 1
                print(f"{document.relative_to(ROOT)}: {link} {reason}")
    print(f"{links} links, {problems} problems")
    return 1 if problems else 0


sys.exit(main())
