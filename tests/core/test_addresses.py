"""The address policy: what it keeps closed, under every disguise, and what an operator opens."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanwire.core.addresses import AddressPolicy, parse_network
from humanwire.core.errors import Invalid

PUBLIC = AddressPolicy()

CLOSED_IPV4 = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
]
OPEN_IPV4 = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.32.0.1", "223.255.255.255"]


@pytest.mark.parametrize("text", CLOSED_IPV4)
def test_private_and_special_ipv4_is_refused(text: str):
    assert not PUBLIC.permits(ip_address(text))


@pytest.mark.parametrize("text", OPEN_IPV4)
def test_public_ipv4_is_permitted(text: str):
    assert PUBLIC.permits(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "::",
        "::1",
        "::7f00:1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_private_and_special_ipv6_is_refused(text: str):
    assert not PUBLIC.permits(ip_address(text))


@pytest.mark.parametrize("text", ["2606:4700:4700::1111", "2a00:1450:4001:82a::200e", "2620::1"])
def test_public_ipv6_is_permitted(text: str):
    assert PUBLIC.permits(ip_address(text))


def disguises(address: IPv4Address) -> list[IPv6Address]:
    """Return the mapped, NAT64 and 6to4 forms of an IPv4 address."""
    number = int(address)
    return [
        IPv6Address(int(IPv6Address("::ffff:0:0")) + number),
        IPv6Address(int(IPv6Address("64:ff9b::")) + number),
        IPv6Address(int(IPv6Address("2002::")) + (number << 80) + 1),
    ]


@given(address=st.sampled_from(CLOSED_IPV4 + OPEN_IPV4).map(IPv4Address) | st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_is_judged_as_itself(address: IPv4Address):
    for disguise in disguises(address):
        assert PUBLIC.permits(disguise) == PUBLIC.permits(address)


def test_an_allowed_network_is_permitted_and_nothing_beside_it():
    policy = AddressPolicy((ip_network("10.1.0.0/16"), ip_network("fd00::/8")))
    assert policy.permits(ip_address("10.1.2.3"))
    assert policy.permits(ip_address("::ffff:10.1.2.3"))
    assert policy.permits(ip_address("fd12::1"))
    assert policy.permits(ip_address("8.8.8.8"))
    assert not policy.permits(ip_address("10.2.0.1"))
    assert not policy.permits(ip_address("fe80::1"))


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("10.0.0.0/8", "10.0.0.0/8"),
        (" 192.168.1.5 ", "192.168.1.5/32"),
        ("::1", "::1/128"),
        ("fd00::/8", "fd00::/8"),
    ],
)
def test_networks_are_read_from_text(text: str, network: str):
    assert parse_network(text, field="allow_network") == ip_network(network)


@pytest.mark.parametrize("text", ["", "localhost", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0-9"])
def test_text_that_is_no_network_is_refused_by_field_and_value(text: str):
    with pytest.raises(Invalid) as refused:
        parse_network(text, field="allow_network")
    assert refused.value.field == "allow_network"
    assert repr(text) in refused.value.message
