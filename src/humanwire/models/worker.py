"""A model in a process of its own (`humanwire models serve`), and the messages between."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from humanwire.core.model import Abstention, Capability, Opinion, Verdict
from humanwire.models.address import ModelAddress
from humanwire.models.backend import Trouble
from humanwire.models.http_call import Caller
from humanwire.models.plugin import Case

Shape = TypeVar("Shape")


class Ask(Struct, frozen=True):
    """The body of `POST /v1/opinions`; pictures are base64 in it."""

    model: str
    cases: tuple[Case, ...]


class _Heard(Struct, frozen=True, tag="verdict", tag_field="said"):
    """A verdict as it came, before it is held against its question."""

    response: Any
    confidence: float


class _Said(Struct, frozen=True):
    opinions: tuple[_Heard | Abstention, ...]


class Said(Struct, frozen=True):
    """Its reply: an opinion for each case, in order."""

    opinions: tuple[Opinion, ...]


class Served(Struct, frozen=True):
    """The reply of `GET /v1/models`."""

    models: tuple[Capability, ...]


class Worker:
    """Asks a model of a worker process; what it covers is asked of the worker too."""

    def __init__(self, address: ModelAddress) -> None:
        self.capability: Capability | None = None
        self._address = address
        self._name = address.model or address.name
        self._caller = Caller(address.url, address.secret())

    async def look(self) -> None:
        served = _decode(await self._caller.get("/v1/models"), Served)
        found = next((each for each in served.models if each.name == self._name), None)
        if found is None:
            raise Trouble("unreachable", f"{self._address.url} serves no model {self._name!r}")
        address = self._address
        self.capability = msgspec.structs.replace(
            found,
            name=address.name,
            seconds=address.seconds or found.seconds,
            batch=min(address.batch or found.batch, found.batch),
        )

    async def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        body = msgspec.json.encode(Ask(self._name, tuple(cases)))
        said = _decode(await self._caller.post("/v1/opinions", body), _Said)
        return [
            each if isinstance(each, Abstention) else Verdict(each.response, each.confidence)
            for each in said.opinions
        ]

    async def close(self) -> None:
        await self._caller.close()


def _decode(text: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Trouble("fault", f"The worker's reply is not understood: {error}") from error
