"""What workers read and keep beside their tasks, over HTTP."""

import json
from typing import Any

import pytest
from tests.house import House, Reply

from humanwire.flows import accounts


async def put(house: House, body: object) -> Reply:
    headers = {"Authorization": f"Bearer {house.worker}"}
    return await house.call("PUT", "/worker/v1/settings", json=body, headers=headers)


async def get(house: House, path: str) -> Reply:
    headers = {"Authorization": f"Bearer {house.worker}"}
    return await house.call("GET", f"/worker/v1{path}", headers=headers)


@pytest.fixture
async def operator(house: House) -> str:
    return await accounts.create_operator_key(house.ports)


async def change(house: House, operator: str, fields: dict[str, Any]) -> Reply:
    headers = {"Authorization": f"Bearer {operator}"}
    return await house.call("PATCH", "/admin/v1/projects/ours", json=fields, headers=headers)


async def test_settings_begin_empty_and_each_save_needs_a_higher_version(house: House) -> None:
    assert (await get(house, "/settings")).json == {"version": 0, "body": {}}
    kept = {"version": 1, "body": {"theme": "dark", "keys": {"task.skip": {"s": "x"}}}}

    saved = await put(house, kept)

    assert (saved.status, saved.json) == (200, {"accepted": True, "version": 1})
    assert (await get(house, "/settings")).json == kept
    stale = await put(house, {"version": 1, "body": {}})
    assert (stale.status, stale.json["error"]["code"]) == (409, "stale_settings")
    assert (await get(house, "/settings")).json == kept


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"body": {}}, "version"),
        ({"version": 0, "body": {}}, "version"),
        ({"version": 2**63, "body": {}}, "version"),
        ({"version": 1, "body": []}, "body"),
        ({"version": 1, "body": None}, "body"),
    ],
)
async def test_settings_that_are_none_are_refused(house: House, body: object, field: str) -> None:
    refused = await put(house, body)
    assert (refused.status, refused.json["error"].get("field")) == (422, field)


async def test_settings_have_a_limit(house: House) -> None:
    refused = await put(house, {"version": 1, "body": {"x": "y" * 70_000}})
    assert (refused.status, refused.json["error"]["code"]) == (413, "too_large")


async def test_settings_are_for_who_is_signed_in(house: House) -> None:
    for method in ("GET", "PUT"):
        refused = await house.call(method, "/worker/v1/settings", json={"version": 1, "body": {}})
        assert refused.status == 401


async def test_guidelines_are_named_with_the_task_and_read_apart(
    house: House, operator: str
) -> None:
    text = "# Marks\n\n* one *point* each ✓"
    changed = await change(house, operator, {"guidelines": text})
    assert (changed.status, changed.json["guidelines"]) == (200, text)
    await house.ask()

    task = (await house.claim())["task"]

    shown = await get(house, f"/projects/{task['project']}/guidelines")
    assert shown.json == {"digest": task["guidelines"], "guidelines": text}
    await change(house, operator, {"guidelines": text + "\n* and a second"})
    again = await get(house, "/projects/1/guidelines")
    assert again.json["digest"] != task["guidelines"]
    for none in (None, "", "  \n"):
        assert (await change(house, operator, {"guidelines": none})).json["guidelines"] is None
        emptied = await get(house, "/projects/ours/guidelines")
        assert emptied.json == {"digest": None, "guidelines": ""}


async def test_other_settings_leave_the_guidelines(house: House, operator: str) -> None:
    await change(house, operator, {"guidelines": "Look twice."})
    assert (await change(house, operator, {"price": 2})).json["guidelines"] == "Look twice."


@pytest.mark.parametrize("text", ["x" * 65_537, "ü" * 32_769, 5, ["a"]])
async def test_guidelines_that_are_none_are_refused(
    house: House, operator: str, text: object
) -> None:
    refused = await change(house, operator, {"guidelines": text})
    assert (refused.status, refused.json["error"]["field"]) == (400, "guidelines")


async def test_guidelines_are_of_ones_own_projects(house: House, operator: str) -> None:
    headers = {"Authorization": f"Bearer {operator}"}
    made = {"name": "others", "guidelines": "Secret."}
    created = await house.call("POST", "/admin/v1/projects", json=made, headers=headers)
    assert created.status == 200
    shown = await house.call("GET", "/admin/v1/projects/others", headers=headers)
    assert json.loads(shown.body)["guidelines"] == "Secret."
    for name in ("others", "nobodys"):
        assert (await get(house, f"/projects/{name}/guidelines")).status == 404
