"""What counts as an http(s) address, and when two of them are the same address."""

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(r"(?:[\w-]+\.)*[\w-]+\.?")
_NEVER_IN_ADDRESS = re.compile(r'[\s\x00-\x1f\x7f<>"\\]')
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


def is_web_address(text: str) -> bool:
    """Tell whether `text` is an absolute http or https URL. Nothing is looked up."""
    return _split(text) is not None


def normal_web_address(text: str) -> str:
    """Return the one spelling of an address (RFC 3986, 6.2.2 and 6.2.3); other text as it is.

    The case of scheme, host and escapes, the default port and an empty path do not count.
    """
    parts = _split(text)
    if parts is None:
        return text
    user, at, _ = parts.netloc.rpartition("@")
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    normal = parts._replace(netloc=user + at + host, path=parts.path or "/")
    return _ESCAPE.sub(lambda escape: escape[0].upper(), normal.geturl())


def _split(text: str) -> SplitResult | None:
    if _NEVER_IN_ADDRESS.search(text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port  # raises when it is no number up to 65535
        if ":" in host:
            IPv6Address(host)
        elif not _HOST_NAME.fullmatch(host):
            return None
    except ValueError:
        return None
    return parts if parts.scheme in _DEFAULT_PORTS else None
