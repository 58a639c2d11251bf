"""When Playment calls back, and how it tries again; v0 and v1 say in which words."""

from humanwire.core.delivery import SCHEDULES, Schedule
from humanwire.core.project import Project
from humanwire.core.task import End


class PlaymentDialect:
    """What both versions share of `flows.ports.Dialect`."""

    @property
    def schedule(self) -> Schedule:
        return SCHEDULES["playment"]

    def calls_back(self, end: End, project: Project) -> bool:
        """Tell of what is completed; of every end, if that is wanted."""
        return end.status == "complete" or project.settings.callback_on == "ended"
