"""Plug-ins: Python classes that answer questions, found by the entry points of installed packages.

[project.entry-points."humanwire.models"]
cats = "my_package:Cats"

class Cats:
    capability: ClassVar = Capability(name="cats", version="1", kinds=("choice",))

    def __init__(self, *, threads: int) -> None: ...       # loads what is needed

    def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]: ...
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import ClassVar, Protocol, cast

from msgspec import Struct

from humanwire.core.errors import Invalid
from humanwire.core.model import Capability, Item, Opinion

GROUP = "humanwire.models"
EXTRA = 'pip install "humanwire[models]"'


class Case(Struct, frozen=True):
    """An item with the bytes of its pictures, in the order of the question's attachments."""

    item: Item
    media: tuple[bytes, ...] = ()


class Model(Protocol):
    """A model, made with the number of threads that it may use. Its class is the entry point."""

    capability: ClassVar[Capability]

    def __init__(self, *, threads: int) -> None: ...

    def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        """Say a verdict or abstain, for each case in order.

        Called in a thread of its own, with at most `capability.batch` cases; one call at a time.
        """
        ...


def installed() -> Mapping[str, EntryPoint]:
    """Find the plug-ins of installed packages by name, without importing any."""
    return {point.name: point for point in entry_points(group=GROUP)}


def find(name: str) -> type[Model]:
    """Import an installed plug-in. Raises Invalid for one that is missing or cannot be used."""
    points = installed()
    if name not in points:
        known = ", ".join(sorted(points)) or "none"
        raise Invalid(f"No model {name!r} is installed (installed: {known}).", field="model")
    try:
        found: object = points[name].load()
    except ImportError as error:
        missing = f" {EXTRA} brings it." if points[name].module.startswith("humanwire.") else ""
        raise Invalid(
            f"The model {name!r} needs {error.name or error}.{missing}", field="model"
        ) from (error)
    if not isinstance(getattr(found, "capability", None), Capability) or not callable(found):
        raise Invalid(f"The model {name!r} is no class with a capability.", field="model")
    return cast("type[Model]", found)
