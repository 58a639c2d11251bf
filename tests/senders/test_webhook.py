"""Callbacks as receivers see them, and what an attempt comes to when a receiver misbehaves."""

import asyncio
import os
import ssl
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from standardwebhooks import Webhook
from tests.senders.conftest import Serve
from tests.senders.receiver import Receiver, Request, endless, reply, silence

from humanwire import __version__
from humanwire.core.addresses import AddressPolicy
from humanwire.core.delivery import Outcome, Prepared
from humanwire.core.signing import new_secret, sign
from humanwire.senders.webhook import WebhookSender

SEND_ONCE = """
import asyncio, sys
from humanwire.core.addresses import AddressPolicy, parse_network
from humanwire.core.delivery import Prepared
from humanwire.senders.webhook import WebhookSender

async def main():
    sender = WebhookSender(AddressPolicy((parse_network("127.0.0.1", field="network"),)))
    outcome = await sender.send(Prepared("POST", sys.argv[1], {}, b"{}"))
    await sender.close()
    print(outcome.status, outcome.error)

asyncio.run(main())
"""
BODY = b'{"id": "1", "response": "\xc3\xa9"}'


@pytest.fixture
async def sender(loopback: AddressPolicy) -> AsyncIterator[WebhookSender]:
    sender = WebhookSender(loopback)
    yield sender
    await sender.close()


@pytest.fixture
async def hasty(loopback: AddressPolicy) -> AsyncIterator[WebhookSender]:
    """Give up after 0.3 s."""
    sender = WebhookSender(loopback, total_seconds=0.3)
    yield sender
    await sender.close()


def post(url: str, headers: dict[str, str] | None = None) -> Prepared:
    return Prepared("POST", url, {"content-type": "application/json", **(headers or {})}, BODY)


async def test_a_signed_request_arrives_as_it_was_prepared(serve: Serve, sender: WebhookSender):
    receiver = await serve(reply(200, b"thanks"))
    secret = new_secret(bytes(24))
    signature = sign([secret], "msg_1", int(time.time()), BODY)
    outcome = await sender.send(post(receiver.url("/in?a=1"), signature))
    assert (outcome.status, outcome.error, outcome.retry_after) == (200, None, None)
    [request] = receiver.requests
    assert (request.method, request.target, request.body) == ("POST", "/in?a=1", BODY)
    Webhook(secret).verify(request.body, request.headers)
    assert set(request.headers) == {
        "host",
        "content-type",
        "content-length",
        "user-agent",
        *signature,
    }
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == f"humanwire/{__version__}"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_a_request_without_a_body_has_none(serve: Serve, sender: WebhookSender, method: str):
    receiver = await serve(reply(204))
    outcome = await sender.send(Prepared(method, receiver.url("/?answer=%5B%5D"), {}, b""))
    assert outcome.status == 204
    [request] = receiver.requests
    assert (request.method, request.target, request.body) == (method, "/?answer=%5B%5D", b"")


@pytest.mark.parametrize("status", [301, 302, 307, 404, 500])
async def test_any_status_is_an_outcome_and_redirects_are_not_followed(
    serve: Serve, sender: WebhookSender, status: int
):
    elsewhere = await serve(reply(200))
    receiver = await serve(reply(status, location=elsewhere.url()))
    outcome = await sender.send(post(receiver.url()))
    assert (outcome.status, outcome.error) == (status, None)
    assert elsewhere.requests == []


async def test_connections_are_used_again(serve: Serve, sender: WebhookSender):
    receiver = await serve(reply(200, b"x" * 64 * 1024))
    for _ in range(5):
        assert (await sender.send(post(receiver.url()))).status == 200
    assert receiver.connections == 1


async def test_cookies_are_not_kept(serve: Serve, sender: WebhookSender):
    receiver = await serve(reply(200, set_cookie="seen=1; Path=/"))
    for _ in range(2):
        await sender.send(post(receiver.url(host="localhost")))
    assert "cookie" not in receiver.requests[1].headers


async def test_a_proxy_in_the_environment_is_not_used(
    serve: Serve, sender: WebhookSender, monkeypatch: pytest.MonkeyPatch
):
    proxy = await serve(reply(502))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url(""))
    receiver = await serve(reply(200))
    assert (await sender.send(post(receiver.url()))).status == 200
    assert proxy.requests == []


@pytest.mark.parametrize(("value", "wait"), [("90", 90_000), ("later", None)])
async def test_retry_after_is_reported(
    serve: Serve, sender: WebhookSender, value: str, wait: int | None
):
    receiver = await serve(reply(503, retry_after=value))
    outcome = await sender.send(post(receiver.url()))
    assert (outcome.status, outcome.retry_after) == (503, wait)


async def test_a_silent_receiver_is_a_timeout(serve: Serve, hasty: WebhookSender):
    receiver = await serve(silence)
    outcome = await hasty.send(post(receiver.url()))
    assert (outcome.status, outcome.error) == (None, "timeout")
    assert 250 <= outcome.milliseconds < 5000


async def test_an_endless_reply_is_cut_and_its_status_counts(serve: Serve, sender: WebhookSender):
    receiver = await serve(endless())
    outcome = await sender.send(post(receiver.url()))
    assert (outcome.status, outcome.error) == (200, None)
    assert outcome.milliseconds < 10_000  # cut by size, not by the 15 s


async def test_a_body_that_never_comes_does_not_undo_the_status(serve: Serve, hasty: WebhookSender):
    async def stall(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nso far")
        await writer.wait_closed()

    receiver = await serve(stall)
    assert (await hasty.send(post(receiver.url()))).status == 200


@pytest.mark.parametrize("said", [b"", b"I do not speak HTTP\r\n\r\n", b"HTTP/1.1 200 OK\r\nLi"])
async def test_a_broken_reply_is_a_failed_connection(
    serve: Serve, sender: WebhookSender, said: bytes
):
    async def hang_up(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        writer.close()

    receiver = await serve(hang_up)
    outcome = await sender.send(post(receiver.url()))
    assert (outcome.status, outcome.error) == (None, "connection_failed")


async def test_a_closed_port_is_a_failed_connection(serve: Serve, sender: WebhookSender):
    receiver = await serve(reply(200))
    await receiver.stop()
    outcome = await sender.send(post(receiver.url()))
    assert (outcome.status, outcome.error) == (None, "connection_failed")


async def test_an_unknown_name_is_a_failed_connection(sender: WebhookSender):
    outcome = await sender.send(post("http://receiver.invalid/"))
    assert (outcome.status, outcome.error) == (None, "connection_failed")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/hook",
        "ftp://127.0.0.1/",
        "http:///hook",
        "http://[::1/",
        "http://x:70000/",
        f"http://{'a' * 64}.example/",
    ],
)
async def test_a_url_that_cannot_be_requested_is_invalid(sender: WebhookSender, url: str):
    outcome = await sender.send(post(url))
    assert (outcome.status, outcome.error) == (None, "invalid_url")


async def test_a_certificate_nobody_vouches_for_is_a_tls_error(
    serve: Serve, sender: WebhookSender, certificate: Path
):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    receiver = await serve(reply(200), tls=tls)
    outcome = await sender.send(post(receiver.url()))
    assert (outcome.status, outcome.error) == (None, "tls_error")
    assert receiver.requests == []


async def test_an_authority_the_system_trusts_may_vouch_for_a_receiver(
    serve: Serve, certificate: Path
):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    receiver = await serve(reply(200), tls=tls)
    # The system's authorities are read when a process starts, so this takes one of its own.
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SEND_ONCE, receiver.url()),
        env=os.environ | {"SSL_CERT_FILE": str(certificate)},
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await program.communicate()
    assert printed.split() == [b"200", b"None"]


async def test_https_to_a_plain_port_is_a_tls_error(sender: WebhookSender):
    def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as plain:
        port = plain.sockets[0].getsockname()[1]
        outcome = await sender.send(post(f"https://127.0.0.1:{port}/"))
    assert (outcome.status, outcome.error) == (None, "tls_error")


async def test_a_host_gets_eight_requests_at_once_and_the_wait_costs_no_time_out(
    serve: Serve, loopback: AddressPolicy
):
    now, most = 0, 0

    async def slow(_: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.1)
        now -= 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    receiver = await serve(slow)
    sender = WebhookSender(loopback, connect_seconds=1, total_seconds=1)
    outcomes = await asyncio.gather(*(sender.send(post(receiver.url())) for _ in range(96)))
    await sender.close()
    assert [outcome.status for outcome in outcomes] == [200] * 96
    assert most == 8
    assert receiver.connections == 8


async def test_a_dead_receiver_does_not_delay_another(serve: Serve, loopback: AddressPolicy):
    all_lanes_taken = asyncio.Event()

    async def hang(_: Request, writer: asyncio.StreamWriter) -> None:
        if len(dead.requests) == 8:
            all_lanes_taken.set()
        await writer.wait_closed()

    dead, alive = await serve(hang), await serve(reply(200))
    sender = WebhookSender(loopback, total_seconds=60)
    stuck = [asyncio.create_task(sender.send(post(dead.url()))) for _ in range(200)]
    await all_lanes_taken.wait()
    outcomes = await asyncio.gather(*(sender.send(post(alive.url())) for _ in range(20)))
    assert [outcome.status for outcome in outcomes] == [200] * 20
    assert not any(task.done() for task in stuck)
    for task in stuck:
        task.cancel()
    await asyncio.gather(*stuck, return_exceptions=True)
    await sender.close()


async def test_requests_leave_from_the_local_address_that_was_chosen(
    serve: Serve, loopback: AddressPolicy
):
    peers: list[str] = []

    async def note(_: Request, writer: asyncio.StreamWriter) -> None:
        peers.append(writer.get_extra_info("peername")[0])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    receiver: Receiver = await serve(note)
    sender = WebhookSender(loopback, local_address="127.0.0.9")
    outcome: Outcome = await sender.send(post(receiver.url()))
    await sender.close()
    assert (outcome.status, peers) == (200, ["127.0.0.9"])
