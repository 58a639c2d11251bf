"""What metrics show of a store."""

from tests.store.conftest import NOW, People

from humanwire.core import assignment as decide
from humanwire.core.consensus import Majority
from humanwire.core.ids import DeliveryId
from humanwire.core.task import End
from humanwire.store.deliveries import AttemptResult
from humanwire.store.figures import ProjectGauges
from humanwire.store.records import Ask, NewDelivery, Settlement


async def queues(people: People) -> dict[str, tuple[int, int | None]]:
    gauges = await people.store.gauges()
    return {each.name: (each.pending, each.oldest_at) for each in gauges.projects}


async def test_a_project_without_tasks_is_shown_too(people: People) -> None:
    gauges = await people.store.gauges()

    assert gauges.projects == (
        ProjectGauges(people.project.number, "ours", 0, None),
        ProjectGauges(people.other.number, "theirs", 0, None),
    )
    assert (gauges.pending_deliveries, gauges.next_attempt) == (0, None)


async def test_the_oldest_of_any_priority_is_the_oldest(people: People) -> None:
    await people.ask(priority=2)
    people.now += 1000
    await people.ask(priority=9)
    await people.ask(people.other, priority=1)

    assert await queues(people) == {"ours": (2, NOW), "theirs": (1, NOW + 1000)}


async def test_what_is_leased_is_pending_and_does_not_wait(people: People) -> None:
    await people.ask(policy=Majority(min_agreements=2, max_crunchers=2))
    people.now += 1000

    assert await people.claim()
    assert await queues(people) == {"ours": (1, NOW), "theirs": (0, None)}

    assert await people.claim(people.teammate)
    assert await queues(people) == {"ours": (1, None), "theirs": (0, None)}

    await people.store.lapse(NOW + 10_000_000, 10)
    assert await queues(people) == {"ours": (1, NOW), "theirs": (0, None)}


async def test_ended_and_staged_tasks_do_not_count(people: People) -> None:
    task = await people.ask()
    await people.ask(mode="test", vacant=0)
    found = await people.store.task_now(people.project.number, task)
    assert found is not None
    step = decide.abort(found, reason=None)

    assert await people.store.settle(Settlement(step=step, now=NOW))
    assert await queues(people) == {"ours": (0, None), "theirs": (0, None)}


async def test_the_next_attempt_is_that_of_the_delivery_due_first(people: People) -> None:
    ids = [await deliver(people, claimed_until=NOW + after) for after in (3000, 2000, 4000)]
    gauges = await people.store.gauges()
    assert (gauges.pending_deliveries, gauges.next_attempt) == (3, NOW + 2000)

    result = AttemptResult(
        project=people.project.number, delivery=ids[1], now=NOW, state="delivered"
    )
    await people.store.attempted(result)
    gauges = await people.store.gauges()
    assert (gauges.pending_deliveries, gauges.next_attempt) == (2, NOW + 3000)


async def test_writes_are_counted_with_their_groups(people: People) -> None:
    before = people.store.writes()
    groups, operations, seconds = before.groups, before.operations, before.seconds

    await people.ask()
    await people.ask()

    after = people.store.writes()
    assert after.groups == groups + 2
    assert after.operations == operations + 2
    assert after.seconds > seconds


async def deliver(people: People, claimed_until: int) -> DeliveryId:
    told = NewDelivery(
        DeliveryId(people.new_id()), "https://example.org/", "https://example.org", claimed_until
    )
    task = people.task(mode="test", vacant=0, end=End(status="complete", response="a"))
    await people.store.ask(people.project.number, [Ask(task=task, delivery=told)])
    return told.id
