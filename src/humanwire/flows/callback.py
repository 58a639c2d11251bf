"""The callback that an end gives rise to: one, to the task's address or else the project's."""

from urllib.parse import urlsplit

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


def origin(url: str) -> str:
    """The part of an address that names its server: those are kept from delaying each other."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
