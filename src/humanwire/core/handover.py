"""Learning hand-over: from which confidence on a model's answers may stand without people.

People's verdicts on a known share of the answers are bets against "the error at or above this
confidence is more than accepted" (docs/explanation/hand-over.md). A bet that has won enough is
evidence, however often one has looked at it meanwhile.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import msgspec
from msgspec import Struct

LEVELS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
"""The confidences that a learned threshold can have."""

CERTAINTY = 0.95
"""With which probability no threshold is ever taken that is worse than accepted."""

ALARM_AUDITS = 10_000
"""After how many audits, on average and at the least, drift is seen where there is none."""

_BETS = (0.25, 0.5, 0.75, 0.9375)  # each is best at one true error: (1 - bet) of the accepted
_RISES = (1.5, 2.0, 4.0)  # the errors, in accepted ones, that the alarm is quickest to find
_BLOCK = 100  # so many wrong answers would be in a block of evidence at the accepted error
_UNAIMED = 0.01  # an error for the size of blocks while none is accepted
_PROOF = math.log(len(LEVELS) / (1 - CERTAINTY))
_KEPT = _PROOF - math.log(5)  # what was proved stands until the evidence is a fifth of that


class Sort(Struct, frozen=True, order=True):
    """Which answers have one threshold: those of a model's version to one sort of questions.

    `workflow` is a workflow's id, empty for tasks without one; `flavour` that of a prediction, or
    else the kind of question.
    """

    model: str
    version: str
    workflow: str
    flavour: str


class Aim(Struct, frozen=True):
    """What a project wants: at most this error, or a threshold of its own, or both.

    With both, the threshold stands until enough audits say more.
    """

    error: float | None = None
    confidence: float | None = None


class Audit(Struct, frozen=True):
    """What people said of one answer: `right` if they agree with it.

    `share` of the answers like it went to people (1 is all), and `least` of those for which the
    fewest did. Both are known before the answer is. `at` is in milliseconds.
    """

    confidence: float
    right: bool
    at: int
    share: float = 1.0
    least: float = 1.0


class Tally(Struct, frozen=True, array_like=True):
    """Audits of one level, up to the next one, that weigh the same."""

    level: int
    weight: float
    right: int
    wrong: int


class Block(Struct, frozen=True):
    """The audits of a stretch of time, from `since` on."""

    since: int
    tallies: tuple[Tally, ...] = ()

    @property
    def weight(self) -> float:
        return sum(each.weight * (each.right + each.wrong) for each in self.tallies)


class Learned(Struct, frozen=True, kw_only=True):
    """What is known of one model's answers of one sort, and the threshold that follows.

    Answers of `confidence` or more stand by themselves; None leaves all to people. It has been so
    since `since` (None: from the start). `blocks` are the evidence, newest last, never more than
    two, and `proved` the levels whose error it showed to be accepted; `suspicion` tells how far the
    newest audits speak for drift. `reopened_at` is when drift last threw the evidence away.
    """

    aim: Aim = Aim()
    confidence: float | None = None
    since: int | None = None
    audits: int = 0
    blocks: tuple[Block, ...] = ()
    proved: tuple[int, ...] = ()
    suspicion: tuple[float, ...] = (0.0,) * len(_RISES)
    reopened_at: int | None = None
    reopenings: int = 0

    @property
    def reopened(self) -> bool:
        """Whether drift was found, and new audits support no threshold yet."""
        return self.reopened_at is not None and self.confidence is None


class Level(Struct, frozen=True, kw_only=True):
    """What the evidence says of a threshold: the error of the answers at or above it.

    `bound` is what the error is not above, with certainty; `share` of all answers are these.
    """

    confidence: float
    audits: int
    share: float
    error: float | None
    bound: float


def aimed(learned: Learned, aim: Aim) -> Learned:
    """Return what follows from the same evidence for another aim."""
    if aim == learned.aim:
        return learned
    if aim.error == learned.aim.error:
        changed = msgspec.structs.replace(learned, aim=aim)
    else:
        calm = (0.0,) * len(_RISES)
        changed = msgspec.structs.replace(learned, aim=aim, suspicion=calm, proved=())
    return _decided(changed, None)


def learn(learned: Learned, audit: Audit) -> Learned:
    """Return what is known after one more audit."""
    suspicion = _suspicion(learned, audit)
    audits = learned.audits + 1
    if sum(suspicion) / len(suspicion) >= ALARM_AUDITS:
        return Learned(
            aim=learned.aim,
            since=audit.at,
            audits=audits,
            reopened_at=audit.at,
            reopenings=learned.reopenings + 1,
        )
    blocks = _with_audit(learned.blocks, audit, _BLOCK / (learned.aim.error or _UNAIMED))
    grown = msgspec.structs.replace(learned, audits=audits, blocks=blocks, suspicion=suspicion)
    return _decided(grown, audit.at)


def levels(learned: Learned) -> list[Level]:
    """Return what the evidence says of each threshold, the lowest first."""
    tallies = _tallies(learned.blocks)
    total = sum(each.weight * (each.right + each.wrong) for each in tallies)
    return [_level(index, tallies, total) for index in range(len(LEVELS))]


def level_at(learned: Learned, confidence: float) -> Level:
    """Return what the evidence says of the highest level that is not above a confidence."""
    return levels(learned)[_index(confidence)]


def enough(error: float) -> int:
    """Return after how many audits a model that was always right can be handed answers."""
    win = math.log1p(_BETS[-1] * error / (1 - error))
    return math.ceil((_PROOF + math.log(len(_BETS))) / win)


def _decided(learned: Learned, now: int | None) -> Learned:
    """Set the threshold: the lowest that the evidence supports, if one is to be learned."""
    error = learned.aim.error
    proved = () if error is None else _proved(learned, error)
    confidence = LEVELS[proved[0]] if proved else _given(learned)
    since = learned.since if confidence == learned.confidence else now
    return msgspec.structs.replace(learned, proved=proved, confidence=confidence, since=since)


def _proved(learned: Learned, error: float) -> tuple[int, ...]:
    proofs = _proofs(_tallies(learned.blocks), error)
    return tuple(
        level
        for level, proof in enumerate(proofs)
        if proof >= (_KEPT if level in learned.proved else _PROOF)
    )


def _given(learned: Learned) -> float | None:
    """Return the project's own threshold, while there is no evidence or none is asked for."""
    error = learned.aim.error
    if error is None:
        return learned.aim.confidence
    few = sum(block.weight for block in learned.blocks) < enough(error)
    return learned.aim.confidence if few and learned.reopened_at is None else None


def _suspicion(learned: Learned, audit: Audit) -> tuple[float, ...]:
    """Add an audit to the Shiryaev-Roberts sums, one for each rise of the error."""
    error = learned.aim.error
    if error is None or learned.confidence is None or audit.confidence < learned.confidence:
        return learned.suspicion
    risen = [min(rise * error, (1 + error) / 2) for rise in _RISES]
    return tuple(
        (before + 1) * ((1 - after) / (1 - error) if audit.right else after / error)
        for before, after in zip(learned.suspicion, risen, strict=True)
    )


def _with_audit(blocks: tuple[Block, ...], audit: Audit, size: float) -> tuple[Block, ...]:
    if not blocks or blocks[-1].weight >= size:
        blocks = (*blocks[-1:], Block(audit.at))
    key = (_index(audit.confidence), round(audit.least / audit.share, 6))
    newest = blocks[-1]
    counts = {(each.level, each.weight): (each.right, each.wrong) for each in newest.tallies}
    right, wrong = counts.get(key, (0, 0))
    counts[key] = (right + audit.right, wrong + (not audit.right))
    tallies = tuple(Tally(*of, *count) for of, count in sorted(counts.items()))
    return (*blocks[:-1], Block(newest.since, tallies))


def _tallies(blocks: tuple[Block, ...]) -> list[Tally]:
    return [tally for block in blocks for tally in block.tallies]


def _index(confidence: float) -> int:
    return max(index for index, level in enumerate(LEVELS) if index == 0 or level <= confidence)


@lru_cache(maxsize=256)
def _payments(weight: float, error: float) -> tuple[tuple[float, float], ...]:
    """Return for each bet the logarithms of what a right and a wrong answer make of it.

    A right answer wins what a fair game against `error` pays, a wrong one loses the stake.
    """
    fair = error / (1 - error)
    stakes = [bet * weight for bet in _BETS]
    return tuple((math.log1p(stake * fair), math.log1p(-stake)) for stake in stakes)


def _proofs(tallies: Sequence[Tally], error: float) -> list[float]:
    """Return for each level the logarithm of the evidence that its error is below `error`."""
    sums = [[0.0] * len(_BETS) for _ in LEVELS]
    for tally in tallies:
        for bet, (win, loss) in enumerate(_payments(tally.weight, error)):
            sums[tally.level][bet] += tally.right * win + tally.wrong * loss
    proofs: list[float] = []
    above = [0.0] * len(_BETS)
    for level in reversed(sums):
        above = [one + other for one, other in zip(above, level, strict=True)]
        highest = max(above)
        mean = sum(math.exp(each - highest) for each in above) / len(above)
        proofs.append(highest + math.log(mean))
    return proofs[::-1]


def _level(index: int, tallies: Sequence[Tally], total: float) -> Level:
    above = [each for each in tallies if each.level >= index]
    weight = sum(each.weight * (each.right + each.wrong) for each in above)
    wrong = sum(each.weight * each.wrong for each in above)
    return Level(
        confidence=LEVELS[index],
        audits=sum(each.right + each.wrong for each in above),
        share=weight / total if total else 0.0,
        error=wrong / weight if weight else None,
        bound=_bound(above, index),
    )


def _bound(above: Sequence[Tally], index: int) -> float:
    """Return the least error that the evidence refutes, to a tenth of a thousandth, rounded up."""
    low, high = 0, 10_000
    while high - low > 1:
        middle = (low + high) // 2
        if _proofs(above, middle / 10_000)[index] >= _PROOF:
            high = middle
        else:
            low = middle
    return high / 10_000
