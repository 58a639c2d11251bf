"""Markdown as the tests see it: sections, blocks of code, tables and links."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "benchmarks").glob("*.md"),
        *(ROOT / "clients").glob("*/*.md"),
        *(ROOT / "docs").rglob("*.md"),
    ],
    key=lambda path: path.as_posix(),
)
_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")


class Block(NamedTuple):
    """A block of code: where it stands, and what is in it."""

    place: str
    language: str
    text: str


def read(name: str) -> str:
    """The text of a page, named from the root of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    match = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, f"There is no section {heading!r}."
    return match[1]


def blocks(text: str, language: str, page: str = "") -> Iterator[Block]:
    """The blocks of one language."""
    for match in _BLOCK.finditer(text):
        if match["language"] == language:
            line = text.count("\n", 0, match.start()) + 1
            yield Block(f"{page}:{line}", language, match["text"])


def all_blocks(language: str) -> list[Block]:
    """The blocks of one language on every page."""
    return [
        block
        for page in PAGES
        for block in blocks(page.read_text(encoding="utf-8"), language, str(page.relative_to(ROOT)))
    ]


def commands(block: Block) -> str:
    """The script in a console block: all of it, or what follows the prompts if it has some."""
    lines = block.text.splitlines()
    if not any(line.startswith("$ ") for line in lines):
        return block.text
    script: list[str] = []
    going_on = False
    for line in lines:
        if going_on or line.startswith("$ "):
            script.append(line.removeprefix("$ "))
            # A command goes on after a backslash, and inside quotes.
            going_on = line.endswith("\\") or "\n".join(script).count("'") % 2 == 1
    return "\n".join(script) + "\n"


def rows(text: str) -> list[list[str]]:
    """The rows of all tables, as their cells."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]


def links(text: str) -> list[str]:
    """Where links lead that do not leave the repository."""
    return _LINK.findall(_BLOCK.sub("", text))


def anchors(text: str) -> set[str]:
    """What links can lead to within a page."""
    headings: list[str] = _HEADING.findall(_BLOCK.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
