"""Encrypted media addresses: nothing else is shown, and a copied one is worth nothing."""

import json
import string
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from tests.house import House
from tests.http.test_media import PNG, gallery, upload
from tests.http.test_pages import sign_in

from humanwire.flows.accounts import rotate_secret

__all__ = ["gallery"]

MINUTE = 60_000
BOX = {"x": 1, "y": 2, "x2": 30, "y2": 40}


@pytest.fixture(autouse=True)
async def encrypted(house: House) -> None:
    settings = replace(house.project.settings, media_mode="encrypted")
    await house.ports.store.change_project(replace(house.project, settings=settings))


class Browser:
    """A signed-in session of a worker."""

    def __init__(self, house: House, cookie: dict[str, str]) -> None:
        self._house = house
        self._cookie = cookie

    async def work(self, path: str, body: Any = None, method: str = "POST") -> Any:
        reply = await self._house.call(method, f"/worker/v1{path}", json=body, headers=self._cookie)
        assert reply.status in {200, 201}, reply.body
        return reply.json

    async def load(self, address: str) -> tuple[int, bytes]:
        path = address.removeprefix(self._house.origin)
        reply = await self._house.call("GET", path, headers=self._cookie)
        return reply.status, reply.body


@pytest.fixture
async def browser(house: House) -> Browser:
    return await another(house)


async def another(house: House, token: str = "") -> Browser:
    return Browser(house, await sign_in(house, token or house.worker))


def questions(gallery: str) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Requests with media of theirs in every place, and how many media each has."""
    shown = {"attachments_type": "image", "attachments": [f"{gallery}/a", f"{gallery}/b"]}
    pick = {"choices_type": "image", "choices": [f"{gallery}/c", f"{gallery}/d"]}
    yield "free-text", shown, 2
    yield "multiple-choice", shown | pick, 4
    inner = {"per_annotation": {"instruction": "Which?"} | pick}
    yield "annotations-with-multiple-choice", shown | inner, 4
    frames = [{"frame_id": name, "src": f"{gallery}/{name}"} for name in "efg"]
    yield "tracking", {"video_data": {"frames": frames}}, 3
    film = {"src": f"{gallery}/film", "fps": 25, "frame_count": 5}
    yield "tracking", {"video_data": film}, 1
    yield "form", shown | {"result_structure": {"place": "POINT"}}, 2


@pytest.mark.parametrize("number", range(6))
async def test_no_address_of_the_media_is_shown_and_all_of_them_load(
    house: House, browser: Browser, gallery: str, number: int
) -> None:
    kind, fields, count = list(questions(gallery))[number]
    await house.ask(kind, **({"instruction": "Look"} | fields))

    lease = await browser.work("/assignments", {})
    held = (await browser.work("/assignments", method="GET"))["assignments"]

    for view in (lease, *held):
        text = json.dumps(view)
        assert gallery not in text
        assert len(view["task"]["sources"]) == count
        for address, path in view["task"]["sources"].items():
            assert address == house.origin + path
            assert text.count(json.dumps(address)) == 2  # as a source, and where it belongs
            assert await browser.load(path) == (200, PNG)
    numbered = f"/worker/v1/assignments/{lease['id']}/media/0"
    assert (await browser.load(numbered))[0] == 404


async def one(house: House, browser: Browser, gallery: str) -> tuple[str, str]:
    """Hold a task with a picture; return the assignment and the picture's address."""
    await house.ask(attachments_type="image", attachments=[f"{gallery}/a"])
    lease = await browser.work("/assignments", {})
    return lease["id"], lease["task"]["attachments"][0]["value"]


async def test_a_copied_address_is_worth_nothing_in_another_session(
    house: House, browser: Browser, gallery: str
) -> None:
    _, address = await one(house, browser, gallery)

    again, teammate = await another(house), await another(house, house.teammate)

    assert (await browser.load(address))[0] == 200
    assert (await again.load(address))[0] == 404
    assert (await teammate.load(address))[0] == 404
    assert (await house.work(address.partition("/worker/v1")[2], method="GET")).status == 404
    path = address.removeprefix(house.origin)
    assert (await house.call("GET", path)).status == 401
    mine = (await again.work("/assignments", method="GET"))["assignments"]
    assert (await again.load(mine[0]["task"]["attachments"][0]["value"]))[0] == 200


async def test_nor_under_another_assignment_or_when_it_was_tampered_with(
    house: House, browser: Browser, gallery: str
) -> None:
    first, address = await one(house, browser, gallery)
    second, other = await one(house, browser, gallery)

    moved = address.replace(first, second)
    changed = [address[:-1] + last for last in string.ascii_letters if last != address[-1]]

    assert first != second
    assert (await browser.load(other))[0] == 200
    for wrong in (moved, *changed, address[:-4], address + "xxxx", address[: address.rindex("/")]):
        assert (await browser.load(wrong))[0] == 404


async def test_nor_after_its_time(house: House, browser: Browser, gallery: str) -> None:
    _, address = await one(house, browser, gallery)

    house.clock.ahead = 9 * MINUTE
    assert (await browser.load(address))[0] == 200
    house.clock.ahead = 11 * MINUTE

    assert (await browser.load(address))[0] == 404


async def test_it_lives_on_with_the_lease_that_it_is_for(
    house: House, browser: Browser, gallery: str
) -> None:
    lease, address = await one(house, browser, gallery)
    house.clock.ahead = 8 * MINUTE
    await browser.work(f"/assignments/{lease}/heartbeat")

    house.clock.ahead = 15 * MINUTE
    assert (await browser.load(address))[0] == 200
    await browser.work(f"/assignments/{lease}/answer", {"response": ["cat"]})

    assert (await browser.load(address))[0] == 404


async def test_picked_pictures_come_back_under_their_own_addresses(
    house: House, browser: Browser, gallery: str
) -> None:
    choices = [f"{gallery}/c", f"{gallery}/d"]
    asked = await house.ask(
        choices_type="image",
        choices=choices,
        confidence={"strategy": "majority", "min_agreements": 2, "max_crunchers": 3},
    )
    lease = await browser.work("/assignments", {})
    seen = lease["task"]["question"]["choices"]
    path = f"/assignments/{lease['id']}"

    await browser.work(f"{path}/draft", {"version": 1, "body": {"picked": [seen[1]]}}, "PUT")
    later = await another(house)
    [held] = (await later.work("/assignments", method="GET"))["assignments"]
    assert held["draft"]["body"] == {"picked": [held["task"]["question"]["choices"][1]]}
    draft = await later.work(f"{path}/draft", method="GET")
    assert gallery not in json.dumps(draft)

    # What was picked long ago in another session, and is sent only now, counts all the same.
    house.clock.ahead = 30 * MINUTE
    await later.work(f"{path}/answer", {"response": [seen[1]]})
    past = (await later.work("/history", method="GET"))["answers"]
    assert [each["response"] for each in past] == [None]
    whole = await later.work(f"/history/{lease['id']}", method="GET")
    assert whole["response"] == [whole["task"]["question"]["choices"][1]]
    assert gallery not in json.dumps(whole)
    assert (await later.load(whole["response"][0])) == (200, PNG)
    await later.work(
        f"{path}/answer", {"response": [whole["task"]["question"]["choices"][0]]}, "PUT"
    )

    mate = await another(house, house.teammate)
    taken = await mate.work("/assignments", {})
    answer = {"response": [taken["task"]["question"]["choices"][0]]}
    await mate.work(f"/assignments/{taken['id']}/answer", answer)
    assert (await house.read(asked["id"]))["response"] == [choices[0]]


async def test_marks_answer_with_pictures_too(house: House, browser: Browser, gallery: str) -> None:
    kind, fields, _ = list(questions(gallery))[2]
    fields |= {"annotations_type": "rectangle", "instruction": "Mark"}
    asked = await house.ask(kind, **fields)
    lease = await browser.work("/assignments", {})

    picked = lease["task"]["question"]["inner"]["choices"][0]
    mark = BOX | {"response": [picked], "attachment_index": 0}
    await browser.work(f"/assignments/{lease['id']}/answer", {"response": [mark]})

    [told] = (await house.read(asked["id"]))["response"]
    assert told["response"] == [f"{gallery}/c"]


async def test_what_was_uploaded_here_is_hidden_as_well(house: House, browser: Browser) -> None:
    address = (await upload(house, PNG)).json["url"]
    await house.ask(attachments_type="image", attachments=[address])

    lease = await browser.work("/assignments", {})

    shown = lease["task"]["attachments"][0]["value"]
    assert address not in json.dumps(lease)
    assert await browser.load(shown) == (200, PNG)


async def test_addresses_outlive_a_new_webhook_secret(
    house: House, browser: Browser, gallery: str
) -> None:
    _, address = await one(house, browser, gallery)

    project = await house.ports.store.project(house.project.number)
    await rotate_secret(house.ports, project)

    assert (await browser.load(address))[0] == 200
