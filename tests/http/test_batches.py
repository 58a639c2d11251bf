"""Batches, over HTTP."""

from humanwire.core.questions import Text
from humanwire.core.task import Mode
from humanwire.flows import accounts, batches
from humanwire.flows.ask import Wish, ask
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


async def batch_of(house, name="monday", mode: Mode = "live"):
    return await batches.create_batch(house.ports, house.project.number, mode, name)


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
