"""The delivery log over HTTP, and sending again."""

from humanwire.store.deliveries import Attempt, AttemptResult

HOOKED = {"instruction": "What is it?", "hook_url": "http://example.com/hook"}


async def delivered(server, state, **more):
    """Make a request end, and record one attempt at telling its caller; return their ids."""
    asked = await server.ask("free-text", HOOKED)
    await server.work("a cat")
    log = await server.call("GET", f"/v1/deliveries?request={asked.json['id']}")
    (entry,) = log.json["deliveries"]
    attempt = Attempt(time=server.clock(), status=more.pop("status", 500), ms=12)
    await server.ports.store.attempted(
        AttemptResult(
            project=server.project.number,
            delivery=entry["id"],
            now=server.clock(),
            state=state,
            attempt=attempt,
            **more,
        )
    )
    return asked.json["id"], entry["id"]


async def one(server, identifier):
    log = await server.call("GET", f"/v1/deliveries?request={identifier}")
    (entry,) = log.json["deliveries"]
    return entry


async def test_attempts_and_what_follows_are_shown(server):
    due = server.clock() + 5_000
    request, delivery = await delivered(server, "pending", next_attempt=due)
    attempt = {"time": "2027-01-15T08:00:00.000Z", "status": 500, "ms": 12}
    assert await one(server, request) == {
        "id": delivery,
        "request": request,
        "url": HOOKED["hook_url"],
        "state": "pending",
        "attempts": [attempt],
        "next_attempt": "2027-01-15T08:00:05.000Z",
    }


async def test_a_failed_delivery_is_sent_again(server):
    request, delivery = await delivered(server, "failed", reason="status_410", status=410)
    assert (await one(server, request))["reason"] == "status_410"
    again = await server.call("POST", f"/v1/deliveries/{delivery}/resend")
    assert again.body == b'{"success":true}'
    entry = await one(server, request)
    assert (entry["id"], entry["state"]) == (delivery, "pending")


async def test_what_failed_since_a_time_is_sent_again(server):
    early, _ = await delivered(server, "failed", reason="status_500")
    server.clock.now += 60_000
    late, _ = await delivered(server, "failed", reason="status_500")
    fine, _ = await delivered(server, "delivered", status=200)
    path = "/v1/deliveries/resend?failed_since=2027-01-15T08:00:30Z"
    assert (await server.call("POST", path)).json == {"success": True, "deliveries": 1}
    states = [(await one(server, request))["state"] for request in (early, late, fine)]
    assert states == ["failed", "pending", "delivered"]


async def test_the_log_is_filtered_and_paged(server):
    made = [await delivered(server, "delivered", status=200) for _ in range(3)]
    failed = await delivered(server, "failed", reason="status_500")
    found = (await server.call("GET", "/v1/deliveries?state=failed")).json["deliveries"]
    assert [entry["id"] for entry in found] == [failed[1]]
    newest_first = [delivery for _, delivery in (*made, failed)][::-1]
    page = (await server.call("GET", "/v1/deliveries?limit=3")).json
    assert [entry["id"] for entry in page["deliveries"]] == newest_first[:3]
    rest = (await server.call("GET", f"/v1/deliveries?cursor={page['next_cursor']}")).json
    assert [entry["id"] for entry in rest["deliveries"]] == newest_first[3:]
    assert rest["next_cursor"] is None


async def test_an_unknown_delivery_is_not_found(server):
    path = "/v1/deliveries/44647b6f-b033-4788-9ee2-9d7aa5cb0158/resend"
    reply = await server.call("POST", path)
    assert (reply.status, reply.error["code"]) == (404, "not_found")


async def test_another_key_can_neither_see_nor_send(server):
    _, delivery = await delivered(server, "failed", reason="status_500")
    for key in ("test", "other live"):
        log = await server.call("GET", "/v1/deliveries", key=key)
        assert log.json["deliveries"] == []
        again = await server.call("POST", f"/v1/deliveries/{delivery}/resend", key=key)
        assert again.status == 404
