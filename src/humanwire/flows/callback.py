"""The callback that an end gives rise to: one, to its own address or else the project's."""

from urllib.parse import urlsplit

from humanwire.core.batch import Batch
from humanwire.core.ids import DeliveryId
from humanwire.core.project import Project
from humanwire.core.task import End
from humanwire.flows.ports import Ports
from humanwire.store.records import NewDelivery

CLAIM_MS = 5_000
"""How long a process keeps a delivery to itself. It renews this as long as it lives."""


def new_delivery(
    ports: Ports, project: Project, dialect: str, hook_url: str | None, end: End | None, now: int
) -> NewDelivery | None:
    """Make the delivery of an end, or nothing when nobody is to be told."""
    url = hook_url or project.settings.callback_url
    if end is None or url is None or not ports.dialects[dialect].calls_back(end, project):
        return None
    identifier = DeliveryId(ports.ids.make(now, ports.entropy(8)))
    return NewDelivery(identifier, url, origin(url), now + CLAIM_MS)


def batch_delivery(ports: Ports, project: Project, batch: Batch, now: int) -> NewDelivery | None:
    """Make the delivery of a batch's end, or nothing when nobody is to be told.

    It is due at once, for whoever looks first: only its commit tells that the batch is done.
    """
    url = batch.callback_url or project.settings.callback_url
    if url is None:
        return None
    identifier = DeliveryId(ports.ids.make(now, ports.entropy(8)))
    return NewDelivery(identifier, url, origin(url), now)


def origin(url: str) -> str:
    """The part of an address that names its server: those are kept from delaying each other."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
