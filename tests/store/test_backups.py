"""Backups: whole and of one moment while others write, refused when damaged, taken back in."""

import asyncio
import json
import shutil
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from tests.store.conftest import People
from tests.store.moving import contents, fill, stored, url_of

from humanwire import wiring
from humanwire.core.ids import MediaId
from humanwire.store.records import Media
from humanwire.store.sqlite import backup as sqlite_backup
from humanwire.store.sqlite import tables as sqlite_tables
from humanwire.store.sqlite.engine import migrations
from humanwire.store.sqlite.store import SqliteStore
from humanwire.store.tables import TABLES


async def humanwire(*words: object) -> tuple[int, Any]:
    """Run a command in a process of its own and read its line."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "humanwire", *map(str, words), "--json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 100)
    return process.returncode or 0, json.loads(output)


async def done(*words: object) -> Any:
    status, told = await humanwire(*words)
    assert status == 0, told
    return told


async def refused(*words: object) -> Any:
    status, told = await humanwire(*words)
    assert status == 1, told
    return told["error"]


@pytest.fixture
async def filled(people: People) -> People:
    await fill(people)
    return people


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "monday.backup"


@pytest.fixture
def target(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'target.db'}"


async def test_what_is_backed_up_comes_back(filled: People, file: Path, target: str) -> None:
    source = url_of(filled.store)
    told = await done("backup", file, "--database", source)
    assert [path.name for path in file.parent.glob("monday*")] == [file.name]
    assert file.stat().st_mode & 0o077 == 0
    back = await done("restore", file, "--database", target)
    assert back == told
    assert told["rows"] == sum(table["rows"] for table in told["tables"].values())
    assert await contents(target) == await contents(source)
    async with stored(target) as there:
        number = filled.project.number
        assert await there.project_counts(number) == await filled.store.project_counts(number)


async def test_a_backup_is_of_one_moment_and_ends_while_others_write(
    filled: People, file: Path, target: str
) -> None:
    source, asked = url_of(filled.store), 0

    async def write() -> None:
        nonlocal asked
        while True:
            await filled.ask(metadata={"n": str(asked)})
            asked += 1

    writing = asyncio.create_task(write())
    while asked < 10:
        await asyncio.sleep(0.01)
    before = asked
    await done("backup", file, "--database", source)
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    await done("restore", file, "--database", target)

    found = await contents(target)
    tasks, contained, metadata = ({row["id"] for row in found["task"]},
        {row["id"] for row in found["task_content"]},
        [int(row["value"]) for row in found["task_metadata"] if row["key"] == "n"])  # fmt: skip
    assert tasks == contained
    assert sorted(metadata) == list(range(len(metadata)))
    assert before <= len(metadata) < asked
    async with stored(target) as there:
        listed = await there.project_counts(filled.project.number)
        mine = [row for row in found["task"] if row["mode"] == "live"]
        assert listed.pending == sum(row["status"] == "pending" for row in mine)


async def backed_up(folder: Path) -> Path:
    """Make a backup of a SQLite database that is filled."""
    store = SqliteStore(folder / "source.db")
    await store.open()
    await fill(await People(store).arrive())
    await store.close()
    file = folder / "monday.backup"
    await wiring.back_up(f"sqlite:///{store.path}", file, lambda _, __: None)
    return file


async def test_a_write_after_each_step_does_not_make_it_begin_anew(tmp_path: Path) -> None:
    await backed_up(tmp_path)
    source, target, steps = tmp_path / "source.db", tmp_path / "pages.db", 0

    def write(*_: object) -> None:
        nonlocal steps
        steps += 1
        assert steps < 50
        connection.execute("UPDATE worker SET revoked_at = ?", (steps,))
        connection.commit()

    with closing(sqlite3.connect(source)) as connection:
        sqlite_backup.copy_pages(source, target, write)
    assert steps > 3
    with closing(sqlite3.connect(target)) as connection:
        found = connection.execute("SELECT DISTINCT revoked_at FROM worker").fetchall()
    assert found == [(None,)]


async def test_a_damaged_backup_is_refused_by_name(tmp_path: Path, target: str) -> None:
    file = await backed_up(tmp_path)
    whole = file.read_bytes()
    within = whole.index(b"x" * 900) + 450
    spoilt = whole[:within] + b"y" + whole[within + 1 :]
    cases = {
        "damaged: table task_": spoilt,
        "is damaged": whole[: len(whole) // 2],
        "no backup": b"not a database at all, " * 1000,
    }
    for words, content in cases.items():
        assert content != whole
        file.write_bytes(content)
        error = await refused("restore", file, "--database", target)
        assert error["code"] == "damaged"
        assert words in error["message"]
    assert not (tmp_path / "target.db").exists()


async def test_what_is_no_backup_is_refused(tmp_path: Path, target: str) -> None:
    await backed_up(tmp_path)
    error = await refused("restore", tmp_path / "source.db", "--database", target)
    assert (error["code"], "no backup" in error["message"]) == ("invalid", True)
    error = await refused("restore", tmp_path / "nothing", "--database", target)
    assert error["code"] == "invalid"
    assert not (tmp_path / "target.db").exists()


async def test_nothing_is_replaced(tmp_path: Path) -> None:
    file = await backed_up(tmp_path)
    before = file.read_bytes()
    source = f"sqlite:///{tmp_path / 'source.db'}"
    error = await refused("backup", file, "--database", source)
    assert (error["code"], error["field"]) == ("invalid", "file")
    error = await refused("restore", file, "--database", source)
    assert "not empty" in error["message"]
    error = await refused("backup", tmp_path / "no/such/folder", "--database", source)
    assert error["field"] == "file"
    assert file.read_bytes() == before
    await done("backup", file, "--force", "--database", source)
    assert file.read_bytes() != before
    assert [path.name for path in tmp_path.glob("*.part")] == []


async def test_uploads_go_along(filled: People, file: Path, target: str) -> None:
    source, store = url_of(filled.store), filled.store
    media, number = file.parent / "uploads", filled.project.number
    for identifier, content in (("1-a", b"picture"), ("1-b", b"half of it")):
        await store.add_media(
            Media(project=number, id=MediaId(identifier), type="image/png", bytes=7, created_at=1)
        )
        (media / str(number)).mkdir(parents=True, exist_ok=True)
        (media / str(number) / identifier).write_bytes(content)
    (media / str(number) / "1-c").write_bytes(b"never recorded")
    words = ("--database", source, "--media", "--media-folder", media)
    told = await done("backup", file, *words)
    # One has another length than it was recorded with, and one was never there.
    assert told["media"] == {"files": 1, "bytes": 7, "missing": 2}
    taken = [path.relative_to(file.parent) for path in file.parent.glob("*.media/*/*")]
    assert [path.as_posix() for path in taken] == [f"monday.backup.media/{number}/1-a"]
    (media / str(number) / "1-a").unlink()
    again = await done("backup", file, *words, "--force")
    assert again["media"] == told["media"]

    back = ("--media", "--media-folder", file.parent / "back")
    told = await done("restore", file, "--database", target, *back)
    assert told["media"] == {"files": 1, "bytes": 7, "missing": 2}
    assert (file.parent / "back" / str(number) / "1-a").read_bytes() == b"picture"


async def test_a_backup_by_an_older_version_is_brought_up_to_date(
    tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, script = migrations()[0]
    path, file = tmp_path / "old.db", tmp_path / "old.backup"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
        connection.execute(f"PRAGMA user_version = {first}")
        connection.execute("INSERT INTO project VALUES (7, 'u', 'shop', '{}', '[]', 0, 1)")
        connection.execute(
            "INSERT INTO event (id, project_id, mode, type, task_id, time)"
            " VALUES (5, 7, 'live', 'request.aborted', 't', 1)"
        )
        connection.commit()
    with monkeypatch.context() as then:
        then.setattr(sqlite_tables, "migrations", lambda: [(first, script)])
        tables = [table for table in TABLES if f"CREATE TABLE {table.name} " in script]
        then.setattr(sqlite_backup, "TABLES", tables)
        await wiring.back_up(f"sqlite:///{path}", file, lambda _, __: None)
    before = file.read_bytes()

    told = await done("restore", file, "--database", target)

    assert told["tables"]["feed"]["rows"] == 1
    assert file.read_bytes() == before
    async with stored(target) as there:
        project = await there.find_project("shop")
        assert project is not None
        assert [event.id for event in await there.events(project.number, "live", 0, 9)] == [5]


async def test_a_backup_by_a_newer_version_is_refused(tmp_path: Path, target: str) -> None:
    file = await backed_up(tmp_path)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 10000")
    error = await refused("restore", file, "--database", target)
    assert (error["code"], "upgrade humanwire" in error["message"]) == ("unavailable", True)


async def test_a_backup_can_be_put_in_place_as_it_is(tmp_path: Path) -> None:
    file = await backed_up(tmp_path)
    shutil.copy(file, tmp_path / "placed.db")
    async with stored(f"sqlite:///{tmp_path / 'placed.db'}") as store:
        assert await store.find_project("ours") is not None
        await People(store).found("new")
    again = tmp_path / "tuesday.backup"
    told = await done("backup", again, "--database", f"sqlite:///{tmp_path / 'placed.db'}")
    assert told["tables"]["project"]["rows"] == 3
