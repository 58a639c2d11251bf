"""Trials of workflows over HTTP: what is asked, what is checked, and that nothing is kept."""

from typing import Any

import pytest
from tests.house import House, Reply

from humanwire.flows.workflows import create_workflow

PETS = {"tag": "pets", "kind": "choice", "instruction": "Which?", "labels": ["cat", "dog"]}


async def trial(
    house: House, tag: str, body: Any = None, token: str = "", query: str = ""
) -> Reply:
    path = f"/projects/ours/trials/{tag}{query}"
    return await house.work(path, body, token, "GET" if body is None else "POST")


async def made(house: House, form: dict[str, Any]) -> None:
    await create_workflow(house.ports, house.project, form)


async def test_a_question_is_shown_with_a_picture_of_ours(house: House) -> None:
    await made(house, PETS)

    shown = (await trial(house, "pets")).json

    assert shown["version"] == 1
    task = shown["task"]
    assert (task["instruction"], task["question"]["choices"]) == ("Which?", ["cat", "dog"])
    [attachment] = task["attachments"]
    path = task["sources"][attachment["value"]]
    picture = await house.call("GET", path)
    assert (picture.status, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert "sandbox" in picture.headers["content-security-policy"]


async def test_pictures_of_ones_own_are_frames_where_objects_are_followed(house: House) -> None:
    await made(house, {"tag": "cars", "kind": "tracking", "labels": ["car"]})
    query = "?picture=https://example.com/1.png&picture=https://example.com/2.png"

    own = (await trial(house, "cars", query=query)).json["task"]
    ours = (await trial(house, "cars")).json["task"]

    assert [frame["src"][-5:] for frame in own["question"]["frames"]] == ["1.png", "2.png"]
    assert own["sources"] == {}
    assert len(ours["question"]["frames"]) == 5


async def test_an_answer_is_checked_as_a_real_one_and_kept_nowhere(house: House) -> None:
    await made(house, PETS)

    good = await trial(house, "pets", {"response": ["cat"]})
    bad = await trial(house, "pets", {"response": ["cow"]})

    assert (good.status, good.json) == (200, {"response": ["cat"]})
    assert (bad.status, bad.json["error"]["field"]) == (422, "response[0]")
    assert (await house.work("/history", method="GET")).json["answers"] == []
    assert (await house.work("/assignments", {})).status == 204


@pytest.mark.parametrize(
    ("tag", "query", "status", "field"),
    [
        ("nothing", "", 404, "workflow"),
        ("pets", "?picture=nowhere", 422, "picture"),
    ],
)
async def test_what_cannot_be_tried_is_named(
    house: House, tag: str, query: str, status: int, field: str
) -> None:
    await made(house, PETS)
    reply = await trial(house, tag, query=query)
    assert (reply.status, reply.json["error"]["field"]) == (status, field)


async def test_only_workers_of_the_project_may_try(house: House) -> None:
    await made(house, PETS)
    assert (await trial(house, "pets", token=house.stranger)).status == 404
    assert (await trial(house, "pets", token="wk_nobody")).status == 401
