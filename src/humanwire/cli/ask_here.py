"""Asking on the database itself, as the server would; the server on it passes the answer on."""

import asyncio
from collections.abc import Callable, Mapping

import msgspec

from humanwire.config import Settings
from humanwire.core.errors import Conflict
from humanwire.dialects.heat.from_core import request_object
from humanwire.dialects.heat.to_core import wish_of
from humanwire.flows import accounts
from humanwire.flows.ask import answerable, ask
from humanwire.flows.ports import Ports
from humanwire.flows.wait import wait_for_end
from humanwire.store.records import Key, Task
from humanwire.wire.bodies import json_fields
from humanwire.wiring import open_ports

_LOOK_SECONDS = 0.25
"""How often to look whether another process, the server, has ended the request."""


async def ask_here(
    database: str,
    project: str,
    kind: str,
    fields: Mapping[str, object],
    seconds: float,
    stored: Callable[[str], None],
) -> bytes:
    """Ask, and return the Request object as it stands when it ends or the time is up."""
    async with open_ports(Settings(database=database)) as ports:
        owner = await accounts.find_project(ports, project)
        now = ports.clock()
        key = Key(id="", project=owner, mode="live", hint="", created_at=now)
        body = msgspec.json.encode(fields)
        flavour = owner.settings.prediction
        wish = wish_of(kind, body, json_fields(body), key.mode, now, None, flavour)
        (task,) = await ask(ports, key, "heat", [answerable(ports, key, wish)])
        if isinstance(task, Conflict):
            raise task
        stored(task.id)
        return request_object(await _until_ended(ports, key, task, seconds))


async def _until_ended(ports: Ports, key: Key, task: Task, seconds: float) -> Task:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while task.status == "pending" and (left := deadline - loop.time()) > 0:
        task = await wait_for_end(ports, key, task.id, min(left, _LOOK_SECONDS)) or task
    return task
