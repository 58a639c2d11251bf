"""What people have shown of models' answers, and which threshold follows: kept with each audit."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from humanwire.core.handover import Learned, Sort
from humanwire.core.ids import ProjectId, TaskId


class Standing(Struct, frozen=True):
    """What is known of a sort of answers. `revision` grows with each change; 0: nothing is kept."""

    sort: Sort
    learned: Learned
    revision: int = 0


class Outdated(Exception):
    """Somebody else has learned meanwhile: undoes what an engine has begun."""


class LearningStore(Protocol):
    """What is learned of models, by project and sort of answers."""

    async def standing(self, project: ProjectId, sort: Sort) -> Standing:
        """What is known of a sort of answers, nothing to begin with."""
        ...

    async def list_standings(self, project: ProjectId) -> list[Standing]:
        """All that is known in a project, in order of the sorts."""
        ...

    async def keep_standing(
        self, project: ProjectId, standing: Standing, judged: Sequence[TaskId]
    ) -> bool:
        """Keep what was learned on top of a revision, and that it was from these tasks.

        False, with nothing kept, when the revision is no longer the newest, or when something was
        learned from one of the tasks before.
        """
        ...
