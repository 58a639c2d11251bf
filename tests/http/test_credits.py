"""Credits over HTTP: what operators see and do, and how a limit is told to each protocol."""

from typing import Any

import pytest
from tests.house import House, Reply

from humanwire.flows import accounts
from humanwire.flows.workflows import create_workflow

PICTURE = "https://example.com/1.jpg"


@pytest.fixture
async def operator(house: House) -> str:
    return await accounts.create_operator_key(house.ports)


async def admin(house: House, key: str, method: str, path: str, body: object = None) -> Reply:
    headers = {"Authorization": f"Bearer {key}"}
    path = f"/admin/v1/projects/ours{path}"
    return await house.call(method, path, json=body, headers=headers)


async def answered(house: House, **fields: Any) -> str:
    """Have a task answered; return its id."""
    task = await house.ask(**fields)
    lease = await house.claim()
    reply = await house.work(f"/assignments/{lease['id']}/answer", {"response": ["cat"]})
    assert reply.status == 200, reply.body
    return task["id"]


async def test_answers_are_charged_with_the_price_they_were_asked_at(
    house: House, operator: str
) -> None:
    first = await answered(house)
    await admin(house, operator, "PATCH", "", {"price": 0.1})
    open_task = await house.ask()
    await admin(house, operator, "PATCH", "", {"price": 7})
    lease = await house.claim()
    await house.work(f"/assignments/{lease['id']}/answer", {"response": ["dog"]})
    paid = {"amount": 0.3, "note": " Order 7 "}
    entry = (await admin(house, operator, "POST", "/credits", paid)).json
    assert (entry["kind"], entry["amount"], entry["balance"]) == ("top_up", 0.3, -0.8)
    assert entry["note"] == "Order 7"
    ledger = (await admin(house, operator, "GET", "/credits/ledger")).json
    assert ledger["next_cursor"] is None
    assert ledger["entries"][0] == entry
    assert [(each["task"], each["amount"]) for each in ledger["entries"][1:]] == [
        (open_task["id"], -0.1),
        (first, -1),
    ]
    shown = (await admin(house, operator, "GET", "/credits")).json
    assert shown == {
        "project": "ours",
        "price": 7,
        "balance": -0.8,
        "held": 0,
        "limit": None,
        "available": None,
    }


async def test_the_ledger_is_paged(house: House, operator: str) -> None:
    made = [
        (await admin(house, operator, "POST", "/credits", {"amount": number})).json
        for number in range(1, 103)
    ]
    first = (await admin(house, operator, "GET", "/credits/ledger")).json
    cursor = first["next_cursor"]
    rest = (await admin(house, operator, "GET", f"/credits/ledger?cursor={cursor}")).json
    assert first["entries"] + rest["entries"] == made[::-1]
    assert rest["next_cursor"] is None
    refused = await admin(house, operator, "GET", "/credits/ledger?cursor=newest")
    assert (refused.status, refused.json["error"]["field"]) == (400, "cursor")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "amount"),
        ({"amount": "5"}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 0.0000001}, "amount"),
        ({"amount": 1e10}, "amount"),
        ({"amount": 1, "kind": "charge"}, "kind"),
        ({"amount": 1, "kind": "adjustment"}, "note"),
        ({"amount": 1, "kind": "adjustment", "note": "  "}, "note"),
        ({"amount": 1, "note": "a\nb"}, "note"),
        ({"amount": 1, "note": "x" * 1001}, "note"),
        ({"amount": 1, "task": "mine"}, "task"),
    ],
)
async def test_what_is_no_entry_is_refused(
    house: House, operator: str, body: dict[str, Any], field: str
) -> None:
    refused = await admin(house, operator, "POST", "/credits", body)
    assert (refused.status, refused.json["error"]["field"]) == (400, field)
    assert (await admin(house, operator, "GET", "/credits/ledger")).json["entries"] == []


async def test_credits_are_for_operators(house: House) -> None:
    for method, path in (("GET", ""), ("POST", ""), ("GET", "/ledger")):
        refused = await admin(house, house.key, method, f"/credits{path}", {"amount": 1})
        assert refused.status == 401


@pytest.mark.parametrize(
    ("name", "value"),
    [("price", 0.0000001), ("price", 1e10), ("credit_limit", -1), ("credit_limit", "some")],
)
async def test_amounts_that_cannot_be_settings_are_refused(
    house: House, operator: str, name: str, value: object
) -> None:
    refused = await admin(house, operator, "PATCH", "", {name: value})
    assert (refused.status, refused.json["error"]["field"]) == (400, name)


async def test_each_protocol_is_told_of_the_limit_in_its_own_shape(
    house: House, operator: str
) -> None:
    workflow = await create_workflow(house.ports, house.project, {"tag": "look", "kind": "text"})
    await admin(house, operator, "PATCH", "", {"credit_limit": 0})
    body = {"instruction": "Which?", "choices": ["a"]}
    heat = await house.call(
        "POST", "/v1/requests/multiple-choice", json=body, headers={"X-Heat-API-Key": house.key}
    )
    assert (heat.status, heat.json["error"]["code"]) == (402, "credit_exceeded")
    staged = await house.call(
        "POST",
        "/v1/requests/multiple-choice",
        json=body,
        headers={"X-Heat-API-Key": house.test_key},
    )
    assert staged.status == 200
    keys = {"x-api-key": house.key, "Authorization": house.key}
    picture = {"image_data": {"image_url": PICTURE}}
    line = {"reference_id": "1", "tag": "look", "data": picture}
    for path, body in (
        (f"/v0/project/{house.project.id}/feedline", line),
        (f"/v1/projects/{house.project.id}/jobs", line | {"work_flow_id": workflow.id}),
    ):
        unit = await house.call("POST", path, json=body, headers=keys)
        assert (unit.status, unit.json["success"]) == (402, False), unit.body
        assert unit.json["error"]["code"] == "credit_exceeded"
    asked = {"instruction": "?", "categories": ["a"], "data": PICTURE}
    image = await house.call("POST", "/api/images/choices", json=asked, headers=keys)
    assert (image.status, image.json["data"]) == (402, None)
    assert "credit" in image.json["meta"]["message"]
    shown = (await admin(house, operator, "GET", "")).json
    assert shown["counts"]["pending"] == 0
    await admin(house, operator, "POST", "/credits", {"amount": 1})
    assert (await house.ask())["status"] == "pending"
    left = (await admin(house, operator, "GET", "/credits")).json
    assert (left["held"], left["limit"], left["available"]) == (1, 0, 0)


async def test_of_many_those_that_fit_are_stored(house: House, operator: str) -> None:
    await admin(house, operator, "PATCH", "", {"credit_limit": 2})
    items = [{"type": "multiple-choice", "instruction": "?", "choices": ["a"]}] * 3
    told = await house.call(
        "POST", "/v1/requests", json=items, headers={"X-Heat-API-Key": house.key}
    )
    assert [each.get("error", {}).get("code") for each in told.json] == [
        *(None, None, "credit_exceeded")
    ]


async def test_charges_are_counted_in_metrics(house: House) -> None:
    await answered(house)
    page = await house.call("GET", "/metrics")
    assert b'humanwire_credits_charged_total{project="ours"} 1.0' in page.body
