"""What people decide of models' answers is learned from once, whoever looks and however often."""

import asyncio

import pytest
from tests.store.conftest import People
from tests.store.test_consulting import DOUBT, SURE, House, Models

from humanwire.core.consensus import Collect, Majority
from humanwire.core.handover import Sort
from humanwire.core.model import Opinion
from humanwire.core.panel import ModelUse
from humanwire.flows.abort import abort
from humanwire.flows.answer import answer
from humanwire.flows.compare import START, compare_some
from humanwire.flows.ports import Ports
from humanwire.store.consultations import ConsultationKey
from humanwire.store.learning import Standing
from humanwire.store.records import Task

SORT = Sort("judge", "7", "", "standard+human")
ALL_SEEN = ModelUse(error=0.1, audit=1)


async def handed(people: People, said: Opinion = SURE, tasks: int = 1) -> tuple[House, list[Task]]:
    house = House(people, Models(said))
    asked = [await house.ask("standard+human", models=ALL_SEEN) for _ in range(tasks)]
    return house, [await house.done(task, ("handed",)) for task in asked]


async def decide(house: House, verdict: str) -> None:
    granted = await house.people.claim()
    assert granted is not None
    await answer(house.ports, house.people.worker, granted.id, [verdict])


async def round_through(ports: Ports, limit: int = 100) -> None:
    after = await compare_some(ports, START, limit)
    while after != START:
        after = await compare_some(ports, after, limit)


async def audits(people: People) -> int:
    return (await people.store.standing(people.project.number, SORT)).learned.audits


@pytest.mark.parametrize(("verdict", "right"), [("approved", 1), ("declined", 0)])
async def test_a_verdict_is_learned_once(people: People, verdict: str, right: int) -> None:
    house, (task,) = await handed(people)
    await round_through(house.ports)
    assert await audits(people) == 0

    await decide(house, verdict)
    for _ in range(2):
        await round_through(house.ports)

    [standing] = await people.store.list_standings(people.project.number)
    [tally] = standing.learned.blocks[0].tallies
    assert (standing.sort, standing.learned.audits) == (SORT, 1)
    assert (tally.weight, tally.right, tally.wrong) == (1, right, 1 - right)
    done = await people.store.consultation(ConsultationKey(task.project, task.id))
    assert done is not None
    assert done.state == "done"


async def test_what_a_model_was_not_sure_of_is_learned_from_too(people: People) -> None:
    house, _ = await handed(people, DOUBT)
    await decide(house, "declined")
    await round_through(house.ports)

    assert await audits(people) == 1
    assert house.ports.tally.audited[people.project.number, "judge", "right"] == 1


async def test_all_are_gone_through_in_slices_and_by_several_nodes_at_once(people: People) -> None:
    house, _ = await handed(people, tasks=9)
    for number in range(7):
        await decide(house, "declined" if number % 3 else "approved")
    others = [House(people, house.models) for _ in range(2)]

    nodes = (house, *others)
    for _ in range(20):
        await asyncio.gather(*(round_through(node.ports, 2) for node in nodes))

    assert await audits(people) == 7
    assert sum(sum(node.ports.tally.audited.values()) for node in nodes) == 7


async def test_where_people_do_not_decide_nothing_is_learned(people: People) -> None:
    house = House(people, Models(SURE))
    two = Majority(min_agreements=2, max_crunchers=2)
    policies = (None, two, Collect(answers=1))
    stopped, split, _ = [
        await house.done(await house.ask("standard+human", policy, models=ALL_SEEN), ("handed",))
        for policy in policies
    ]
    await abort(house.ports, house.key, stopped.id)
    for verdict, worker in (("ban", people.worker), ("declined", people.teammate)):
        while (granted := await people.claim(worker)) is not None:
            await answer(house.ports, worker, granted.id, [verdict])
    await round_through(house.ports)

    assert (await house.find(split)).response_json is None
    assert await audits(people) == 0
    assert await people.store.judged(START, 10) == []


async def test_a_note_of_what_was_learned_and_the_lesson_are_kept_both_or_neither(
    people: People,
) -> None:
    _, (task,) = await handed(people)
    store, number = people.store, people.project.number
    nothing = await store.standing(number, SORT)

    assert not await store.keep_standing(number, Standing(SORT, nothing.learned, 3), [task.id])
    assert [each.consultation.task for each in await store.judged(START, 9)] == [task.id]
    assert await store.keep_standing(number, nothing, [task.id])
    assert await store.judged(START, 9) == []
    assert not await store.keep_standing(number, Standing(SORT, nothing.learned, 1), [task.id])
    assert (await store.standing(number, SORT)).revision == 1
