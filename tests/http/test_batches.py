"""Batches over HTTP: listed by their requesters, seen to by operators, felt by workers."""

import asyncio

import pytest

from humanwire.core.questions import Text
from humanwire.core.task import Mode
from humanwire.flows import accounts, batches
from humanwire.flows.ask import Wish, ask
from humanwire.flows.batches import BatchForm
from humanwire.store.records import Filing, Task


async def filed(house, batch):
    key, _ = await accounts.create_key(house.ports, house.project, batch.mode)
    wish = Wish(
        type="free-text",
        question=Text(instruction="What?"),
        body_json='{"instruction": "What?"}',
        filing=Filing(batch=batch.id),
    )
    [task] = await ask(house.ports, key, "heat", [wish])
    assert isinstance(task, Task)
    return task.id


async def batch_of(house, name="monday", mode: Mode = "live", **fields):
    return await batches.create_batch(
        house.ports, house.project.number, mode, "heat", BatchForm(name, **fields)
    )


async def test_requests_are_listed_and_exported_by_batch(house):
    batch = await batch_of(house)
    first = await filed(house, batch)
    await house.ask()
    second = await filed(house, batch)
    headers = {"X-Heat-API-Key": house.key}

    listed = await house.call("GET", f"/v1/requests?batch={batch.id}&limit=1", headers=headers)
    assert [each["id"] for each in listed.json["requests"]] == [second]
    cursor = listed.json["next_cursor"]
    listed = await house.call(
        "GET", f"/v1/requests?batch={batch.id}&cursor={cursor}", headers=headers
    )
    assert [each["id"] for each in listed.json["requests"]] == [first]
    exported = await house.call("GET", f"/v1/export?batch={batch.id}", headers=headers)
    assert exported.body.count(b"\n") == 2

    staged = await batch_of(house, mode="test")
    for unknown in (staged.id, "monday", "%00"):
        for path in ("/v1/requests", "/v1/export"):
            reply = await house.call("GET", f"{path}?batch={unknown}", headers=headers)
            assert (reply.status, reply.json["error"]["field"]) == (404, "batch")


@pytest.fixture
async def admin(house):
    key = await accounts.create_operator_key(house.ports)

    async def call(method, path, body=None, status=200):
        reply = await house.call(
            method,
            f"/admin/v1/projects/{house.project.number}/batches{path}",
            json=body,
            headers={"Authorization": f"Bearer {key}"},
        )
        assert reply.status == status, reply.body
        return reply.json if status == 200 else reply.json["error"]

    return call


async def test_a_batch_is_shown_as_it_stands(house, admin):
    batch = await batch_of(house)
    for _ in range(3):
        await filed(house, batch)
    shown = await admin("GET", "/monday")
    assert shown == {
        "id": batch.id,
        "name": "monday",
        "label": None,
        "description": None,
        "mode": "live",
        "state": "open",
        "created_at": shown["created_at"],
        "completed_at": None,
        "callback_url": None,
        "total": 3,
        "counts": {"pending": 3, "complete": 0, "flagged": 0, "aborted": 0},
        "seconds_to_go": None,
    }
    assert await admin("GET", f"/{batch.id}") == shown
    assert await admin("GET", "") == {"batches": [shown], "next_cursor": None}
    assert await admin("GET", "?mode=test") == {"batches": [], "next_cursor": None}

    for _ in range(2):
        lease = await house.claim()
        house.clock.ahead += 60_000
        await house.work(f"/assignments/{lease['id']}/answer", {"response": "a cat"})

    shown = await admin("GET", "/monday")
    assert shown["counts"] == {"pending": 1, "complete": 2, "flagged": 0, "aborted": 0}
    assert 60 <= shown["seconds_to_go"] < 90
    lease = await house.claim()
    await house.work(f"/assignments/{lease['id']}/answer", {"response": "a cat"})
    assert (await admin("GET", "/monday"))["seconds_to_go"] == 0


async def test_a_paused_batch_gives_no_work_and_a_resumed_one_calls_who_waits(house, admin):
    batch = await batch_of(house)
    task = await filed(house, batch)
    held = await house.claim()
    paused = await admin("PATCH", "/monday", {"state": "paused"})
    assert (paused["state"], paused["seconds_to_go"]) == ("paused", None)
    second = await filed(house, batch)
    assert (await house.work("/assignments", {}, house.teammate)).status == 204
    skipped = await house.work(f"/assignments/{held['id']}/skip", {"reason": "no"})
    assert skipped.status == 200
    assert (await house.work("/assignments", {}, house.teammate)).status == 204

    waiting = asyncio.create_task(house.claim(house.teammate, wait=30))
    await until(lambda: house.ports.wakeups.line.waiting)
    resumed = await admin("PATCH", "/monday", {"state": "open"})

    assert resumed["state"] == "open"
    assert (await waiting)["task"]["id"] == task
    assert (await house.claim())["task"]["id"] == second


async def test_a_change_that_was_broken_off_is_finished_by_the_server(house, admin):
    batch = await batch_of(house)
    tasks = [await filed(house, batch) for _ in range(3)]
    project, store = house.project.number, house.ports.store

    # As by somebody who dies after the first of its slices.
    await store.set_batch_state(project, "live", batch.id, "paused")
    await store.withhold_some(project, batch.id, None, 1)
    await batches.finish_changes(house.ports)
    assert (await house.work("/assignments", {})).status == 204

    waiting = asyncio.create_task(house.claim(house.teammate, wait=30))
    await until(lambda: house.ports.wakeups.line.waiting)
    await store.set_batch_state(project, "live", batch.id, "open")
    await batches.finish_changes(house.ports)
    assert (await waiting)["task"]["id"] == tasks[0]
    assert await store.unsettled_batches(9) == []
    await batches.finish_changes(house.ports)
    assert (await admin("GET", "/monday"))["state"] == "open"


async def test_a_batch_is_moved_ahead_and_closed(house, admin):
    batch = await batch_of(house)
    await house.ask(priority=6)
    tasks = [await filed(house, batch) for _ in range(2)]
    await admin("PATCH", "/monday", {"priority": 10, "state": "closed"})
    assert [(await house.claim())["task"]["id"] for _ in tasks] == tasks
    with pytest.raises(AssertionError):
        await filed(house, batch)
    shown = await admin("PATCH", "/monday", {"state": "closed"})
    assert (shown["state"], shown["total"]) == ("closed", 2)
    for state in ("open", "paused"):
        assert (await admin("PATCH", "/monday", {"state": state}, 400))["code"] == "already_ended"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("GET", "/tuesday", None, 404, "batch"),
        ("PATCH", "/tuesday", {}, 404, "batch"),
        ("GET", "/monday?mode=test", None, 404, "batch"),
        ("GET", "?mode=dead", None, 400, "mode"),
        ("GET", "?cursor=5", None, 400, "cursor"),
        ("PATCH", "/monday", {"state": "gone"}, 400, "state"),
        ("PATCH", "/monday", {"priority": 0}, 400, "priority"),
        ("PATCH", "/monday", {"priority": 11, "state": "paused"}, 400, "priority"),
        ("PATCH", "/monday", {"priority": "high"}, 400, "priority"),
        ("PATCH", "/monday", {"name": "friday"}, 400, "name"),
        ("PATCH", "/default", {"state": "closed"}, 400, "batch"),
    ],
)
async def test_what_is_wrong_is_named_and_changes_nothing(
    house, admin, method, path, body, status, field
):
    await batch_of(house)
    made = await batches.default_batch(house.ports, house.project.number, "live", "heat")
    assert await batches.default_batch(house.ports, house.project.number, "live", "heat") == made
    before = await admin("GET", "")
    assert (await admin(method, path, body, status))["field"] == field
    assert await admin("GET", "") == before


async def test_long_lists_come_in_pages(house, admin):
    for number in range(120):
        await batch_of(house, f"batch {number}")
    first = await admin("GET", "")
    rest = await admin("GET", f"?cursor={first['next_cursor']}")
    names = [each["name"] for each in (*first["batches"], *rest["batches"])]
    assert names == [f"batch {number}" for number in range(120)]
    assert rest["next_cursor"] is None


async def until(holds):
    while not holds():
        await asyncio.sleep(0.01)
