"""The outbox's loop when something in the store is not as it should be."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.house import open_house


async def test_a_fault_does_not_end_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path) as house:
        whole, calls = house.ports.store.due_deliveries, asyncio.Queue[int]()

        async def broken_once(now: int, until: int, limit: int, busy: Sequence[str]) -> Any:
            calls.put_nowait(now)
            if calls.qsize() == 1:
                raise ValueError("a row of a kind that nobody knows")
            return await whole(now, until, limit, busy)

        monkeypatch.setattr(house.ports.store, "due_deliveries", broken_once)

        async with asyncio.timeout(5):
            while calls.qsize() < 3:
                await asyncio.sleep(0.01)

        assert not house.context.loops[0].done()
