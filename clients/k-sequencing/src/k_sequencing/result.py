"""From a reply to a result: nothing here sends or waits."""

import json
from dataclasses import dataclass
from typing import Any, Generic, TypeGuard, TypeVar

from k_sequencing.errors import BadReply
from k_sequencing.images import Meta

Data = TypeVar("Data")


@dataclass(frozen=True, slots=True)
class Result(Generic[Data]):
    """What the server replied.

    When all went well, `code` is 200 and `error_code` None. When the call was refused, `code` and
    `data` are None, `error_code` is the HTTP status and `message` says what is wrong. `meta` says
    both again, and of a list where the page stands.
    """

    code: int | None
    data: Data | None
    error_code: int | None
    message: str
    meta: Meta


def result_in(status: int, body: bytes) -> Result[Any]:
    """Read a reply. Raises BadReply when it is a success, but not of this API."""
    read = _object_in(body)
    meta = read.get("meta")
    said: Meta = meta if _is_object(meta) else {}
    message = said.get("message")
    if not 200 <= status < 300:  # noqa: PLR2004 - a good reply
        words = message if isinstance(message, str) else f"The server replied {status}."
        return Result(None, None, status, words, said)
    if not isinstance(message, str) or not _is_object(read.get("data")):
        raise BadReply("The reply is none of a DataWow API: is this the server's address?")
    return Result(status, read["data"], None, message, said)


def _object_in(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if _is_object(read) else {}


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)
