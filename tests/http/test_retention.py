"""How long ended requests are kept, seen by those who asked."""

from tests.house import House

from humanwire.flows import accounts, retention

DAY_MS = 86_400_000


async def ended(house: House) -> str:
    asked = await house.ask()
    reply = await house.call(
        "DELETE", f"/v1/requests/{asked['id']}", headers={"X-Heat-API-Key": house.key}
    )
    assert reply.status == 200
    return asked["id"]


async def events(house: House, after: int = 0) -> tuple[list[int], int]:
    headers = {"X-Heat-API-Key": house.key}
    page = (await house.call("GET", f"/v1/events?after={after}", headers=headers)).json
    return [event["id"] for event in page["events"]], page["next"]


async def test_a_project_s_ended_requests_go_after_its_days(house: House) -> None:
    operator = await accounts.create_operator_key(house.ports)
    old = [await ended(house) for _ in range(60)]
    pending = (await house.ask())["id"]
    house.clock.ahead += 2 * DAY_MS
    young = await ended(house)

    async def keep_for(days: float | None) -> None:
        path, headers = f"/admin/v1/projects/{house.project.number}", {}
        headers["Authorization"] = f"Bearer {operator}"
        change = {"retention_days": days}
        reply = await house.call("PATCH", path, json=change, headers=headers)
        assert (reply.status, reply.json["retention_days"]) == (200, days)

    await retention.delete_expired(house.ports, None)
    await keep_for(0)
    await retention.delete_expired(house.ports, 1)
    await keep_for(3)
    await retention.delete_expired(house.ports, 1)
    assert await events(house) == (list(range(1, 62)), 61)
    assert (await house.read(old[0]))["status"] == "aborted"

    await keep_for(None)
    await retention.delete_expired(house.ports, 1)

    assert "status" not in await house.read(old[0])
    assert "status" not in await house.read(old[-1])
    assert (await house.read(pending))["status"] == "pending"
    assert (await house.read(young))["status"] == "aborted"
    assert await events(house) == ([61], 61), "who reads behind gets what is left"
    await ended(house)
    assert await events(house, 61) == ([62], 62)
