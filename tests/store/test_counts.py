"""How many tasks there are: kept with each change, and never wrong."""

import pytest
from tests.store.conftest import People
from tests.store.crowd import Crowd

from humanwire.core import assignment as decide
from humanwire.core.task import End
from humanwire.store.records import Ask, IdempotencyKey, ProjectCounts, Settlement, TaskFilter
from humanwire.store.sqlite import pages


async def counts(people: People) -> ProjectCounts:
    return await people.store.project_counts(people.project.number)


async def test_what_is_asked_and_ends_is_counted_once(people: People) -> None:
    number = people.project.number
    assert await counts(people) == ProjectCounts(0, 0, 0, 0)
    key = IdempotencyKey("k", b"digest")
    staged = people.task(mode="test", vacant=0, end=End(status="complete", response=["a"]))
    asks = [Ask(task=people.task()) for _ in range(3)]
    asks += [Ask(task=people.task(), idempotency=key), Ask(task=staged)]
    await people.store.ask(number, asks)
    await people.store.ask(number, [Ask(task=people.task(), idempotency=key)])
    refused = Ask(task=people.task(), idempotency=IdempotencyKey("k", b"another"))
    await people.store.ask(number, [refused])
    assert await counts(people) == ProjectCounts(4, 0, 0, 0)

    found = await people.store.task_now(number, asks[0].task.id)
    assert found is not None
    aborting = Settlement(step=decide.abort(found, reason=None), now=people.now)
    assert await people.store.settle(aborting)
    assert not await people.store.settle(aborting)

    assert await counts(people) == ProjectCounts(3, 0, 0, 1)
    assert await people.store.count_tasks(number, "live", "multiple-choice") == 4
    assert await people.store.count_tasks(number, "test", "multiple-choice") == 1
    assert await people.store.count_tasks(number, "live", "free-text") == 0
    assert await people.store.project_counts(people.other.number) == ProjectCounts(0, 0, 0, 0)


async def test_the_counts_are_those_of_the_tasks(people: People) -> None:
    crowd = await Crowd(people, 7, latest=0).gather()
    for _ in range(800):
        await crowd.act()

    async def listed(status: str) -> int:
        chosen = TaskFilter(status=status)  # type: ignore[arg-type]
        number = people.project.number
        return len(await people.store.list_tasks(number, "live", chosen, None, 10**6))

    states = ("pending", "complete", "flagged", "aborted")
    expected = ProjectCounts(*[await listed(status) for status in states])
    assert await counts(people) == expected
    assert expected.pending
    assert expected.complete
    assert expected.flagged
    assert expected.aborted


async def test_the_newest_of_a_type_are_skipped_whatever_became_of_them(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "STRIDE", 7)
    crowd = await Crowd(people, 7, latest=0).gather()
    for _ in range(800):
        await crowd.act()
    number, store = people.project.number, people.store
    await store.ask(number, [Ask(task=people.task(type="free-text")), Ask(task=people.task())])
    kind = "multiple-choice"
    listed = await store.list_tasks(number, "live", TaskFilter(type=kind), None, 10**6)
    assert {task.status for task in listed} == {"pending", "complete", "flagged", "aborted"}
    total = await store.count_tasks(number, "live", kind)
    assert total == len(listed)
    for count in (1, 2, total // 2, total):
        assert await store.skip_tasks(number, "live", kind, count) == listed[count - 1].id
    assert await store.skip_tasks(number, "live", kind, total + 1) is None
    assert await store.skip_tasks(number, "test", kind, 1) is None
