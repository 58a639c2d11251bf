"""A task's life: pending, then complete, flagged or aborted, and nothing after that."""

from typing import Literal

from msgspec import Struct

from humanwire.core.json import Json

Mode = Literal["live", "test"]
"""`live` tasks reach people; `test` tasks are staged and never do."""
Status = Literal["pending", "complete", "flagged", "aborted"]

PRIORITY_DEFAULT = 5
DEADLINE = "deadline"
"""The reason of an abort that was not the caller's: the task's own deadline passed."""


class End(Struct, frozen=True, kw_only=True):
    """How a task ended. `response` is None when there was no agreement, or no answer at all.

    `reason` says why a task was aborted when its caller did not ask for it.
    """

    status: Literal["complete", "flagged", "aborted"]
    response: Json = None
    feedback: str | None = None
    reason: str | None = None

    @property
    def answered(self) -> bool:
        """Whether there is an answer, which is what is paid for."""
        return self.status == "complete" and self.response is not None

    @property
    def by_caller(self) -> bool:
        """Whether the caller ended the task, and so need not be told."""
        return self.status == "aborted" and self.reason is None
