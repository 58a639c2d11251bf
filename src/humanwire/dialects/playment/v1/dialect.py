"""What is said when a job or a batch ends: it, in a list, POSTed to its address."""

import msgspec

from humanwire.dialects.playment.dialect import PlaymentDialect
from humanwire.dialects.playment.v1.shown import batch_details, jobs_ended
from humanwire.dialects.playment.v1.wire import BatchesEnded
from humanwire.flows.ports import Callback
from humanwire.store.filing import BatchProgress
from humanwire.store.records import Task

NAME = "playment-v1"
"""Marks the tasks that were made as jobs."""


class JobsDialect(PlaymentDialect):
    """v1's part in `flows.ports.BatchDialect`."""

    def callback(self, task: Task, url: str) -> Callback:
        body = msgspec.json.encode(jobs_ended(task))
        return Callback("POST", url, "application/json", body)

    def batch_callback(self, batch: BatchProgress, url: str) -> Callback:
        body = msgspec.json.encode(BatchesEnded([batch_details(batch)]))
        return Callback("POST", url, "application/json", body)
