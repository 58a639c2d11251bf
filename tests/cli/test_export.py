"""`humanwire export`: lines and tables, to a file or to standard output."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run

Call = Callable[..., Any]


def ask(told: Call, instruction: str, **fields: Any) -> str:
    given = [f"--field={name}={json.dumps(value)}" for name, value in fields.items()]
    words = ("ask", "free-text", "--project", "shop", "--instruction", instruction)
    return told(*words, *given, "--wait", 0)["id"]


@pytest.fixture
def asked(told: Call) -> list[str]:
    told("projects", "create", "shop")
    return [ask(told, text, metadata={"text": text}) for text in ("=1+1", 'a,"b"\nü')]


def test_lines_go_to_standard_output(run: Run, asked: list[str]) -> None:
    result = run("export", "--project", "shop")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["id"] for line in lines] == asked[::-1]
    assert lines[0]["request"]["instruction"] == 'a,"b"\nü'
    assert result.stderr == "2 tasks.\n"


def test_a_table_has_the_same_fields(told: Call, run: Run, asked: list[str]) -> None:
    lines = run("export", "--project", "shop").stdout.splitlines()
    assert told("export", "--project", 1, "--format", "csv", "--out", "x.csv") == {
        "tasks": 2,
        "file": "x.csv",
    }
    with Path("x.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == asked[::-1]
    for line, row in zip(map(json.loads, lines), rows, strict=True):
        assert set(line) == set(row)
        assert json.loads(row["request"]) == line["request"]
        assert (row["response"], row["answers"]) == ("", "[]")
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


@pytest.mark.usefixtures("asked")
def test_filters(told: Call) -> None:
    def count(*words: str) -> int:
        return told("export", "--project", "shop", "--out", "x", *words)["tasks"]

    assert count("--status", "pending", "--type", "free-text") == 2
    assert count("--status", "complete") == count("--type", "rating") == 0
    assert count("--mode", "test") == 0
    assert count("--since", "2020-01-01", "--until", "2100-01-01T00:00:00Z") == 2
    assert count("--until", "2020-01-01") == count("--since", "2100-01-01") == 0
    assert Path("x").read_bytes() == b""


@pytest.mark.usefixtures("asked")
def test_a_file_appears_whole_or_not_at_all(told: Call, refused: Call) -> None:
    out = Path("x.ndjson")
    out.write_text("older")
    assert refused("export", "--project", "nothing", "--out", out)["field"] == "project"
    assert out.read_text() == "older"
    assert told("export", "--project", "shop", "--out", out)["tasks"] == 2
    assert len(out.read_text().splitlines()) == 2
    assert [path.name for path in Path().iterdir() if "part" in path.name] == []


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        ((), "usage", None),
        (("--out", "no/such/folder/x"), "invalid", "out"),
        (("--out", "x", "--since", "yesterday"), "invalid", "since"),
        (("--out", "x", "--status", "done"), "usage", "status"),
    ],
)
def test_what_is_refused(
    refused: Call, words: tuple[str, ...], code: str, field: str | None
) -> None:
    error = refused("export", "--project", "shop", *words)
    assert (error["code"], error.get("field")) == (code, field)


@pytest.mark.usefixtures("asked")
def test_who_reads_may_stop_early() -> None:
    command = [sys.executable, "-m", "humanwire", "export", "--project", "shop"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
