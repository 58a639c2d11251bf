"""What workers said before: their list, corrections, and drafts, on every engine."""

import asyncio

import pytest
from tests.store.conftest import LEASE, NOW, People

from humanwire.core import assignment as decide
from humanwire.core.assignment import Recorded, Step
from humanwire.core.consensus import Collect, Majority, Policy
from humanwire.core.errors import Ended, NotFound
from humanwire.core.ids import AssignmentId, TaskId
from humanwire.store.records import Draft, Granted, Settlement, Worker

TWO_OF_THREE = Majority(min_agreements=2, max_crunchers=3)


async def lease_of(people: People, worker: Worker) -> Granted:
    lease = await people.claim(worker)
    assert lease is not None
    return lease


async def say(people: People, worker: Worker, lease: AssignmentId, choice: str) -> bool:
    """Answer, or correct the answer that is there."""
    found = await people.store.holding(worker.number, lease)
    assert found is not None
    act = decide.answer if found.own is None else decide.correct
    step = act(found, [choice], (), 2.5)
    return isinstance(step, Recorded) or await people.store.settle(
        Settlement(step=step, now=people.now)
    )


async def answered(people: People, policy: Policy, choice: str = "a") -> tuple[TaskId, Granted]:
    task = await people.ask(policy=policy)
    lease = await lease_of(people, people.worker)
    assert await say(people, people.worker, lease.id, choice)
    return task, lease


async def test_answers_are_listed_newest_first_page_by_page(people: People) -> None:
    tasks: list[TaskId] = []
    for _ in range(5):
        tasks.append((await answered(people, Collect(answers=2)))[0])
        people.now += 0 if len(tasks) == 2 else 10  # two of them at one moment
    number = people.worker.number

    pages: list[TaskId] = []
    place = None
    while page := await people.store.past_answers(number, place, 2):
        assert len(page) <= 2
        pages += [each.place.task for each in page]
        place = page[-1].place

    assert pages == tasks[::-1]
    [newest] = await people.store.past_answers(number, None, 1)
    assert (newest.response_json, newest.counted, newest.status) == ('["a"]', True, "pending")
    assert (newest.project, newest.kind, newest.instruction) == ("ours", "choice", "Which?")
    assert await people.store.past_answers(people.teammate.number, None, 9) == []
    assert await people.store.answers_since(number, (NOW, NOW + 20, NOW + 99)) == [5, 2, 0]


async def test_a_correction_takes_the_answers_place(people: People) -> None:
    task, lease = await answered(people, TWO_OF_THREE)
    people.now += 7

    assert await say(people, people.worker, lease.id, "b")

    now = await people.store.holding(people.worker.number, lease.id)
    assert now is not None
    assert [given.response for given in now.task.answers] == [["b"]]
    past = await people.store.past_work(people.worker.number, lease.id)
    assert past is not None
    assert (past.response_json, past.answered_at, past.corrected_at) == ('["b"]', NOW, NOW + 7)
    assert (past.granted.id, past.granted.task, past.counted) == (lease.id, task, True)
    counts = await people.store.work_counts(people.worker.number)
    assert counts.answered == 1
    theirs = await lease_of(people, people.teammate)
    assert await say(people, people.teammate, theirs.id, "b")
    ended = await people.store.find_task(people.project.number, "live", task)
    assert ended is not None
    assert (ended.status, ended.response_json) == ("complete", '["b"]')


async def test_a_correction_may_decide_the_task(people: People) -> None:
    task, lease = await answered(people, TWO_OF_THREE, "a")
    theirs = await lease_of(people, people.teammate)
    assert await say(people, people.teammate, theirs.id, "b")
    third = await people.hire("third", people.project)
    spare = await lease_of(people, third)

    assert await say(people, people.worker, lease.id, "b")

    found = await people.store.find_task(people.project.number, "live", task)
    assert found is not None
    assert (found.status, found.response_json) == ("complete", '["b"]')
    gone = await people.store.holding(third.number, spare.id)
    assert gone is not None
    assert gone.state == "withdrawn"


async def test_a_correction_may_want_more_people_again(people: People) -> None:
    """Two agree of the three that must; when one says something else, two more are wanted."""
    task, lease = await answered(people, Majority(min_agreements=3, max_crunchers=5), "a")
    theirs = await lease_of(people, people.teammate)
    assert await say(people, people.teammate, theirs.id, "a")
    before = await people.store.task_now(people.project.number, task)
    assert before is not None
    assert before.vacant == 1

    assert await say(people, people.worker, lease.id, "b")

    now = await people.store.task_now(people.project.number, task)
    assert now is not None
    assert now.vacant == 2


async def test_what_was_corrected_is_kept_as_it_was(people: People) -> None:
    _, lease = await answered(people, Collect(answers=2))
    for choice in ("b", "a"):
        assert await say(people, people.worker, lease.id, choice)

    found = await people.store.holding(people.worker.number, lease.id)
    assert found is not None
    assert found.own == Recorded(["a"], counted=True)
    assert [given.response for given in found.task.answers] == [["a"]]


async def test_only_an_open_tasks_answer_is_corrected(people: People) -> None:
    await people.ask(policy=Collect(answers=1))
    lease = await lease_of(people, people.worker)
    found = await people.store.holding(people.worker.number, lease.id)
    assert found is not None
    with pytest.raises(NotFound):
        decide.correct(found, ["a"], (), None)
    assert await people.store.past_work(people.worker.number, lease.id) is None
    assert await say(people, people.worker, lease.id, "a")

    ended = await people.store.holding(people.worker.number, lease.id)

    assert ended is not None
    assert isinstance(decide.correct(ended, ["a"], (), None), Recorded)
    with pytest.raises(Ended):
        decide.correct(ended, ["b"], (), None)
    assert await people.store.past_work(people.teammate.number, lease.id) is None


async def test_of_two_acts_on_one_state_only_one_is_carried_out(people: People) -> None:
    task, lease = await answered(people, TWO_OF_THREE, "a")
    theirs = await lease_of(people, people.teammate)
    mine = await people.store.holding(people.worker.number, lease.id)
    last = await people.store.holding(people.teammate.number, theirs.id)
    assert mine is not None
    assert last is not None
    steps = [decide.correct(mine, ["b"], (), None), decide.answer(last, ["a"], (), None)]

    done = await asyncio.gather(
        *(
            people.store.settle(Settlement(step=step, now=NOW))
            for step in steps
            if isinstance(step, Step)
        )
    )

    assert sorted(done) == [False, True]
    now = await people.store.task_now(people.project.number, task)
    assert now is not None
    ends = await people.store.events(people.project.number, "live", 0, 9)
    assert len(ends) == (now.status == "complete") == done[1]


async def test_a_draft_names_the_one_it_was_made_from(people: People) -> None:
    await people.ask()
    lease = await lease_of(people, people.worker)
    number = people.worker.number
    save = people.store.save_draft

    assert await save(number, lease.id, Draft(2, "2"), 0)
    assert not await save(number, lease.id, Draft(5, "5"), 1)
    assert await save(number, lease.id, Draft(5, "5"), 2)
    assert await people.store.draft(number, lease.id) == Draft(5, "5")
    assert await people.store.draft(people.teammate.number, lease.id) is None


async def test_a_draft_is_kept_until_its_worker_answers_or_the_task_ends(people: People) -> None:
    await people.ask(policy=Collect(answers=2))
    crowd = [people.worker, people.teammate]
    leases = [await lease_of(people, worker) for worker in crowd]
    for worker, lease in zip(crowd, leases, strict=True):
        assert await people.store.save_draft(worker.number, lease.id, Draft(1, "1"))
    await people.store.lapse(NOW + LEASE, 9)
    drafts = [
        await people.store.draft(worker.number, lease.id)
        for worker, lease in zip(crowd, leases, strict=True)
    ]
    assert drafts == [Draft(1, "1")] * 2

    assert await say(people, people.worker, leases[0].id, "a")
    assert await people.store.draft(people.worker.number, leases[0].id) is None
    assert await people.store.draft(people.teammate.number, leases[1].id) == Draft(1, "1")

    third = await people.hire("third", people.project)
    last = await lease_of(people, third)
    assert await say(people, third, last.id, "a")
    assert await people.store.draft(people.teammate.number, leases[1].id) is None
    assert not await people.store.save_draft(people.teammate.number, leases[1].id, Draft(9, "9"))
