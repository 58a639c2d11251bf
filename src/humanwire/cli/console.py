"""What commands print: text for people, or with `--json` exactly one line of JSON."""

import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import click
import msgspec

from humanwire.core.errors import Refused


class Reply(NamedTuple):
    """What came of a command: `data` for `--json`, `text` for people."""

    data: object
    text: str


def show(reply: Reply, *, as_json: bool) -> None:
    """Print a reply to standard output."""
    click.echo(msgspec.json.encode(reply.data) if as_json else reply.text)


def report(error: Refused | click.ClickException, *, as_json: bool) -> int:
    """Print what went wrong and return the exit status."""
    status = 1 if isinstance(error, Refused) else error.exit_code
    if as_json:
        click.echo(msgspec.json.encode({"error": said(error)}))
    elif isinstance(error, Refused):
        at = f"{error.field}: " if error.field else ""
        click.echo(f"Error: {at}{error.message}", err=True)
    else:
        error.show(sys.stderr)
    return status


def said(error: Refused | click.ClickException) -> dict[str, str]:
    """Put an error into the shape that every surface shares."""
    if isinstance(error, Refused):
        found = {"code": error.code, "message": error.message}
        return found | ({"field": error.field} if error.field else {})
    usage = "usage" if isinstance(error, click.UsageError) else "failed"
    found = {"code": getattr(error, "code", usage), "message": error.format_message()}
    parameter = getattr(error, "param", None)
    field = getattr(error, "field", None) if parameter is None else parameter.name
    return found | ({"field": field} if field else {})


def details(values: Mapping[str, object]) -> str:
    """Lay out names and values, one a line, the values aligned."""
    width = max(map(len, values), default=0)
    return "\n".join(f"{name:<{width}}  {_text(value)}".rstrip() for name, value in values.items())


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lay out rows in aligned columns under headings."""
    lines = [tuple(headings), *(tuple(map(_text, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _text(value: object) -> str:
    return "-" if value is None else str(value)
