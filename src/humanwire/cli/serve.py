"""`humanwire serve`: the server, with all its settings."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from msgspec import structs

from humanwire.cli import options
from humanwire.cli.console import Reply, show
from humanwire.cli.logs import log_to_stderr
from humanwire.config import LOOPBACK, MIB, Settings, is_postgres, shown
from humanwire.core.addresses import AddressPolicy, parse_network
from humanwire.core.errors import Invalid
from humanwire.core.questions.web_address import is_web_address
from humanwire.flows.ports import Ports
from humanwire.flows.project_settings import RETENTION_DAYS_MOST
from humanwire.http.admin_shapes import sign_in_link
from humanwire.http.metrics import Place
from humanwire.models.address import parse_addresses
from humanwire.processes import Crew
from humanwire.runtime import ignore_hangup, listen
from humanwire.runtime import serve as run_server
from humanwire.wiring import open_ports

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
try:
    import uvloop

    _new_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
except ImportError:  # on Windows
    _new_loop = asyncio.new_event_loop

_SECONDS = click.FloatRange(min=0, min_open=True, max=30 * 86_400)
setting = options.setting


@click.command()
@options.database
@setting(
    "--connections",
    type=click.IntRange(2, 500),
    default=8,
    show_default=True,
    help="To PostgreSQL, for each process.",
)
@setting("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 listens to all.")
@setting("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@setting("--allow-network", multiple=True, metavar="CIDR", help="Callbacks and media may go there.")
@options.public_url
@setting("--tls-cert", type=_FILE, help="Serve https with this certificate chain (PEM).")
@setting("--tls-key", type=_FILE, help="The certificate's key (PEM).")
@setting("--trusted-proxy", multiple=True, metavar="CIDR", help="Believe its X-Forwarded headers.")
@setting(
    "--metrics-network",
    multiple=True,
    metavar="CIDR",
    default=tuple(map(str, LOOPBACK)),
    show_default=True,
    help="May read /metrics without a key.",
)
@setting("--cors-origin", multiple=True, metavar="URL", help="Pages from there may call the API.")
@setting("--egress-address", metavar="IP", help="Send callbacks from this address.")
@setting("--lease-seconds", type=_SECONDS, default=600, show_default=True)
@setting(
    "--retention-days",
    type=click.FloatRange(1, RETENTION_DAYS_MOST),
    help="Delete ended tasks after so many days, where the project does not say.",
)
@setting("--grace-seconds", type=_SECONDS, default=10, show_default=True, help="To stop within.")
@setting("--upload-bytes", type=click.IntRange(1), default=100 * MIB, show_default=True)
@setting("--media-folder", type=click.Path(file_okay=False, path_type=Path), help="For uploads.")
@options.model
@setting(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Processes; several need PostgreSQL.",
)
@options.as_json
def serve(*, as_json: bool, workers: int, **given: object) -> None:
    """Run the server until it is told to stop.

    The first start prints the operator's sign-in link. The log goes to standard error, one JSON
    object a line.
    """
    settings = settings_of(given)
    if workers > 1 and not is_postgres(settings.database):
        raise Invalid("On SQLite there is one serving process: leave it at 1.", field="workers")
    log_to_stderr()
    ignore_hangup()

    def announce(ports: Ports, operator: str | None) -> None:
        show(_welcome(settings, ports, operator), as_json=as_json)

    if workers == 1:
        _run(run_server(settings, announce))
    else:
        _run_several(settings, announce, workers)


def _run(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        runner.run(work)


def _run_several(
    settings: Settings, announce: Callable[[Ports, str | None], None], workers: int
) -> None:
    def work(place: Place, first: bool) -> None:  # noqa: FBT001 - the crew's call
        _run(run_server(known, announce if first else _say_nothing, place))

    # What keeps all of them from starting is said once. The port is held until they have it; but
    # first nobody else may have it, who would share it unasked.
    listen(settings).close()
    with closing(listen(settings, shared=True, listening=False)) as holder:
        known = structs.replace(settings, port=holder.getsockname()[1])
        _run(_try(settings))
        Crew(workers, work).run()


async def _try(settings: Settings) -> None:
    async with open_ports(settings):
        pass


def _say_nothing(_: Ports, __: str | None) -> None: ...


def settings_of(given: dict[str, Any]) -> Settings:
    """Make the settings of the options. Raises Invalid, naming the one at fault."""
    networks = given.pop("allow_network")
    allowed = tuple(parse_network(text, field="allow_network") for text in networks)
    given["metrics_network"] = tuple(
        parse_network(text, field="metrics_network") for text in given["metrics_network"]
    )
    for text in given["trusted_proxy"]:
        parse_network(text, field="trusted_proxy")
    if (given["tls_cert"] is None) != (given["tls_key"] is None):
        missing = "tls_key" if given["tls_key"] is None else "tls_cert"
        raise Invalid("A certificate and its key go together.", field=missing)
    url = given["public_url"]
    if url is not None and not is_web_address(url):
        raise Invalid("It must be an http or https URL.", field="public_url")
    origins = given.pop("cors_origin")
    for text in origins:
        if text != "*" and not (is_web_address(text) and text.count("/") == _SLASHES):
            raise Invalid(
                f"{text!r} is no origin, such as https://shop.example.", field="cors_origin"
            )
    parse_addresses(given["model"])
    return Settings(addresses=AddressPolicy(allowed), cors_origins=origins, **given)


def _welcome(settings: Settings, ports: Ports, operator: str | None) -> Reply:
    origin = ports.origin()
    data = {"url": origin, "database": shown(settings.database)}
    text = f"Serving on {origin}: the API's page is {origin}/docs. Stop with Ctrl-C."
    if operator is not None:
        link = sign_in_link(origin, operator)
        data["operator_url"] = link
        text += _FIRST_STEPS.format(link=link)
    return Reply(data, text)


_SLASHES = 2
"""An origin has those after its scheme, and no path."""
_FIRST_STEPS = """

The operator's sign-in link (keep it, it is not shown again):
  {link}

First steps, in another terminal in this folder:
  humanwire projects create shop
  humanwire keys create --project shop
  humanwire workers create Ada --project shop
"""
