"""Which network addresses the server may connect to on a requester's behalf.

Without this a callback or picture address could reach what only this machine can: its own
services, the private network, the cloud's metadata.
"""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)
from typing import TypeAlias

from msgspec import Struct

from humanwire.core.errors import Invalid

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

# The IANA special-purpose registries, written out: the flags of `ipaddress` changed between
# patch releases of Python.
_CLOSED_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this host
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT; one cloud's metadata
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # one cloud's host channel, public in form only
            "169.254.0.0/16",  # link-local; most clouds' metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays, withdrawn
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved; broadcast
        ),
    )
)
_OPEN_IPV6 = IPv6Network("2000::/3")  # all that has ever been given out
_CLOSED_IPV6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo
            "2001:db8::/32",  # documentation
            "3fff::/20",  # documentation
        ),
    )
)
# Prefixes whose addresses stand for an IPv4 address, and how many bits follow it.
_EMBEDDING = (
    (IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
)


class AddressPolicy(Struct, frozen=True):
    """Public addresses, and whatever networks the operator allowed by name."""

    allowed: tuple[Network, ...] = ()

    def permits(self, address: Address) -> bool:
        """Tell whether a connection to `address` may be opened."""
        if any(address in network for network in self.allowed):
            return True
        if isinstance(address, IPv4Address):
            return not any(address in network for network in _CLOSED_IPV4)
        embedded = _embedded(address)
        if embedded is not None:
            return self.permits(embedded)
        return address in _OPEN_IPV6 and not any(address in network for network in _CLOSED_IPV6)


def parse_network(text: str, *, field: str) -> Network:
    """Read CIDR text (`10.1.0.0/16`) or a single address.

    Raises Invalid, naming `field`.
    """
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise Invalid(f"{text!r} is not a network: {error}", field=field) from None


def _embedded(address: IPv6Address) -> IPv4Address | None:
    for network, bits_after in _EMBEDDING:
        if address in network:
            return IPv4Address(int(address) >> bits_after & 0xFFFF_FFFF)
    return None
