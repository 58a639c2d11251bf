"""Feed lines and jobs of one project on PostgreSQL, many at once."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.dialects.playment.conftest import Client, open_client
from tests.dialects.playment.test_feedline import EXAMPLES, PATH, line, send, unit_of
from tests.postgres import PostgresServer, new_database
from tests.store.conftest import migrated


@pytest.fixture
async def client(postgres_18: PostgresServer, tmp_path: Path) -> AsyncGenerator[Client]:
    url = await new_database(postgres_18, migrated)
    async with open_client(tmp_path, database=url) as opened:
        yield opened
    await postgres_18.drop_database(url)


async def test_the_examples_run_from_request_to_callback(client: Client) -> None:
    for body, result in EXAMPLES.values():
        flu = (await send(client, body))["flu_id"]
        await client.work(result)
        [told] = (await client.receiver.next())["feed_line_units"]
        assert (told["flu_id"], told["result"]) == (flu, result)
        again = await client.call("GET", f"{PATH}?reference_id={body['reference_id']}")
        assert again.json["feed_line_units"] == [told]


async def test_a_single_choice_is_alone_and_keeps_its_key(client: Client) -> None:
    await client.workflow("choice", tag="animal", labels=["cat", "dog"], result_key="category")
    flu = (await send(client, line("1", "animal", note="It barks.")))["flu_id"]

    await client.work(["dog"])

    assert (await unit_of(client, flu))["result"] == {"category": "dog"}


async def test_of_many_at_once_with_one_reference_one_is_taken(client: Client) -> None:
    unlimited = replace(client.project.settings, rate=1e6)
    await client.house.ports.store.change_project(replace(client.project, settings=unlimited))
    await client.workflow("text", tag="sales_tax_transcription")
    body = EXAMPLES["sales tax"][0]
    job = {**body, "data": {"image_url": "https://example.com/a.jpg"}}

    calls = [("/v1/projects/PROJECT/jobs", job), (PATH, body)] * 8
    replies = await asyncio.gather(*(client.call("POST", path, sent) for path, sent in calls))

    assert sorted(reply.status for reply in replies) == [200] + [409] * 15
    refused = next(reply.json for reply in replies if reply.status == 409)
    assert refused["error"] == {"code": "FS_0001", "message": "Duplicate Reference Id"}
