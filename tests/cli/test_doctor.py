"""What the doctor finds, and the schema that `migrate` tells."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.postgres import PostgresServer, new_database

Call = Callable[..., Any]


def states(said: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["state"] for check in said["checks"]}


def test_a_new_folder_lacks_only_the_database(told: Call, tmp_path: Path) -> None:
    found = states(told("doctor", "--port", free_port()))
    assert found["database"] == "warn"
    assert "fail" not in found.values()
    assert not list(tmp_path.iterdir())


def test_it_says_what_comes_next(told: Call, run: Call) -> None:
    told("projects", "create", "shop")
    assert "humanwire keys create" in run("doctor", "--port", free_port()).stdout
    told("keys", "create", "--project", "shop")
    assert "humanwire workers create" in run("doctor", "--port", free_port()).stdout
    told("workers", "create", "Ada", "--project", "shop")
    assert states(told("doctor", "--port", free_port()))["accounts"] == "ok"


def test_what_is_no_database_fails(run: Call, refused: Call, tmp_path: Path) -> None:
    (tmp_path / "humanwire.db").write_text("This is a letter to my aunt, and no database at all.")
    error = refused("doctor", "--port", free_port())
    assert (error["code"], error["message"]) == ("not_in_order", "Not in order: database.")
    assert run("doctor", "--port", free_port()).exit_code == 1


def test_an_address_in_use_fails(refused: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        error = refused("doctor", "--port", taken.getsockname()[1])
    assert "address" in error["message"]


def test_migrate_tells_the_schema(told: Call) -> None:
    said = told("migrate")
    assert said["engine"] == "sqlite"
    assert said["schema"] >= 1


def test_postgresql_is_looked_at_too(
    postgres_older: PostgresServer, run: Call, told: Call, refused: Call
) -> None:
    plain = asyncio.run(new_database(postgres_older))
    where = ("--database", plain.replace("postgres@", "postgres:not-shown@"))
    port = ("--port", free_port())
    assert refused("doctor", *where, *port)["message"] == "Not in order: database."
    assert "humanwire migrate" in run("doctor", *where, *port).stdout
    told("migrate", *where)
    found = states(told("doctor", *where, *port))
    assert (found["database"], found["accounts"], found["media"]) == ("ok", "warn", "ok")
    assert "not-shown" not in run("doctor", *where, *port).stdout
    asyncio.run(postgres_older.drop_database(plain))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
