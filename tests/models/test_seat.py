"""What the panel does around a model: batches, time, failures, lies."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.models.conftest import item, unread

from humanwire.core.model import Abstention, Capability, Item, Opinion, Verdict
from humanwire.models.backend import Busy, Trouble
from humanwire.models.breaker import Breaker
from humanwire.models.panel import ModelPanel
from humanwire.models.plugin import Case
from humanwire.models.seat import Seat

GOOD = Verdict(["approved"], 0.9)
Answer = Callable[[Sequence[Case]], Any]


class Made:
    """A model that does what a test says."""

    def __init__(self, answer: Answer, *, batch: int = 4, seconds: float = 60) -> None:
        self.capability: Capability | None = Capability(
            name="made", version="1", kinds=("choice",), batch=batch, seconds=seconds
        )
        self._answer = answer
        self.batches: list[int] = []
        self.trouble: Trouble | None = None

    async def look(self) -> None:
        if self.trouble:
            raise self.trouble

    async def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        self.batches.append(len(cases))
        said = self._answer(cases)
        return await said if asyncio.iscoroutine(said) else said

    async def close(self) -> None: ...


def good(cases: Sequence[Case]) -> list[Opinion]:
    return [GOOD] * len(cases)


def seat(answer: Answer, **settings: Any) -> tuple[Seat, Made]:
    made = Made(answer, **settings)
    return Seat("made", made, unread), made


async def test_items_that_wait_are_asked_together() -> None:
    gate = asyncio.Event()

    async def held(cases: Sequence[Case]) -> list[Opinion]:
        await gate.wait()
        return good(cases)

    asked, made = seat(held, batch=4)
    first = asyncio.create_task(asked.ask([item()]))
    while not made.batches:
        await asyncio.sleep(0)
    others = [asyncio.create_task(asked.ask([item(), item()])) for _ in range(5)]
    gate.set()
    assert await first == [GOOD]
    assert await asyncio.gather(*others) == [[GOOD, GOOD]] * 5
    assert sum(made.batches) == 11
    assert max(made.batches) == 4
    assert len(made.batches) <= 5


async def test_opinions_come_in_the_order_of_their_items() -> None:
    async def case(asked: Item) -> Case:
        if asked.flavour == "unreadable":
            raise Trouble("media_timeout")
        return Case(asked)

    def numbered(cases: Sequence[Case]) -> list[Opinion]:
        return [Verdict(["ban"], float(str(each.item.flavour))) for each in cases]

    asked = Seat("made", Made(numbered), case)
    flavours = ["0.1", "unreadable", "0.3", "0.4", "0.5", "unreadable", "0.7"]
    said = await asked.ask([item(flavour) for flavour in flavours])
    assert [getattr(each, "confidence", None) for each in said] == [
        *(0.1, None, 0.3, 0.4),
        *(0.5, None, 0.7),
    ]
    assert said[1] == Abstention("media_timeout")


@pytest.mark.parametrize(
    "lie",
    [
        Verdict(["unheard of"], 0.9),
        Verdict("approved", 0.9),
        Verdict(["approved", "ban"], 0.9),
        Verdict(["approved"], 1.1),
        Verdict(["approved"], -0.1),
        Verdict(["approved"], float("nan")),
        Verdict(["approved"], confidence=True),
        Verdict(["approved"], "high"),  # pyright: ignore[reportArgumentType]
        Verdict(None, 0.9),
        "approved",
        None,
        0.9,
    ],
    ids=str,
)
async def test_what_does_not_fit_the_question_is_refused_and_counted(lie: Any) -> None:
    asked, _ = seat(lambda cases: [lie, *[GOOD] * (len(cases) - 1)])
    assert await asked.ask([item(), item()]) == [Abstention("refused"), GOOD]
    health = asked.health()
    assert (health.refused, health.answered) == (1, 1)


@pytest.mark.parametrize("said", [[], [GOOD] * 5, None, 3, {"said": 1}], ids=str)
async def test_a_reply_of_another_length_is_no_opinion(said: Any) -> None:
    asked, _ = seat(lambda _: said)
    opinions = await asked.ask([item()] * 2)
    assert opinions == [Abstention("refused")] * 2


async def test_a_model_that_takes_too_long_is_not_waited_for() -> None:
    async def never(_: Sequence[Case]) -> list[Opinion]:
        await asyncio.Event().wait()
        return []

    asked, _ = seat(never, seconds=0.01)
    assert await asked.ask([item()]) == [Abstention("out_of_time")]


async def test_a_model_that_keeps_failing_rests() -> None:
    def broken(_: Sequence[Case]) -> list[Opinion]:
        raise Trouble("fault", "it is broken")

    asked, made = seat(broken)
    reasons = [getattr((await asked.ask([item()]))[0], "reason", None) for _ in range(6)]
    assert reasons == ["fault"] * 3 + ["resting"] * 3
    assert len(made.batches) == 3
    health = asked.health()
    assert (health.state, health.trouble) == ("resting", "it is broken")


async def test_a_plug_in_that_raises_anything_is_a_fault() -> None:
    def broken(_: Sequence[Case]) -> list[Opinion]:
        raise ZeroDivisionError

    asked, _ = seat(broken)
    assert await asked.ask([item()]) == [Abstention("fault")]
    for _ in range(3):
        await asked.ask([item()])
    assert asked.health().state == "resting"


async def test_a_busy_model_is_asked_again() -> None:
    turns = iter([Busy(0.0), Busy(0.001), None])

    def busy(cases: Sequence[Case]) -> list[Opinion]:
        if trouble := next(turns):
            raise trouble
        return good(cases)

    asked, made = seat(busy)
    assert await asked.ask([item()]) == [GOOD]
    assert len(made.batches) == 3


async def test_one_that_stays_busy_leaves_it_to_people() -> None:
    def busy(_: Sequence[Case]) -> list[Opinion]:
        raise Busy(0.0)

    asked, _ = seat(busy)
    assert await asked.ask([item()]) == [Abstention("busy")]


async def test_whoever_is_cancelled_leaves_the_line() -> None:
    gate = asyncio.Event()

    async def held(cases: Sequence[Case]) -> list[Opinion]:
        await gate.wait()
        return good(cases)

    asked, made = seat(held, batch=1)
    waiting = [asyncio.create_task(asked.ask([item()])) for _ in range(5)]
    while not made.batches:
        await asyncio.sleep(0)
    for each in waiting[2:4]:
        each.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert await waiting[4] == [GOOD]
    assert len(made.batches) == 3


async def test_closing_answers_those_who_wait() -> None:
    async def never(_: Sequence[Case]) -> list[Opinion]:
        await asyncio.Event().wait()
        return []

    asked, made = seat(never, batch=1)
    waiting = [asyncio.create_task(asked.ask([item()])) for _ in range(5)]
    while not made.batches:
        await asyncio.sleep(0)
    await asked.close()
    assert await asyncio.gather(*waiting) == [[Abstention("closed")]] * 5


async def test_health_follows_what_is_seen() -> None:
    asked, made = seat(good)
    panel = ModelPanel([asked])
    assert panel.health()["made"].state == "unreachable"
    await panel.look()
    assert panel.health()["made"].state == "ready"
    made.trouble = Trouble("unreachable", "gone")
    await panel.look()
    health = panel.health()["made"]
    assert (health.state, health.trouble) == ("unreachable", "gone")


async def test_a_panel_knows_its_models_by_name() -> None:
    asked, _ = seat(good)
    panel = ModelPanel([asked])
    assert list(panel.capabilities()) == ["made"]
    assert await panel.opinions("made", [item()]) == [GOOD]
    assert await panel.opinions("other", [item()] * 2) == [Abstention("no_model")] * 2
    assert await panel.opinions("made", []) == []


def test_a_breaker_rests_longer_after_each_failed_trial() -> None:
    breaker = Breaker(failures=2, rest=10, longest=30)
    breaker.failed(0)
    assert not breaker.resting(0)
    breaker.failed(1)
    assert breaker.resting(10.9)
    assert not breaker.resting(11)
    assert breaker.resting(12)  # one trial at a time
    breaker.failed(12)
    assert breaker.resting(31)
    assert not breaker.resting(32)
    breaker.failed(33)
    assert breaker.resting(62)
    assert not breaker.resting(63)
    breaker.succeeded()
    assert breaker.closed
    assert not breaker.resting(63)
    breaker.failed(64)
    assert not breaker.resting(64)
