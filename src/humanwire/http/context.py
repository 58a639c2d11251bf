"""What the HTTP surfaces share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from humanwire.config import Settings
from humanwire.flows.consult import Consultations
from humanwire.flows.outbox import Outbox
from humanwire.flows.ports import Fetcher, Ports
from humanwire.http.media import MediaFolder
from humanwire.http.metrics import Metrics
from humanwire.wire.keys import Keys


@dataclass(slots=True)
class Context:
    """The serving process, as its surfaces see it. `closing` is set when it begins to stop.

    `traced` wraps the application where requests are traced.
    """

    ports: Ports
    keys: Keys
    settings: Settings
    media: MediaFolder
    fetcher: Fetcher
    outbox: Outbox
    consultations: Consultations
    metrics: Metrics
    closing: asyncio.Event
    traced: Callable[[ASGIApp], ASGIApp] | None = None
    loops: list["asyncio.Task[None]"] = field(default_factory=list)
