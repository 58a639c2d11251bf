"""What a request says of its caller: the key, in the four ways that Heat takes it."""

from base64 import b64decode
from typing import NamedTuple

from starlette.requests import Request
from starlette.types import Scope

from humanwire.store.records import Key
from humanwire.wire.keys import Keys


class Caller(NamedTuple):
    """The text of the key, the host that was called, and the caller's own key for a request."""

    key: str | None
    host: str
    idempotency: str | None


async def heat_key(keys: Keys, request: Request) -> Key:
    """Find the caller's key. Raises Unauthorized or Forbidden."""
    caller = caller_of(request.scope)
    return await keys.find(caller.key, caller.host)


def caller_of(scope: Scope) -> Caller:
    """Read the headers, once for all of them."""
    heat = crunch = authorization = host = ""
    idempotency = None
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    for name, value in headers:
        match name:
            case b"x-heat-api-key":
                heat = value.decode("latin-1")
            case b"x-crunch-api-key":
                crunch = value.decode("latin-1")
            case b"authorization":
                authorization = value.decode("latin-1")
            case b"host":
                host = value.decode("latin-1")
            case b"idempotency-key":
                idempotency = value.decode("latin-1")
            case _:
                pass
    return Caller(heat or crunch or _from_authorization(authorization), host, idempotency)


def _from_authorization(header: str) -> str | None:
    scheme, _, credentials = header.partition(" ")
    match scheme.lower():
        case "bearer":
            return credentials.strip()
        case "basic":
            try:
                user, _, _ = b64decode(credentials).decode().partition(":")
            except ValueError:
                return None
            return user
        case _:
            return None
