"""What operators are shown of models' answers, by API and command line alike."""

from typing import Literal, Self

import msgspec
from msgspec import Struct

from humanwire.core.handover import Learned, Level, enough, level_at, levels
from humanwire.core.times import iso
from humanwire.store.learning import Standing

State = Literal["set", "learning", "learned", "reopened"]


class ModelLine(Struct, frozen=True, kw_only=True):
    """What people have shown of one sort of a model's answers, and what follows.

    Answers of `confidence` or more stand without people; null: none does. `state` says why: `set`
    by the project, `learning` (too few audits for the accepted error), `learned`, or `reopened`
    after a drift. `error` is that of the answers that stand, with certainty at most `error_bound`,
    and `share` how many of all they are; null without a threshold or audits.
    """

    model: str
    version: str
    flavour: str
    workflow: str | None
    state: State
    accepted_error: float | None
    confidence: float | None
    since: str | None
    error: float | None
    error_bound: float | None
    share: float | None
    audits: int
    audits_needed: int | None
    reopened_at: str | None
    reopenings: int
    levels: list[Level]

    @classmethod
    def of(cls, standing: Standing) -> Self:
        sort, known = standing.sort, standing.learned
        threshold, accepted = known.confidence, known.aim.error
        level = None if threshold is None else level_at(known, threshold)
        return cls(
            model=sort.model,
            version=sort.version,
            flavour=sort.flavour,
            workflow=sort.workflow or None,
            state=_state(known),
            accepted_error=accepted,
            confidence=threshold,
            since=_time(known.since),
            error=_rounded(level.error) if level else None,
            error_bound=level.bound if level and level.audits else None,
            share=_rounded(level.share) if level else None,
            audits=known.audits,
            audits_needed=None if accepted is None else enough(accepted),
            reopened_at=_time(known.reopened_at),
            reopenings=known.reopenings,
            levels=[
                msgspec.structs.replace(
                    each, share=round(each.share, 4), error=_rounded(each.error)
                )
                for each in levels(known)
            ],
        )


def _state(known: Learned) -> State:
    if known.aim.error is None:
        return "set"
    if known.proved:
        return "learned"
    return "reopened" if known.reopened else "learning"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _time(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else iso(milliseconds)
