"""Heads that never end: the server lets go of who sends them, before and after a key is known."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from tests.house import House

from humanwire.http import protocol

POST = b"POST /v1/requests/free-text HTTP/1.1\r\nHost: here\r\n"


@asynccontextmanager
async def connected(
    house: House,
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.context.settings.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def go_on(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"a" * 65_536)
        await writer.drain()
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    "opening",
    [
        b"GET /",
        b"GET / HTTP/1.1\r\nHost: ",
        POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nTrailer: ",
    ],
)
async def test_a_head_without_an_end_is_cut_off(house: House, opening: bytes) -> None:
    async with connected(house) as (_, writer):
        writer.write(opening)

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(go_on(writer), 10)


@pytest.mark.parametrize("opening", [b"", b"GET / HTTP/1.1\r\nHost: here\r\n"])
async def test_a_head_that_does_not_come_is_not_waited_for(
    house: House, opening: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    async with connected(house) as (reader, writer):
        writer.write(opening)

        assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_a_caller_may_be_silent_while_waiting_for_people(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    body = b'{"instruction":"What?","padding":"%s"}' % (b"a" * 60_000)
    head = POST.replace(b"text", b"text?block=1") + b"X-Heat-API-Key: %s\r\n" % house.key.encode()
    async with connected(house) as (reader, writer):
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

        assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 200")
