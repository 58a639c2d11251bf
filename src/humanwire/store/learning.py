"""What people have shown of models' answers, and which threshold follows: kept with each audit."""

from typing import Protocol

from msgspec import Struct

from humanwire.core.handover import Learned, Sort
from humanwire.core.ids import ProjectId


class Standing(Struct, frozen=True):
    """What is known of a sort of answers. `revision` grows with each change; 0: nothing is kept."""

    sort: Sort
    learned: Learned
    revision: int = 0


class LearningStore(Protocol):
    """What is learned of models, by project and sort of answers."""

    async def standing(self, project: ProjectId, sort: Sort) -> Standing:
        """What is known of a sort of answers, nothing to begin with."""
        ...

    async def list_standings(self, project: ProjectId) -> list[Standing]:
        """All that is known in a project, in order of the sorts."""
        ...

    async def keep_standing(self, project: ProjectId, standing: Standing) -> bool:
        """Keep what was learned on top of a revision; False when that is no longer the newest."""
        ...
