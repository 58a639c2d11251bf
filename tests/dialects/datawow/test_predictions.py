"""Predictions that people make, where no model is installed."""

from typing import Any

import pytest
from msgspec.structs import replace
from tests.dialects.datawow.conftest import PICTURE, Client

MANY = "prime/predictions"


async def test_people_judge_where_there_is_no_model(client: Client) -> None:
    made = await client.make(MANY, data=PICTURE, custom_id="mine", prediction="standard+human")
    assert made["status"] == "unprocess"
    task = await client.work(["ban"])
    assert (task["type"], task["question"]["choices"]) == (
        "prediction",
        ["approved", "declined", "ban"],
    )
    for path in (f"{MANY}/{made['id']}", f"{MANY}/mine", "prime/prediction?custom_id=mine"):
        found = await client.form("GET", path)
        image = found.json["data"]["image"]
        assert (image["answer"], image["status"], image["credit_charged"]) == (
            "ban",
            "processed",
            1,
        )
    assert (await client.read("mine"))["answer"] == "ban"


async def test_only_predictions_are_found_among_them(client: Client) -> None:
    question = await client.make("images/closed_questions", data=PICTURE, custom_id="mine")
    assert (await client.form("GET", f"{MANY}/{question['id']}")).status == 404
    assert (await client.form("GET", f"{MANY}/mine")).status == 404
    made = await client.make(MANY, data=PICTURE, custom_id=question["id"])
    found = await client.form("GET", f"{MANY}/{question['id']}")
    assert found.json["data"]["image"]["id"] == made["id"]


@pytest.mark.parametrize(
    ("flavour", "answer"),
    [
        ("standard", "approved"),
        ("standard+human", "approved"),
        ("nudity", {"sexual": 0.0}),
        ("demographic", {"result": []}),
    ],
)
async def test_staged_ones_of_each_flavour(client: Client, flavour: Any, answer: Any) -> None:
    made = await client.make(MANY, client.test_key, data=PICTURE, prediction=flavour)
    assert (made["answer"], made["credit_charged"]) == (answer, 0)
    settings = replace(client.project.settings, prediction=flavour)
    await client.house.ports.store.change_project(replace(client.project, settings=settings))
    assert (await client.make(MANY, client.test_key, data=PICTURE))["answer"] == answer
