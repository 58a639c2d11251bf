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
        """Tell of what is completed; of every end but the caller's own abort, if it is wanted."""
        if project.settings.callback_on == "ended":
            return not end.by_caller
        return end.status == "complete"
