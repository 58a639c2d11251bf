"""Files and functions stay small enough to be read in one go."""

import ast
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
FILE, TEST_FILE, FUNCTION = 300, 600, 50


class Exemption(NamedTuple):
    """What a file may have until it is split: `lines` in all, and functions of `function` lines."""

    lines: int
    function: int
    since: date
    reason: str


# By path from the root, such as "src/humanwire/core/task.py". Shrinks; an entry not needed fails.
EXEMPT: dict[str, Exemption] = {}

# Catalogues of words are lists, and read as such.
FOLDERS = {
    "src": "*.py",
    "benchmarks": "*.py",
    "tests": "*.py",
    "frontend/src": "*.ts|*.svelte",
    "frontend/tests": "*.ts",
    "clients/k-sequencing/src": "*.py",
    "clients/heatjs/src": "*.ts",
    "clients/heatjs/tests": "*.mjs",
}
LISTS = ROOT / "frontend/src/locales"
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder, patterns in FOLDERS.items()
    for pattern in patterns.split("|")
    for path in (ROOT / folder).rglob(pattern)
    if LISTS not in path.parents
)


def longest_function(source: str) -> int:
    """Counts the lines of the longest function, decorators aside."""
    return max(
        (
            (node.end_lineno or node.lineno) - node.lineno + 1
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ),
        default=0,
    )


def budget(module: str) -> tuple[int, int]:
    """Gives the most lines that a file, and a function in it, may have."""
    is_test = module.startswith("tests/") or "/tests/" in module
    return (TEST_FILE if is_test else FILE), FUNCTION


@pytest.mark.parametrize("module", MODULES)
def test_module_is_within_its_budget(module: str):
    source = (ROOT / module).read_text()
    size = len(source.splitlines()), longest_function(source) if module.endswith(".py") else 0
    lines, function = budget(module)
    if exemption := EXEMPT.get(module):
        assert size[0] > lines or size[1] > function, "fits by now: take it off the list"
        lines, function = exemption.lines, exemption.function
    assert size[0] <= lines
    assert size[1] <= function


def test_exemptions_name_files_that_exist():
    assert EXEMPT.keys() <= set(MODULES)


def test_a_long_method_is_seen():
    body = "".join(f"        step({number})\n" for number in range(FUNCTION))
    source = f"class Thing:\n    def short(self): ...\n    async def long(self):\n{body}"
    assert longest_function(source) == FUNCTION + 1
