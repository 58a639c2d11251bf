"""What is said when a job ends: the job in a list, POSTed to the project's address."""

import msgspec

from humanwire.dialects.playment.dialect import PlaymentDialect
from humanwire.dialects.playment.v1.shown import jobs_ended
from humanwire.flows.ports import Callback
from humanwire.store.records import Task

NAME = "playment-v1"
"""Marks the tasks that were made as jobs."""


class JobsDialect(PlaymentDialect):
    """v1's part in `flows.ports.Dialect`."""

    def callback(self, task: Task, url: str) -> Callback:
        body = msgspec.json.encode(jobs_ended(task))
        return Callback("POST", url, "application/json", body)
