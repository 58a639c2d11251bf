"""Predictions: by people where no model is installed, by models, and by both."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec.structs import replace
from tests.dialects.datawow.conftest import PICTURE, Client

from humanwire.core.model import Abstention, Capability, Health, Item, Opinion, Verdict
from humanwire.core.panel import ModelUse

MANY = "prime/predictions"
FACE = {
    "age": 25,
    "age_prob": 0.087,
    "gender": "male",
    "gender_prob": 0.927,
    "positions": {"x": 0, "y": 11.6, "w": 248.8, "h": 268.2},
}


class Oracle:
    """A model of every flavour that says what it is told to, when it is let."""

    def __init__(self, opinion: Opinion) -> None:
        self.opinion = opinion
        self.asked: list[Item] = []
        self.let = asyncio.Event()

    def capabilities(self) -> Mapping[str, Capability]:
        flavours = ("standard", "standard+human", "nudity", "demographic")
        return {
            "oracle": Capability(
                name="oracle", version="1", kinds=("prediction",), flavours=flavours,
                licence="none", limits="", batch=8, seconds=60,
            )
        }  # fmt: skip

    async def opinions(
        self,
        model: str,  # noqa: ARG002 - it is one
        items: Sequence[Item],
    ) -> Sequence[Opinion]:
        self.asked += items
        await self.let.wait()
        return [self.opinion] * len(items)

    def health(self) -> Mapping[str, Health]:
        return {}


def install(client: Client, response: Any, confidence: float = 0.99) -> Oracle:
    """Let the server know a model that says this."""
    oracle = Oracle(Verdict(response, confidence))
    client.house.ports.panel = oracle
    return oracle


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


@pytest.mark.parametrize(
    ("flavour", "response", "answer"),
    [
        ("standard", ["approved"], "approved"),
        ("nudity", {"sexual": 0.0003511860850267112}, {"sexual": 0.0003511860850267112}),
        ("demographic", {"result": [FACE]}, {"result": [FACE]}),
        ("standard+human", ["ban"], "ban"),
    ],
)
async def test_a_model_that_is_sure_answers_alone(
    client: Client, flavour: Any, response: Any, answer: Any
) -> None:
    settings = replace(client.project.settings, models=ModelUse(audit=0))
    await client.house.ports.store.change_project(replace(client.project, settings=settings))
    oracle = install(client, response)
    back = {"postback_url": client.receiver.url, "postback_method": "PATCH"}
    made = await client.make(MANY, data=PICTURE, prediction=flavour, **back)
    assert (made["status"], made["answer"]) == ("processing", None)
    assert (await client.read(made["id"]))["status"] == "processing"
    listed = (await client.form("GET", MANY)).json["data"]["images"]
    assert [image["status"] for image in listed] == ["processing"]
    assert (await client.house.work("/assignments", {}, client.worker)).status == 204
    oracle.let.set()
    request, body = await client.receiver.next()
    assert request.method == "PATCH"
    told = json.loads(body)
    assert (told["answer"], told["status"], told["credit_charged"]) == (answer, "processed", 1)
    assert await client.read(made["id"]) == told
    assert [item.flavour for item in oracle.asked] == [flavour]


async def test_people_get_what_a_model_is_unsure_of(client: Client) -> None:
    oracle = install(client, ["approved"], 0.5)
    made = await client.make(
        MANY, data=PICTURE, prediction="standard+human", postback_url=client.receiver.url
    )
    assert made["status"] == "processing"
    oracle.let.set()
    async with asyncio.timeout(20):
        while (await client.read(made["id"]))["status"] != "unprocess":
            await asyncio.sleep(0.01)
    await client.work(["declined"])
    _, body = await client.receiver.next()
    assert json.loads(body)["answer"] == "declined"


async def test_what_only_a_model_could_say_ends_without_it(client: Client) -> None:
    oracle = install(client, None)
    oracle.opinion = Abstention("not_installed")
    oracle.let.set()
    await client.make(MANY, data=PICTURE, prediction="nudity", postback_url=client.receiver.url)
    _, body = await client.receiver.next()
    told = json.loads(body)
    assert (told["answer"], told["status"], told["credit_charged"]) == (None, "processed", 0)
