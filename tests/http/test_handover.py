"""Learning hand-over, end to end on both engines: people's verdicts move a model's threshold."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.house import House, open_house
from tests.nodes.conftest import migrated
from tests.postgres import PostgresServer, new_database

from humanwire.core.model import Capability, Health, Item, Opinion, Verdict
from humanwire.flows import accounts
from humanwire.flows.compare import Comparisons

MODELS: dict[str, Any] = {"use": "first", "confidence": 0.6, "error": 0.2, "audit": 1}


class Sorter:
    """A model that says what the instruction tells it to, as surely as it tells it to."""

    def __init__(self, version: str = "1") -> None:
        self._self = Capability(name="sorter", version=version, kinds=("choice",))

    def capabilities(self) -> Mapping[str, Capability]:
        return {"sorter": self._self}

    async def opinions(self, model: str, items: Sequence[Item]) -> Sequence[Opinion]:
        assert model == "sorter"
        return [self._opinion(item) for item in items]

    def health(self) -> Mapping[str, Health]:
        return {"sorter": Health(state="ready")}

    def _opinion(self, item: Item) -> Opinion:
        answer, confidence = item.question.instruction.split()
        return Verdict([answer], float(confidence))


@pytest.fixture(params=["sqlite", "postgres"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[House]:
    if request.param == "sqlite":
        async with open_house(tmp_path) as opened, learning(opened):
            yield await staffed(opened)
        return
    server: PostgresServer = request.getfixturevalue("postgres_18")
    url = await new_database(server, migrated)
    async with open_house(tmp_path, database=url) as opened, learning(opened):
        yield await staffed(opened)
    await server.drop_database(url)


@asynccontextmanager
async def learning(house: House) -> AsyncGenerator[None]:
    """Do what the server does beside its requests."""
    comparisons = Comparisons(house.ports)

    async def compare() -> None:
        while True:
            await comparisons.go_on()
            await asyncio.sleep(0.01)

    duties = [
        asyncio.create_task(house.context.consultations.run()),
        asyncio.create_task(compare()),
    ]
    try:
        yield
    finally:
        for duty in duties:
            assert not duty.done(), duty
            duty.cancel()
        await asyncio.gather(*duties, return_exceptions=True)


async def staffed(house: House) -> House:
    house.ports.panel = Sorter()
    assert (await admin(house, "PATCH", "", {"models": MODELS}))["models"]["error"] == 0.2
    return house


async def admin(house: House, method: str, path: str, body: object = None) -> Any:
    operator = await accounts.create_operator_key(house.ports)
    headers = {"Authorization": f"Bearer {operator}"}
    url = f"/admin/v1/projects/{house.project.number}{path}"
    reply = await house.call(method, url, json=body, headers=headers)
    assert reply.status == 200, reply.body
    return reply.json


async def ask(house: House, answer: str, confidence: float) -> str:
    """Ask what the model will answer so, as surely as that."""
    return (await house.ask(instruction=f"{answer} {confidence}"))["id"]


async def judge(house: House, answer: str, confidence: float, truth: str) -> None:
    """Ask one, and have a person answer it."""
    task = await ask(house, answer, confidence)
    lease = await house.claim(wait=10)
    assert lease["task"]["id"] == task
    path = f"/assignments/{lease['id']}/answer"
    assert (await house.work(path, {"response": [truth]})).status == 200


async def known(house: House, audits: int) -> dict[str, Any]:
    """What is shown of the model, once people's first so many verdicts are learned."""
    async with asyncio.timeout(30):
        while True:
            [line] = (await admin(house, "GET", "/models"))["models"] or [{"audits": 0}]
            if line["audits"] == audits:
                return line
            assert line["audits"] < audits
            await asyncio.sleep(0.02)


async def test_an_over_confident_model_is_handed_less(
    house: House,
) -> None:
    for number in range(16):
        await judge(house, "cat", 0.7, "cat" if number % 2 else "dog")
    early = await known(house, 16)
    assert (early["state"], early["confidence"], early["accepted_error"]) == ("learning", 0.6, 0.2)
    assert early["error"] == 0.5

    for _ in range(40):
        await judge(house, "cat", 0.97, "cat")
    raised = await known(house, 56)
    assert (raised["state"], raised["confidence"], raised["error"]) == ("learned", 0.8, 0)
    assert raised["error_bound"] <= 0.2
    assert raised["share"] == pytest.approx(40 / 56, abs=1e-4)
    assert (raised["model"], raised["version"], raised["flavour"]) == ("sorter", "1", "choice")


async def test_a_drifting_model_is_handed_nothing_until_people_have_looked_again(
    house: House,
) -> None:
    for _ in range(130):
        await judge(house, "cat", 0.97, "cat")
    assert (await known(house, 130))["state"] == "learned"

    line, wrong = await known(house, 130), 0
    while line["confidence"] is not None:
        wrong += 1
        await judge(house, "cat", 0.97, "dog")
        line = await known(house, 130 + wrong)

    assert wrong < 15
    assert (line["state"], line["reopenings"], line["confidence"]) == ("reopened", 1, None)
    assert line["reopened_at"] == line["since"] is not None
    assert [level for level in line["levels"] if level["audits"]] == []
    metrics = (await house.call("GET", "/metrics")).body.decode()
    assert 'humanwire_model_reopenings_total{model="sorter",project="ours"} 1.0' in metrics
    assert f'{{model="sorter",project="ours",verdict="wrong"}} {wrong}.0' in metrics

    for _ in range(40):
        await judge(house, "cat", 0.97, "cat")
    again = await known(house, 170 + wrong)
    assert (again["state"], again["reopenings"]) == ("learned", 1)


async def test_what_stands_after_learning_ends_at_once_and_the_rest_waits_for_people(
    house: House,
) -> None:
    await judge(house, "cat", 0.1, "dog")
    for _ in range(40):
        await judge(house, "cat", 0.97, "cat")
    assert (await known(house, 41))["state"] == "learned"
    await admin(house, "PATCH", "", {"models": MODELS | {"audit": 0.001}})

    sure = [await ask(house, "dog", 0.97) for _ in range(3)]
    unsure = await ask(house, "fox", 0.1)

    # By chance one in a thousand of the sure ones goes to people.
    ends = [(await house.read(task, block=5)).get("response") for task in sure]
    assert ends.count(["dog"]) >= 2
    assert (await house.claim(wait=10))["task"]["id"] in {unsure, *sure}
    assert (await house.read(unsure))["status"] == "pending"
