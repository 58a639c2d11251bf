"""`humanwire doctor`: looks for what keeps a server from working, and says what to do."""

import asyncio
from pathlib import Path

import click
import msgspec

from humanwire.cli import options
from humanwire.cli.checks import Check, Checks
from humanwire.config import Settings

_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


@click.command()
@options.database
@options.setting("--host", default="127.0.0.1", show_default=True)
@options.setting("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@options.setting("--media-folder", type=click.Path(file_okay=False, path_type=Path))
@options.model
@options.as_json
@click.pass_context
def doctor(
    ctx: click.Context,
    *,
    database: str,
    host: str,
    port: int,
    media_folder: Path | None,
    model: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check that everything is in order; exit status 1 when something is not."""
    settings = Settings(
        database=database, host=host, port=port, media_folder=media_folder, model=model
    )
    found = asyncio.run(Checks(settings).run())
    failed = [check.name for check in found if check.state == "fail"]
    if as_json:
        data: dict[str, object] = {"checks": found}
        if failed:
            message = f"Not in order: {', '.join(failed)}."
            data = {"error": {"code": "not_in_order", "message": message}, **data}
        click.echo(msgspec.json.encode(data))
    else:
        click.echo("\n".join(map(_line, found)))
    ctx.exit(1 if failed else 0)


def _line(check: Check) -> str:
    line = f"{_MARKS[check.state]}  {check.name:<11}  {check.message}"
    return f"{line}\n{'':19}{check.advice}" if check.advice else line
