"""The feed of ends, and what those who wait for others' acts ask of the store."""

import asyncio

from tests.store.conftest import People

from humanwire.core import assignment as decide
from humanwire.core.ids import TaskId
from humanwire.core.project import Project
from humanwire.store.records import Settlement


async def end(people: People, project: Project, task: TaskId) -> None:
    found = await people.store.task_now(project.number, task)
    assert found is not None
    step = decide.abort(found, reason=None)
    assert await people.store.settle(Settlement(step=step, now=people.now))


async def test_each_project_numbers_its_own_events(people: People) -> None:
    ours = [await people.ask() for _ in range(3)]
    theirs = await people.ask(people.other)
    await end(people, people.other, theirs)
    for task in ours:
        await end(people, people.project, task)

    mine = await people.store.events(people.project.number, "live", 0, 9)
    others = await people.store.events(people.other.number, "live", 0, 9)

    assert [(event.id, event.task) for event in mine] == list(enumerate(ours, 1))
    assert [(event.id, event.task) for event in others] == [(1, theirs)]
    assert await people.store.events(people.project.number, "live", 2, 9) == mine[2:]
    assert await people.store.events(people.project.number, "live", 0, 1) == mine[:1]


async def test_acts_at_once_get_numbers_of_their_own(people: People) -> None:
    tasks = [await people.ask() for _ in range(20)]

    await asyncio.gather(*(end(people, people.project, task) for task in tasks))

    events = await people.store.events(people.project.number, "live", 0, 99)
    assert [event.id for event in events] == list(range(1, 21))
    assert {event.task for event in events} == set(tasks)


async def test_those_that_ended_are_told_from_those_that_did_not(people: People) -> None:
    tasks = [await people.ask() for _ in range(1200)]
    foreign = await people.ask(people.other)
    ended = [tasks[0], tasks[600], tasks[1199]]
    for task in ended:
        await end(people, people.project, task)
    await end(people, people.other, foreign)
    number, other = people.project.number, people.other.number

    asked = [(number, task) for task in tasks]
    found = await people.store.ended_among([*asked, (number, foreign), (number, TaskId("none"))])

    assert sorted(found) == sorted((number, task) for task in ended)
    assert await people.store.ended_among([(other, foreign)]) == [(other, foreign)]
    assert await people.store.ended_among([]) == []


async def test_projects_where_a_task_waits_for_somebody_are_told(people: People) -> None:
    both = [people.project.number, people.other.number]
    assert await people.store.vacant_among(both) == []

    await people.ask()
    assert await people.store.vacant_among(both) == [people.project.number]
    assert await people.store.vacant_among([people.other.number]) == []

    await people.claim()
    assert await people.store.vacant_among(both) == []
