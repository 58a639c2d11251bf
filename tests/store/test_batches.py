"""Batches that are paused, resumed, closed and moved ahead, whatever else goes on with them."""

import asyncio
import json

import pytest
from tests.store.conftest import NOW, People
from tests.store.crowd import Asked, Crowd

from humanwire.core import assignment as decide_on
from humanwire.core.assignment import Step
from humanwire.core.batch import Batch, BatchState
from humanwire.core.consensus import AskMore, Collect, Policy, decide
from humanwire.core.errors import BatchClosed
from humanwire.core.ids import BatchId, TaskId
from humanwire.core.json import Json
from humanwire.core.questions import AnyQuestion, Given
from humanwire.core.task import End
from humanwire.store.filing import Slice
from humanwire.store.records import Added, Ask, Filing, Settlement, Worker


class Office:
    """An owner who sees to batches, slice by slice."""

    def __init__(self, people: People, most: int = 3) -> None:
        self.people = people
        self.store = people.store
        self.number = people.project.number
        self.most = most

    async def open(self, name: str) -> BatchId:
        batch = Batch(
            id=BatchId(self.people.new_id()),
            mode="live",
            name=name,
            dialect="heat",
            created_at=self.people.now,
        )
        assert await self.store.add_batch(self.number, batch)
        return batch.id

    async def set_state(self, batch: BatchId, state: BatchState) -> bool:
        if state == "closed":
            await self.store.close_batch(self.number, "live", batch, self.people.now, None)
            return True
        return await self.store.set_batch_state(self.number, "live", batch, state)

    async def pause(self, batch: BatchId) -> None:
        assert await self.set_state(batch, "paused")
        await self.withhold(batch)

    async def withhold(self, batch: BatchId) -> None:
        after: TaskId | None = None
        while True:
            done = await self.store.withhold_some(self.number, batch, after, self.most)
            if done.upto is None:
                return
            after = done.upto

    async def resume(self, batch: BatchId, state: BatchState = "open") -> int:
        assert await self.set_state(batch, state)
        return await self.give_out(batch)

    async def give_out(self, batch: BatchId) -> int:
        after: TaskId | None = None
        vacancies = 0
        while True:
            done = await self.store.give_out_some(self.number, batch, after, self.most)
            vacancies += done.vacancies
            if done.upto is None:
                return vacancies
            after = done.upto

    async def prioritise(self, batch: BatchId, priority: int) -> None:
        after: TaskId | None = None
        while True:
            done = await self.store.prioritise_some(self.number, batch, priority, after, self.most)
            if done.upto is None:
                return
            after = done.upto

    async def vacant(self, task: TaskId) -> int:
        now = await self.store.task_now(self.number, task)
        assert now is not None
        return now.vacant


@pytest.fixture
async def office(people: People) -> Office:
    return Office(people)


async def test_nobody_gets_a_task_of_a_paused_batch_until_it_is_resumed(
    people: People, office: Office
) -> None:
    batch = await office.open("monday")
    filing = Filing(batch=batch)
    tasks = [await people.ask(policy=Collect(answers=2), filing=filing) for _ in range(4)]
    held = await people.claim()
    assert held is not None

    await office.pause(batch)

    late = await people.ask(filing=filing)
    assert await people.claim(people.teammate) is None
    assert await people.store.vacant_among([office.number]) == []
    assert [await office.vacant(task) for task in (*tasks, late)] == [1, 2, 2, 2, 1]
    # Who has a task may finish it; given back, it is withheld as well.
    extended = await people.store.extend(people.worker.number, held.id, NOW + 5, 10)
    assert extended == NOW + 15
    assert len(await people.store.release(people.worker.number, held.id)) == 1
    assert await office.vacant(tasks[0]) == 2
    assert await people.claim(people.worker) is None

    assert await office.resume(batch) == 9

    assert [await office.vacant(task) for task in (*tasks, late)] == [2, 2, 2, 2, 1]
    got = [await people.claim(people.worker, most=9) for _ in range(6)]
    assert [lease and lease.task for lease in got] == [*tasks, late, None]


async def test_a_lease_that_runs_out_and_an_abort_reach_what_is_withheld(
    people: People, office: Office
) -> None:
    batch = await office.open("monday")
    lapsing, aborted = [
        await people.ask(policy=Collect(answers=3), filing=Filing(batch=batch)) for _ in range(2)
    ]
    assert await people.claim() is not None
    await office.pause(batch)

    people.now += 10**9
    assert len(await people.store.lapse(people.now, 9)) == 1
    assert await office.vacant(lapsing) == 3
    found = await people.store.task_now(office.number, aborted)
    assert found is not None
    step = decide_on.abort(found, None)
    assert await people.store.settle(Settlement(step=step, now=people.now))

    assert await office.resume(batch) == 3
    assert await office.vacant(aborted) == 0


async def test_an_answer_to_a_withheld_task_does_not_give_it_out(
    people: People, office: Office
) -> None:
    batch = await office.open("monday")
    task = await people.ask(policy=Collect(answers=3), filing=Filing(batch=batch))
    answering, skipping = await people.claim(), await people.claim(people.teammate)
    assert answering is not None
    assert skipping is not None
    await office.pause(batch)

    found = await people.store.holding(people.worker.number, answering.id)
    assert found is not None
    step = decide_on.answer(found, ["a"], (), None)
    assert isinstance(step, Step)
    assert await people.store.settle(Settlement(step=step, now=NOW))
    newcomer = await people.hire("newcomer", people.project)
    assert await people.claim(newcomer) is None
    found = await people.store.holding(people.teammate.number, skipping.id)
    assert found is not None
    step = decide_on.skip(found, "", NOW)
    assert await people.store.settle(Settlement(step=step, now=NOW))
    assert await people.claim(newcomer) is None
    assert await office.vacant(task) == 2

    await office.resume(batch)
    assert await people.claim(newcomer) is not None


async def wear_out(people: People, *, priority: int) -> None:
    """Let the worker look through more of the queue than its head, and skip it all."""
    for _ in range(40):
        await people.ask(policy=Collect(answers=5), priority=priority)
    people.now += 120_000  # a place that is remembered stays behind the present
    for _ in range(40):
        lease = await people.claim(most=99)
        assert lease is not None
        found = await people.store.holding(people.worker.number, lease.id)
        assert found is not None
        skip = decide_on.skip(found, "", people.now)
        assert await people.store.settle(Settlement(step=skip, now=people.now))


async def test_who_has_looked_through_the_queue_finds_what_is_resumed(
    people: People, office: Office
) -> None:
    batch = await office.open("monday")
    task = await people.ask(filing=Filing(batch=batch))
    await office.pause(batch)
    await wear_out(people, priority=5)

    await office.resume(batch)

    lease = await people.claim()
    assert lease is not None
    assert lease.task == task


async def test_who_has_looked_through_the_queue_finds_what_is_moved_ahead(
    people: People, office: Office
) -> None:
    batch = await office.open("monday")
    task = await people.ask(filing=Filing(batch=batch), priority=1)
    await wear_out(people, priority=7)
    other = await people.ask(priority=6)

    await office.prioritise(batch, 7)

    got = [await people.claim(most=9) for _ in range(2)]
    assert [lease and lease.task for lease in got] == [task, other]


async def test_a_closed_batch_takes_no_more_and_goes_on(people: People, office: Office) -> None:
    batch = await office.open("monday")
    task = await people.ask(filing=Filing(batch=batch, reference="one"))
    await office.pause(batch)
    assert await office.resume(batch, "closed") == 1

    refused, plain = await people.store.ask(
        office.number,
        [
            Ask(task=people.task(filing=Filing(batch=batch, reference="two"))),
            Ask(task=people.task()),
        ],
    )

    assert isinstance(refused, BatchClosed)
    assert isinstance(plain, Added)
    assert await people.store.find_reference(office.number, "live", "two") is None
    lease = await people.claim()
    assert lease is not None
    assert lease.task == task
    for state in ("open", "paused"):
        assert not await office.set_state(batch, state)
    assert not await office.set_state(BatchId("nothing"), "open")
    assert not await people.store.set_batch_state(office.number, "test", batch, "open")


async def test_a_slice_that_comes_too_late_does_nothing(people: People, office: Office) -> None:
    batch = await office.open("monday")
    tasks = [await people.ask(filing=Filing(batch=batch)) for _ in range(2)]
    assert await office.set_state(batch, "paused")
    first = await people.store.withhold_some(office.number, batch, None, 1)
    assert first.upto == tasks[0]
    assert await office.resume(batch) == 1

    assert await people.store.withhold_some(office.number, batch, first.upto, 1) == Slice(None)

    assert await people.claim(most=9) is not None
    assert await people.claim(most=9) is not None
    await office.pause(batch)
    assert await people.store.give_out_some(office.number, batch, None, 9) == Slice(None)


async def test_a_change_is_unsettled_until_its_tasks_are_seen_to(
    people: People, office: Office
) -> None:
    assert await people.store.unsettled_batches(9) == []
    batch = await office.open("monday")
    await people.ask(filing=Filing(batch=batch))
    assert await people.store.unsettled_batches(9) == []
    await office.pause(batch)
    [first] = await people.store.unsettled_batches(9)
    assert (first.project, first.batch, first.state) == (office.number, batch, "paused")

    await office.resume(batch)
    await people.store.settle_batch(first)

    # What was changed after it was looked at is not settled with it.
    [second] = await people.store.unsettled_batches(9)
    assert second.state == "open"
    await people.store.settle_batch(second)
    await people.store.settle_batch(first)
    assert await people.store.unsettled_batches(9) == []
    await office.set_state(batch, "closed")
    [third] = await people.store.unsettled_batches(9)
    assert third.state == "closed"


async def test_the_latest_ends_are_told_newest_first(people: People, office: Office) -> None:
    for mode in ("live", "live", "test", "live"):
        people.now += 1000
        task = people.task(mode=mode, vacant=0, end=End(status="complete"))
        await people.store.ask(office.number, [Ask(task=task)])

    assert await people.store.latest_ends(office.number, "live", 2) == [NOW + 4000, NOW + 2000]
    assert await people.store.latest_ends(office.number, "test", 9) == [NOW + 3000]
    assert await people.store.latest_ends(people.other.number, "live", 9) == []


async def test_a_priority_is_given_to_what_is_pending(people: People, office: Office) -> None:
    batch = await office.open("monday")
    other = await people.ask()
    ended, later, withheld = [await people.ask(filing=Filing(batch=batch)) for _ in range(3)]
    found = await people.store.task_now(office.number, ended)
    assert found is not None
    await people.store.settle(Settlement(step=decide_on.abort(found, None), now=people.now))

    await office.pause(batch)
    await office.prioritise(batch, 9)
    await office.resume(batch)

    got = [await people.claim(most=9) for _ in range(3)]
    assert [lease and lease.task for lease in got] == [later, withheld, other]
    found_tasks = await people.store.batch_tasks(office.number, "live", batch, None, 9)
    assert [task.priority for task in found_tasks] == [5, 9, 9]


async def test_what_is_asked_while_a_batch_is_paused_is_withheld(
    people: People, office: Office
) -> None:
    for round_ in range(6):
        batch = await office.open(f"batch {round_}")
        filing = Filing(batch=batch)
        asking = [people.ask(filing=filing) for _ in range(6)]
        pausing = asyncio.create_task(office.pause(batch))
        tasks = await asyncio.gather(*asking)
        await pausing

        assert await people.claim() is None
        assert sum([await office.vacant(task) for task in tasks]) == 6


async def test_of_pausing_and_resuming_at_once_the_last_counts(
    people: People, office: Office
) -> None:
    batch = await office.open("monday")
    tasks = [await people.ask(filing=Filing(batch=batch)) for _ in range(20)]
    for _ in range(5):
        await asyncio.gather(
            office.pause(batch), office.resume(batch), office.pause(batch), office.resume(batch)
        )
        found = await people.store.batch(office.number, "live", batch)
        assert found is not None
        waits = await people.store.vacant_among([office.number])
        assert bool(waits) == (found.state == "open")
        assert sum([await office.vacant(task) for task in tasks]) == len(tasks)
    await office.resume(batch)
    got = [await people.claim(most=99) for _ in tasks]
    assert [lease and lease.task for lease in got] == tasks


class BatchCrowd(Crowd):
    """A crowd whose owner pauses and resumes batches and moves them ahead, half-way at times."""

    async def gather(self) -> "BatchCrowd":
        await super().gather()
        self.office = Office(self.people)
        self.batches = [await self.office.open(f"batch {n}") for n in range(3)]
        self.paused: set[BatchId] = set()
        self.of: dict[TaskId, BatchId] = {}
        self.about: dict[TaskId, tuple[Policy, AnyQuestion]] = {}
        return self

    async def act(self) -> None:
        if self.random.random() < 0.12:
            await self.see_to(self.random.choice(self.batches))
        else:
            await super().act()

    async def see_to(self, batch: BatchId) -> None:
        match self.random.randrange(4):
            case 0:
                self.paused.add(batch)
                if self.random.random() < 0.3:  # broken off, then done again
                    assert await self.office.set_state(batch, "paused")
                    await self.office.store.withhold_some(self.office.number, batch, None, 1)
                await self.office.pause(batch)
            case 1 | 2:
                self.paused.discard(batch)
                await self.office.resume(batch)
            case _:
                priority = self.random.choice([1, 5, 9])
                await self.office.prioritise(batch, priority)
                for task, of in self.of.items():
                    if of == batch and await self.is_pending(task):
                        self.tasks[task].priority = priority

    async def is_pending(self, task: TaskId) -> bool:
        now = await self.people.store.task_now(self.office.number, task)
        return now is not None and now.status == "pending"

    async def ask_one(self, **fields: object) -> None:
        batch = self.random.choice([None, *self.batches])
        if batch is not None:
            fields["filing"] = Filing(batch=batch)
        await super().ask_one(**fields)
        task = TaskId(str(fields["id"]))
        self.about[task] = (fields["policy"], fields["question"])  # type: ignore[assignment]
        if batch is not None:
            self.of[task] = batch

    def may_have(self, task: Asked, worker: Worker) -> bool:
        return self.of.get(task.id) not in self.paused and super().may_have(task, worker)

    async def check(self) -> None:
        """Hold that vacancies and live leases make up the answers still wanted."""
        store, number = self.people.store, self.office.number
        given: dict[TaskId, list[Given]] = {task: [] for task in self.tasks}
        for answer in await store.answers_of(number, list(self.tasks)):
            said: Json = json.loads(answer.response_json)
            if answer.counted:
                given[answer.task].append(Given(hash(answer.worker), said))  # type: ignore[arg-type]
        for task in self.tasks:
            now = await store.task_now(number, task)
            assert now is not None
            verdict = decide(*self.about[task], given[task])
            wanted = verdict.wanted if isinstance(verdict, AskMore) else 0
            if now.status == "pending":
                assert now.vacant + len(now.leases) == wanted
            else:
                assert (now.vacant, now.leases) == (0, [])


@pytest.mark.parametrize("seed", range(3))
async def test_a_crowd_gets_what_is_due_while_batches_are_paused_and_moved(
    people: People, seed: int
) -> None:
    crowd = await BatchCrowd(people, seed, latest=0).gather()
    for turn in range(400):
        await crowd.act()
        if turn % 20 == 0:
            await crowd.check()
    for batch in crowd.batches:
        crowd.paused.discard(batch)
        await crowd.office.resume(batch)
    await crowd.check()
    for _ in range(60):
        await crowd.claim()
    assert crowd.given > 50
