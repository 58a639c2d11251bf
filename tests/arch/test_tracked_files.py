"""Nothing of the machine that wrote a file stays in it: no registry, no folder, no lock file."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# In parts, so that this file does not hold what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in [("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org")]
]
FOLDERS = [f"{folder}/" for folder in (ROOT, Path.home()) if len(folder.parts) > 2]
OPTIONS = ["--" + option for option in ("index-url", "extra-index-url", "find-links")]
LOCKS = re.compile(r"(uv|poetry|pdm)\.lock|pylock.*\.toml|yarn\.lock|pnpm-lock\.yaml")
PINS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9-]+)==", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9-]+")


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Lists the files that git has, or would take."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    outcome = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if outcome.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in outcome.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("phrase", [*REGISTRIES, *FOLDERS])
def test_no_file_names_registry_or_folder(tracked: list[Path], phrase: str):
    assert [path for path in tracked if phrase.encode() in path.read_bytes()] == []


def test_no_lock_file_is_tracked(tracked: list[Path]):
    assert [path for path in tracked if LOCKS.fullmatch(path.name)] == []


def test_npm_lock_resolves_nowhere(tracked: list[Path]):
    for lock in (path for path in tracked if path.name == "package-lock.json"):
        packages = json.loads(lock.read_text())["packages"]
        assert [name for name, package in packages.items() if "resolved" in package] == []
        assert all("integrity" in package for name, package in packages.items() if name)


@pytest.mark.parametrize("pins", PINS, ids=lambda path: path.name)
def test_each_pin_has_hashes_and_no_source(pins: Path):
    text = pins.read_text()
    assert not any(option in text for option in OPTIONS)
    blocks = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert len(blocks) == len(PIN.findall(text))
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("kind", ["run", "build", "dev"])
def test_pins_cover_what_is_asked_for(kind: str):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted: list[str] = {
        "run": project["project"]["dependencies"],
        "build": project["build-system"]["requires"],
        "dev": [],
    }[kind]
    listed = ROOT / f"requirements/{kind}.in"
    if listed.exists():
        wanted = [*wanted, *listed.read_text().splitlines()]
    names = {match[0] for line in wanted if (match := NAME.match(line))}
    assert names <= set(PIN.findall((ROOT / f"requirements/{kind}.txt").read_text()))
