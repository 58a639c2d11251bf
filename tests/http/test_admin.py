"""The operator's API over HTTP: who may call it, what it makes, and how it names what is wrong."""

import json
import re

import pytest
from tests.house import House, Reply

from humanwire.flows import accounts


@pytest.fixture
async def operator(house: House) -> str:
    return await accounts.create_operator_key(house.ports)


async def admin(house: House, key: str, method: str, path: str, body: object = None) -> Reply:
    headers = {"Authorization": f"Bearer {key}"}
    return await house.call(method, f"/admin/v1{path}", json=body, headers=headers)


async def test_nobody_but_an_operator_gets_in(house: House) -> None:
    for key in ("op_nobody", house.key, house.worker):
        refused = await admin(house, key, "GET", "/projects")
        assert (refused.status, refused.json["error"]["code"]) == (401, "unauthorized")
    refused = await admin(house, house.worker, "POST", "/operator-keys")
    assert refused.status == 401


async def test_a_sign_in_link_lets_the_operators_browser_in_but_no_other_page(
    house: House, operator: str
) -> None:
    entered = await house.call("GET", f"/in/{operator}")
    assert entered.status == 303
    cookie = {"Cookie": entered.headers["set-cookie"].partition(";")[0]}
    assert (await house.call("GET", "/admin/v1/projects", headers=cookie)).status == 200
    foreign = {**cookie, "Origin": "https://elsewhere.example"}
    body = {"name": "stolen"}
    refused = await house.call("POST", "/admin/v1/projects", headers=foreign, json=body)
    assert refused.status == 403
    assert await house.ports.store.find_project("stolen") is None


async def test_a_worker_made_here_answers_what_a_key_made_here_asked(
    house: House, operator: str
) -> None:
    project = await admin(house, operator, "POST", "/projects", {"name": "shop"})
    assert project.status == 200
    assert set(project.json) == {"id", "name", "number", "webhook_secret"}
    key = await admin(house, operator, "POST", "/keys", {"project": "shop"})
    assert set(key.json) == {"id", "key", "mode"}
    assert key.json["mode"] == "live"
    worker = await admin(house, operator, "POST", "/workers", {"name": "Gil", "projects": ["shop"]})
    assert set(worker.json) == {"id", "name", "number", "token", "url"}
    assert worker.json["url"] == f"{house.origin}/in/{worker.json['token']}"

    house.key = key.json["key"]
    task = await house.ask()
    lease = await house.claim(worker.json["token"])
    assert lease["task"]["id"] == task["id"]


async def test_a_project_is_found_by_name_number_and_uuid(house: House, operator: str) -> None:
    made = (await admin(house, operator, "POST", "/projects", {"name": "shop"})).json
    for reference in ("shop", made["number"], made["id"]):
        shown = (await admin(house, operator, "GET", f"/projects/{reference}")).json
        assert (shown["id"], shown["webhook_secret"]) == (made["id"], made["webhook_secret"])
        assert shown["counts"] == {"pending": 0, "complete": 0, "flagged": 0, "aborted": 0}
    assert (await admin(house, operator, "GET", "/projects/nothing")).status == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("callback_url", "ftp://example.com"),
        ("callback_url", 5),
        ("callback_on", "never"),
        ("price", -1),
        ("rate", 0),
        ("lease_seconds", 0),
        ("lease_seconds", 1e12),
        ("media_mode", "secret"),
        ("flags_to_end", 0),
        ("prediction", "nudity"),
        ("prediction", "weather"),
        ("consensus", {"strategy": "majority"}),
        ("consensus.min_agreements", {"min_agreements": 3, "max_crunchers": 2}),
        ("consensus.strategy", {"strategy": "luck"}),
        ("colour", "red"),
        ("name", 7),
        ("name", " "),
        ("name", "ours"),
    ],
)
async def test_a_bad_setting_is_named_and_nothing_is_made(
    house: House, operator: str, field: str, value: object
) -> None:
    if field == "consensus.min_agreements" and isinstance(value, dict):
        value |= {"strategy": "majority"}
    body = {"name": "shop", field.partition(".")[0]: value}
    refused = await admin(house, operator, "POST", "/projects", body)
    assert (refused.status, refused.json["error"]["field"]) == (400, field)
    assert await house.ports.store.find_project("shop") is None


async def test_a_setting_changes_by_itself_and_null_gives_its_default_back(
    house: House, operator: str
) -> None:
    first = {"callback_url": "https://example.com/a", "price": 2.5, "lease_seconds": 30}
    await admin(house, operator, "PATCH", "/projects/ours", first)
    shown = await admin(house, operator, "PATCH", "/projects/ours", {"price": None})
    assert shown.status == 200
    assert (shown.json["price"], shown.json["lease_seconds"]) == (1, 30)
    assert shown.json["callback_url"] == "https://example.com/a"


async def test_a_suspended_projects_keys_rest_until_it_is_resumed(
    house: House, operator: str
) -> None:
    path = "/projects/ours"
    headers = {"X-Heat-API-Key": house.key}
    await admin(house, operator, "PATCH", path, {"suspended": True})
    assert (await house.call("GET", "/v1/requests", headers=headers)).status == 403
    await admin(house, operator, "PATCH", path, {"suspended": False})
    assert (await house.call("GET", "/v1/requests", headers=headers)).status == 200


async def test_a_rotated_key_has_a_day_and_a_revoked_one_none(house: House, operator: str) -> None:
    listed = (await admin(house, operator, "GET", "/keys?project=ours")).json["keys"]
    live = next(key for key in listed if key["mode"] == "live")
    assert house.key not in json.dumps(listed)
    new = await admin(house, operator, "POST", f"/keys/{live['id']}/rotate")
    for key in (house.key, new.json["key"]):
        found = await house.call("GET", "/v1/requests", headers={"X-Heat-API-Key": key})
        assert found.status == 200
    house.clock.ahead = accounts.OVERLAP_MS + 1
    headers = {"X-Heat-API-Key": house.key}
    assert (await house.call("GET", "/v1/requests", headers=headers)).status == 401

    assert (await admin(house, operator, "DELETE", f"/keys/{new.json['id']}")).status == 200
    headers = {"X-Heat-API-Key": new.json["key"]}
    assert (await house.call("GET", "/v1/requests", headers=headers)).status == 401


async def test_a_new_secret_signs_beside_the_old_one(house: House, operator: str) -> None:
    old = house.project.webhook_secrets[0].text
    new = (await admin(house, operator, "POST", "/projects/ours/secret/rotate")).json
    project = await house.ports.store.find_project("ours")
    assert project is not None
    assert project.signing_secrets(house.clock()) == (new["webhook_secret"], old)
    assert project.signing_secrets(house.clock() + accounts.OVERLAP_MS) == (new["webhook_secret"],)


async def test_what_a_revoked_worker_held_goes_to_another(house: House, operator: str) -> None:
    task = await house.ask()
    await house.claim()
    assert (await admin(house, operator, "DELETE", "/workers/Ada")).status == 200
    assert (await house.work("/assignments", {})).status == 401
    assert (await house.claim(house.teammate))["task"]["id"] == task["id"]


async def test_an_invitation_ends_the_link_before_it(house: House, operator: str) -> None:
    invited = (await admin(house, operator, "POST", "/workers/Ada/invite")).json
    assert (await house.work("/me", method="GET")).status == 401
    assert (await house.work("/me", token=invited["token"], method="GET")).json["name"] == "Ada"


async def test_a_worker_joins_another_project(house: House, operator: str) -> None:
    joined = await admin(house, operator, "POST", "/workers/Ada/projects", {"projects": ["theirs"]})
    assert joined.json["projects"] == ["ours", "theirs"]
    listed = await admin(house, operator, "GET", "/workers?project=theirs")
    assert {worker["name"] for worker in listed.json["workers"]} == {"Ada", "Eve"}


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("/keys", {}, 400, "project"),
        ("/keys", {"project": "ours", "mode": "dead"}, 400, "mode"),
        ("/keys", {"project": "ours", "modes": "live"}, 400, "modes"),
        ("/keys", {"project": "nothing"}, 404, "project"),
        ("/workers", {"projects": []}, 400, "name"),
        ("/workers", {"name": "Gil", "projects": [{}]}, 400, "projects[0]"),
        ("/workers", {"name": "Gil", "projects": ["nothing"]}, 404, "project"),
        ("/workers/Ada/projects", {"projects": "ours"}, 400, "projects"),
        ("/keys/nothing/rotate", {}, 404, "key"),
        ("/workers/nobody/invite", {}, 404, "worker"),
    ],
)
async def test_a_bad_field_is_named(
    house: House, operator: str, path: str, body: object, status: int, field: str
) -> None:
    refused = await admin(house, operator, "POST", path, body)
    assert (refused.status, refused.json["error"]["field"]) == (status, field)


async def test_what_is_no_object_is_refused(house: House, operator: str) -> None:
    headers = {"Authorization": f"Bearer {operator}"}
    for body in (b"", b"[]", b'{"name":', b"\xff"):
        refused = await house.call("POST", "/admin/v1/projects", data=body, headers=headers)
        assert (refused.status, refused.json["error"]["code"]) == (400, "invalid")


async def test_the_document_lists_every_route_of_workers_and_operators(house: House) -> None:
    document = (await house.call("GET", "/openapi.json")).json
    paths = document["paths"]
    assert paths["/admin/v1/projects/{project}"].keys() == {"get", "patch"}
    assert paths["/admin/v1/keys/{id}"].keys() == {"delete"}
    assert paths["/worker/v1/assignments"].keys() == {"get", "post"}
    assert paths["/v1/requests/{id}"].keys() >= {"get"}
    schemas = document["components"]["schemas"]
    for name in re.findall(r"#/components/schemas/(\w+)", json.dumps(document)):
        assert name in schemas
    for path, methods in paths.items():
        for method in methods:
            if not path.startswith("/v1/"):
                found = await house.call(method.upper(), re.sub(r"\{\w+\}", "1", path))
                assert found.status in {200, 401}, (method, path)


async def test_a_workflow_is_made_and_changed(house: House, operator: str) -> None:
    path = f"/projects/{house.project.number}/workflows"
    form = {"tag": "pets", "kind": "choice", "labels": ["cat", "dog"]}
    made = await admin(house, operator, "POST", path, form)
    assert made.json == {"id": made.json["id"], "tag": "pets"}
    shown = await admin(house, operator, "GET", f"{path}/{made.json['id']}")
    assert shown.json == (await admin(house, operator, "GET", f"{path}/pets")).json
    changed = await admin(house, operator, "PATCH", f"{path}/pets", {"instruction": "Which pet?"})
    assert changed.json["instruction"] == "Which pet?"
    assert (changed.json["version"], changed.json["labels"]) == (2, ["cat", "dog"])
    listed = await admin(house, operator, "GET", path)
    assert listed.json == {"workflows": [changed.json]}

    for method, where, body, status, field in [
        ("POST", path, form, 400, "tag"),
        ("POST", path, {"tag": "x", "kind": "choice", "labels": [5]}, 400, "labels[0]"),
        ("PATCH", f"{path}/pets", {"kind": "poem"}, 400, "kind"),
        ("PATCH", f"{path}/cars", {}, 404, "workflow"),
        ("GET", f"{path}/cars", None, 404, "workflow"),
        ("GET", "/projects/nobody/workflows", None, 404, "project"),
        ("GET", "/projects/theirs/workflows/pets", None, 404, "workflow"),
    ]:
        reply = await admin(house, operator, method, where, body)
        assert (reply.status, reply.json["error"]["field"]) == (status, field)
    assert (await admin(house, house.key, "GET", path)).status == 401
    assert (await admin(house, house.key, "POST", path, form)).status == 401
