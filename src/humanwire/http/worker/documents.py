"""What workers read and keep beside their tasks: a project's guidelines, their own settings."""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct
from starlette.requests import Request
from starlette.responses import Response

from humanwire.core.errors import Invalid, Refused
from humanwire.http.context import Context
from humanwire.http.worker.bodies import project_of
from humanwire.store.documents import Document
from humanwire.store.records import Worker
from humanwire.wire.bodies import field_of, json_fields, read_body
from humanwire.wire.surface import Json

SETTINGS_LIMIT = 64 * 1024


class NewSettings(Struct, frozen=True):
    """A worker's settings for the workspace; each save needs a higher version."""

    version: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    body: Raw


class StaleSettings(Refused):
    """Newer settings are saved already."""

    code = "stale_settings"


_decoder = msgspec.json.Decoder(NewSettings)


async def show_guidelines(context: Context, request: Request, worker: Worker) -> Response:
    """Show the guidelines of a project that the worker is a member of."""
    project = project_of(request, worker)
    text = await context.ports.store.guidelines(project.number)
    shown = {"digest": project.settings.guidelines, "guidelines": text or ""}
    return Json(msgspec.json.encode(shown))


async def show_settings(context: Context, worker: Worker) -> Response:
    """Show a worker's settings; version 0 when they have never saved any."""
    kept = await context.ports.store.worker_settings(worker.number) or Document(0, "{}")
    shown = {"version": kept.version, "body": Raw(kept.body_json.encode())}
    return Json(msgspec.json.encode(shown))


async def save_settings(context: Context, request: Request, worker: Worker) -> Response:
    """Keep a worker's settings. Raises StaleSettings."""
    body = await read_body(request, SETTINGS_LIMIT)
    json_fields(body, SETTINGS_LIMIT)
    try:
        given = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise field_of(error) from None
    if not bytes(given.body).lstrip().startswith(b"{"):
        raise Invalid("It must be an object.", field="body")
    document = Document(given.version, bytes(given.body).decode())
    if not await context.ports.store.save_worker_settings(worker.number, document):
        raise StaleSettings
    return Json(msgspec.json.encode({"accepted": True, "version": given.version}))
