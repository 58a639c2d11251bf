"""The bench measures what it says, stops at the first wrong reply, and prints one line."""

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from humanwire.bench.client import BenchFailed, connected, drive, encode
from humanwire.bench.figures import Report, Slice, milliseconds, percentile, rate
from humanwire.bench.process import free_port, running
from humanwire.bench.receiver import receiving
from humanwire.bench.scenarios import SCENARIOS
from humanwire.bench.setting import Plan, body_of
from humanwire.core.signing import new_secret, sign

SHORT = Plan(seconds=0.5, concurrency=4, tasks=40, callers=30)
SECRET = new_secret(bytes(32))
FEW_FIGURES = {"scenario", "engine", "concurrency", "rss_mb", "idle_mb", "ready_ms"}


def run_bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "humanwire", "bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("scenario", ["create", "claim", "answer", "lifecycle", "bulk"])
async def test_a_rate_stands_beside_its_floor(scenario: str):
    report = await SCENARIOS[scenario](SHORT)
    assert (report.scenario, report.engine, report.concurrency) == (scenario, "sqlite", 4)
    assert report.per_second is not None
    assert report.floor_per_second
    assert report.ratio == pytest.approx(report.per_second / report.floor_per_second, abs=0.001)
    assert 0 < (report.p50_ms or 0) <= (report.p99_ms or 0)
    assert 0 < (report.idle_mb or 0) <= (report.rss_mb or 0)


async def test_blocked_callers_are_all_woken_and_weighed():
    report = await SCENARIOS["blocked"](SHORT)
    assert report.callers == 30
    assert report.kb_per_caller is not None
    assert report.wake_p50_ms is not None
    assert report.wake_p50_ms <= (report.p50_ms or 0)
    assert report.all_woken_ms


def test_the_command_prints_one_line_of_json(tmp_path: Path):
    database = f"sqlite:///{tmp_path}/kept.db"
    done = run_bench("create", "--seconds", "0.5", "--database", database, "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    figures = json.loads(line)
    rated = {"per_second", "p50_ms", "p99_ms", "floor_per_second", "ratio"}
    assert set(figures) == FEW_FIGURES | rated
    assert figures["concurrency"] == 16
    left = {path.name.partition("-")[0] for path in tmp_path.iterdir()}
    assert left == {"kept.db"}, "the floor's database goes, the one that was named stays"


def test_told_to_stop_it_stops_its_servers_and_tidies_up(tmp_path: Path):
    database = f"sqlite:///{tmp_path}/kept.db"
    command = [sys.executable, "-m", "humanwire", "bench", "create", "--database", database]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as bench:
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob("*/floor.db")) and time.monotonic() < deadline:
            time.sleep(0.02)
        bench.terminate()
        assert bench.wait(30) != 0
    # The last connection to a database takes its log away: no server holds it any more.
    assert [path.name for path in tmp_path.iterdir()] == ["kept.db"]


def test_without_json_it_prints_a_table():
    text = Report(scenario="create", engine="sqlite", concurrency=16, per_second=1234.5).table()
    assert text.splitlines() == [
        "scenario     create",
        "engine       sqlite",
        "concurrency  16",
        "per_second   1,234.5",
    ]


@pytest.mark.parametrize("database", ["mysql://elsewhere", "sqlite:////no/such/folder/x.db"])
def test_a_database_that_cannot_be_is_refused_in_json(database: str):
    done = run_bench("create", "--database", database, "--json")
    assert done.returncode != 0
    assert json.loads(done.stdout)["error"]["field"] == "database"


def test_figures_are_medians_over_slices():
    slices = [Slice(2.0, done, [done / 1000] * 10) for done in (100, 300, 200)]
    assert rate(slices) == 100.0
    assert milliseconds(slices, 0.5) == 200.0
    assert percentile([float(n) for n in range(100)], 0.99) == 99.0
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0


async def test_the_floor_parses_the_body_and_stores_one_row_of_the_size(tmp_path: Path):
    file = tmp_path / "floor.db"
    arguments = ("--database", str(file), "--model", "create", "--row-bytes", "700")
    async with running("humanwire.bench.floor", arguments, "/", tmp_path / "log") as floor:
        async with connected(floor.port, 1) as (connection,):
            for _ in range(3):
                (await connection.send(encode("POST", "/", "", body_of()))).expect(200)
            refused = await connection.send(encode("POST", "/", "", b'{"instruction": 1}'))
            assert refused.status == 500
        reader = sqlite3.connect(file)
        sizes = reader.execute("SELECT length(content) FROM floor").fetchall()
        reader.close()
    assert sizes == [(700,)] * 3


async def test_a_server_that_does_not_start_says_why(tmp_path: Path):
    async def start() -> None:
        async with running("humanwire.bench.floor", ("--model", "no such"), "/", tmp_path / "log"):
            pytest.fail("it started")

    with pytest.raises(BenchFailed, match="no such"):
        await start()


async def test_a_wrong_reply_ends_the_load():
    async with receiving(free_port(), [SECRET]) as receiver:
        port = int(receiver.url.rpartition(":")[2].partition("/")[0])
        async with connected(port, 2) as connections:

            async def act(connection) -> float:
                body = b'{"id": "1", "status": "complete"}'
                request = encode("POST", "/hook", "", body, *headers(SECRET, body))
                return (await connection.send(request)).expect(201).seconds

            with pytest.raises(BenchFailed, match="200, not 201"):
                await drive(connections, act, 1)


@pytest.mark.parametrize("secret", [SECRET, new_secret(bytes(31) + b"x")])
async def test_the_receiver_knows_a_wrong_signature(secret: str):
    body = b'{"id": "7", "status": "complete"}'
    async with receiving(free_port(), [SECRET]) as receiver:
        port = int(receiver.url.rpartition(":")[2].partition("/")[0])
        async with connected(port, 1) as (connection,):
            arrival = receiver.arrival("7")
            await connection.send(encode("POST", "/hook", "", body, *headers(secret, body)))
            async with asyncio.timeout(5):
                if secret == SECRET:
                    await arrival
                    return
                with pytest.raises(BenchFailed, match="signature"):
                    await arrival


def headers(secret: str, body: bytes) -> list[str]:
    return [f"{name}: {value}" for name, value in sign([secret], "msg", 1, body).items()]
