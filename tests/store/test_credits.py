"""Credits under contract: charged with the end, listed, limited, and always adding up."""

import asyncio

import msgspec
import pytest
from tests.store.conftest import NOW, People

from humanwire.core import assignment as decide
from humanwire.core.assignment import Step
from humanwire.core.consensus import Collect
from humanwire.core.credit import Account
from humanwire.core.errors import Conflict, CreditExceeded
from humanwire.core.ids import TaskId
from humanwire.core.task import End
from humanwire.store.records import Added, Ask, Filing, IdempotencyKey, Settlement
from humanwire.store.retention import Leaving

PRICE = 1_500_000


async def end(people: People, task: TaskId, end: End | None = None) -> bool:
    """End a task with an answer, or as it is said."""
    now = await people.store.task_now(people.project.number, task)
    assert now is not None
    ending = end or End(status="complete", response=["a"])
    return await people.store.settle(Settlement(step=Step(task=now, vacant=0, end=ending), now=NOW))


async def account(people: People) -> Account:
    books = await people.store.books(people.project.number)
    assert books.faults == ()
    found = await people.store.account(people.project.number)
    assert (found.balance, found.held) == (books.balance, books.held)
    return found


async def charged(people: People, task: TaskId) -> int:
    found = await people.store.find_task(people.project.number, "live", task)
    assert found is not None
    return found.charged


async def test_an_answer_is_charged_with_the_end_and_nothing_else_is(people: People) -> None:
    answered, none, flagged, aborted = [await people.ask(price=PRICE) for _ in range(4)]
    assert await account(people) == Account(0, 4 * PRICE)
    assert await end(people, answered)
    assert await end(people, none, End(status="complete"))
    assert await end(people, flagged, End(status="flagged", feedback="No."))
    assert await end(people, aborted, End(status="aborted"))
    assert await account(people) == Account(-PRICE, 0)
    assert [await charged(people, each) for each in (answered, none, flagged, aborted)] == [
        *(PRICE, 0, 0, 0)
    ]
    [entry] = await people.store.ledger(people.project.number, None, 9)
    assert (entry.kind, entry.amount, entry.balance) == ("charge", -PRICE, -PRICE)
    assert (entry.task, entry.time, entry.note) == (answered, NOW, None)


async def test_what_is_decided_twice_is_charged_once(people: People) -> None:
    task = await people.ask(price=PRICE, policy=Collect(answers=2))
    lease = await people.claim()
    assert lease is not None
    holding = await people.store.holding(people.worker.number, lease.id)
    assert holding is not None
    assert holding.task.price == PRICE
    step = decide.answer(holding, ["a"], (), None)
    assert isinstance(step, Step)
    ending = msgspec.structs.replace(step, end=End(status="complete", response=[["a"]]), vacant=0)
    twice = [people.store.settle(Settlement(step=ending, now=NOW)) for _ in range(2)]
    assert sorted(await asyncio.gather(*twice)) == [False, True]
    assert await charged(people, task) == PRICE
    assert (await account(people)).balance == -PRICE


async def test_the_ledger_is_read_from_the_newest_on(people: People) -> None:
    store, project = people.store, people.project.number
    made = [await store.enter(project, "top_up", 10_000_000, "Order 7", NOW)]
    tasks = [await people.ask(price=amount) for amount in (1, 0, 2, 3)]
    assert all(await asyncio.gather(*(end(people, task) for task in tasks)))
    made.append(await store.enter(project, "adjustment", -5, "Typing error", NOW + 1))
    entries = await store.ledger(project, None, 9)
    assert [entries[-1], entries[0]] == made
    assert [entry.kind for entry in entries[1:-1]] == ["charge"] * 3
    assert sorted(entry.amount for entry in entries[1:-1]) == [-3, -2, -1]
    assert entries[0].balance == 10_000_000 - 6 - 5
    paged, before = [], None
    while page := await store.ledger(project, before, 2):
        paged += page
        before = page[-1].id
    assert paged == entries
    other = await people.found("other")
    assert await store.ledger(other.number, None, 9) == []
    assert await store.account(other.number) == Account(0, 0)
    await account(people)


async def test_events_and_entries_do_not_get_in_each_others_way(people: People) -> None:
    first, second = await people.ask(price=PRICE), await people.ask(price=PRICE)
    await end(people, first)
    await people.store.enter(people.project.number, "top_up", 1, None, NOW)
    await end(people, second)
    events = await people.store.events(people.project.number, "live", 0, 9)
    assert [event.task for event in events] == [first, second]
    ends = await people.store.ends(people.project.number, 0, 9)
    assert [each.task for each in ends] == [first, second]


async def test_charges_stay_when_their_tasks_go(people: People) -> None:
    task = await people.ask(price=PRICE)
    await end(people, task)
    before = await people.store.ledger(people.project.number, None, 9)
    [gone] = await people.store.ends(people.project.number, 0, 9)
    leaving = [Leaving(task, gone.position)]
    assert await people.store.delete_tasks(people.project.number, leaving) == 1
    assert await people.store.ledger(people.project.number, None, 9) == before
    assert (await account(people)).balance == -PRICE


async def asked(people: People, *limited: Ask) -> list[Added | Conflict]:
    return await people.store.ask(people.project.number, limited)


def new(people: People, limit: int | None, **changes: object) -> Ask:
    return Ask(task=people.task(price=PRICE, **changes), limit=limit)


async def test_a_limit_counts_what_is_open_and_what_was_paid_in(people: People) -> None:
    outcomes = await asked(people, *(new(people, 2 * PRICE) for _ in range(3)))
    assert [type(each) for each in outcomes] == [Added, Added, CreditExceeded]
    [refused] = await asked(people, new(people, 2 * PRICE))
    assert isinstance(refused, CreditExceeded)
    assert (await people.store.project_counts(people.project.number)).pending == 2
    first, second = [each.id for each in outcomes if isinstance(each, Added)]
    await end(people, first)
    assert isinstance((await asked(people, new(people, 2 * PRICE)))[0], CreditExceeded)
    await end(people, second, End(status="flagged", feedback="No."))
    assert isinstance((await asked(people, new(people, 2 * PRICE)))[0], Added)
    await people.store.enter(people.project.number, "top_up", PRICE, None, NOW)
    assert isinstance((await asked(people, new(people, 2 * PRICE)))[0], Added)
    assert isinstance((await asked(people, new(people, 2 * PRICE)))[0], CreditExceeded)
    assert await account(people) == Account(0, 2 * PRICE)


async def test_nothing_of_a_refused_task_is_kept(people: People) -> None:
    key = IdempotencyKey("order 1", b"\x00")
    filing = Filing(reference="photo 17")
    task = people.task(price=PRICE, filing=filing)
    for limit, outcome in ((0, CreditExceeded), (PRICE, Added), (0, Added)):
        # The last is a repetition: it costs nothing more.
        again = msgspec.structs.replace(task, id=TaskId(people.new_id()))
        [found] = await asked(people, Ask(task=again, limit=limit, idempotency=key))
        assert type(found) is outcome
    assert isinstance(found, Added)
    assert found.repeated


async def test_repetitions_take_no_room_from_others(people: People) -> None:
    key = IdempotencyKey("order 1", b"\x00")
    first = people.task(price=PRICE)
    await asked(people, Ask(task=first, limit=2 * PRICE, idempotency=key))
    again = msgspec.structs.replace(first, id=TaskId(people.new_id()))
    repeated = Ask(task=again, limit=2 * PRICE, idempotency=key)
    outcomes = await asked(people, repeated, new(people, 2 * PRICE))
    assert [type(each) for each in outcomes] == [Added, Added]
    twice = msgspec.structs.replace(first, id=TaskId(people.new_id()))
    other = IdempotencyKey("order 2", b"\x00")
    same = [
        Ask(task=each, limit=2 * PRICE, idempotency=other)
        for each in (people.task(price=PRICE), twice)
    ]
    refused = await asked(people, *same)
    assert [type(each) for each in refused] == [CreditExceeded, CreditExceeded]


async def test_a_limit_is_not_exceeded_by_many_at_once(people: People) -> None:
    limit = 7 * PRICE
    many = [asked(people, new(people, limit)) for _ in range(40)]
    outcomes = [each for some in await asyncio.gather(*many) for each in some]
    assert sum(isinstance(each, Added) for each in outcomes) == 7
    assert await account(people) == Account(0, limit)


@pytest.mark.parametrize("limit", [None, 0])
async def test_what_costs_nothing_is_never_refused(people: People, limit: int | None) -> None:
    [outcome] = await asked(people, Ask(task=people.task(), limit=limit))
    assert isinstance(outcome, Added)
