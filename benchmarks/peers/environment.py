"""Label Studio's own environment: made once, outside the tree, from the versions listed beside."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from humanwire.bench.client import BenchFailed

PINS = Path(__file__).with_name("label-studio.txt")


def default_cache() -> Path:
    """Where environments are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "humanwire-peers"


def environment(cache: Path) -> Path:
    """The folder of Label Studio's programs, made if it is not there yet (about 0.9 GB).

    Raises BenchFailed when the packages cannot be had.
    """
    mark = sha256(PINS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = cache / f"label-studio-{mark}"
    programs = folder / "bin"
    made = folder / "made"
    if made.exists():
        return programs
    folder.mkdir(parents=True, exist_ok=True)
    _run(sys.executable, "-m", "venv", "--clear", str(folder))
    pip = (str(programs / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check")
    _run(*pip, "install", "--no-input", "-r", str(PINS))
    made.touch()
    return programs


def versions(programs: Path) -> str:
    """Label Studio's version, and those of what it stands on."""
    ask = (
        "import platform, sqlite3, importlib.metadata as m;"
        "print('Label Studio', m.version('label-studio') + ', Django', m.version('django')"
        " + ', Python', platform.python_version() + ', SQLite', sqlite3.sqlite_version)"
    )
    command = [str(programs / "python"), "-c", ask]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchFailed(f"{' '.join(command[:4])} … failed: {done.stderr[-1000:]}")
