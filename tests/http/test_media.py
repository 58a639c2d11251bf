"""Uploads by requesters and workers, and requesters' pictures shown through the server."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.house import House, open_house

from humanwire.core.addresses import AddressPolicy

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


@pytest.fixture
async def gallery() -> AsyncGenerator[str]:
    """Another server, with a picture on it."""

    async def picture(request: web.Request) -> web.StreamResponse:
        if request.path == "/page":
            return web.Response(text="<script>1</script>", content_type="text/html")
        if request.path == "/odd":
            return web.Response(body=PNG, content_type="image/png", headers={"ETag": '"\u20ac"'})
        if "Range" in request.headers:
            headers = {"Content-Range": f"bytes 0-3/{len(PNG)}"}
            return web.Response(status=206, body=PNG[:4], content_type="image/png", headers=headers)
        return web.Response(body=PNG, content_type="image/png")

    app = web.Application()
    app.router.add_get("/{name}", picture)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def upload(house: House, data: Any, kind: str | None = "image/png", **kwargs: Any) -> Any:
    headers = {"X-Heat-API-Key": house.key} | ({"Content-Type": kind} if kind else {})
    return await house.call("POST", "/v1/media", data=data, headers=headers, **kwargs)


async def test_a_raw_upload_is_served_to_who_knows_its_address(house: House) -> None:
    reply = await upload(house, PNG)

    assert reply.status == 200
    told = reply.json
    assert (told["type"], told["bytes"]) == ("image/png", len(PNG))
    assert told["url"] == f"{house.origin}/media/{told['id']}"
    shown = await house.call("GET", f"/media/{told['id']}")
    assert (shown.body, shown.headers["Content-Type"]) == (PNG, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    part = await house.call("GET", f"/media/{told['id']}", headers={"Range": "bytes=1-3"})
    assert (part.status, part.body) == (206, b"PNG")


async def test_a_form_is_taken_too(house: House) -> None:
    form = aiohttp.FormData()
    form.add_field("file", PNG, filename="cat.png", content_type="image/png")

    reply = await upload(house, form, None)

    assert (reply.status, reply.json["bytes"]) == (200, len(PNG))


async def test_an_html_upload_is_never_a_page(house: House) -> None:
    reply = await upload(house, b"<script>alert(1)</script>", "text/html")

    shown = await house.call("GET", f"/media/{reply.json['id']}")

    assert shown.headers["Content-Disposition"] == "attachment"
    assert "sandbox" in shown.headers["Content-Security-Policy"]


async def test_bad_uploads_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path, upload_bytes=2000) as house:

        async def parts() -> AsyncGenerator[bytes]:
            for _ in range(3):
                yield b"x" * 1000

        form = aiohttp.FormData()
        form.add_field("file", b"x" * 3000, filename="cat.png", content_type="image/png")
        assert (await upload(house, parts())).status == 413
        assert (await upload(house, form, None)).status == 413
        assert (await upload(house, b"")).status == 400
        fileless = aiohttp.FormData()
        fileless.add_field("a", "b", content_type="text/plain")
        assert (await upload(house, fileless, None)).status == 400
        without = await house.call("POST", "/v1/media", data=PNG)
        assert (without.status, without.json["error"]["code"]) == (401, "unauthorized")
        assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


async def test_a_worker_uploads_for_the_task_in_hand(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.worker}", "Content-Type": "image/png"}
    early = await house.call("POST", "/worker/v1/media", data=PNG, headers=headers)
    assert (early.status, early.json["error"]["field"]) == (422, "assignment")
    task = (await house.ask("image", instruction="A picture of a cake"))["id"]
    lease = await house.claim()

    told = (await house.call("POST", "/worker/v1/media", data=PNG, headers=headers)).json
    page = headers | {"Content-Type": "text/html"}
    refused = await house.call("POST", "/worker/v1/media", data=PNG, headers=page)

    assert refused.status == 422
    await house.work(f"/assignments/{lease['id']}/answer", {"response": told["url"]})
    assert (await house.read(task))["response"] == told["url"]


async def test_a_requesters_picture_is_shown_through_the_server(house: House, gallery: str) -> None:
    url = f"{gallery}/cat.png"
    await house.ask(attachments=[url], attachments_type="image")
    lease = await house.claim()
    path = lease["task"]["sources"][url].removeprefix("/worker/v1")

    shown = await house.work(path, None, method="GET")

    assert (shown.status, shown.body) == (200, PNG)
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    headers = {"Authorization": f"Bearer {house.worker}", "Range": "bytes=0-3"}
    part = await house.call("GET", f"/worker/v1{path}", headers=headers)
    assert (part.status, part.body) == (206, PNG[:4])
    assert (await house.work(path, None, house.teammate, "GET")).status == 404
    assert (await house.work(path[:-1] + "7", None, method="GET")).status == 404


async def test_an_own_upload_is_shown_directly(house: House) -> None:
    url = (await upload(house, PNG)).json["url"]
    await house.ask(choices=[url, "http://example.org/b.png"], choices_type="image")

    sources = (await house.claim())["task"]["sources"]

    assert sources[url] == url.removeprefix(house.origin)
    assert sources["http://example.org/b.png"].startswith("/worker/v1/assignments/")


async def test_what_is_no_picture_or_is_private_is_not_fetched(
    tmp_path: Path, gallery: str
) -> None:
    async with open_house(tmp_path / "open") as house:
        await check_refused(house, f"{gallery}/page", "not_media")
    async with open_house(tmp_path / "closed", addresses=AddressPolicy()) as house:
        await check_refused(house, f"{gallery}/cat.png", "address_refused")


async def check_refused(house: House, url: str, reason: str) -> None:
    await house.ask(attachments=[url], attachments_type="image")
    lease = await house.claim()
    path = lease["task"]["sources"][url].removeprefix("/worker/v1")
    reply = await house.work(path, None, method="GET")
    assert (reply.status, reply.json["error"]["code"]) == (502, "media_unavailable")
    assert reply.json["error"]["reason"] == reason
    assert reason in reply.json["error"]["message"]


async def test_a_header_that_cannot_be_passed_on_is_left_out(house: House, gallery: str) -> None:
    await house.ask(attachments=[f"{gallery}/odd"], attachments_type="image")
    lease = await house.claim()

    shown = await house.work(f"/assignments/{lease['id']}/media/0", method="GET")

    assert (shown.status, shown.body) == (200, PNG)
    assert "ETag" not in shown.headers
