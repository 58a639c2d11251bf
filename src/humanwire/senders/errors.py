"""How trouble with someone else's server is named."""

import socket
import ssl

import aiohttp

from humanwire.core.delivery import DeliveryError


class AddressRefused(OSError):
    """The address is not one that the server may connect to."""


TROUBLE = (aiohttp.ClientError, TimeoutError, OSError, ValueError)
"""All that a request can raise because of the URL, the network or the other side."""


def name_of(error: BaseException) -> DeliveryError:
    """Name what a request raised."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(
        error.os_error, AddressRefused
    ):
        return "address_refused"
    if isinstance(error, ssl.SSLError | aiohttp.ClientSSLError):
        return "tls_error"
    if isinstance(error, aiohttp.InvalidURL) and _is_number(str(error.url)):
        return "address_refused"
    if isinstance(error, aiohttp.NonHttpUrlClientError | ValueError):
        return "invalid_url"
    return "connection_failed"


def _is_number(host: str) -> bool:
    """Tell whether `host` is an IPv4 address in disguise, such as 2130706433 or 0177.0.0.1.

    The HTTP client does not connect to those, and whoever writes one means to slip past a guard.
    """
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True
