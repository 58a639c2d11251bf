"""Requesters' keys: from the text that a request carried to the key in the store."""

from humanwire.flows.accounts import digest
from humanwire.flows.ports import Ports
from humanwire.store.records import Key
from humanwire.wire.errors import Forbidden, Unauthorized

_STAGING_HOST = "staging"


class Keys:
    """Looks keys up, and remembers their use until it is written down."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._used: dict[str, int] = {}

    async def find(self, text: str | None, host: str) -> Key:
        """Return the key of this text. Raises Unauthorized, or Forbidden when its project rests."""
        if not text:
            raise Unauthorized
        now = self._ports.clock()
        key = await self._ports.store.find_key(digest(text), now)
        if key is None:
            raise Unauthorized
        if key.mode == "live" and host.lower().startswith(_STAGING_HOST):
            raise Unauthorized("A live key does not work on a staging host.")
        if key.project.suspended:
            raise Forbidden("This project is suspended.")
        self._used[key.id] = now
        return key

    async def write_down(self) -> None:
        """Record the last use of every key used since the last time."""
        used, self._used = self._used, {}
        if used:
            await self._ports.store.keys_used(list(used.items()))
