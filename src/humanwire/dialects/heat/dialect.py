"""What Heat says when a task ends: the whole Request object, POSTed to the caller's address."""

from humanwire.core.delivery import SCHEDULES, Schedule
from humanwire.core.project import Project
from humanwire.core.task import End
from humanwire.dialects.heat.from_core import request_object
from humanwire.flows.ports import Callback
from humanwire.store.records import Task

NAME = "heat"
"""Marks the tasks that were made through this dialect."""


class HeatDialect:
    """Heat's part in `flows.ports.Dialect`."""

    @property
    def schedule(self) -> Schedule:
        return SCHEDULES["standard"]

    def calls_back(self, end: End, project: Project) -> bool:  # noqa: ARG002 - for other dialects
        """Tell of every end but the caller's own abort."""
        return not end.by_caller

    def callback(self, task: Task, url: str) -> Callback:
        return Callback("POST", url, "application/json", request_object(task))
