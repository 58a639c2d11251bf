"""Heat's error shape, and the refusals that only Heat knows."""

import msgspec

from humanwire.core.errors import NotFound, Refused
from humanwire.wire import errors as wire

PENDING = 449


class Pending(Refused):
    """The response is still pending; try again later."""

    code = "pending"


class NoResponse(NotFound):
    """The request ended without a response."""

    code = "no_response"


def error_object(error: Refused) -> dict[str, str]:
    """What is said about a refusal: code, message, and the field at fault if there is one."""
    said = {"code": error.code, "message": error.message}
    return said if error.field is None else said | {"field": error.field}


def heat_shape(error: Refused, status: int) -> bytes:  # noqa: ARG001 - other protocols repeat it
    """Put a refusal into Heat's JSON."""
    return msgspec.json.encode({"error": error_object(error)})


def status_of(error: Refused) -> int:
    """The HTTP status of a refusal."""
    return PENDING if isinstance(error, Pending) else wire.status_of(error)
