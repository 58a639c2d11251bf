"""Tasks that are let go: wholly, and nothing else."""

from tests.store.conftest import NOW, People

from humanwire.core import assignment as decide
from humanwire.core.assignment import Step
from humanwire.core.consensus import Collect
from humanwire.core.ids import DeliveryId, TaskId
from humanwire.core.task import End
from humanwire.store.deliveries import Attempt, AttemptResult
from humanwire.store.records import (
    Ask,
    Draft,
    IdempotencyKey,
    NewDelivery,
    ProjectCounts,
    Settlement,
    TaskFilter,
)
from humanwire.store.retention import Leaving


async def answered(people: People, **changes: object) -> tuple[TaskId, DeliveryId]:
    """A task with a row of everything, that its worker has answered, and its delivery."""
    task = people.task(
        metadata={"team": "red", "row": "1"}, excluded=("teammate of ours",), **changes
    )
    key = IdempotencyKey(task.id, b"digest")
    await people.store.ask(people.project.number, [Ask(task=task, idempotency=key)])
    lease = await people.claim()
    assert lease is not None
    assert lease.task == task.id
    await people.store.save_draft(people.worker.number, lease.id, Draft(1, "{}"))
    found = await people.store.holding(people.worker.number, lease.id)
    assert found is not None
    step = decide.answer(found, ["a"], (), None)
    assert isinstance(step, Step)
    told = DeliveryId(people.new_id())
    delivery = NewDelivery(told, "https://e.org/h", "https://e.org", people.now)
    settlement = Settlement(step=step, now=people.now, delivery=delivery if step.end else None)
    assert await people.store.settle(settlement)
    return task.id, told


async def deliver(people: People, delivery: DeliveryId) -> None:
    result = AttemptResult(
        project=people.project.number,
        delivery=delivery,
        now=people.now,
        state="delivered",
        attempt=Attempt(time=people.now, status=200, ms=1),
    )
    await people.store.attempted(result)


async def test_what_has_ended_goes_with_all_that_belongs_to_it(people: People) -> None:
    number = people.project.number
    tasks: list[TaskId] = []
    for _ in range(3):
        task, told = await answered(people)
        await deliver(people, told)
        tasks.append(task)
        people.now += 1000
    pending = await people.ask()
    ends = await people.store.ends(number, 0, 9)
    assert [(end.position, end.time, end.mode, end.task) for end in ends] == [
        (n + 1, NOW + 1000 * n, "live", task) for n, task in enumerate(tasks)
    ]
    assert await people.store.ends(number, 1, 1) == ends[1:2]
    assert await people.store.ends(people.other.number, 0, 9) == []

    first = Leaving(ends[0].task, ends[0].position)
    strange = Leaving(TaskId("none"), 99)
    assert await people.store.delete_tasks(people.other.number, [first]) == 0
    assert await people.store.delete_tasks(number, [first, strange, Leaving(pending, 7)]) == 1
    assert await people.store.delete_tasks(number, [first]) == 0

    assert await people.store.find_task(number, "live", tasks[0]) is None
    assert await people.store.answers_of(number, tasks) == (
        await people.store.answers_of(number, tasks[1:])
    )
    where = TaskFilter(metadata={"team": "red"})
    for chosen in (where, TaskFilter(status="complete"), TaskFilter(type="multiple-choice")):
        listed = await people.store.list_tasks(number, "live", chosen, None, 9)
        assert [task.id for task in listed if task.id != pending] == tasks[:0:-1]
    assert await people.store.list_deliveries(number, "live", tasks[0], None, None, 9) == []
    assert len(await people.store.list_deliveries(number, "live", None, None, None, 9)) == 2
    assert await people.store.project_counts(number) == ProjectCounts(1, 2, 0, 0)
    assert await people.store.count_tasks(number, "live", "multiple-choice") == 3
    assert await people.store.ended_among([(number, task) for task in tasks]) == (
        [(number, task) for task in tasks[1:]]
    )
    kept = await people.store.find_task(number, "live", tasks[1])
    assert kept is not None
    assert kept.answers == {"worker of ours": '["a"]'}


async def test_numbers_of_events_go_on_when_all_are_gone(people: People) -> None:
    number = people.project.number
    task, told = await answered(people)
    await deliver(people, told)
    assert await people.store.delete_tasks(number, [Leaving(task, 1)]) == 1
    assert await people.store.events(number, "live", 0, 9) == []

    task, _ = await answered(people)

    [event] = await people.store.events(number, "live", 0, 9)
    assert (event.id, event.task) == (2, task)


async def test_what_a_delivery_is_due_of_stays(people: People) -> None:
    number = people.project.number
    task, told = await answered(people)
    assert await people.store.delete_tasks(number, [Leaving(task, 1)]) == 0
    assert len(await people.store.events(number, "live", 0, 9)) == 1

    await deliver(people, told)
    assert await people.store.delete_tasks(number, [Leaving(task, 1)]) == 1


async def test_what_is_answered_meanwhile_stays(people: People) -> None:
    number = people.project.number
    task = people.task(policy=Collect(answers=1))
    await people.store.ask(number, [Ask(task=task)])
    lease = await people.claim()
    assert lease is not None
    found = await people.store.task_now(number, task.id)
    assert found is not None
    await people.store.settle(Settlement(step=decide.abort(found, None), now=people.now))
    holding = await people.store.holding(people.worker.number, lease.id)
    assert holding is not None
    late = decide.answer(holding, ["a"], (), None)
    assert isinstance(late, Step)
    assert late.answer is not None
    await people.store.keep_late(holding.task, late.answer, people.now)

    assert await people.store.delete_tasks(number, [Leaving(task.id, 1, answers=0)]) == 0
    assert await people.store.delete_tasks(number, [Leaving(task.id, 1, answers=1)]) == 1


async def test_staged_tasks_go_too(people: People) -> None:
    number = people.project.number
    task = people.task(mode="test", vacant=0, end=End(status="complete", response=["a"]))
    await people.store.ask(number, [Ask(task=task)])
    [end] = await people.store.ends(number, 0, 9)

    assert (end.mode, end.task) == ("test", task.id)
    assert await people.store.delete_tasks(number, [Leaving(task.id, end.position)]) == 1
    assert await people.store.find_task(number, "test", task.id) is None
    assert await people.store.events(number, "test", 0, 9) == []
