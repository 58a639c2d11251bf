"""What every way to a model has in common, whether it runs here, beside or elsewhere."""

from collections.abc import Sequence
from typing import Protocol

from humanwire.core.model import Capability, Opinion
from humanwire.models.plugin import Case


class Trouble(Exception):
    """The model could not be asked. `reason` is the word for an abstention."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail or reason
        super().__init__(self.detail)


class Busy(Trouble):
    """The model has too much to do: ask again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__("busy")


class Backend(Protocol):
    """A way to one model."""

    @property
    def capability(self) -> Capability | None:
        """What it can be asked; unknown until it has been looked at."""
        ...

    async def look(self) -> None:
        """See that it can be asked, and load what it needs. Raises Trouble."""
        ...

    async def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        """Ask it; calls do not overlap. Raises Trouble."""
        ...

    async def close(self) -> None: ...
