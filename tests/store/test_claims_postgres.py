"""PostgreSQL's memory of how far workers have looked: made short, and with several nodes at work."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from tests.postgres import PostgresServer, new_database
from tests.store.conftest import People, migrated
from tests.store.crowd import Crowd

from humanwire.store.interface import Store
from humanwire.store.postgres import counter, worn
from humanwire.store.postgres.store import PostgresStore


@pytest.fixture
async def url(postgres: PostgresServer) -> AsyncGenerator[str]:
    made = await new_database(postgres, migrated)
    yield made
    await postgres.drop_database(made)


@pytest.fixture
async def store(url: str) -> AsyncGenerator[Store]:
    opened = PostgresStore(url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.mark.parametrize("head", [1, 3])
@pytest.mark.parametrize("seed", range(2))
async def test_a_claim_gets_what_the_rule_says(
    people: People, monkeypatch: pytest.MonkeyPatch, seed: int, head: int
) -> None:
    monkeypatch.setattr(counter, "HEAD", head - 1)
    monkeypatch.setattr(worn, "HEAD", head)
    monkeypatch.setattr(worn, "STEP", head + 2)
    crowd = await Crowd(people, seed, latest=7_200_000).gather()

    for _ in range(800):
        await crowd.act()

    assert crowd.given > 50
