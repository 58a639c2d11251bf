"""`humanwire models serve`: plug-ins in a process of their own."""

import os
import sys
from contextlib import suppress

import click
import uvicorn

from humanwire.cli import options
from humanwire.cli.logs import log_to_stderr
from humanwire.core.errors import Invalid
from humanwire.models.in_process import spare_threads
from humanwire.models.plugin import find
from humanwire.models.serving import worker_app

_NICENESS = 10
_IN_FLIGHT = 64


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8090, show_default=True)
@click.option(
    "--threads", type=click.IntRange(1, 256), help="For all of them.  [all cores but one]"
)
@options.setting("--models-key", metavar="TEXT", help="Answer only to those who send it.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def serve_models(
    *, host: str, port: int, threads: int | None, models_key: str | None, names: tuple[str, ...]
) -> None:
    """Serve installed models to servers that say `--model NAME=http://…`.

    The process gives way to others, and what it runs leaves them a core.
    """
    plugins = [find(name) for name in dict.fromkeys(names)]
    if models_key is None and host not in {"127.0.0.1", "::1", "localhost"}:
        raise Invalid("Beyond this machine it needs a key.", field="models_key")
    log_to_stderr()
    if sys.platform != "win32":
        with suppress(OSError):
            os.nice(_NICENESS)
    app = worker_app(plugins, threads or spare_threads(), models_key)
    uvicorn.run(
        app, host=host, port=port, log_config=None, access_log=False, limit_concurrency=_IN_FLIGHT
    )
