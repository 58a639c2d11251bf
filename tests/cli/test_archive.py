"""`humanwire archive`: out of the database and into the file, each request once."""

import asyncio
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run

from humanwire.cli import archive_file
from humanwire.config import Settings
from humanwire.core.errors import Unavailable
from humanwire.core.questions import Text
from humanwire.flows import accounts
from humanwire.flows.archive import archive
from humanwire.flows.ask import Wish, ask
from humanwire.wiring import clock, open_ports

Call = Callable[..., Any]
DAY_MS = 86_400_000
SETTINGS = Settings(database="sqlite:///humanwire.db")


async def end_some(count: int, days_ago: float) -> list[str]:
    """Stage requests that ended so long ago."""
    async with open_ports(SETTINGS, lambda: clock() - round(days_ago * DAY_MS)) as ports:
        project = await accounts.find_project(ports, "shop")
        key, _ = await accounts.create_key(ports, project, "test")
        question = Text(instruction="What?")
        body = json.dumps({"instruction": f"What, {days_ago} days ago?"})
        wish = Wish(type="free-text", question=question, body_json=body)
        made = await ask(ports, key, "heat", [wish] * count)
        return [task.id for task in made]  # type: ignore[union-attr]


def staged(count: int, days_ago: float) -> list[str]:
    return asyncio.run(end_some(count, days_ago))


def lines(path: str = "old.gz") -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(Path(path).read_bytes()).splitlines()]


def names(path: str = "old.gz") -> list[str]:
    return [line["id"] for line in lines(path)]


def left(told: Call) -> set[str]:
    told("export", "--project", "shop", "--mode", "test", "--out", "left")
    return {json.loads(line)["id"] for line in Path("left").read_text().splitlines()}


@pytest.fixture
def shop(told: Call) -> None:
    told("projects", "create", "shop")


@pytest.mark.usefixtures("shop")
def test_what_is_old_moves_into_the_file(told: Call) -> None:
    old, young = staged(450, 100), staged(3, 80)
    told("export", "--project", "shop", "--mode", "test", "--out", "before")
    before = [json.loads(line) for line in Path("before").read_text().splitlines()]

    moved = told("archive", "--older-than", "90d", "--project", "shop", "old.gz")

    assert moved == {"tasks": 450, "file": "old.gz"}
    assert names() == old
    assert lines() == [line for line in reversed(before) if line["id"] in set(old)]
    assert left(told) == set(young)
    assert told("archive", "--older-than", "90d", "old.gz")["tasks"] == 0
    assert told("archive", "--older-than", "70d", "old.gz")["tasks"] == 3
    assert names() == old + young


@pytest.mark.usefixtures("shop")
def test_an_interrupted_archive_goes_on(told: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    old = staged(500, 100)
    before = clock() - 90 * DAY_MS

    async def interrupted() -> None:
        """Put the second portion into the file, and end before it is deleted."""
        async with open_ports(SETTINGS) as ports:
            delete, calls = ports.store.delete_tasks, 0

            async def killed(project: Any, leaving: Any) -> int:
                nonlocal calls
                calls += 1
                if calls == 6:
                    raise Unavailable
                return await delete(project, leaving)

            monkeypatch.setattr(ports.store, "delete_tasks", killed)
            number = (await accounts.find_project(ports, "shop")).number
            with archive_file.opened_archive(Path("old.gz")) as shelf, pytest.raises(Unavailable):
                await archive(ports, number, before, shelf)

    asyncio.run(interrupted())
    assert names() == old[:400]
    assert left(told) == set(old[250:])
    whole = Path("old.gz").read_bytes()
    Path("old.gz").write_bytes(whole + gzip.compress(b'{"id": "cut short"}\n')[:-5])

    assert told("archive", "--older-than", "90d", "old.gz")["tasks"] == 250

    assert names() == old
    assert left(told) == set()
    assert Path("old.gz").read_bytes().startswith(whole)


@pytest.mark.usefixtures("shop")
def test_a_full_disk_loses_nothing(
    told: Call, refused: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = staged(3, 100)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(archive_file.os, "fsync", full)
        assert "No space left" in refused("archive", "--older-than", "90d", "old.gz")["message"]
    assert left(told) == set(old)

    # The portion arrived whole all the same: it is not written again.
    assert told("archive", "--older-than", "90d", "old.gz")["tasks"] == 3
    assert names() == old


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"notes", "is no archive"),
        (gzip.compress(b'{"id": "a"}\n') + b"\0" * 99, "damaged after 32 bytes"),
        (gzip.compress(b'{"id": "a"}\n')[:-6] + b"\0" * 99, "damaged after 0 bytes"),
    ],
)
def test_other_files_are_left_alone(
    told: Call, refused: Call, content: bytes, message: str
) -> None:
    old = staged(1, 100)
    Path("old.gz").write_bytes(content)

    error = refused("archive", "--older-than", "90d", "old.gz")

    assert message in error["message"]
    assert Path("old.gz").read_bytes() == content
    assert left(told) == set(old)


@pytest.mark.usefixtures("shop")
def test_two_do_not_write_one_file(refused: Call) -> None:
    with archive_file.opened_archive(Path("old.gz")):
        error = refused("archive", "--older-than", "90d", "old.gz")
    assert "Somebody else is writing" in error["message"]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("days", ["0d", "90", "-1d", "x", "1.5d"])
def test_days_are_days(run: Run, refused: Call, days: str) -> None:
    assert refused("archive", "--older-than", days, "old.gz")["field"] == "older_than"
    assert run("archive", "old.gz").exit_code != 0
    assert not Path("old.gz").exists()
