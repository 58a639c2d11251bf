"""Receivers on this machine, and a policy that lets the senders reach them."""

import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_network
from pathlib import Path
from shutil import which

import pytest
from tests.senders.receiver import Answer, Receiver

from humanwire.core.addresses import AddressPolicy

Serve = Callable[..., Awaitable[Receiver]]


@pytest.fixture
def loopback() -> AddressPolicy:
    return AddressPolicy((ip_network("127.0.0.0/8"), ip_network("::1/128")))


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    running: list[Receiver] = []

    async def start(answer: Answer, **settings) -> Receiver:
        receiver = Receiver(answer, **settings)
        await receiver.start()
        running.append(receiver)
        return receiver

    yield start
    for receiver in running:
        await receiver.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for 127.0.0.1 that no authority vouches for, and its key, in one file."""
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("no openssl command to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    key, chain = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=receiver", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", key, "-out", chain),
        ],
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + chain.read_bytes())
    return both
