"""The caller's own key for a request: the same one gives the first reply again."""

from hashlib import sha256

from humanwire.core.errors import Invalid

_LIMIT = 255


def checked_idempotency(key: str | None) -> str | None:
    """Return the caller's own key for a request. Raises Invalid when it is not printable."""
    if key is None:
        return None
    if not 0 < len(key) <= _LIMIT or not key.isascii() or not key.isprintable():
        message = f"The key has 1 to {_LIMIT} printable ASCII characters."
        raise Invalid(message, field="Idempotency-Key")
    return key


def request_digest(name: str, body: bytes) -> bytes:
    """What tells a request from others under the same key: what it makes, and its body."""
    return sha256(b"%s\n%s" % (name.encode(), body)).digest()
