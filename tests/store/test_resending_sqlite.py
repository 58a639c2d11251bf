"""Sending many failed deliveries again on SQLite: in portions, each of them once."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.store.conftest import NOW, People

from humanwire.core.ids import DeliveryId
from humanwire.core.task import End
from humanwire.store.deliveries import Attempt, AttemptResult
from humanwire.store.interface import Store
from humanwire.store.records import Ask, NewDelivery
from humanwire.store.sqlite import deliveries
from humanwire.store.sqlite.store import SqliteStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    opened = SqliteStore(tmp_path / "store.db")
    await opened.open()
    yield opened
    await opened.close()


@pytest.mark.parametrize("count", [3, 4, 7])
async def test_all_that_failed_since_is_sent_again(
    people: People, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(deliveries, "_PORTION", 2)
    number = people.project.number
    made: list[DeliveryId] = []
    for n in range(count):
        end = End(status="complete", response=["a"])
        task = people.task(mode="test", vacant=0, end=end)
        made.append(DeliveryId(people.new_id()))
        told = NewDelivery(made[-1], "https://e.org/h", "https://e.org", NOW)
        await people.store.ask(number, [Ask(task=task, delivery=told)])
        failed = AttemptResult(
            project=number,
            delivery=made[-1],
            now=NOW + n,
            state="failed",
            attempt=Attempt(time=NOW, status=500, ms=1),
        )
        await people.store.attempted(failed)

    assert await people.store.resend_failed(number, "live", NOW, NOW + 99) == 0
    assert await people.store.resend_failed(number, "test", NOW + 1, NOW + 99) == count - 1

    left = await people.store.list_deliveries(number, "test", None, "failed", None, 99)
    assert [delivery.id for delivery in left] == made[:1]
    due = await people.store.list_deliveries(number, "test", None, "pending", None, 99)
    assert [delivery.id for delivery in due] == made[:0:-1]
