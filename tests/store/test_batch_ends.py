"""Batches that are complete: closed, with no task pending. It is told once, after the last end."""

import asyncio

import pytest
from tests.store.conftest import NOW, People

from humanwire.core import assignment as decide_on
from humanwire.core.batch import Batch
from humanwire.core.ids import BatchId, DeliveryId, TaskId
from humanwire.core.task import End
from humanwire.store.filing import BatchProgress
from humanwire.store.records import Ask, Event, Filing, NewDelivery, Settlement

URL = "http://e.com/done"


class Owner:
    """Somebody who makes batches, lets their tasks end, and reads what is told of them."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.store = people.store
        self.number = people.project.number

    async def open(self, name: str = "monday", tasks: int = 0) -> tuple[BatchId, list[TaskId]]:
        batch = Batch(
            id=BatchId(self.people.new_id()),
            mode="live",
            name=name,
            dialect="heat",
            callback_url=URL,
            created_at=self.people.now,
        )
        assert await self.store.add_batch(self.number, batch)
        return batch.id, [
            await self.people.ask(filing=Filing(batch=batch.id)) for _ in range(tasks)
        ]

    def told(self) -> NewDelivery:
        return NewDelivery(DeliveryId(self.people.new_id()), URL, "http://e.com", NOW)

    async def end(self, task: TaskId, *, flagged: bool = False) -> bool:
        now = await self.store.task_now(self.number, task)
        assert now is not None
        step = decide_on.abort(now, None)
        if flagged:
            end = End(status="flagged", feedback="blurred")
            step = decide_on.Step(task=now, vacant=0, end=end)
        settlement = Settlement(step=step, now=self.people.now, batch_delivery=self.told())
        return await self.store.settle(settlement)

    async def close(self, batch: BatchId) -> None:
        now = self.people.now
        await self.store.close_batch(self.number, "live", batch, now, self.told())

    async def shown(self, batch: BatchId) -> BatchProgress:
        found = await self.store.batch_progress(self.number, "live", batch)
        assert found is not None
        return found

    async def completed_at(self, batch: BatchId) -> int | None:
        return (await self.shown(batch)).batch.completed_at

    async def events(self) -> list[Event]:
        return await self.store.events(self.number, "live", 0, 999)

    async def completions(self) -> list[BatchId | None]:
        return [event.batch for event in await self.events() if event.type == "batch.complete"]


@pytest.fixture
async def owner(people: People) -> Owner:
    return Owner(people)


async def test_the_last_end_completes_a_closed_batch(owner: Owner) -> None:
    batch, tasks = await owner.open(tasks=3)
    await owner.close(batch)
    for task in tasks[:2]:
        assert await owner.end(task)
    assert await owner.completions() == []
    assert await owner.completed_at(batch) is None

    owner.people.now += 5
    assert await owner.end(tasks[2], flagged=True)

    *_, last, told = await owner.events()
    assert (last.type, last.task, last.batch) == ("request.flagged", tasks[2], None)
    assert (told.type, told.task, told.batch, told.time) == ("batch.complete", None, batch, NOW + 5)
    assert told.id == last.id + 1
    assert await owner.completed_at(batch) == NOW + 5
    [due] = await owner.store.due_deliveries(NOW + 5, NOW + 9, 9, [])
    assert (due.url, due.origin, due.dialect) == (URL, "http://e.com", "heat")
    assert due.about == await owner.shown(batch)
    [listed] = await owner.store.list_deliveries(owner.number, "live", None, None, None, 9)
    assert (listed.task, listed.batch, listed.url) == (None, batch, URL)


async def test_closing_completes_a_batch_whose_tasks_have_ended(owner: Owner) -> None:
    batch, tasks = await owner.open(tasks=2)
    await asyncio.gather(*map(owner.end, tasks))
    assert await owner.store.set_batch_state(owner.number, "live", batch, "paused")
    assert await owner.completions() == []

    await owner.close(batch)

    assert await owner.completions() == [batch]
    assert len(await owner.store.due_deliveries(NOW, NOW + 9, 9, [])) == 1


async def test_an_empty_batch_is_complete_when_it_is_closed(owner: Owner) -> None:
    batch, _ = await owner.open()
    await owner.close(batch)
    assert (await owner.completions(), await owner.completed_at(batch)) == ([batch], NOW)


async def test_a_batch_is_complete_once(owner: Owner) -> None:
    batch, tasks = await owner.open(tasks=1)
    await owner.close(batch)
    assert await owner.end(tasks[0])
    assert await owner.completed_at(batch) == NOW
    owner.people.now += 5

    await owner.close(batch)
    await asyncio.gather(owner.close(batch), owner.close(batch))

    assert await owner.completions() == [batch]
    assert await owner.completed_at(batch) == NOW
    assert len(await owner.store.due_deliveries(NOW + 9, NOW + 20, 9, [])) == 1


async def test_others_batches_and_modes_are_left_alone(owner: Owner) -> None:
    batch, tasks = await owner.open(tasks=1)
    other, _ = await owner.open("tuesday", tasks=1)
    await owner.close(other)
    await owner.store.close_batch(owner.people.other.number, "live", batch, NOW, owner.told())
    await owner.store.close_batch(owner.number, "live", BatchId("nothing"), NOW, owner.told())

    assert await owner.end(tasks[0])

    assert await owner.completions() == []
    assert (await owner.shown(batch)).batch.state == "open"
    await owner.store.ask(
        owner.number,
        [Ask(task=owner.people.task(mode="test", vacant=0, end=End(status="complete")))],
    )
    assert await owner.store.events(owner.people.other.number, "live", 0, 9) == []


async def test_a_step_that_was_decided_too_late_completes_nothing(owner: Owner) -> None:
    batch, tasks = await owner.open(tasks=2)
    await owner.close(batch)
    now = await owner.store.task_now(owner.number, tasks[0])
    assert now is not None
    stale = Settlement(step=decide_on.abort(now, None), now=NOW, batch_delivery=owner.told())
    assert await owner.store.settle(stale)
    assert not await owner.store.settle(stale)
    assert await owner.completions() == []
    assert await owner.end(tasks[1])
    assert await owner.completions() == [batch]


async def test_whoever_ends_and_closes_at_once_completes_it_once(owner: Owner) -> None:
    batches: list[BatchId] = []
    for round_ in range(12):
        batch, tasks = await owner.open(f"batch {round_}", tasks=4)
        batches.append(batch)
        acts = [owner.end(task) for task in tasks]
        closing = owner.close(batch)
        acts.insert(round_ % 5, closing)  # type: ignore[arg-type]
        await asyncio.gather(*acts)
    assert await owner.completions() == batches
    events = await owner.events()
    assert [event.id for event in events] == list(range(1, 12 * 5 + 1))
    for number, batch in enumerate(batches):
        ends = events[number * 5 : number * 5 + 5]
        assert ends[-1].batch == batch


async def test_nothing_is_told_at_no_address_but_the_feed(owner: Owner) -> None:
    batch, _ = await owner.open()
    await owner.store.close_batch(owner.number, "live", batch, NOW, None)
    assert await owner.completions() == [batch]
    assert await owner.store.due_deliveries(NOW, NOW + 9, 9, []) == []


async def test_a_batchs_end_is_no_task_to_let_go_and_no_pace(owner: Owner) -> None:
    batch, tasks = await owner.open(tasks=1)
    await owner.close(batch)
    assert await owner.end(tasks[0])
    [end] = await owner.store.ends(owner.number, 0, 9)
    assert end.task == tasks[0]
    assert await owner.store.latest_ends(owner.number, "live", 9) == [NOW]
