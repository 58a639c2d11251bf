"""What a bench was asked to do."""

from msgspec import Struct

from humanwire.config import is_postgres
from humanwire.core.errors import Invalid

SLICES = 5
_ONLY: dict[str, tuple[str, ...]] = {
    "callers": ("blocked",),
    "worn": ("claim",),
    "against": ("claim", "answer", "list"),
}
"""Options that say something to some scenarios only."""


class Plan(Struct, frozen=True, kw_only=True):
    """What was asked for; None leaves it to the scenario.

    `seconds` is the load's, in all. `tasks` is how many are there before, or in a request of
    `bulk`. `against` is the depth of another server to compare with, `worn` how many open tasks
    a worker has answered.
    """

    database: str | None = None
    concurrency: int | None = None
    seconds: float = 20.0
    tasks: int | None = None
    callers: int | None = None
    nodes: int = 1
    worn: int | None = None
    against: int | None = None

    @property
    def slice_seconds(self) -> float:
        """The length of one slice; the floor has as many."""
        return self.seconds / (2 * SLICES)

    def checked(self, scenario: str) -> "Plan":
        """Return the plan. Raises Invalid for what cannot be done."""
        if self.nodes > 1 and not (self.database and is_postgres(self.database)):
            raise Invalid(
                "Several nodes need PostgreSQL: one process serves a SQLite file.", field="nodes"
            )
        for option, scenarios in _ONLY.items():
            if getattr(self, option) is not None and scenario not in (*scenarios, "report"):
                raise Invalid(f"It is for {' and '.join(scenarios)}.", field=option)
        return self
