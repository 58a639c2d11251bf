"""The comparison with peers: quick parts only; the run itself installs and runs Label Studio."""

import json
from pathlib import Path

import pytest
from benchmarks.peers.__main__ import main
from benchmarks.peers.environment import PINS
from benchmarks.peers.label_studio import LabelStudio
from benchmarks.peers.match import OPERATIONS, SLICES, Plan, Seen, match
from benchmarks.peers.ours import Humanwire
from benchmarks.peers.table import compare
from click.testing import CliRunner

from humanwire.bench.client import BenchFailed
from humanwire.bench.figures import Slice
from humanwire.bench.machine import look
from humanwire.bench.plan import Plan as BenchPlan
from humanwire.bench.setting import prepared

SHORT = Plan(tasks=100, concurrency=2, annotators=4, seconds=0.02, rows=10)


class Unheard(Humanwire):
    """Its annotators' answers are all refused."""

    def submit(self, annotator: int, handle: str) -> bytes:
        return super().submit(annotator, handle + "0")


async def test_every_operation_is_measured_in_slices():
    async with prepared(BenchPlan(), SHORT.annotators) as ours:
        outcome = await match([Humanwire(ours)], SHORT)
    assert tuple(outcome) == OPERATIONS
    for sides in outcome.values():
        seen = sides["humanwire"]
        assert len(seen.slices) == SLICES
        assert seen.failed == 0
        assert all(each.per_second > 0 for each in seen.slices)
    imported = outcome["bulk import"]["humanwire"].slices
    assert all(each.done == SHORT.rows * len(each.latencies) for each in imported)


async def test_a_server_that_refuses_all_answers_ends_the_match():
    async with prepared(BenchPlan(), SHORT.annotators) as ours:
        with pytest.raises(BenchFailed, match="refused every"):
            await match([Unheard(ours)], SHORT)


def test_ratios_are_of_medians_and_refusals_are_told(tmp_path: Path):
    ours = Seen([Slice(1.0, done, [0.001] * done) for done in (900, 1000, 2000)])
    peer = Seen([Slice(2.0, done, [0.5] * done) for done in (20, 40, 10)], failed=3)
    outcome = {"create": {"humanwire": ours, "Label Studio": peer}}
    found = compare(outcome, SHORT, look(tmp_path), "Label Studio 9.9")
    (line,) = found.lines
    assert (line.humanwire.per_second, line.peer.per_second, line.ratio) == (1000.0, 10.0, 100.0)
    text = found.markdown()
    assert "| create | 1,000 | 1.0 ms, 1.0 ms | 10.0 | 500.0 ms, 500.0 ms | **100x** |" in text
    assert "3 requests of `create` were refused by Label Studio" in text
    assert "* Label Studio 9.9" in text
    assert list(tmp_path.iterdir()) == []


def test_label_studio_is_used_over_its_api():
    peer = LabelStudio(8080, "owner", [3, 4], ["one", "two"])

    def parts(request: bytes) -> tuple[str, str, bytes]:
        head, _, body = request.partition(b"\r\n\r\n")
        first, *headers = head.decode().split("\r\n")
        (token,) = [line for line in headers if line.startswith("authorization")]
        return first.removesuffix(" HTTP/1.1"), token.rpartition(" ")[2], body

    assert parts(peer.next_task(1)) == ("GET /api/projects/3/next", "two", b"")
    line, token, answer = parts(peer.submit(0, peer.handle(b'{"id": 17, "data": {}}')))
    assert (line, token) == ("POST /api/tasks/17/annotations/", "one")
    assert json.loads(answer)["result"][0]["value"] == {"choices": ["no violence"]}
    line, token, task = parts(peer.create())
    assert (line, token, json.loads(task)["project"]) == ("POST /api/tasks/", "owner", 3)
    line, _, rows = parts(peer.load(5))
    assert (line, len(json.loads(rows))) == ("POST /api/projects/4/import", 5)
    assert parts(peer.fill(2))[0] == "POST /api/projects/3/import"


@pytest.mark.parametrize(
    "arguments", [["--tasks", "1"], ["--concurrency", "0"], ["--seconds", "0"], ["surplus"]]
)
def test_wrong_arguments_start_nothing(arguments: list[str]):
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_the_peer_is_pinned():
    pins = [line for line in PINS.read_text().splitlines() if not line.startswith("#")]
    assert all("==" in pin for pin in pins)
    assert any(pin.startswith("label-studio==") for pin in pins)
