import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from humanwire.cli.root import root

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `humanwire` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("HUMANWIRE_DATABASE", "HUMANWIRE_PUBLIC_URL", "HUMANWIRE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return lambda *words: CliRunner().invoke(root, list(map(str, words)))


@pytest.fixture
def told(run: Run) -> Callable[..., Any]:
    """Runs `humanwire … --json`, which must succeed, and reads its one line."""

    def call(*words: object) -> Any:
        result = run(*words, "--json")
        assert result.exit_code == 0, result.output
        (line,) = result.stdout.splitlines()
        return json.loads(line)

    return call


@pytest.fixture
def refused(run: Run) -> Callable[..., Any]:
    """Runs `humanwire … --json`, which must fail, and reads the error on its one line."""

    def call(*words: object) -> Any:
        result = run(*words, "--json")
        assert result.exit_code != 0
        (line,) = result.stdout.splitlines()
        return json.loads(line)["error"]

    return call
