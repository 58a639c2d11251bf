"""What every consensus policy has in common, and the verdicts it can reach."""

from collections.abc import Sequence
from typing import Self, TypeAlias

from msgspec import Struct

from humanwire.core.json import Json
from humanwire.core.questions.base import Given, Question


class Done(Struct, frozen=True):
    """The task ends with this response."""

    response: Json


class AskMore(Struct, frozen=True):
    """So many people are still to be asked, all at once (at least 1)."""

    wanted: int


class GaveUp(Struct, frozen=True):
    """Everyone who may be asked has answered, and they do not agree."""


Verdict: TypeAlias = Done | AskMore | GaveUp


class ConsensusPolicy(Struct, frozen=True, kw_only=True, tag_field="strategy"):
    """When a task has answers enough. Each policy is a subclass with its own settings."""

    def checked(self) -> Self:
        """Return the policy itself if it can be carried out.

        Raises Invalid, with the setting at fault in `field`.
        """
        raise NotImplementedError

    def decide(self, question: Question, answers: Sequence[Given]) -> Verdict:
        """Return what follows from the checked answers so far, in order of arrival."""
        raise NotImplementedError
