"""Images of one project on PostgreSQL, many at once."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.dialects.datawow.conftest import Client, open_client
from tests.dialects.datawow.test_seed import ANSWERED, CLASSES, SENT
from tests.postgres import PostgresServer, new_database
from tests.store.conftest import migrated


@pytest.fixture
async def client(postgres_18: PostgresServer, tmp_path: Path) -> AsyncGenerator[Client]:
    url = await new_database(postgres_18, migrated)
    async with open_client(tmp_path, database=url) as opened:
        yield opened
    await postgres_18.drop_database(url)


async def test_images_from_request_to_postback(client: Client) -> None:
    for many in CLASSES:
        response, answer = ANSWERED[many]
        back = {"postback_url": client.receiver.url, "postback_method": "GET", "custom_id": "mine"}
        made = await client.make(many, **SENT[many], **back)
        await client.work(response)
        request, _ = await client.receiver.next()
        assert request.query["id"] == made["id"]
        assert (await client.read("mine"))["answer"] == answer


async def test_many_at_once_are_counted_and_in_their_order(client: Client) -> None:
    many = "images/messages"
    sent = [client.make(many, **SENT[many], custom_id="x") for _ in range(150)]
    await asyncio.gather(
        *sent, *(client.make("images/choices", **SENT["images/choices"]) for _ in range(20))
    )
    for _ in range(20):
        await client.work("a face" if (await kind(client)) == "text" else ["eye"])
    listed: list[str] = []
    for page in (1, 2, 3, 4):
        reply = await client.form("GET", many, {"page": page, "per_page": 50})
        assert reply.json["meta"]["total_count"] == 150
        listed += [image["id"] for image in reply.json["data"]["images"]]
    assert len(listed) == 150
    assert listed == sorted(set(listed), reverse=True)
    assert (await client.read("x"))["id"] == listed[0]


async def kind(client: Client) -> str:
    """What the next task asks; whoever has it gets it again."""
    await client.house.claim(client.worker)
    return str((await client.house.claim(client.worker))["task"]["kind"])
