"""The import rules hold: those in pyproject.toml, and what the core may take from outside."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "src/humanwire/core"
WELCOME = {*sys.stdlib_module_names, "humanwire", "msgspec"}
MODULES = sorted(path.relative_to(CORE).as_posix() for path in CORE.rglob("*.py"))


def imported(source: str) -> set[str]:
    """Names the packages, outermost part only, that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_layers_are_kept():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("module", MODULES)
def test_core_takes_nothing_but_msgspec_from_outside(module: str):
    assert imported((CORE / module).read_text()) <= WELCOME


@pytest.mark.parametrize(
    "source", ["import starlette.routing", "def f():\n    from aiohttp import web"]
)
def test_an_import_from_outside_is_seen(source: str):
    assert not imported(source) <= WELCOME
