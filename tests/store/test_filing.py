"""Tasks filed under their callers' own names: references, workflows and batches."""

import asyncio

import pytest
from tests.store.conftest import LEASE, People

from humanwire.core import assignment as decide
from humanwire.core.assignment import Step
from humanwire.core.batch import Batch
from humanwire.core.consensus import Collect, Majority
from humanwire.core.errors import Conflict, DuplicateReference
from humanwire.core.ids import BatchId, TaskId, WorkflowId
from humanwire.core.panel import ModelUse
from humanwire.core.project import ProjectSettings
from humanwire.core.questions import Attachment, Choice, Form, Tracking
from humanwire.core.questions.form import fields_of
from humanwire.core.questions.tracking_setting import Frame
from humanwire.core.task import End
from humanwire.core.workflow import Workflow
from humanwire.store.filing import FiledTask
from humanwire.store.records import (
    Added,
    Ask,
    Filing,
    IdempotencyKey,
    ProjectCounts,
    Settlement,
    TaskFilter,
)
from humanwire.store.retention import Leaving

LONG = "é👩‍🔬" * 5_000


def new_batch(people: People, name: str = "monday", **changes: object) -> Batch:
    fields: dict[str, object] = {
        "id": BatchId(people.new_id()),
        "mode": "live",
        "name": name,
        "dialect": "heat",
        "created_at": people.now,
    }
    return Batch(**(fields | changes))  # type: ignore[arg-type]


async def add_batch(people: People, name: str = "monday", **changes: object) -> BatchId:
    batch = new_batch(people, name, **changes)
    assert await people.store.add_batch(people.project.number, batch)
    return batch.id


def workflow(people: People, tag: str, version: int = 1, **changes: object) -> Workflow:
    fields: dict[str, object] = {
        "id": WorkflowId(people.new_id()),
        "tag": tag,
        "version": version,
        "created_at": people.now,
        "question": Choice(instruction="", choices=("a", "b")),
    }
    return Workflow(**(fields | changes))  # type: ignore[arg-type]


async def counts(people: People, batch: BatchId) -> ProjectCounts:
    found = await people.store.batch_progress(people.project.number, "live", batch)
    assert found is not None
    return found.counts


async def test_a_filing_comes_back_with_its_task(people: People) -> None:
    number, batch = people.project.number, await add_batch(people)
    filing = Filing(
        reference=LONG, tag="cars", workflow=WorkflowId("w"), batch=batch, result_key="category"
    )
    filed, bare = people.task(filing=filing), people.task()

    added = await people.store.ask(number, [Ask(task=filed), Ask(task=bare)])

    assert added == [Added(filed.id), Added(bare.id)]
    found = [await people.store.find_task(number, "live", task.id) for task in (filed, bare)]
    assert [task and task.filing for task in found] == [filing, None]
    assert await people.store.find_reference(number, "live", LONG) == filed.id
    assert await people.store.find_reference(number, "test", LONG) is None
    assert await people.store.find_reference(people.other.number, "live", LONG) is None
    now = await people.store.task_now(number, filed.id)
    assert now is not None
    assert now.batch == batch


async def test_a_reference_is_used_once_for_ever(people: People) -> None:
    number, filing = people.project.number, Filing(reference="order 1")
    first, again, plain = people.task(filing=filing), people.task(filing=filing), people.task()

    outcomes = await people.store.ask(number, [Ask(task=each) for each in (first, again, plain)])

    assert outcomes[::2] == [Added(first.id), Added(plain.id)]
    assert isinstance(outcomes[1], DuplicateReference)
    [later] = await people.store.ask(number, [Ask(task=people.task(filing=filing))])
    assert isinstance(later, DuplicateReference)
    assert await people.store.find_task(number, "live", again.id) is None
    [elsewhere] = await people.store.ask(people.other.number, [Ask(task=again)])
    assert elsewhere == Added(again.id)
    staged = people.task(mode="test", vacant=0, filing=filing, end=End(status="complete"))
    assert await people.store.ask(number, [Ask(task=staged)]) == [Added(staged.id)]


async def test_of_many_at_once_one_gets_a_reference(people: People) -> None:
    number = people.project.number

    async def ask() -> list[Added | Conflict]:
        names = ("one", "two", "three")
        return await people.store.ask(
            number, [Ask(task=people.task(filing=Filing(reference=name))) for name in names]
        )

    outcomes = await asyncio.gather(*(ask() for _ in range(8)))

    added = [outcome for each in outcomes for outcome in each if isinstance(outcome, Added)]
    assert len(added) == 3
    listed = await people.store.list_tasks(number, "live", TaskFilter(), None, 99)
    assert {task.id for task in listed} == {each.id for each in added}


async def test_a_repeated_request_is_named_before_its_reference_is_looked_at(
    people: People,
) -> None:
    number = people.project.number
    key = IdempotencyKey("key", b"digest")

    async def ask(reference: str, key: IdempotencyKey) -> Added | Conflict:
        task = people.task(filing=Filing(reference=reference))
        return (await people.store.ask(number, [Ask(task=task, idempotency=key)]))[0]

    first = await ask("one", key)

    assert isinstance(first, Added)
    assert await ask("one", key) == Added(first.id, repeated=True)
    other = await ask("two", IdempotencyKey("key", b"another"))
    assert isinstance(other, Conflict)
    assert not isinstance(other, DuplicateReference)
    # Neither name of what was refused is used up.
    assert isinstance(await ask("two", IdempotencyKey("new", b"")), Added)
    assert isinstance(await ask("one", IdempotencyKey("newer", b"")), DuplicateReference)
    assert isinstance(await ask("three", IdempotencyKey("newer", b"")), Added)


async def test_a_reference_outlives_its_task(people: People) -> None:
    number, batch = people.project.number, await add_batch(people)
    filing = Filing(reference="order 1", batch=batch)
    task = people.task(mode="live", filing=filing)
    await people.store.ask(number, [Ask(task=task)])
    await end(people, task.id)
    assert await counts(people, batch) == ProjectCounts(0, 0, 0, 1)
    [event] = await people.store.events(number, "live", 0, 9)

    assert await people.store.delete_tasks(number, [Leaving(task.id, event.id)]) == 1

    assert await counts(people, batch) == ProjectCounts(0, 0, 0, 0)
    [again] = await people.store.ask(number, [Ask(task=people.task(filing=filing))])
    assert isinstance(again, DuplicateReference)
    assert await people.store.batch_tasks(number, "live", batch, None, 9) == []


async def test_the_counts_of_a_batch_are_kept(people: People) -> None:
    number = people.project.number
    one, two = await add_batch(people), await add_batch(people, "tuesday")
    filed = [people.task(filing=Filing(batch=one)) for _ in range(3)]
    filed += [people.task(filing=Filing(batch=two)), people.task()]
    await people.store.ask(number, [Ask(task=task) for task in filed])
    assert await counts(people, one) == ProjectCounts(3, 0, 0, 0)

    lease = await people.claim()
    assert lease is not None
    found = await people.store.holding(people.worker.number, lease.id)
    assert found is not None
    step = decide.answer(found, ["a"], (), None)
    assert isinstance(step, Step)
    assert await people.store.settle(Settlement(step=step, now=people.now))
    assert not await people.store.settle(Settlement(step=step, now=people.now))
    await end(people, filed[1].id)
    await end(people, filed[4].id)

    assert await counts(people, one) == ProjectCounts(1, 1, 0, 1)
    assert await counts(people, two) == ProjectCounts(1, 0, 0, 0)
    assert await people.store.project_counts(number) == ProjectCounts(2, 1, 0, 2)


async def figures(people: People, batch: BatchId) -> tuple[int, int, int]:
    found = await people.store.batch_progress(people.project.number, "live", batch)
    assert found is not None
    return found.frames, found.completed_frames, found.annotations


async def test_the_pictures_of_a_batch_and_the_marks_in_its_results_are_counted(
    people: People,
) -> None:
    number, batch = people.project.number, await add_batch(people)
    frames = tuple(Frame(f"f{n}", f"https://e.com/{n}.jpg") for n in range(4))
    film = Tracking(instruction="", frames=frames)
    picture = Choice(
        instruction="", choices=("a", "b"), attachments=(Attachment("image", "https://e.com/a"),)
    )
    points = {"p1": {"x": 0, "y": 0}, "p2": {"x": 1, "y": 1}}
    line = {"type": "line", "label": "x", "frames": {"f0": {"points": points}}}
    line["frames"] |= {"f3": {"points": points}}
    filing = Filing(batch=batch)
    policy = Collect(answers=2)
    first = people.task(filing=filing, question=film, policy=policy, vacant=2, priority=9)
    tasks = [first, people.task(filing=filing, question=picture), people.task(question=film)]
    over = End(status="complete", response={"annotations": [line]})
    tasks.append(people.task(filing=filing, question=film, end=over, vacant=0))
    await people.store.ask(number, [Ask(task=task) for task in tasks])
    assert await figures(people, batch) == (9, 4, 2)

    for worker in (people.worker, people.teammate):
        lease = await people.claim(worker)
        assert lease is not None
        found = await people.store.holding(worker.number, lease.id)
        assert found is not None
        step = decide.answer(found, {"annotations": [line, line]}, (), None)
        assert isinstance(step, Step)
        assert await people.store.settle(Settlement(step=step, now=people.now))
    await end(people, tasks[1].id)
    assert await figures(people, batch) == (9, 8, 10)

    going = [Leaving(each.task, each.position) for each in await people.store.ends(number, 0, 9)]
    await people.store.delete_tasks(number, going)
    assert await figures(people, batch) == (0, 0, 0)


async def test_batches_have_names_of_their_own_and_are_listed_in_order(people: People) -> None:
    number = people.project.number
    named = [await add_batch(people, name) for name in ("b", "a", "c")]
    assert not await people.store.add_batch(number, new_batch(people, "a"))
    staged = new_batch(people, "a", mode="test", label="L", description="D")
    assert await people.store.add_batch(number, staged)
    await people.ask(filing=Filing(batch=named[1]))

    listed = await people.store.list_batches(number, "live", None, 2)
    rest = await people.store.list_batches(number, "live", listed[-1].batch.id, 9)

    assert [each.batch.id for each in (*listed, *rest)] == named
    assert [each.total for each in (*listed, *rest)] == [0, 1, 0]
    assert await people.store.batch(number, "test", staged.id) == staged
    assert await people.store.batch(number, "live", staged.id) is None
    assert await people.store.batch_named(number, "test", "a") == staged
    assert await people.store.batch_named(number, "test", "b") is None
    assert await people.store.batch(people.other.number, "live", named[0]) is None
    assert await people.store.batch_progress(number, "live", BatchId("x")) is None


async def test_a_batchs_tasks_are_listed_both_ways(people: People) -> None:
    number, batch = people.project.number, await add_batch(people)
    other = await add_batch(people, "other")
    tasks: list[TaskId] = []
    for n in range(5):
        people.now += 1000
        filing = Filing(batch=batch, reference=f"r{n}")
        tasks.append(await people.ask(filing=filing, metadata={"odd": str(n % 2)}))
        await people.ask(filing=Filing(batch=other, reference=f"other {n}"))
    await end(people, tasks[1])

    async def ids(before: TaskId | None = None, **where: object) -> list[TaskId]:
        chosen = TaskFilter(**where)  # type: ignore[arg-type]
        return [t.id for t in await people.store.list_tasks(number, "live", chosen, before, 2)]

    assert await ids(batch=batch) == [tasks[4], tasks[3]]
    assert await ids(tasks[3], batch=batch) == [tasks[2], tasks[1]]
    assert await ids(batch=batch, status="aborted") == [tasks[1]]
    assert await ids(batch=batch, metadata={"odd": "1"}) == [tasks[3], tasks[1]]
    assert await ids(batch=batch, created_before=people.now - 2999) == [tasks[1], tasks[0]]
    assert await ids(reference="r3") == [tasks[3]]
    assert await ids(reference="r3", batch=batch, status="pending") == [tasks[3]]
    assert await ids(reference="r3", batch=other) == []
    assert await ids(reference="r9") == []

    async def page(after: TaskId | None) -> list[TaskId]:
        return [task.id for task in await people.store.batch_tasks(number, "live", batch, after, 3)]

    assert await page(None) == tasks[:3]
    (ended,) = await people.store.batch_tasks(number, "live", batch, tasks[0], 1)
    named = FiledTask(id=tasks[1], status="aborted", priority=5, reference="r1", tag=None)
    assert ended == named
    assert await page(tasks[2]) == tasks[3:]
    assert await people.store.batch_tasks(number, "test", batch, None, 9) == []


@pytest.mark.parametrize("worn", [False, True])
async def test_a_lease_lasts_as_long_as_its_task_says(people: People, *, worn: bool) -> None:
    people.project = await people.found("slow", ProjectSettings(lease_seconds=60))
    await people.store.join(people.worker.number, people.project.number, "w")
    if worn:
        for _ in range(40):
            await people.ask()
            lease = await people.claim(most=99)
            assert lease is not None
            found = await people.store.holding(people.worker.number, lease.id)
            assert found is not None
            skip = decide.skip(found, "", people.now)
            assert await people.store.settle(Settlement(step=skip, now=people.now))
    own, usual = await people.ask(lease_ms=5_000), await people.ask()

    leases = [await people.claim(), await people.claim()]

    assert [lease and (lease.task, lease.lease_ms) for lease in leases] == [
        (own, 5_000),
        (usual, 60_000),
    ]
    number = people.worker.number
    until = [
        await people.store.extend(number, lease.id, people.now + 7, LEASE)
        for lease in leases
        if lease
    ]
    assert until == [people.now + 7 + 5_000, people.now + 7 + 60_000]


async def test_only_its_audience_gets_a_task(people: People) -> None:
    number, chosen = people.project.number, people.teammate.number
    await people.ask(audience=(chosen,), excluded=("worker of ours",))

    assert await people.claim(people.worker) is None
    newcomer = await people.hire("newcomer", people.project)
    assert await people.claim(newcomer) is None
    lease = await people.claim(people.teammate)
    assert lease is not None
    task = await people.store.find_task(number, "live", lease.task)
    assert task is not None
    assert task.filing is None


async def test_who_joins_later_gets_what_is_for_them(people: People) -> None:
    later = await people.hire("later")
    await people.ask(audience=(later.number,))
    assert await people.claim(people.worker) is None

    await people.store.join(later.number, people.project.number, "later of ours")

    assert await people.claim(later) is not None


async def test_of_who_joins_and_what_is_asked_at_once_none_slips_through(people: People) -> None:
    crowd = [await people.hire(f"w{n}") for n in range(8)]

    async def join(n: int) -> None:
        await people.store.join(crowd[n].number, people.project.number, f"w{n}")

    asked = (people.ask(audience=(people.teammate.number,)) for _ in range(8))
    await asyncio.gather(
        *(each for pair in zip(map(join, range(8)), asked, strict=True) for each in pair)
    )

    assert [await people.claim(worker) for worker in crowd] == [None] * 8
    assert len([1 for _ in range(8) if await people.claim(people.teammate, most=99)]) == 8


async def test_a_workflow_is_found_in_its_newest_version(people: People) -> None:
    number = people.project.number
    first = workflow(
        people,
        "cars",
        question=Tracking(instruction="Follow."),
        consensus=Majority(min_agreements=2, max_crunchers=3),
        models=ModelUse(use="vote", model="sorter", error=0.02),
        lease_seconds=0.1 + 0.2,
        workers=(people.worker.number,),
        result_key="category",
    )
    second = workflow(
        people,
        "cars",
        2,
        id=first.id,
        question=Form(instruction="", fields=fields_of({"a": "STRING"})),
    )
    other = workflow(people, "bags")

    assert await people.store.add_workflow(number, first)
    assert await people.store.workflow_by_tag(number, "cars") == first
    assert await people.store.add_workflow(number, second)
    assert not await people.store.add_workflow(number, second)
    assert not await people.store.add_workflow(number, workflow(people, "cars"))
    assert await people.store.add_workflow(number, other)

    assert await people.store.workflow(number, first.id) == second
    assert await people.store.workflow_by_tag(number, "cars") == second
    assert await people.store.list_workflows(number) == [other, second]
    assert await people.store.list_workflows(people.other.number) == []
    assert await people.store.workflow_by_tag(people.other.number, "cars") is None
    assert await people.store.workflow(people.other.number, first.id) is None


async def end(people: People, task: TaskId) -> None:
    found = await people.store.task_now(people.project.number, task)
    assert found is not None
    step = decide.abort(found, reason=None)
    assert await people.store.settle(Settlement(step=step, now=people.now))
