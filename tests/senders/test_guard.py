"""The address guard around real connections: names, literals, disguises and changing names."""

import socket
from collections.abc import Callable
from ipaddress import ip_network

import pytest
from tests.senders.conftest import Serve
from tests.senders.receiver import reply

from humanwire.core.addresses import AddressPolicy
from humanwire.core.delivery import Prepared
from humanwire.senders.webhook import WebhookSender

ONE_ADDRESS = AddressPolicy((ip_network("127.0.0.1/32"),))


async def error_of(policy: AddressPolicy, url: str) -> tuple[int | None, str | None]:
    sender = WebhookSender(policy, total_seconds=5)
    outcome = await sender.send(Prepared("POST", url, {}, b"{}"))
    await sender.close()
    return outcome.status, outcome.error


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Make name lookups give these lists of addresses, one after the other; returns the names."""

    def prepare(*answers: list[str]) -> list[str]:
        left, asked = list(answers), []

        def look_up(host: str, port: int, *_: object, **__: object):
            asked.append(host)
            return [
                (
                    socket.AF_INET6 if ":" in address else socket.AF_INET,
                    socket.SOCK_STREAM,
                    socket.IPPROTO_TCP,
                    "",
                    (address, port),
                )
                for address in left.pop(0)
            ]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return asked

    return prepare


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "[::1]",
        "0.0.0.0",  # noqa: S104
        "[::]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0x7f.1",
        "0x7f000001",
        "127.1",
        "①②⑦.0.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "10.0.0.1",
        "[fe80::1%25lo]",
    ],
)
async def test_this_machine_and_the_private_network_are_refused(serve: Serve, host: str):
    receiver = await serve(reply(200))
    assert await error_of(AddressPolicy(), receiver.url(host=host)) == (None, "address_refused")
    assert receiver.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1"])
async def test_an_allowed_network_is_reached_by_address_and_by_name(serve: Serve, host: str):
    receiver = await serve(reply(200))
    assert await error_of(ONE_ADDRESS, receiver.url(host=host)) == (200, None)


async def test_a_name_is_resolved_once_and_the_connection_goes_where_it_was_checked(
    serve: Serve, resolve: Callable[..., list[str]]
):
    good, evil = await serve(reply(200)), await serve(reply(200), host="127.0.0.2")
    asked = resolve(["127.0.0.1"], ["127.0.0.2"])
    assert await error_of(ONE_ADDRESS, good.url(host="rebinding.example")) == (200, None)
    assert (asked, len(good.requests)) == (["rebinding.example"], 1)
    refused = await error_of(ONE_ADDRESS, evil.url(host="rebinding.example"))
    assert refused == (None, "address_refused")
    assert evil.connections == 0


@pytest.mark.parametrize("order", [1, -1])
async def test_a_name_with_a_refused_and_a_permitted_address_is_reached_by_the_latter(
    serve: Serve, resolve: Callable[..., list[str]], order: int
):
    receiver = await serve(reply(200))
    resolve(["10.0.0.1", "127.0.0.1", "fd00::1"][::order])
    assert await error_of(ONE_ADDRESS, receiver.url(host="mixed.example")) == (200, None)


async def test_a_name_with_refused_addresses_alone_is_refused(
    resolve: Callable[..., list[str]],
):
    resolve(["10.0.0.1", "192.168.0.1", "::1"])
    refused = await error_of(ONE_ADDRESS, "http://inside.example/")
    assert refused == (None, "address_refused")


async def test_a_dead_permitted_address_beside_a_refused_one_is_worth_retrying(
    serve: Serve, resolve: Callable[..., list[str]]
):
    receiver = await serve(reply(200))
    await receiver.stop()
    resolve(["127.0.0.1", "10.0.0.1"])
    failed = await error_of(ONE_ADDRESS, receiver.url(host="mixed.example"))
    assert failed == (None, "connection_failed")
