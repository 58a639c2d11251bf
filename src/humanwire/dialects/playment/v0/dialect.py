"""What is said when a unit ends: the unit in a list, POSTed to the project's address."""

from humanwire.dialects.playment.dialect import PlaymentDialect
from humanwire.dialects.playment.v0.shown import units_ended
from humanwire.flows.ports import Callback
from humanwire.store.records import Task

NAME = "playment-v0"
"""Marks the tasks that were made as feed lines."""


class FeedLineDialect(PlaymentDialect):
    """v0's part in `flows.ports.Dialect`."""

    def callback(self, task: Task, url: str) -> Callback:
        return Callback("POST", url, "application/json", units_ended(task))
