"""The panel of a serving process: pictures through the guard, uploads, health in the metrics."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from tests.house import House, open_house
from tests.models.conftest import Elsewhere, item, picture

from humanwire.config import Settings
from humanwire.core.addresses import AddressPolicy
from humanwire.core.errors import Invalid
from humanwire.core.model import Abstention, Verdict
from humanwire.models.media import PICTURE_BYTES
from humanwire.wiring import open_context

IMAGE = picture("flower.jpg")


def sees(length: int) -> Any:
    """A back end that is sure only where its picture is of this length."""

    def predict(body: Any, _: web.Request) -> Any:
        return {
            "results": [
                {
                    "result": [{"type": "choices", "value": {"choices": ["approved"]}}],
                    "score": float(len(each["data"]["image"]) > length),
                }
                for each in body["tasks"]
            ]
        }

    return predict


def flower(*_: Any) -> web.Response:
    return web.Response(body=IMAGE, content_type="image/jpeg")


@pytest.fixture
async def model(elsewhere: Elsewhere) -> str:
    url = await elsewhere(health={}, setup={}, predict=sees(len(IMAGE)))
    return f"eyes=label-studio+{url}"


@pytest.fixture
async def house(tmp_path: Path, model: str) -> AsyncIterator[House]:
    async with open_house(tmp_path / "house", model=(model,)) as opened:
        yield opened


async def opinion(house: House, url: str) -> Any:
    (said,) = await house.ports.panel.opinions("eyes", [item(url=url)])
    return said


async def test_a_picture_is_fetched_and_shown(house: House, elsewhere: Elsewhere) -> None:
    url = await elsewhere(**{"flower.jpg": flower})
    assert await opinion(house, f"{url}/flower.jpg") == Verdict(["approved"], 1.0)
    assert house.ports.panel.capabilities()["eyes"].covers("choice", None)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (web.Response(status=404), "media_status"),
        (web.Response(text="<html>", content_type="text/html"), "media_not_media"),
        (web.Response(body=b"", content_type="video/mp4"), "media_not_media"),
        (
            web.Response(body=bytes(PICTURE_BYTES + 1), content_type="image/png"),
            "media_too_large",
        ),
        (web.Response(status=302, headers={"Location": "/loop"}), "media_too_many_redirects"),
        (web.Response(status=302, headers={"Location": "ftp://x"}), "media_invalid_url"),
    ],
    ids=["missing", "page", "film", "huge", "loop", "other scheme"],
)
async def test_what_is_no_picture_is_left_to_people(
    house: House, elsewhere: Elsewhere, reply: web.Response, reason: str
) -> None:
    url = await elsewhere(loop=lambda *_: _again(reply))
    assert await opinion(house, f"{url}/loop") == Abstention(reason)


def _again(reply: web.Response) -> web.Response:
    return web.Response(status=reply.status, headers=reply.headers, body=reply.body or None)


async def test_private_addresses_are_not_fetched_from(tmp_path: Path, model: str) -> None:
    async with open_house(tmp_path / "strict", model=(model,), addresses=AddressPolicy()) as house:
        for host in ("127.0.0.1:9", "[::1]:9", "2130706433", "169.254.1.1"):
            said = await opinion(house, f"http://{host}/1.jpg")
            assert said == Abstention("media_address_refused"), host


async def test_uploads_are_shown_although_the_server_is_private(tmp_path: Path, model: str) -> None:
    async with open_house(tmp_path / "strict", model=(model,), addresses=AddressPolicy()) as house:
        headers = {"X-Heat-API-Key": house.key, "Content-Type": "image/jpeg"}
        upload = await house.call("POST", "/v1/media", data=IMAGE, headers=headers)
        assert await opinion(house, upload.json["url"]) == Verdict(["approved"], 1.0)
        gone = upload.json["url"].replace("media/", "media/x")
        assert await opinion(house, gone) == Abstention("media_address_refused")


async def test_what_models_do_is_in_the_metrics(house: House, elsewhere: Elsewhere) -> None:
    url = await elsewhere(**{"flower.jpg": flower})
    await opinion(house, f"{url}/flower.jpg")
    await opinion(house, f"{url}/flower.jpg")
    await opinion(house, "http://127.0.0.1:1/1.jpg")
    page = (await house.call("GET", "/metrics")).body.decode()
    for line in (
        'model_items_total{model="eyes",result="answered"} 2.0',
        'model_items_total{model="eyes",result="media_connection_failed"} 1.0',
        'model_batches_total{model="eyes"} 2.0',
        'model_waiting{model="eyes"} 0.0',
        'model_ready{model="eyes"} 1.0',
    ):
        assert f"\nhumanwire_{line}\n" in page


async def test_a_server_does_not_start_without_a_model_it_is_told_to_ask(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="No model 'sphinx' is installed"):
        async with open_context(
            Settings(database=f"sqlite:///{tmp_path / 'x.db'}", model=("sphinx",))
        ):
            pass
    async with open_house(tmp_path / "house") as house:
        assert house.ports.panel.capabilities() == {}
        assert await opinion(house, "http://x.test") == Abstention("no_model")


async def test_a_server_starts_while_a_model_is_away(tmp_path: Path) -> None:
    async with open_house(tmp_path / "house", model=("eyes=http://127.0.0.1:1",)) as house:
        assert house.ports.panel.capabilities() == {}
        health = house.ports.panel.health()["eyes"]
        assert health.state == "unreachable"
        assert "127.0.0.1" in health.trouble
