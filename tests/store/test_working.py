"""Leases and what is done with them: the invariants that no race may break."""

import asyncio

import pytest
from tests.store.conftest import LEASE, NOW, People

from humanwire.core import assignment as decide
from humanwire.core.assignment import Holding, Step
from humanwire.core.consensus import Collect, Majority
from humanwire.core.errors import AlreadyAnswered
from humanwire.core.ids import AssignmentId, TaskId
from humanwire.core.project import ProjectSettings
from humanwire.store.deliveries import DeliveryClaim
from humanwire.store.records import Draft, Granted, NewDelivery, Settlement, Task, Worker


async def holding(people: People, worker: Worker, lease: Granted) -> Holding:
    found = await people.store.holding(worker.number, lease.id)
    assert found is not None
    return found


async def answer(people: People, worker: Worker, lease: Granted, choice: str) -> bool:
    step = decide.answer(await holding(people, worker, lease), [choice], (), None)
    assert isinstance(step, Step)
    return await people.store.settle(Settlement(step=step, now=people.now))


async def test_the_highest_priority_goes_first_then_the_oldest(people: People) -> None:
    low, first, second, high = [await people.ask(priority=p) for p in (1, 5, 5, 10)]

    granted = [await people.claim(most=9) for _ in range(4)]

    assert [lease and lease.task for lease in granted] == [high, first, second, low]


async def test_no_more_people_are_asked_than_wanted(people: People) -> None:
    await people.ask(policy=Majority(min_agreements=2, max_crunchers=3))
    crowd = [await people.hire(f"w{n}", people.project) for n in range(6)]

    granted = await asyncio.gather(*(people.claim(worker) for worker in crowd))

    assert sum(lease is not None for lease in granted) == 2


async def test_a_worker_at_the_limit_gets_the_oldest_again(people: People) -> None:
    for _ in range(3):
        await people.ask()
    first, _, third = [await people.claim() for _ in range(3)]

    assert first is not None
    assert third is not None
    assert (third.id, third.held, first.held) == (first.id, True, False)


async def test_who_had_a_task_does_not_get_it_again(people: People) -> None:
    await people.ask(policy=Collect(answers=3))
    lease = await people.claim()
    assert lease is not None
    assert await people.claim() is None
    assert await answer(people, people.worker, lease, "a")
    assert await people.claim() is None
    teammates = await people.claim(people.teammate)
    assert teammates is not None
    found = await holding(people, people.teammate, teammates)
    await people.store.settle(Settlement(step=decide.skip(found, "", NOW), now=NOW))
    assert await people.claim(people.teammate) is None


async def test_the_excluded_never_see_a_task(people: People) -> None:
    await people.ask(excluded=("worker of ours", "nobody"))

    assert await people.claim(people.worker) is None
    assert await people.claim(people.teammate) is not None


async def test_wishes_for_kinds_and_projects_are_heeded(people: People) -> None:
    await people.ask()
    elsewhere = (people.other.number,)

    assert await people.claim(kinds=("text",)) is None
    assert await people.claim(projects=elsewhere) is None
    assert await people.claim(kinds=("text", "choice"), projects=(people.project.number,))


async def test_projects_that_share_a_worker_take_turns(people: People) -> None:
    both = await people.hire("both", people.project, people.other)
    for _ in range(3):
        await people.ask(people.project)
        await people.ask(people.other)

    granted = [await people.claim(both, most=9) for _ in range(6)]

    names = [lease.project.name for lease in granted if lease]
    assert sorted(names[:2]) == sorted(names[2:4]) == sorted(names[4:]) == ["ours", "theirs"]


async def test_a_lease_lapses_at_its_end_and_not_before(people: People) -> None:
    task = await people.ask()
    lease = await people.claim()
    assert lease is not None
    assert lease.expires_at == NOW + LEASE

    assert await people.store.lapse(NOW + LEASE - 1, 9) == []
    [lapsed] = await people.store.lapse(NOW + LEASE, 9)
    assert (lapsed.assignment, lapsed.worker) == (lease.id, people.worker.number)
    assert await people.store.lapse(NOW + LEASE, 9) == []
    again = await people.claim(people.teammate)
    assert again is not None
    assert again.task == task


async def test_a_projects_lease_length_goes_before_the_servers(people: People) -> None:
    quick = await people.found("quick", ProjectSettings(lease_seconds=1.5))
    worker = await people.hire("fast", quick)
    await people.ask(quick)

    lease = await people.claim(worker)

    assert lease is not None
    assert (lease.expires_at, lease.lease_ms) == (NOW + 1500, 1500)
    assert await people.store.extend(worker.number, lease.id, NOW + 1000, LEASE) == NOW + 2500


async def test_a_heartbeat_keeps_a_live_lease_only(people: People) -> None:
    await people.ask()
    lease = await people.claim()
    assert lease is not None
    extend = people.store.extend

    assert await extend(people.worker.number, lease.id, NOW + 5, 100) == NOW + 105
    assert await extend(people.teammate.number, lease.id, NOW + 5, 100) is None
    assert await extend(people.worker.number, lease.id, NOW + 105, 100) is None


async def test_a_step_decided_on_an_older_state_changes_nothing(people: People) -> None:
    task = await people.ask(policy=Majority(min_agreements=2, max_crunchers=3))
    mine, theirs = await people.claim(people.worker), await people.claim(people.teammate)
    assert mine is not None
    assert theirs is not None
    stale = decide.answer(await holding(people, people.worker, mine), ["a"], (), None)
    assert isinstance(stale, Step)
    assert await answer(people, people.teammate, theirs, "a")

    assert not await people.store.settle(Settlement(step=stale, now=NOW))

    now = await holding(people, people.worker, mine)
    assert (now.own, len(now.task.answers)) == (None, 1)
    assert await answer(people, people.worker, mine, "a")
    found = await people.store.find_task(people.project.number, "live", task)
    assert found is not None
    assert (found.status, found.response_json, len(found.answers)) == ("complete", '["a"]', 2)


async def test_an_end_is_written_with_its_event_and_its_delivery(people: People) -> None:
    task = await people.ask()
    lease = await people.claim()
    assert lease is not None
    step = decide.answer(await holding(people, people.worker, lease), ["b"], (), 1.5)
    assert isinstance(step, Step)
    delivery = NewDelivery(people.new_id(), "https://e.org/h", "https://e.org", NOW + 9)  # type: ignore[arg-type]

    assert await people.store.settle(Settlement(step=step, now=NOW + 3, delivery=delivery))
    assert not await people.store.settle(Settlement(step=step, now=NOW + 4, delivery=delivery))

    found = await people.store.find_task(people.project.number, "live", task)
    assert found is not None
    assert (found.status, found.ended_at) == ("complete", NOW + 3)
    assert found.answers == {"worker of ours": '["b"]'}
    events = await people.store.events(people.project.number, "live", 0, 9)
    assert [(event.type, event.task) for event in events] == [("request.complete", task)]
    assert await people.store.due_deliveries(NOW + 8, NOW + 20, 9, []) == []
    [due] = await people.store.due_deliveries(NOW + 9, NOW + 20, 9, [])
    assert isinstance(due.about, Task)
    assert (due.id, due.about.id) == (delivery.id, task)
    counts = await people.store.work_counts(people.worker.number)
    assert (counts.answered, counts.skipped, counts.flagged) == (1, 0, 0)


async def test_a_second_answer_is_the_same_or_refused(people: People) -> None:
    await people.ask(policy=Collect(answers=2))
    lease = await people.claim()
    assert lease is not None
    assert await answer(people, people.worker, lease, "a")

    now = await holding(people, people.worker, lease)

    recorded = decide.answer(now, ["a"], (), None)
    assert not isinstance(recorded, Step)
    assert recorded.counted
    with pytest.raises(AlreadyAnswered):
        decide.answer(now, ["b"], (), None)


async def test_a_late_answer_takes_its_slot_back(people: People) -> None:
    await people.ask()
    late = await people.claim(people.worker)
    await people.store.lapse(NOW + LEASE, 9)
    newer = await people.claim(people.teammate)
    assert late is not None
    assert newer is not None

    step = decide.answer(await holding(people, people.worker, late), ["a"], (), None)

    assert isinstance(step, Step)
    assert step.closes == ((late.id, "answered"), (newer.id, "withdrawn"))
    assert await people.store.settle(Settlement(step=step, now=NOW))
    gone = await holding(people, people.teammate, newer)
    assert (gone.state, gone.task.status) == ("withdrawn", "complete")


async def test_an_answer_after_the_end_is_kept_and_not_counted(people: People) -> None:
    task = await people.ask()
    late = await people.claim(people.worker)
    await people.store.lapse(NOW + LEASE, 9)
    newer = await people.claim(people.teammate)
    assert late is not None
    assert newer is not None
    assert await answer(people, people.teammate, newer, "b")

    step = decide.answer(await holding(people, people.worker, late), ["a"], (), None)
    assert isinstance(step, Step)
    assert step.answer is not None
    for _ in range(2):
        await people.store.keep_late(step.task, step.answer, NOW)

    now = await holding(people, people.worker, late)
    assert now.own is not None
    assert not now.own.counted
    found = await people.store.find_task(people.project.number, "live", task)
    assert found is not None
    assert found.answers == {"teammate of ours": '["b"]'}


async def test_a_lease_that_never_arrived_goes_straight_back(people: People) -> None:
    await people.ask()
    lease = await people.claim()
    assert lease is not None

    assert [each.assignment for each in await people.store.release(people.worker.number, lease.id)]
    assert await people.store.release(people.worker.number, lease.id) == []
    assert await people.claim(people.teammate) is not None


async def test_a_revoked_worker_holds_nothing(people: People) -> None:
    await people.ask()
    await people.claim()

    await people.store.revoke_worker(people.worker.number, NOW)

    assert await people.store.find_worker(b"worker", NOW) is None
    assert await people.store.held(people.worker.number, NOW) == []
    assert await people.claim() is None  # also for one who has been waiting since before
    assert await people.claim(people.teammate) is not None


async def test_a_draft_waits_for_who_gets_the_task_again(people: People) -> None:
    await people.ask()
    lease = await people.claim()
    assert lease is not None
    save = people.store.save_draft

    assert await save(people.worker.number, lease.id, Draft(2, '{"x":1}'))
    assert not await save(people.worker.number, lease.id, Draft(2, '{"x":2}'))
    assert not await save(people.teammate.number, lease.id, Draft(3, "{}"))
    await people.store.lapse(NOW + LEASE, 9)
    again = await people.claim()
    assert again is not None
    assert again.draft == Draft(2, '{"x":1}')
    await people.store.release(people.worker.number, again.id)
    theirs = await people.claim(people.teammate)
    assert theirs is not None
    assert theirs.draft is None


@pytest.mark.parametrize(
    "malformed", ["", "x", "-", "1", "99-x", "1-" + "y" * 99, "\uff19-a", "-1-a"]
)
async def test_an_assignment_id_that_is_none_finds_nothing(people: People, malformed: str) -> None:
    assignment = AssignmentId(malformed)

    assert await people.store.holding(people.worker.number, assignment) is None
    assert await people.store.extend(people.worker.number, assignment, NOW, 1) is None
    assert not await people.store.save_draft(people.worker.number, assignment, Draft(1, "{}"))


async def test_answers_race_and_one_decides(people: People) -> None:
    """Late answers of a whole crowd reach a task that wants one answer, all at once."""
    await people.ask()
    crowd = [await people.hire(f"w{n}", people.project) for n in range(8)]
    leases: list[tuple[Worker, Granted]] = []
    for worker in crowd:
        lease = await people.claim(worker)
        assert lease is not None
        leases.append((worker, lease))
        people.now += LEASE
        await people.store.lapse(people.now, 9)

    done = await asyncio.gather(*(answer(people, w, lease, "a") for w, lease in leases))

    assert sum(done) == 1
    task: TaskId = leases[0][1].task
    found = await people.store.find_task(people.project.number, "live", task)
    assert found is not None
    assert len(found.answers) == 1


async def test_a_claim_is_renewed_by_who_holds_it_alone(people: People) -> None:
    await people.ask()
    lease = await people.claim()
    assert lease is not None
    step = decide.answer(await holding(people, people.worker, lease), ["b"], (), None)
    assert isinstance(step, Step)
    told = NewDelivery(people.new_id(), "https://e.org/h", "https://e.org", NOW + 9)  # type: ignore[arg-type]
    await people.store.settle(Settlement(step=step, now=NOW, delivery=told))
    claim = DeliveryClaim(people.project.number, told.id, NOW + 9)
    strange = DeliveryClaim(people.other.number, told.id, NOW + 9)

    assert await people.store.renew_claims([strange, claim], NOW + 50) == [False, True]
    assert await people.store.renew_claims([claim], NOW + 60) == [False]
    assert await people.store.due_deliveries(NOW + 49, NOW + 99, 9, []) == []
