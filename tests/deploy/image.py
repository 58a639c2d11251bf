"""The Dockerfile, followed without a container engine: each stage is a layer over this machine.

What differs from a build: the base image is this machine's own system, with the Python that the
tests run on. The context, the copies, the commands, the variables and the user are the file's.
"""

import json
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy/Dockerfile"
IGNORED = ROOT / ".dockerignore"
TMP = tempfile.gettempdir()


class Instruction(NamedTuple):
    """One instruction of a Dockerfile: `RUN`, and what stands behind it."""

    name: str
    text: str

    def words(self) -> list[str]:
        """Split a command, which stands there as a line or as a JSON array."""
        array = re.search(r"\[.*\]", self.text)
        return json.loads(array[0]) if array else shlex.split(self.text)


def instructions() -> list[Instruction]:
    """Read the Dockerfile, comments aside."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    logical = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
    return [Instruction(*line.split(maxsplit=1)) for line in logical if line]


def is_sent(path: str) -> bool:
    """Whether .dockerignore lets a file into the build; the last line that fits decides."""
    sent = True
    for line in IGNORED.read_text().splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        if (
            line
            and not line.startswith("#")
            and (
                pattern == "*"
                or f"{path}/".startswith(f"{pattern}/")
                or ("**/" in line and pattern in path.split("/"))
            )
        ):
            sent = line.startswith("!")
    return sent


def context(folder: Path) -> None:
    """Fill a folder with the files of the checkout that are sent to the build."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.split("\0") if name and is_sent(name)]
    subprocess.run(
        ["tar", "--create", "--ignore-failed-read", "--file", folder / "context.tar", *names],
        cwd=ROOT, check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    (folder / "context").mkdir()
    subprocess.run(["tar", "xf", folder / "context.tar", "-C", folder / "context"], check=True)


class Follower:
    """Turns the instructions into a script for a mount namespace of its own.

    `folder` gets the context and the layers, which go with the namespace.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stage = Path()
        self._directory = "/"
        self._variables: dict[str, str] = {}
        self._user = "0:0"
        self._program: list[str] = []
        (folder / "layers").mkdir()
        # On a file system of their own, as a layer may not lie on a layer.
        self._lines = ["set -eu", f"mount -t tmpfs none {folder}/layers"]

    def script(self, **variables: str) -> str:
        """Give the script, which ends as the image's program, with further variables."""
        for instruction in instructions():
            self._follow(instruction)
        self._variables |= variables
        data = self._folder / "data"
        self._lines += [
            # A new volume begins as what the image has there.
            f"cp -a {self._stage}/data {data}",
            # Nothing but the volume and /tmp can be written, as compose.yaml and the pods have it.
            f"mount -o remount,ro {self._stage}",
            f"mount --bind {data} {self._stage}/data",
            f"mount -t tmpfs none {self._stage}{TMP}",
            f"exec {self._inside(f'exec {shlex.join(self._program)}')}",
        ]
        return "\n".join(self._lines)

    def _follow(self, instruction: Instruction) -> None:
        match instruction.name:
            case "FROM":
                self._begin(instruction.text.partition(" AS ")[2] or "last")
            case "ENV":
                for word in shlex.split(instruction.text):
                    name, _, value = word.partition("=")
                    self._variables[name] = value.replace("$PATH", self._variables["PATH"])
            case "WORKDIR":
                self._directory = instruction.text
                self._lines.append(f"mkdir -p {self._stage}{self._directory}")
            case "COPY":
                self._copy(*instruction.text.split())
            case "RUN":
                self._lines.append(self._inside(instruction.text))
            case "USER":
                self._user = instruction.text
                del self._variables["HOME"]
            case "ENTRYPOINT" | "CMD":
                self._program += instruction.words()
            case _:
                assert instruction.name in {"LABEL", "VOLUME", "EXPOSE", "HEALTHCHECK"}

    def _begin(self, name: str) -> None:
        layer = self._folder / "layers" / name
        self._stage, self._directory = layer / "root", "/"
        path = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        self._variables = {"PATH": path, "HOME": "/root"}
        overlay = f"lowerdir=/,upperdir={layer}/upper,workdir={layer}/work"
        python = Path(sys.base_prefix, "bin/python3").resolve()
        self._lines += [
            f"mkdir -p {layer}/upper {layer}/work {self._stage}",
            f"mount -t overlay overlay -o {overlay} {self._stage}",
            f"mount --rbind /dev {self._stage}/dev",
            f"mount -t proc proc {self._stage}/proc",
            f"cd {self._stage} && rm -rf build data opt/build opt/humanwire usr/local/bin/python",
            # The base image's Python is for every user; this machine's may be in root's home.
            f"printf '#!/bin/sh\\nexec {python} \"$@\"\\n' >{self._stage}/usr/local/bin/python",
            f"chmod a+x {self._stage}/usr/local/bin/python",
            *(f"chmod a+x {self._stage}{folder}" for folder in python.parents[:-1]),
        ]

    def _copy(self, *words: str) -> None:
        *sources, target = words
        origin = self._folder / "context"
        if sources[0].startswith("--from="):
            origin = self._folder / "layers" / sources.pop(0).partition("=")[2] / "root"
        end = f"{self._stage}{Path(self._directory, target)}"
        if target.endswith("/"):
            self._lines.append(f"mkdir -p {end}")
        for source in sources:
            self._lines.append(f"cp -a {origin}/{source.lstrip('/')} {end}")

    def _inside(self, command: str) -> str:
        variables = shlex.join(f"{name}={value}" for name, value in self._variables.items())
        shell = shlex.quote(f"cd {self._directory} && {command}")
        return f"chroot --userspec={self._user} {self._stage} env -i {variables} sh -c {shell}"
