"""Media as they come through the server: what is passed on, and what is not."""

from collections.abc import AsyncIterator

import pytest
from tests.senders.conftest import Serve
from tests.senders.receiver import Answer, endless, reply, silence

from humanwire.core.addresses import AddressPolicy
from humanwire.core.errors import FetchFailed
from humanwire.senders.fetch import MediaFetcher, OpenedMedia

PICTURE = bytes(range(256)) * 40
LIMIT = 1_000_000


@pytest.fixture
async def fetcher(loopback: AddressPolicy) -> AsyncIterator[MediaFetcher]:
    fetcher = MediaFetcher(loopback, most_bytes=LIMIT)
    yield fetcher
    await fetcher.close()


async def read(fetcher: MediaFetcher, url: str, range_header: str | None = None):
    async with fetcher.open(url, range_header) as media:
        body = b"".join([chunk async for chunk in media.chunks()])
    return media.status, media.headers, body


async def reason(fetcher: MediaFetcher, url: str) -> str:
    with pytest.raises(FetchFailed) as failed:
        await read(fetcher, url)
    return failed.value.reason


async def test_a_picture_comes_with_the_headers_that_matter_and_no_others(
    serve: Serve, fetcher: MediaFetcher
):
    kept = {
        "content-type": "image/png",
        "accept-ranges": "bytes",
        "etag": '"v1"',
        "last-modified": "Fri, 15 Jan 2027 08:00:00 GMT",
    }
    site = await serve(
        reply(
            200,
            PICTURE,
            set_cookie="a=b",
            x_internal="1",
            **{name.replace("-", "_"): value for name, value in kept.items()},
        )
    )
    status, headers, body = await read(fetcher, site.url("/cat.png"))
    assert (status, body) == (200, PICTURE)
    assert headers == kept | {"content-length": str(len(PICTURE))}
    assert site.requests[0].headers.keys() == {"host", "user-agent", "accept-encoding"}


async def test_a_range_is_passed_on(serve: Serve, fetcher: MediaFetcher):
    site = await serve(
        reply(206, PICTURE[:10], content_type="video/mp4", content_range="bytes 0-9/10240")
    )
    status, headers, body = await read(fetcher, site.url("/v.mp4"), "bytes=0-9")
    assert (status, body) == (206, PICTURE[:10])
    assert headers["content-range"] == "bytes 0-9/10240"
    assert site.requests[0].headers["range"] == "bytes=0-9"


@pytest.mark.parametrize(
    ("said", "path", "taken"),
    [
        ("IMAGE/PNG; charset=binary", "/x", "image/png"),
        ("audio/mpeg", "/x.html", "audio/mpeg"),
        ("application/octet-stream", "/a/Cat.JPG?v=2", "image/jpeg"),
        ("binary/octet-stream", "/clip.webm", "video/webm"),
        ("", "/sound.mp3", "audio/mpeg"),
    ],
)
async def test_the_type_is_the_servers_or_else_the_endings(
    serve: Serve, fetcher: MediaFetcher, said: str, path: str, taken: str
):
    site = await serve(reply(200, PICTURE, content_type=said))
    assert (await read(fetcher, site.url(path)))[1]["content-type"] == taken


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        (reply(200, PICTURE, content_type="text/html"), "/cat.png"),
        (reply(200, PICTURE, content_type="application/octet-stream"), "/cat.exe"),
        (reply(200, PICTURE), "/cat"),
        (reply(200, PICTURE, content_type="image/png", content_encoding="gzip"), "/cat.png"),
    ],
    ids=["page", "unknown", "unnamed", "compressed"],
)
async def test_what_is_no_medium_is_not_passed_on(
    serve: Serve, fetcher: MediaFetcher, answer: Answer, path: str
):
    site = await serve(answer)
    assert await reason(fetcher, site.url(path)) == "not_media"


@pytest.mark.parametrize("status", [204, 304, 404, 416, 500])
async def test_another_status_is_a_failure_that_names_it(
    serve: Serve, fetcher: MediaFetcher, status: int
):
    site = await serve(reply(status, content_type="image/png"))
    assert await reason(fetcher, site.url()) == f"status_{status}"


async def test_a_length_over_the_limit_is_refused_before_the_body(
    serve: Serve, fetcher: MediaFetcher
):
    site = await serve(reply(200, b"x" * (LIMIT + 1), content_type="image/png"))
    with pytest.raises(FetchFailed, match="too_large"):
        async with fetcher.open(site.url(), None):
            pytest.fail("the body was offered")


async def test_a_body_without_a_length_is_cut_at_the_limit(serve: Serve, fetcher: MediaFetcher):
    site = await serve(endless("image/png"))
    passed_on = 0

    async def pass_on(media: OpenedMedia) -> None:
        nonlocal passed_on
        async for chunk in media.chunks():
            passed_on += len(chunk)

    async with fetcher.open(site.url(), None) as media:
        with pytest.raises(FetchFailed, match="too_large"):
            await pass_on(media)
    assert 0 < passed_on <= LIMIT


async def test_exactly_the_limit_is_passed_on(serve: Serve, fetcher: MediaFetcher):
    site = await serve(reply(200, b"x" * LIMIT, content_type="image/png"))
    assert (await read(fetcher, site.url()))[2] == b"x" * LIMIT


async def test_three_redirects_are_followed_and_a_fourth_is_not(
    serve: Serve, fetcher: MediaFetcher
):
    picture = await serve(reply(200, PICTURE, content_type="image/png"))
    urls = [picture.url("/cat.png")]
    for _ in range(4):
        hop = await serve(reply(302, location=urls[-1]))
        urls.append(hop.url())
    assert (await read(fetcher, urls[3]))[2] == PICTURE
    assert await reason(fetcher, urls[4]) == "too_many_redirects"


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address_refused"),
        ("http://2130706433/", "address_refused"),
        ("http://[::ffff:10.0.0.1]/", "address_refused"),
        ("file:///etc/passwd", "invalid_url"),
    ],
)
async def test_each_redirect_is_checked(
    serve: Serve, fetcher: MediaFetcher, location: str, why: str
):
    site = await serve(reply(302, location=location))
    assert await reason(fetcher, site.url()) == why


async def test_a_silent_site_is_a_timeout(serve: Serve, loopback: AddressPolicy):
    site = await serve(silence)
    fetcher = MediaFetcher(loopback, most_bytes=LIMIT, silent_seconds=0.2)
    assert await reason(fetcher, site.url()) == "timeout"
    await fetcher.close()


async def test_a_closed_port_and_a_bad_url_are_named(serve: Serve, fetcher: MediaFetcher):
    site = await serve(silence)
    await site.stop()
    assert await reason(fetcher, site.url()) == "connection_failed"
    assert await reason(fetcher, "no url") == "invalid_url"


async def test_a_body_that_breaks_off_is_a_failure(serve: Serve, fetcher: MediaFetcher):
    async def break_off(_, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 99\r\n\r\nx")
        writer.close()

    site = await serve(break_off)
    assert await reason(fetcher, site.url()) == "connection_failed"


async def test_this_machine_is_refused_unless_it_is_allowed(serve: Serve):
    site = await serve(reply(200, PICTURE, content_type="image/png"))
    fetcher = MediaFetcher(AddressPolicy(), most_bytes=LIMIT)
    assert await reason(fetcher, site.url()) == "address_refused"
    await fetcher.close()
    assert site.connections == 0
