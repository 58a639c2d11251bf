"""Storing tasks, reading them back and listing them."""

import asyncio

from tests.store.conftest import NOW, People

from humanwire.core.errors import Conflict
from humanwire.core.ids import TaskId
from humanwire.core.task import End
from humanwire.store.records import Added, Ask, IdempotencyKey, NewDelivery, Task, TaskFilter


async def test_a_task_comes_back_as_it_was_told(people: People) -> None:
    body = '{"z": 1.0, "a": 10000000000000000000000, "é": "✓"}'
    task = await people.ask(body_json=body, hook_url="https://example.org/hook", priority=9)

    found = await people.store.find_task(people.project.number, "live", task)

    assert found is not None
    assert (found.body_json, found.status, found.priority) == (body, "pending", 9)
    assert found.hook_url == "https://example.org/hook"


async def test_nothing_crosses_projects_or_modes(people: People) -> None:
    task = await people.ask()

    assert await people.store.find_task(people.other.number, "live", task) is None
    assert await people.store.find_task(people.project.number, "test", task) is None
    assert await people.store.task_now(people.other.number, task) is None
    assert await people.store.list_tasks(people.other.number, "live", TaskFilter(), None, 9) == []
    assert await people.claim(people.stranger) is None


async def test_a_known_key_names_the_first_task_and_stores_nothing(people: People) -> None:
    first = people.task()
    again = people.task()
    key = IdempotencyKey("order-1", b"digest")
    number = people.project.number

    assert await people.store.ask(number, [Ask(task=first, idempotency=key)]) == [Added(first.id)]
    assert await people.store.ask(number, [Ask(task=again, idempotency=key)]) == [
        Added(first.id, repeated=True)
    ]
    assert await people.store.find_task(number, "live", again.id) is None


async def test_a_key_with_another_body_is_refused_alone(people: People) -> None:
    number = people.project.number
    key = IdempotencyKey("order-1", b"digest")
    await people.store.ask(number, [Ask(task=people.task(), idempotency=key)])
    other = Ask(task=people.task(), idempotency=IdempotencyKey("order-1", b"another"))
    plain = Ask(task=people.task())

    refused, stored = await people.store.ask(number, [other, plain])

    assert isinstance(refused, Conflict)
    assert stored == Added(plain.task.id)
    assert await people.store.find_task(number, "live", other.task.id) is None


async def test_a_key_is_free_again_after_a_day(people: People) -> None:
    number = people.project.number
    key = IdempotencyKey("order-1", b"digest")
    await people.store.ask(number, [Ask(task=people.task(), idempotency=key)])

    people.now += 24 * 3_600_000
    later = people.task()

    assert await people.store.ask(number, [Ask(task=later, idempotency=key)]) == [Added(later.id)]
    await people.store.forget(people.now)
    again = people.task()
    repeated = await people.store.ask(number, [Ask(task=again, idempotency=key)])
    assert repeated == [Added(later.id, repeated=True)]


async def test_keys_of_test_and_live_requests_do_not_meet(people: People) -> None:
    number = people.project.number
    key = IdempotencyKey("order-1", b"digest")
    live = people.task()
    test = people.task(mode="test", vacant=0, end=End(status="complete", response=["a"]))

    assert await people.store.ask(number, [Ask(task=live, idempotency=key)]) == [Added(live.id)]
    assert await people.store.ask(number, [Ask(task=test, idempotency=key)]) == [Added(test.id)]


async def test_a_staged_task_is_over_at_once_and_told_of(people: People) -> None:
    number = people.project.number
    end = End(status="complete", response=["a"])
    task = people.task(mode="test", vacant=0, end=end)
    delivery = NewDelivery(people.new_id(), "https://e.org/h", "https://e.org", NOW)  # type: ignore[arg-type]

    await people.store.ask(number, [Ask(task=task, delivery=delivery)])

    found = await people.store.find_task(number, "test", task.id)
    assert found is not None
    assert (found.status, found.response_json, found.ended_at) == ("complete", '["a"]', NOW)
    assert [event.task for event in await people.store.events(number, "test", 0, 9)] == [task.id]
    assert await people.store.events(number, "live", 0, 9) == []
    [due] = await people.store.due_deliveries(NOW, NOW + 1, 9, [])
    assert isinstance(due.about, Task)
    assert due.about.id == task.id
    assert await people.claim() is None


async def test_lists_are_newest_first_and_filtered(people: People) -> None:
    number = people.project.number
    plain = await people.ask()
    people.now += 1000
    tagged = await people.ask(metadata={"team": "red", "size": "3"}, type="rating")
    people.now += 1000
    green = await people.ask(metadata={"team": "green"})

    async def ids(before: TaskId | None = None, limit: int = 9, **where: object) -> list[TaskId]:
        chosen = TaskFilter(**where)  # type: ignore[arg-type]
        return [t.id for t in await people.store.list_tasks(number, "live", chosen, before, limit)]

    assert await ids() == [green, tagged, plain]
    assert await ids(limit=2) == [green, tagged]
    assert await ids(before=tagged) == [plain]
    assert await ids(metadata={"team": "red"}) == [tagged]
    assert await ids(metadata={"team": "red", "size": "3"}) == [tagged]
    assert await ids(metadata={"team": "red", "size": "4"}) == []
    assert await ids(metadata={"team": "red"}, before=tagged) == []
    assert await ids(type="rating") == [tagged]
    assert await ids(status="complete") == []
    assert await ids(created_after=NOW) == [green, tagged]
    assert await ids(created_before=NOW + 1000) == [plain]
    assert await ids(metadata={"team": "green"}, created_before=NOW + 1000) == []


async def test_overdue_tasks_are_found_longest_overdue_first(people: People) -> None:
    later = await people.ask(deadline=NOW + 10)
    sooner = await people.ask(deadline=NOW + 5)
    await people.ask(deadline=NOW + 1000)
    await people.ask()

    assert [task.id for task in await people.store.due_tasks(NOW + 10, 9)] == [sooner, later]


async def test_a_bucket_gives_so_many_at_once_and_fills_again(people: People) -> None:
    number, spend = people.project.number, people.store.spend

    at_once = [await spend(number, "ask", 200, 5, NOW) for _ in range(6)]
    assert at_once == [0, 0, 0, 0, 0, 200]
    assert await spend(number, "other", 200, 5, NOW) == 0
    assert await spend(people.other.number, "ask", 200, 5, NOW) == 0

    assert await spend(number, "ask", 200, 5, NOW + 150) == 50
    assert await spend(number, "ask", 200, 5, NOW + 200) == 0
    assert await spend(number, "ask", 200, 5, NOW + 200) == 200

    later = NOW + 60_000
    assert [await spend(number, "ask", 200, 5, later) for _ in range(6)] == [0, 0, 0, 0, 0, 200]


async def test_a_burst_from_everywhere_is_counted_once(people: People) -> None:
    asked = (people.store.spend(people.project.number, "ask", 1000, 3, NOW) for _ in range(20))

    waits = await asyncio.gather(*asked)

    assert sum(wait == 0 for wait in waits) == 3
