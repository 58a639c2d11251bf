"""What is said when an image is processed: its fields, by whichever method the caller wants."""

from urllib.parse import quote, urlsplit, urlunsplit

import msgspec
from msgspec import Raw

from humanwire.core.delivery import SCHEDULES, Schedule
from humanwire.core.project import Project
from humanwire.core.task import End
from humanwire.dialects.datawow.body import given_in
from humanwire.dialects.datawow.shown import about_own, image_of
from humanwire.flows.ports import Callback
from humanwire.store.records import Task

_fields = msgspec.json.Decoder(dict[str, Raw])
_WITHOUT_BODY = ("GET", "DELETE")


class DataWowDialect:
    """DataWow's part in `flows.ports.Dialect`."""

    @property
    def schedule(self) -> Schedule:
        return SCHEDULES["standard"]

    def calls_back(self, end: End, project: Project) -> bool:  # noqa: ARG002 - for other dialects
        """Tell of every end, whoever brought it about."""
        return True

    def callback(self, task: Task, url: str) -> Callback:
        image = msgspec.json.encode(image_of(task, about_own(task)))
        method = given_in(_fields.decode(task.body_json)).postback_method
        if method in _WITHOUT_BODY:
            return Callback(method, _with_query(url, _fields.decode(image)), None, b"")
        return Callback(method, url, "application/json", image)


def _with_query(url: str, fields: dict[str, Raw]) -> str:
    """Add fields to an address: texts as they are, anything else as its JSON, null as nothing."""
    parts = urlsplit(url)
    said = "&".join(f"{quote(name)}={quote(_plain(raw), safe='')}" for name, raw in fields.items())
    query = f"{parts.query}&{said}" if parts.query else said
    return urlunsplit(parts._replace(query=query))


def _plain(raw: Raw) -> str:
    value = bytes(raw)
    if value == b"null":
        return ""
    return msgspec.json.decode(value, type=str) if value[:1] == b'"' else value.decode()
