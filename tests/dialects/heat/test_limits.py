"""A project's rate: counted after the key, for creating calls with live keys."""

import msgspec

TEXT = {"instruction": "What is it?"}


async def limit(server, rate: float) -> None:
    settings = msgspec.structs.replace(server.project.settings, rate=rate)
    await server.ports.store.change_project(
        msgspec.structs.replace(server.project, settings=settings)
    )


async def test_a_project_without_a_rate_is_not_limited(server):
    assert {(await server.ask("free-text", TEXT)).status for _ in range(30)} == {200}


async def test_too_many_creating_calls_are_told_when_to_come_again(server):
    await limit(server, 2)

    replies = [await server.ask("free-text", TEXT) for _ in range(2)]
    replies.append(await server.call("POST", "/v1/requests", [{"type": "free-text"} | TEXT]))

    assert [reply.status for reply in replies] == [200, 200, 429]
    assert (replies[2].error["code"], replies[2].headers["retry-after"]) == ("rate_limited", "1")
    assert await server.stored() == 2
    assert (await server.ask("free-text", TEXT, key="test")).status == 200
    assert (await server.ask("free-text", TEXT, key="")).status == 401

    server.clock.now += 500
    assert (await server.ask("free-text", TEXT)).status == 200
