"""What the doctor looks at, one check after the other."""

import http.client
import os
import platform
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

import humanwire
from humanwire.config import Settings, is_postgres, media_folder, shown, sqlite_path
from humanwire.core.errors import Refused
from humanwire.flows.credits import unsound
from humanwire.flows.ports import Ports
from humanwire.wiring import open_ports, seated

_SQLITE_OLDEST = (3, 35, 0)
_MIB = 1024 * 1024
_LITTLE_SPACE = 1024 * _MIB
_NO_SPACE = 100 * _MIB
_MANY = 1000
_OK = 200
_SQLITE_ADVICE = "See that it is a humanwire database, not locked, and yours to write."
_POSTGRES_ADVICE = (
    "See that the server runs, lets this machine in, and has had `humanwire migrate`."
)


class Check(Struct, frozen=True, omit_defaults=True):
    """What one check found, and what to do about it."""

    name: str
    state: Literal["ok", "warn", "fail"]
    message: str
    advice: str = ""


class Checks:
    """All checks of one server's settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def run(self) -> list[Check]:
        """Check everything; trouble with one thing does not hide the others."""
        found = [_programs(), _front_end(), self._port()]
        found += [check async for check in self._models()]
        if is_postgres(self._settings.database):
            found.append(self._media())
            return found + [check async for check in self._database(_POSTGRES_ADVICE)]
        try:
            path = sqlite_path(self._settings.database)
        except Refused as error:
            return [*found, Check("database", "fail", error.message)]
        found += [_disk(path), self._media()]
        missing = _missing(path)
        if missing is not None:
            return [*found, missing]
        return found + [check async for check in self._database(_SQLITE_ADVICE)]

    def _port(self) -> Check:
        host, port = self._settings.host, self._settings.port
        at = f"{host}:{port}"
        if _server_answers(host, port):
            return Check("address", "ok", f"A server answers at {at} and is ready.")
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            socket.create_server((host, port), family=family).close()
        except OSError as error:
            advice = "Stop what uses it, or give serve another --port."
            return Check("address", "fail", f"{at} cannot be used: {error.strerror}.", advice)
        return Check("address", "ok", f"{at} is free; no server runs there now.")

    def _media(self) -> Check:
        folder = media_folder(self._settings)
        existing = _nearest(folder)
        if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
            advice = f"Let {existing} be written to, or give serve another --media-folder."
            return Check("media", "fail", f"Uploads cannot be kept in {folder}.", advice)
        return Check("media", "ok", f"Uploads are kept in {folder}.")

    async def _models(self) -> AsyncIterator[Check]:
        try:
            async with seated(self._settings.model) as panel:
                for name, health in panel.health().items():
                    if health.state == "ready":
                        yield Check("model", "ok", f"{name} can be asked.")
                    else:
                        advice = "See that it runs there, and that --model says where."
                        message = f"{name} cannot be asked: {health.trouble}."
                        yield Check("model", "fail", message, advice)
        except Refused as error:
            yield Check("model", "fail", error.message)

    async def _database(self, advice: str) -> AsyncIterator[Check]:
        database = self._settings.database
        name = shown(database) if is_postgres(database) else str(sqlite_path(database))
        try:
            async with open_ports(self._settings) as ports:
                await ports.store.ping()
                message = f"{name} can be written, schema {ports.store.schema_version()}."
                yield Check("database", "ok", message)
                yield await _accounts(ports)
                yield await _deliveries(ports)
                yield await _credits(ports)
        except Refused as error:
            yield Check("database", "fail", f"{name}: {error.message}", advice)


def _programs() -> Check:
    message = f"humanwire {humanwire.__version__}, Python {platform.python_version()},"
    message += f" SQLite {sqlite3.sqlite_version}."
    if sqlite3.sqlite_version_info < _SQLITE_OLDEST:
        oldest = ".".join(map(str, _SQLITE_OLDEST))
        return Check("programs", "fail", message, f"Use a Python with SQLite {oldest} or newer.")
    return Check("programs", "ok", message)


def _front_end() -> Check:
    if (Path(humanwire.__file__).parent / "static" / "index.html").is_file():
        return Check("workspace", "ok", "The workspace's pages are built.")
    advice = "Run `make setup`, or install the wheel."
    return Check("workspace", "fail", "The workspace's pages are missing.", advice)


def _missing(path: Path) -> Check | None:
    if path.exists():
        return None
    folder = path.absolute().parent
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return Check("database", "warn", f"{path} does not exist yet: `serve` makes it.")
    advice = f"Make the folder {folder}, writable, or give another --database."
    return Check("database", "fail", f"{path} cannot be made.", advice)


def _disk(path: Path) -> Check:
    free = shutil.disk_usage(_nearest(path.parent)).free
    message = f"{free // _MIB:,} MiB are free for the database."
    if free < _LITTLE_SPACE:
        state = "fail" if free < _NO_SPACE else "warn"
        return Check("disk", state, message, "Make room: a full disk refuses new requests.")
    return Check("disk", "ok", message)


async def _accounts(ports: Ports) -> Check:
    projects = await ports.store.list_projects()
    keys = [key for each in projects for key in await ports.store.list_keys(each.number)]
    workers = [worker for worker in await ports.store.list_workers(None) if not worker.revoked]
    message = f"{len(projects)} projects, {len(keys)} keys, {len(workers)} workers."
    for missing, command in (
        (not projects, "humanwire projects create NAME"),
        (not keys, "humanwire keys create --project P"),
        (not workers, "humanwire workers create NAME --project P"),
    ):
        if missing:
            return Check("accounts", "warn", message, f"Next: {command}")
    return Check("accounts", "ok", message)


async def _deliveries(ports: Ports) -> Check:
    failed = [
        delivery
        for project in await ports.store.list_projects()
        for delivery in await ports.store.list_deliveries(
            project.number, "live", None, "failed", None, _MANY
        )
    ]
    given_up = {delivery.url for delivery in failed if delivery.reason == "endpoint_disabled"}
    if not failed:
        return Check("callbacks", "ok", "No callback has failed.")
    message = f"{len(failed)} callbacks have failed"
    message += f"; given up: {', '.join(sorted(given_up))}." if given_up else "."
    advice = "See GET /v1/deliveries?state=failed; send again by POST /v1/deliveries/resend."
    return Check("callbacks", "warn", message, advice)


async def _credits(ports: Ports) -> Check:
    wrong = await unsound(ports, await ports.store.list_projects())
    if not wrong:
        return Check("credits", "ok", "All ledgers add up.")
    said = "; ".join(f"{name}: {', '.join(faults)}" for name, faults in wrong.items())
    return Check("credits", "fail", f"{said}.", "Keep a backup as it is now, and tell us.")


def _server_answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _nearest(path: Path) -> Path:
    """The path itself, or the nearest folder above it that exists."""
    path = path.absolute()
    return path if path.exists() else _nearest(path.parent)
