"""Asking a server that runs elsewhere, over HTTP."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

import aiohttp
import click

_BLOCK_SECONDS = 60.0


class RefusedThere(click.ClickException):
    """The server said no; `code` and `field` are its own."""

    def __init__(self, status: int, error: Mapping[str, str]) -> None:
        super().__init__(error.get("message", f"The server answered {status}."))
        self.code = error.get("code", "failed")
        self.field = error.get("field")


async def ask_there(
    url: str,
    key: str,
    kind: str,
    fields: Mapping[str, object],
    seconds: float,
    stored: Callable[[str], None],
) -> bytes:
    """Ask, and return the Request object as it stands when it ends or the time is up."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    base = f"{url.rstrip('/')}/v1/requests"
    try:
        async with aiohttp.ClientSession(headers={"X-Heat-API-Key": key}) as http:
            task, body = await _call(http, "POST", f"{base}/{kind}", json=fields)
            stored(task["id"])
            while task["status"] == "pending" and (left := deadline - loop.time()) > 0:
                block = min(left, _BLOCK_SECONDS)
                address = f"{base}/{task['id']}?block={block:.3f}"
                task, body = await _call(http, "GET", address)
            return body
    except (aiohttp.ClientError, OSError) as error:
        raise click.ClickException(f"{url} cannot be reached: {error}") from None


async def _call(
    http: aiohttp.ClientSession, method: str, url: str, **body: Any
) -> tuple[dict[str, Any], bytes]:
    async with http.request(method, url, **body) as reply:
        said = await reply.read()
        try:
            found = cast("dict[str, Any]", await reply.json(content_type=None))
        except ValueError:
            found = {}
        if not reply.ok or "id" not in found:
            raise RefusedThere(reply.status, found.get("error", {}))
        return found, said
