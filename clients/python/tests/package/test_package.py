"""What is published, as those get it who install it. `PACKAGES` names the folder with the wheel and the sdist."""

import inspect
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import protocol_api

OWN = Path(__file__).parents[2]
SOURCE = OWN / "src" / "protocol_api"
README = (OWN / "README.md").read_text()
VERSION = protocol_api.__version__


@pytest.fixture(scope="module")
def packages():
    folder = os.environ.get("PACKAGES")
    if not folder:
        pytest.skip("PACKAGES is not set")
    return Path(folder)


def modules():
    return {str(path.relative_to(SOURCE.parent)) for path in SOURCE.rglob("*") if path.suffix in (".py", ".typed")}


def test_the_wheel_holds_what_belongs_to_it_and_nothing_else(packages):
    (wheel,) = packages.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        info = f"protocol_api-{VERSION}.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode()
    print(f"\n# {wheel.stat().st_size} bytes: the wheel of {len(names)} files")
    besides = {"METADATA", "RECORD", "WHEEL", "licenses/LICENSE-APACHE", "licenses/LICENSE-MIT"}
    assert names == modules() | {f"{info}/{name}" for name in besides}
    required = re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE)
    assert all("extra == 'async'" in one for one in required)
    assert "\nRequires-Python: >=3.9\n" in metadata
    assert "\nLicense-Expression: MIT OR Apache-2.0\n" in metadata


def test_the_sdist_holds_what_belongs_to_it_and_nothing_else(packages):
    (sdist,) = packages.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    besides = {".gitignore", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "PKG-INFO", "README.md", "pyproject.toml"}
    assert names == {f"src/{name}" for name in modules()} | besides


def test_there_is_one_version():
    text = (SOURCE / "version.py").read_text()
    assert f'"{VERSION}"' in text
    assert re.search(f"^## {re.escape(VERSION)}$", (OWN / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert VERSION not in (OWN / "pyproject.toml").read_text()


def test_the_readme_is_short_and_tells_all_options():
    assert len(README.splitlines()) <= 120
    for client in (protocol_api.ApiClient, protocol_api.AsyncApiClient):
        names = set(inspect.signature(client).parameters) - {"token"}
        assert len(names) == 7
        assert [name for name in names if f"`{name}`" not in README] == []
    assert all(f"`{name}`" in README for name in ("extra_params", "idempotency_key"))
    raised = [name for name in vars(protocol_api) if name.endswith("Error")]
    assert [name for name in raised if f"`{name}`" not in README] == []


def mypy(*arguments):
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=OWN, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_types():
    mypy("--warn-unused-ignores", "tests/package/calls.py")


def test_the_types_of_the_readme(tmp_path):
    blocks = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 5
    for number, block in enumerate(blocks):
        (tmp_path / f"block_{number}.py").write_text(block)
    mypy(*tmp_path.iterdir())


def test_all_that_is_public_has_a_docstring():
    public = {name: value for name, value in vars(protocol_api).items() if inspect.isclass(value)}
    missing = []
    for name, value in public.items():
        members = {own: getattr(value, own) for own in vars(value) if not own.startswith("_")}
        documented = {own: member for own, member in members.items() if inspect.isroutine(member)}
        missing += [f"{name}.{own}" for own, member in documented.items() if not member.__doc__]
        if not value.__doc__ or value.__doc__.startswith(f"{name}("):
            missing.append(name)
    assert missing == []
    assert len(public) > 50
