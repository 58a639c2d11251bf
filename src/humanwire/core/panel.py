"""When models are asked, and what becomes of what they say: decided here, before people are asked.

`first`: a sure answer is the result, but for a share that people judge instead. `vote`: the answer
is one worker's.
"""

from math import isfinite
from typing import Literal, Self

from msgspec import Struct

from humanwire.core.errors import Invalid
from humanwire.core.handover import Aim
from humanwire.core.model import Abstention, Opinion

Use = Literal["first", "vote"]
Outcome = Literal["answered", "audited", "unsure", "abstained"]
"""What becomes of what a model said: it counts, people judge it, or there is nothing to judge."""

CONFIDENCE = 0.8
"""How sure a model must be where nobody says."""
AUDIT = 0.05


class ModelUse(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a project or workflow uses models.

    `model` None is whichever covers the question. An answer of less than `confidence` goes to
    people, and so does a share `audit` of the others, drawn by lot. `error` is the share of wrong
    answers that is accepted: the confidence is then learned from people's verdicts.
    """

    use: Use = "first"
    model: str | None = None
    confidence: float | None = None
    error: float | None = None
    audit: float = AUDIT

    def checked(self) -> Self:
        """Return it if it can be used. Raises Invalid, naming the field."""
        for name, value in (("confidence", self.confidence), ("audit", self.audit)):
            if value is not None and not (isfinite(value) and 0 <= value <= 1):
                raise Invalid("It must lie between 0 and 1.", field=name)
        if self.error is not None and not (isfinite(self.error) and 0 < self.error < 1):
            raise Invalid("It must lie between 0 and 1.", field="error")
        if self.error is not None and self.audit == 0:
            raise Invalid("Nothing is learned from no answers: audit some.", field="audit")
        return self

    @property
    def threshold(self) -> float | None:
        """The confidence from which on answers stand; None: none does, until one is learned."""
        if self.confidence is None and self.error is None:
            return CONFIDENCE
        return self.confidence

    @property
    def aim(self) -> Aim:
        """What the threshold is to be, where it is learned."""
        return Aim(self.error, self.threshold)


ALONE = ModelUse(confidence=0, audit=0)
"""For what models alone answer: whatever they say is the result."""


class Ruling(Struct, frozen=True):
    """What becomes of an opinion.

    `share` is the probability with which it went to people, known before; `least` the smallest
    with which any answer of its sort did.
    """

    outcome: Outcome
    share: float = 1.0
    least: float = 1.0


def use_for(flavour: str | None, own: ModelUse | None, project: ModelUse | None) -> ModelUse | None:
    """Return how models are used for a task: as its workflow says, or else its project.

    A prediction is made by models whatever they say; people judge doubtful ones only in the
    flavour that says so.
    """
    if flavour is None:
        return own or project
    if flavour == "standard+human":
        return own or project or ModelUse()
    return ALONE


def rule(use: ModelUse, threshold: float | None, opinion: Opinion, lot: float) -> Ruling:
    """Decide what becomes of an opinion; `lot` is drawn evenly between 0 and 1."""
    if isinstance(opinion, Abstention):
        return Ruling("abstained")
    if use.use == "vote":
        return Ruling("answered", 0.0, 0.0)
    if threshold is None:
        return Ruling("unsure")
    if opinion.confidence < threshold:
        return Ruling("unsure", 1.0, use.audit)
    return Ruling("audited" if lot < use.audit else "answered", use.audit, use.audit)
