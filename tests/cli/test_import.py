"""`humanwire import`: an outcome for each line, and nothing asked twice."""

import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.cli.conftest import Run

from humanwire.cli.root import root
from humanwire.core.errors import Unavailable
from humanwire.store.sqlite.store import SqliteStore

Call = Callable[..., Any]
TREE = {"type": "free-text", "instruction": "Name a tree."}
RATING = {"type": "rating", "instruction": "How ripe?", "metadata": {"é": [1.5]}}


def write(*lines: Any) -> Path:
    """Write lines into a file: texts and bytes as they are, anything else as JSON."""
    path = Path("questions.ndjson")
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(texts))
    return path


@pytest.fixture
def stored(run: Run, told: Call) -> Callable[[], list[Any]]:
    """Lists what the project has been asked, oldest first."""
    told("projects", "create", "shop")

    def export() -> list[Any]:
        lines = run("export", "--project", "shop").stdout.splitlines()
        return [json.loads(line) for line in reversed(lines)]

    return export


def outcomes(run: Run, *words: object) -> tuple[int, list[Any]]:
    result = run("import", "--project", "shop", *words)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_every_line_has_its_outcome(run: Run, stored: Callable[[], list[Any]]) -> None:
    many = b'{"x":"' + b"y" * 1_100_000 + b'"}'
    bad = [many, b"[]", b'{"type":"free-text"', b"\xff", {**TREE, "instruction": "a\0b"}, {}]
    file = write(TREE, b"", *bad, b"  \r", RATING)
    status, lines = outcomes(run, file)
    assert status == 1
    assert [line["index"] for line in lines] == list(range(8))
    codes = [line.get("error", {}).get("code") for line in lines]
    assert codes == [None, "too_large", *["invalid"] * 5, None]
    found = stored()
    assert [each["id"] for each in found] == [lines[0]["id"], lines[-1]["id"]]
    assert [each["type"] for each in found] == ["free-text", "rating"]
    assert found[1]["request"]["metadata"] == {"é": [1.5]}


def test_an_import_is_repeated_without_asking_twice(
    run: Run, stored: Callable[[], list[Any]]
) -> None:
    words = ("--key", "monday")
    status, first = outcomes(run, write(TREE, {"type": "poem"}, RATING), *words)
    assert (status, len(stored())) == (1, 2)
    # Mended in place, the refused line is asked; one that was changed is not.
    changed = {**TREE, "instruction": "Name a bush."}
    status, again = outcomes(run, write(changed, TREE, RATING, TREE), *words)
    assert status == 1
    assert again[0]["error"]["code"] == "idempotency_conflict"
    assert again[2] == first[2]
    assert len(stored()) == 4
    status, other = outcomes(run, write(TREE))
    assert (status, len(stored())) == (0, 5)
    assert "id" in other[0]


def test_json_is_the_sum_alone(
    told: Call, run: Run, stored: Callable[[], list[Any]], tmp_path: Path
) -> None:
    file, out = write(*[TREE] * 1200), tmp_path / "outcomes"
    told_of = told("import", file, "--project", "shop", "--key", "k", "--out", out)
    assert told_of == {"key": "k", "lines": 1200, "stored": 1200, "refused": 0}
    written = [json.loads(line)["id"] for line in out.read_text().splitlines()]
    assert written == [each["id"] for each in stored()]
    result = run("import", write(TREE, {}), "--project", "shop", "--json")
    (line,) = result.stdout.splitlines()
    failed = json.loads(line)
    assert (result.exit_code, failed["error"]["code"]) == (1, "partly_refused")
    assert failed["imported"] | {"key": ""} == {"key": "", "lines": 2, "stored": 1, "refused": 1}
    assert failed["imported"]["key"] in result.stderr


@pytest.mark.usefixtures("stored")
def test_staged_requests_are_complete_at_once(run: Run) -> None:
    _, (outcome,) = outcomes(run, write(TREE), "--mode", "test")
    assert outcome["status"] == "complete"


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("words", "field"),
    [(("--project", "none"), "project"), (("--project", "shop", "--key", "\x07"), "key")],
)
def test_what_is_refused(refused: Call, words: tuple[str, ...], field: str) -> None:
    error = refused("import", write(TREE), *words)
    assert error["field"] == field


def test_it_waits_for_a_database_that_takes_nothing(
    run: Run, stored: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, refusals = SqliteStore.ask, 3

    async def busy(self: SqliteStore, *words: Any) -> Any:
        nonlocal refusals
        refusals -= 1
        if refusals >= 0:
            raise Unavailable(retry_after=0)
        return await ask(self, *words)

    monkeypatch.setattr(SqliteStore, "ask", busy)
    assert outcomes(run, write(TREE))[0] == 0
    assert len(stored()) == 1


def test_it_reads_what_comes_through_a_pipe(stored: Callable[[], list[Any]]) -> None:
    text = io.BytesIO(json.dumps(TREE).encode())
    words = ["import", "-", "--project", "shop"]
    result = CliRunner().invoke(root, words, input=text)
    assert result.exit_code == 0
    assert [each["id"] for each in stored()] == [json.loads(result.stdout)["id"]]


def test_killed_in_the_middle_it_goes_on(run: Run, stored: Callable[[], list[Any]]) -> None:
    command = [sys.executable, "-m", "humanwire", "import", "-", "--project", "shop", "--key", "k"]
    line = json.dumps(TREE).encode() + b"\n"
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        process.stdin.write(line * 700)
        process.stdin.flush()
        while not stored():
            assert process.poll() is None
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert 0 < len(stored()) <= 700
    status, lines = outcomes(run, write(*[TREE] * 900), "--key", "k")
    assert status == 0
    assert [line["id"] for line in lines] == [each["id"] for each in stored()]
    assert len(lines) == 900
