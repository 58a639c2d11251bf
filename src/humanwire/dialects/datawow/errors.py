"""DataWow's error shape: no data, and what is wrong in `meta`."""

import msgspec

from humanwire.core.errors import Refused
from humanwire.wire.errors import Unauthorized

NOT_AUTHENTICATED = "Not authenticated"


def datawow_shape(error: Refused, status: int) -> bytes:
    """Put a refusal into DataWow's JSON; the message begins with the field at fault."""
    message = NOT_AUTHENTICATED if isinstance(error, Unauthorized) else error.message
    if error.field is not None:
        message = f"{error.field}: {message}"
    return msgspec.json.encode({"data": None, "meta": {"code": status, "message": message}})
