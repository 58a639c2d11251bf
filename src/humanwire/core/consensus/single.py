"""One person's word is enough."""

from collections.abc import Sequence
from typing import Self

from humanwire.core.consensus.base import AskMore, ConsensusPolicy, Done, Verdict
from humanwire.core.questions.base import Given, Question


class Single(ConsensusPolicy, frozen=True, kw_only=True, tag="single"):
    """Take the first answer."""

    def checked(self) -> Self:
        return self

    def decide(self, question: Question, answers: Sequence[Given]) -> Verdict:
        return Done(question.merge(answers[:1])) if answers else AskMore(1)
