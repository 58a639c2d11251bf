"""Commands that work on the database directly, whether or not a server runs on it."""

import asyncio
import functools
from collections.abc import Awaitable, Callable

from humanwire.cli import options
from humanwire.cli.console import Reply, show
from humanwire.config import Settings
from humanwire.wiring import open_ports


def stored(run: Callable[..., Awaitable[Reply]], *, migrating: bool = False) -> Callable[..., None]:
    """Make a command's function of one that takes the opened database and returns its reply.

    Adds `--database` and `--json`. With `migrating` the database's schema is brought up to date.
    """

    @options.database
    @options.as_json
    @functools.wraps(run)
    def command(
        *, database: str, as_json: bool, public_url: str | None = None, **given: object
    ) -> None:
        settings = Settings(database=database, public_url=public_url)
        show(asyncio.run(_run(settings, given)), as_json=as_json)

    async def _run(settings: Settings, given: dict[str, object]) -> Reply:
        async with open_ports(settings, migrating=migrating) as ports:
            return await run(ports, **given)

    return command
