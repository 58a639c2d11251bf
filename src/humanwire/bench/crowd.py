"""Workers who claim and answer in rounds, so that either act can be timed by itself.

A worker holds two leases at most and the queue shall keep its depth. So a round fills the queue
up, claims until the crowd's hands are full, and answers everything; only the acts are timed.
"""

from collections import deque
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from humanwire.bench.client import Connection, Slice, drive, encode
from humanwire.bench.question import body_of
from humanwire.bench.setting import Setting, fill

WORKERS = 500
_LEASES = 2
ANSWER = msgspec.json.encode({"response": ["no violence"], "seconds": 2.5})


class Lease(Struct):
    """What a claim is answered with, as far as the bench cares."""

    id: str


class GrantedTask(Struct):
    """The task of a lease."""

    id: str


class Granted(Lease):
    """A lease with its task."""

    task: GrantedTask


lease_of = msgspec.json.Decoder(Lease).decode
granted_of = msgspec.json.Decoder(Granted).decode


def claim_request(token: str) -> bytes:
    """A worker's wish for work."""
    return encode("POST", "/worker/v1/assignments", token, b"{}")


def answer_request(token: str, assignment: str) -> bytes:
    """A worker's answer to `body_of()`."""
    return encode("POST", f"/worker/v1/assignments/{assignment}/answer", token, ANSWER)


class Crowd:
    """The setting's workers, before a queue of `depth` tasks, which is full."""

    def __init__(self, setting: Setting, connections: Sequence[Connection], depth: int) -> None:
        self._setting = setting
        self._connections = connections
        self._body = body_of("multiple-choice")
        self._depth = depth
        self._open = depth
        self._hands = [(token, claim_request(token)) for token in setting.tokens] * _LEASES
        self._free: deque[tuple[str, bytes]] = deque()
        self._held: deque[tuple[str, str]] = deque()

    async def fill(self) -> None:
        """Fill the queue up."""
        await fill(self._setting, self._body, self._depth - self._open)
        self._open = self._depth

    async def claim(self) -> Slice:
        """Claim until all hands are full, or half of the queue is taken."""
        self._free.extend(self._hands[: max(1, self._depth // 2)])
        return await drive(self._connections, self._claim_one)

    async def answer(self) -> Slice:
        """Answer everything that was claimed."""
        self._open -= len(self._held)
        return await drive(self._connections, self._answer_one)

    async def _claim_one(self, connection: Connection) -> float | None:
        if not self._free:
            return None
        token, request = self._free.popleft()
        reply = (await connection.send(request)).expect(201)
        self._held.append((token, lease_of(reply.body).id))
        return reply.seconds

    async def _answer_one(self, connection: Connection) -> float | None:
        if not self._held:
            return None
        request = answer_request(*self._held.popleft())
        return (await connection.send(request)).expect(200).seconds
