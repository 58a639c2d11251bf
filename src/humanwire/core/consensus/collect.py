"""Several people are asked, and every answer is given back."""

from collections.abc import Sequence
from typing import Self

from humanwire.core.consensus.base import AskMore, ConsensusPolicy, Done, Verdict
from humanwire.core.errors import Invalid
from humanwire.core.questions.base import Given, Question

ANSWERS_MAX = 1000


class Collect(ConsensusPolicy, frozen=True, kw_only=True, tag="collect"):
    """Gather so many answers; the response is the list of them, in order of arrival."""

    answers: int

    def checked(self) -> Self:
        if not 1 <= self.answers <= ANSWERS_MAX:
            raise Invalid(f"Ask between 1 and {ANSWERS_MAX} people.", field="answers")
        return self

    def decide(
        self,
        question: Question,  # noqa: ARG002 - other policies need it
        answers: Sequence[Given],
    ) -> Verdict:
        missing = self.answers - len(answers)
        return AskMore(missing) if missing > 0 else Done([given.response for given in answers])
