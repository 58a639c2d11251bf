"""Which task a claim gets: always the one that the rule says, however much the worker has had."""

import pytest
from tests.store.conftest import LEASE, People
from tests.store.crowd import Crowd

from humanwire.core import assignment as decide
from humanwire.core.assignment import Step
from humanwire.core.consensus import Collect
from humanwire.core.ids import TaskId
from humanwire.store.records import Ask, Settlement


@pytest.mark.parametrize("seed", range(3))
async def test_a_claim_gets_what_the_rule_says(people: People, seed: int) -> None:
    crowd = await Crowd(people, seed, latest=30_000).gather()

    for _ in range(1000):
        await crowd.act()

    assert crowd.given > 100


async def test_who_has_had_a_long_queue_gets_what_is_new_and_what_comes_back(
    people: People,
) -> None:
    number = people.project.number
    twice = Collect(answers=2)

    async def next_task(kinds: tuple[str, ...] | None = None) -> TaskId | None:
        lease = await people.claim(most=99, kinds=kinds)
        return lease.task if lease else None

    many = [people.task(policy=twice) for _ in range(1200)]
    await people.store.ask(number, [Ask(task=task) for task in many])
    people.now += 120_000
    for task in many:
        lease = await people.claim()
        assert lease is not None
        assert lease.task == task.id
        found = await people.store.holding(people.worker.number, lease.id)
        assert found is not None
        step = decide.answer(found, ["a"], (), None)
        assert isinstance(step, Step)
        await people.store.settle(Settlement(step=step, now=people.now))
    assert await next_task() is None

    new = await people.ask(policy=twice)
    assert await next_task() == new
    assert await next_task(("choice",)) is None

    # What another held comes back when they let go; the oldest of several goes first.
    first, second = [await people.ask(priority=9) for _ in range(2)]
    leases = [await people.claim(people.teammate, most=9) for _ in range(2)]
    older, newer = [await people.ask(policy=twice) for _ in range(2)]
    assert await next_task() == older
    for lease in reversed(leases):
        assert lease is not None
        await people.store.release(people.teammate.number, lease.id)
    assert await next_task(("choice",)) == first
    assert await next_task() == second
    assert await next_task() == newer
    assert await next_task() is None

    # All that the worker holds comes back at once.
    some = [await people.ask(policy=twice) for _ in range(40)]
    assert [await next_task() for _ in some] == some
    assert await next_task() is None
    people.now += LEASE + 1
    assert len(await people.store.lapse(people.now, 500)) == 45
    back = [first, second, new, older, newer, *some]
    assert [await next_task() for _ in range(45)] == back
    assert await next_task() is None
