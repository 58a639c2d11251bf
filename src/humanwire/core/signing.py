"""Signatures on what we send, made so that any Standard Webhooks library can verify them."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence

_PREFIX = "whsec_"
SECRET_BYTES = 24
"""The least entropy of a secret, as Standard Webhooks recommends."""


def new_secret(entropy: bytes) -> str:
    """Return a signing secret made from at least SECRET_BYTES random bytes."""
    if len(entropy) < SECRET_BYTES:
        raise ValueError(f"a signing secret takes at least {SECRET_BYTES} random bytes")
    return _PREFIX + b64encode(entropy).decode()


def sign(secrets: Sequence[str], webhook_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three signature headers for one attempt.

    `timestamp` is in seconds since the epoch, the attempt's own. Each secret that is valid at
    the moment gives one signature, so that receivers can change over while both hold.
    """
    content = f"{webhook_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, content) for secret in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    key = b64decode(secret.removeprefix(_PREFIX))
    return "v1," + b64encode(hmac.digest(key, content, "sha256")).decode()
