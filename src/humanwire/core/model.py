"""What a model is shown, what it says, and what it can be asked: the records of a program's view.

A model does not decide: it says how sure it is, and the server's settings say what that is worth.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from humanwire.core.json import Json
from humanwire.core.questions import AnyQuestion


class Item(Struct, frozen=True):
    """A question to a model; its media are by address in the question.

    `flavour` is the kind of prediction that is wanted, where it is one.
    """

    question: AnyQuestion
    flavour: str | None = None


class Verdict(Struct, frozen=True, tag="verdict", tag_field="said"):
    """A model's answer, in a worker's form, and how sure it says it is of it, 0 to 1."""

    response: Json
    confidence: float


class Abstention(Struct, frozen=True, tag="abstention", tag_field="said"):
    """No answer: people take over. `reason` is a word, such as `unsure` or `out_of_time`."""

    reason: str


Opinion: TypeAlias = Verdict | Abstention


class Capability(Struct, frozen=True, kw_only=True):
    """What a model can be asked.

    `kinds` are the kinds of question (`choice`), `flavours` those of predictions; a model that
    names flavours is asked for these alone. `limits` says in plain words what it cannot do.
    `batch` is the most items at once, `seconds` the longest that a batch may take.
    """

    name: str
    version: str
    kinds: tuple[str, ...] = ()
    flavours: tuple[str, ...] = ()
    licence: str = ""
    limits: str = ""
    batch: int = 8
    seconds: float = 30.0

    def covers(self, kind: str, flavour: str | None) -> bool:
        """Tell whether a question of this kind, and flavour if it has one, can be asked."""
        if flavour is not None:
            return flavour in self.flavours
        return kind in self.kinds and not self.flavours


class Health(Struct, frozen=True, kw_only=True):
    """How a model is doing. Counts are items since this process's start.

    `resting` means that it failed several times and is left alone until a trial. `refused` counts
    answers that did not fit their question, `waiting` the items in line now.
    """

    state: Literal["ready", "resting", "unreachable"]
    trouble: str = ""
    answered: int = 0
    refused: int = 0
    abstained: Mapping[str, int] = {}
    seconds: float = 0.0
    batches: int = 0
    waiting: int = 0
