"""The client for Python at a running server: its interface, its examples, and poor lines."""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, Self

import pytest
from tests.clients.line import cut, line, passing, saying, silent
from tests.house import House, open_house

import k_sequencing
from k_sequencing import aio

PICTURE = "https://example.org/1.jpg"
REFUSED = json.dumps({"data": None, "meta": {"code": 503, "message": "Not now."}})
FINE = json.dumps({"data": {"image": {"id": "7"}}, "meta": {"code": 200, "message": "success"}})
PARAMS: dict[str, dict[str, Any]] = {
    "Choice": {"instruction": "face", "categories": "face, eye", "data": PICTURE},
    "ClosedQuestion": {"data": PICTURE},
    "Message": {"instruction": "face", "data": PICTURE},
    "PhotoTag": {"instruction": "face", "data": PICTURE},
    "Prediction": {"instruction": "face", "data": PICTURE},
}
TAGS = [{"tag": "face", "x": 1, "y": 2, "w": 3, "h": 4}]
ANSWERS: dict[str, tuple[Any, Any]] = {
    "Choice": (["eye"], ["eye"]),
    "ClosedQuestion": (["ban"], "ban"),
    "Message": ("a face", "a face"),
    "PhotoTag": (TAGS, TAGS),
    "Prediction": (["approved"], "approved"),
}
CLASSES = sorted(PARAMS)
PATHS = {
    "Choice": "images/choices",
    "ClosedQuestion": "images/closed_questions",
    "Message": "images/messages",
    "PhotoTag": "images/photo_tags",
    "Prediction": "prime/predictions",
}


class Both:
    """One class of images, called in either of the two ways."""

    def __init__(self, way: str, name: str, token: str, url: str, **options: Any) -> None:
        self._way = way
        self._images = getattr(k_sequencing if way == "sync" else aio, name)(
            token, url=url, **options
        )

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any, **kwargs: Any) -> Any:
            method = getattr(self._images, name)
            if self._way == "async":
                return await method(*args, **kwargs)
            return await asyncio.to_thread(method, *args, **kwargs)

        return call

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._images.aclose() if self._way == "async" else self._images.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with open_house(tmp_path / "house") as opened:
        yield opened


@pytest.fixture(params=["sync", "async"])
def way(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("name", CLASSES)
async def test_an_image_is_sent_found_listed_and_answered(
    house: House, way: str, name: str
) -> None:
    async with Both(way, name, house.key, house.origin) as images:
        made = await images.create(params={**PARAMS[name], "custom_id": "a/1"})
        assert (made.code, made.error_code, made.message) == (200, None, "success")
        assert made.meta == {"code": 200, "message": "success"}
        image = made.data
        assert (image["status"], image["custom_id"], image["data"]) == (
            "unprocess",
            "a/1",
            PICTURE,
        )
        for found in (
            await images.find_id(image["id"]),
            await images.find_id("a/1"),
            await images.find_id(id=image["id"]),
            await images.find_id(custom_id="a/1"),
        ):
            assert (found.code, found.data) == (200, {"image": image})

        second = (await images.create(PARAMS[name])).data
        listed = await images.list()
        assert listed.data == {"images": [second, image]}
        assert (listed.meta["total_count"], listed.meta["next_page"]) == (2, -1)
        for page in (
            await images.list(params={"page": 2, "per_page": 1}),
            await images.list(page=2, per_page=1),
        ):
            assert (page.data, page.meta["prev_page"]) == ({"images": [image]}, 1)

        response, answer = ANSWERS[name]
        held = await house.claim()
        await house.work(f"/assignments/{held['id']}/answer", {"response": response})
        done = (await images.find_id(held["task"]["id"])).data["image"]
        assert (done["status"], done["answer"]) == ("processed", answer)


@pytest.mark.parametrize(
    ("flavour", "answer"),
    [
        ("standard", "approved"),
        ("standard+human", "approved"),
        ("nudity", {"sexual": 0.0}),
        ("demographic", {"result": []}),
    ],
)
async def test_a_prediction_has_its_flavour(
    house: House, way: str, flavour: str, answer: object
) -> None:
    async with Both(way, "Prediction", house.test_key, house.origin) as images:
        made = await images.create({"data": PICTURE, "prediction": flavour})
    assert (made.data["status"], made.data["answer"]) == ("processed", answer)


async def test_what_is_refused_is_a_result_too(house: House, way: str) -> None:
    async with Both(way, "Choice", "live_wrong", house.origin) as strange:
        result = await strange.list()
    assert (result.error_code, result.message) == (401, "Not authenticated")
    assert (result.code, result.data) == (None, None)
    assert result.meta == {"code": 401, "message": "Not authenticated"}

    async with Both(way, "Choice", house.key, house.origin) as images:
        unknown = await images.find_id("nothing of that name")
        assert (unknown.error_code, unknown.data) == (404, None)
        refused = await images.create(params={"instruction": "face", "data": PICTURE})
        assert refused.error_code == 400
        assert refused.message.startswith("categories: ")


async def test_values_keep_their_sort(house: House, way: str) -> None:
    params = {
        **PARAMS["Choice"],
        "categories": ["cat, black", "dog"],
        "multiple": True,
        "allow_empty": True,
        "metadata": {"run": "monday"},
    }
    async with Both(way, "Choice", house.key, house.origin) as images:
        image = (await images.create(params)).data
    assert image["categories"] == ["cat, black", "dog"]
    assert (image["multiple"], image["allow_empty"]) == (True, True)


async def test_a_reply_that_is_lost_does_not_ask_twice(house: House, way: str) -> None:
    lost, whole = passing(house.origin, lost=True), passing(house.origin)
    async with (
        line(lost, lost, whole) as poor,
        Both(way, "Message", house.key, poor.origin) as images,
    ):
        made = await images.create(PARAMS["Message"])
        listed = await images.list()
    assert len(poor.keys - {None}) == 1
    assert len(poor.calls) == 4
    assert listed.data == {"images": [made.data]}


async def test_two_calls_with_a_key_of_ones_own_ask_once(house: House, way: str) -> None:
    async with Both(way, "Message", house.key, house.origin) as images:
        first = await images.create(PARAMS["Message"], idempotency_key="order-17")
        again = await images.create(PARAMS["Message"], idempotency_key="order-17")
        assert first.data == again.data
        assert (await images.list()).meta["total_count"] == 1
        other = {**PARAMS["Message"], "instruction": "nose"}
        assert (await images.create(other, idempotency_key="order-17")).error_code == 409
        assert (await images.create(other, idempotency_key="")).error_code == 400


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_busy_server_is_asked_again(way: str, status: int) -> None:
    async with (
        line(saying(status, REFUSED, Retry_After="0"), saying(200, FINE)) as poor,
        Both(way, "Choice", "key", poor.origin) as images,
    ):
        assert (await images.find_id("7")).data == {"image": {"id": "7"}}
        assert len(poor.calls) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 413])
async def test_one_that_refuses_is_not(way: str, status: int) -> None:
    async with (
        line(saying(status, "<html>", Location="/elsewhere")) as poor,
        Both(way, "Choice", "key", poor.origin) as images,
    ):
        result = await images.create({})
        assert (result.error_code, result.message) == (status, f"The server replied {status}.")
        assert len(poor.calls) == 1


async def test_in_the_end_what_it_said_counts(way: str) -> None:
    async with (
        line(saying(503, REFUSED)) as poor,
        Both(way, "Choice", "key", poor.origin, retries=1) as images,
    ):
        result = await images.list()
        assert (result.error_code, result.message, len(poor.calls)) == (503, "Not now.", 2)
    async with (
        line(saying(429, REFUSED, Retry_After="3600")) as poor,
        Both(way, "Choice", "key", poor.origin) as images,
    ):
        assert ((await images.list()).error_code, len(poor.calls)) == (429, 1)


async def test_no_reply_is_raised(way: str) -> None:
    async with line(silent) as poor:
        async with Both(way, "Choice", "key", poor.origin, timeout=0.5, retries=1) as images:
            with pytest.raises(k_sequencing.TimedOut):
                await images.list()
        assert len(poor.calls) == 2
    async with line(cut) as poor:
        async with Both(way, "Choice", "key", poor.origin, retries=0) as images:
            with pytest.raises(k_sequencing.Unreachable) as raised:
                await images.create({})
        assert raised.value.__cause__ is not None
        assert len(poor.calls) == 1


@pytest.mark.parametrize("text", ["<html>Sign in</html>", "[]", '{"success": true}'])
async def test_another_page_in_place_of_the_server_is_told_from_it(way: str, text: str) -> None:
    async with (
        line(saying(200, text)) as page,
        Both(way, "Choice", "key", page.origin) as images,
    ):
        with pytest.raises(k_sequencing.BadReply):
            await images.list()


@pytest.mark.parametrize("name", PATHS)
async def test_each_class_has_its_place(way: str, name: str) -> None:
    async with (
        line(saying(200, FINE)) as door,
        Both(way, name, "key", f"{door.origin}/humans/") as images,
    ):
        await images.create({"data": PICTURE})
        await images.list(page=3)
        await images.find_id("../x?y")
        await images.find_id(id="7")
        await images.find_id(custom_id="a&b")
    many, one = PATHS[name], PATHS[name][:-1]
    assert [f"{call.method} {call.raw_path}" for call in door.calls] == [
        f"POST /humans/api/{many}",
        f"GET /humans/api/{many}?page=3",
        "GET /humans/api/projects/images/..%2Fx%3Fy",
        f"GET /humans/api/{one}?id=7",
        f"GET /humans/api/{one}?custom_id=a%26b",
    ]
    assert {call.headers["Authorization"] for call in door.calls} == {"key"}


def test_what_cannot_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("K_SEQUENCING_URL", raising=False)
    monkeypatch.delenv("PROJECT_KEY", raising=False)
    for module in (k_sequencing, aio):
        with pytest.raises(ValueError, match="K_SEQUENCING_URL"):
            module.Choice("key")
        with pytest.raises(ValueError, match="PROJECT_KEY"):
            module.Choice(url="http://127.0.0.1")
        for url in ("ftp://127.0.0.1", "127.0.0.1:8080", "http://me:secret@127.0.0.1"):
            with pytest.raises(ValueError, match="address"):
                module.Choice("key", url=url)
        for wrong in ({"timeout": 0}, {"timeout": float("nan")}, {"retries": -1}):
            with pytest.raises(ValueError, match="timeout"):
                module.Choice("key", url="http://127.0.0.1", **wrong)
    with k_sequencing.Choice("key", url="http://127.0.0.1") as images:
        assert "key" not in repr(images._place)
        for names in ({}, {"id": "7", "custom_id": "8"}, {"image_id": ""}):
            with pytest.raises(ValueError, match="id"):
                images.find_id(**names)


def test_key_and_address_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K_SEQUENCING_URL", "https://humans.example.com/")
    monkeypatch.setenv("PROJECT_KEY", "live_1")
    with k_sequencing.PhotoTag() as images:
        assert images._place.url == "https://humans.example.com"
        assert images._place.token == "live_1"
