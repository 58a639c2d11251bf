"""SQLite's memory of how far workers have looked, made short, so that it is soon in use."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.store.conftest import People
from tests.store.crowd import Crowd

from humanwire.store.interface import Store
from humanwire.store.sqlite import claims
from humanwire.store.sqlite.store import SqliteStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    opened = SqliteStore(tmp_path / "store.db")
    await opened.open()
    yield opened
    await opened.close()


@pytest.mark.parametrize("head", [1, 2, 5])
@pytest.mark.parametrize("seed", range(3))
async def test_a_claim_gets_what_the_rule_says(
    people: People, monkeypatch: pytest.MonkeyPatch, seed: int, head: int
) -> None:
    monkeypatch.setattr(claims, "HEAD", head)
    monkeypatch.setattr(claims, "STEP", head + 2)
    crowd = await Crowd(people, seed, latest=7_200_000).gather()

    for _ in range(1500):
        await crowd.act()

    assert crowd.given > 100
