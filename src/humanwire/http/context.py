"""What the HTTP surfaces share."""

import asyncio
from dataclasses import dataclass, field

from humanwire.config import Settings
from humanwire.flows.outbox import Outbox
from humanwire.flows.ports import Fetcher, Ports
from humanwire.http.media import MediaFolder
from humanwire.http.metrics import Metrics
from humanwire.wire.keys import Keys


@dataclass(slots=True)
class Context:
    """The serving process, as its surfaces see it. `closing` is set when it begins to stop."""

    ports: Ports
    keys: Keys
    settings: Settings
    media: MediaFolder
    fetcher: Fetcher
    outbox: Outbox
    metrics: Metrics
    closing: asyncio.Event
    loops: list["asyncio.Task[None]"] = field(default_factory=list)
