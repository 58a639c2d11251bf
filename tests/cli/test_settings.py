"""Where a setting comes from: an option, then a variable, then the file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from humanwire import __version__

Call = Callable[..., Any]


def made_in(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.db")}


def test_an_option_beats_a_variable_and_a_variable_the_file(
    told: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told("projects", "list")
    assert made_in(tmp_path) == {"humanwire.db"}
    (tmp_path / "humanwire.toml").write_text('database = "sqlite:///file.db"\n')
    told("projects", "list")
    assert made_in(tmp_path) == {"humanwire.db", "file.db"}
    monkeypatch.setenv("HUMANWIRE_DATABASE", "sqlite:///variable.db")
    told("projects", "list")
    assert made_in(tmp_path) == {"humanwire.db", "file.db", "variable.db"}
    told("projects", "list", "--database", "sqlite:///option.db")
    assert made_in(tmp_path) == {"humanwire.db", "file.db", "variable.db", "option.db"}


def test_a_table_holds_for_its_command_alone(told: Call, tmp_path: Path) -> None:
    (tmp_path / "humanwire.toml").write_text(
        'public-url = "https://a.example"\n[workers.invite]\npublic_url = "https://b.example"\n'
    )
    assert told("workers", "create", "Ada")["url"].startswith("https://a.example/in/")
    assert told("workers", "invite", "Ada")["url"].startswith("https://b.example/in/")


def test_a_file_elsewhere_is_named(told: Call, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.toml"
    file.write_text('database = "sqlite:///elsewhere.db"\n')
    told("--config", file, "projects", "list")
    assert made_in(tmp_path) == {"elsewhere.db"}


@pytest.mark.parametrize(
    "text",
    [
        'databse = "x"',
        "[serve]\nprot = 1",
        "[sevre]\nport = 1",
        "[workers.invite]\nx = 1",
        "port =",
    ],
)
def test_a_wrong_file_is_refused(refused: Call, tmp_path: Path, text: str) -> None:
    (tmp_path / "humanwire.toml").write_text(text)
    error = refused("projects", "list")
    assert error["code"] == "usage"
    assert error["message"].startswith("humanwire.toml: ")
    assert made_in(tmp_path) == set()


def test_help_and_version_need_no_database(run: Call, tmp_path: Path) -> None:
    assert run("--version").stdout == f"humanwire {__version__}\n"
    listed = run("--help").stdout
    for command in ("serve", "projects", "keys", "workers", "ask", "doctor", "demo", "bench"):
        assert f"  {command} " in listed
    assert made_in(tmp_path) == set()
