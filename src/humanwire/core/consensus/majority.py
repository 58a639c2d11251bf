"""People are asked until enough of them agree."""

from collections.abc import Sequence
from typing import Self

from humanwire.core.consensus.base import AskMore, ConsensusPolicy, Done, GaveUp, Verdict
from humanwire.core.errors import Invalid
from humanwire.core.questions.base import Given, Judge, Question

CRUNCHERS_MAX = 100


class Majority(ConsensusPolicy, frozen=True, kw_only=True, tag="majority"):
    """Stop when `min_agreements` people agree, or when `max_crunchers` have answered."""

    min_agreements: int
    max_crunchers: int

    def checked(self) -> Self:
        if not 1 <= self.max_crunchers <= CRUNCHERS_MAX:
            raise Invalid(f"Ask between 1 and {CRUNCHERS_MAX} people.", field="max_crunchers")
        if self.min_agreements < 1:
            raise Invalid("At least one must agree.", field="min_agreements")
        if self.min_agreements > self.max_crunchers:
            message = "More agreements are wanted than people asked."
            raise Invalid(message, field="min_agreements")
        return self

    def decide(self, question: Question, answers: Sequence[Given]) -> Verdict:
        judge = question.judge()
        largest = _largest_group(judge, answers)
        if len(largest) >= self.min_agreements:
            agreed = {answer.worker for answer in largest}
            others = [answer for answer in answers if answer.worker not in agreed]
            return Done(judge.supported(judge.merge(largest), len(largest), others))
        left = self.max_crunchers - len(answers)
        # Never more than could be needed: if all of these agree with the largest group, it wins.
        return AskMore(min(self.min_agreements - len(largest), left)) if left > 0 else GaveUp()


def _largest_group(judge: Judge, answers: Sequence[Given]) -> list[Given]:
    """Return the most answers that all agree with each other, of equal groups the earliest.

    Agreement need not be transitive (ratings within a tolerance), so who is grouped with whom
    can depend on the order of arrival.
    """
    groups: list[list[Given]] = []
    for answer in answers:
        for group in sorted(groups, key=len, reverse=True):
            if all(answer.response == each.response or judge.agree(answer, each) for each in group):
                group.append(answer)
                break
        else:
            groups.append([answer])
    return max(groups, key=len) if groups else []
