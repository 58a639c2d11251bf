"""The panel: the models that the operator seated, each behind its own way."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from humanwire.core.model import Abstention, Capability, Health, Item, Opinion
from humanwire.models.address import ModelAddress
from humanwire.models.media import Pictures
from humanwire.models.reach import reach
from humanwire.models.seat import Seat

_LOOK_SECONDS = 5.0
_FIRST_LOOK_SECONDS = 20.0


class ModelPanel:
    """The seats by name, looked at every few seconds."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        self._seats = {seat.name: seat for seat in seats}

    def capabilities(self) -> Mapping[str, Capability]:
        """What each model can be asked: of those elsewhere, once they have been reached."""
        found = ((name, seat.capability) for name, seat in self._seats.items())
        return {name: each for name, each in found if each is not None}

    async def opinions(self, model: str, items: Sequence[Item]) -> Sequence[Opinion]:
        """Ask a model: an opinion for each item, in order; trouble is an abstention."""
        seat = self._seats.get(model)
        if seat is None:
            return [Abstention("no_model")] * len(items)
        return await seat.ask(items)

    def health(self) -> Mapping[str, Health]:
        """How each is doing, by name."""
        return {name: seat.health() for name, seat in self._seats.items()}

    async def look(self) -> None:
        """Look at all of them now, side by side."""
        await asyncio.gather(*(seat.look() for seat in self._seats.values()))

    async def watch(self) -> None:
        """Look at them for ever."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await self.look()

    async def close(self) -> None:
        """Let go of all of them."""
        await asyncio.gather(*(seat.close() for seat in self._seats.values()))


@asynccontextmanager
async def open_panel(
    addresses: Sequence[ModelAddress], pictures: Pictures
) -> AsyncGenerator[ModelPanel]:
    """Seat the models at these addresses, load those of this process, and let go in the end.

    Raises Invalid for a plug-in that is missing or lacks a package. What cannot be loaded or
    reached yet is looked at again.
    """
    panel = ModelPanel([Seat(each.name, reach(each), pictures.case) for each in addresses])
    watching = asyncio.create_task(panel.watch())
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_LOOK_SECONDS):
                await panel.look()
        yield panel
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await panel.close()
