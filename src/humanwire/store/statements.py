"""Loads the named statements of an engine's .sql files.

A statement begins with a line `-- name: the_name`; comment lines below it say what it is for.
"""

import re
from collections.abc import Mapping
from importlib import resources

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def load(engine: str, file: str) -> Mapping[str, str]:
    """Return the statements of one file of an engine's folder by name, without their comments."""
    text = resources.files(f"humanwire.store.{engine}").joinpath(file).read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    return {name: _strip(body) for name, body in zip(parts[::2], parts[1::2], strict=True)}


def _strip(body: str) -> str:
    lines = (line for line in body.splitlines() if not line.lstrip().startswith("--"))
    return "\n".join(lines).strip().removesuffix(";")
