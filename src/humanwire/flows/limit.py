"""Limit: how many requests a second a project may make, whichever node they come to."""

from math import ceil

from humanwire.core.errors import RateLimited
from humanwire.flows.ports import Ports
from humanwire.store.records import Key


async def spend(ports: Ports, key: Key, sort: str, usual: float | None) -> None:
    """Count a request of a live key against the project's rate, or else the `usual` one.

    As many requests as the rate may come at once (at least one), and so many more each second.
    Raises RateLimited.
    """
    rate = key.project.settings.rate or usual
    if rate is None or key.mode == "test":
        return
    burst = max(rate, 1.0)
    wait_ms = await ports.store.spend(key.project.number, sort, 1000 / rate, burst, ports.clock())
    if wait_ms > 0:
        raise RateLimited(retry_after=ceil(wait_ms / 1000))
