"""Images through other protocols, and other protocols' requests as images."""

from tests.dialects.datawow.conftest import PICTURE, Client
from tests.house import Reply

from humanwire.flows.workflows import create_workflow


async def heat(client: Client, method: str, path: str, body: object = None) -> Reply:
    headers = {"X-Heat-API-Key": client.key}
    return await client.house.call(method, f"/v1/{path}", json=body, headers=headers)


async def test_an_image_is_a_request_of_heats(client: Client) -> None:
    body = {
        "instruction": "?",
        "categories": "cat dog",
        "data": PICTURE,
        "custom_id": "7",
        "my": 1.50,
    }
    made = await client.make("images/choices", **body)
    await client.work(["cat"])
    request = (await heat(client, "GET", f"requests/{made['id']}")).json
    assert (request["type"], request["status"]) == ("multiple-choice", "complete")
    assert request["response"] == ["cat"]
    assert {name: request[name] for name in body} == body
    found = (await heat(client, "GET", "requests?metadata.custom_id=7")).json["requests"]
    assert found == [request]


async def test_requests_of_heats_are_images_of_their_class(client: Client) -> None:
    shown = {"attachments_type": "image", "attachments": [PICTURE]}
    more = {"metadata": {"custom_id": "mine"}, "hook_url": "https://example.com/hook"}
    body = {"instruction": "Which?", "choices": ["a", "b"], "max_answers": 1, **shown, **more}
    choice = (await heat(client, "POST", "requests/multiple-choice", body)).json
    (image,) = (await client.form("GET", "images/choices")).json["data"]["images"]
    assert image == {
        "allow_empty": False,
        "answer": [],
        "categories": ["a", "b"],
        "credit_charged": 0,
        "custom_id": "mine",
        "data": PICTURE,
        "id": choice["id"],
        "instruction": "Which?",
        "multiple": False,
        "postback_url": "https://example.com/hook",
        "processed_at": None,
        "project_id": client.project.number,
        "status": "unprocess",
    }
    assert await client.read("mine") == image
    await client.work(["b"])
    assert (await client.read("mine"))["answer"] == ["b"]

    rating = (await heat(client, "POST", "requests/rating", {"instruction": "?"})).json
    assert (await client.read(rating["id"]))["answer"] is None
    await client.work(70)
    image = await client.read(rating["id"])
    assert (image["answer"], image["data"], image["custom_id"]) == (70, "", None)
    for many in ("choices", "closed_questions", "messages", "photo_tags"):
        listed = (await client.form("GET", f"images/{many}")).json["data"]["images"]
        assert rating["id"] not in [each["id"] for each in listed]


async def test_a_closed_question_of_heats_has_one_verdict(client: Client) -> None:
    body = {
        "instruction": "Fine?",
        "confidence": {"strategy": "collect", "answers": 2},
        "metadata": {"custom_id": {"not": "a name"}},
    }
    made = (await heat(client, "POST", "requests/closed-question", body)).json
    other = await client.house.hire("Som", client.project)
    await client.work(["ban"])
    await client.work(["approved"], other)
    image = await client.read(made["id"])
    assert (image["answer"], image["custom_id"]) == (["ban", "approved"], None)
    assert image["credit_charged"] > 0


async def test_units_of_playments_are_images_under_their_reference(client: Client) -> None:
    form = {"tag": "pets", "kind": "choice", "labels": ["cat", "dog"]}
    await create_workflow(client.house.ports, client.project, form)
    body = {"reference_id": "004", "tag": "pets", "data": {"image_url": PICTURE}}
    path = f"/v0/project/{client.project.id}/feedline"
    headers = {"x-client-key": client.key}
    assert (await client.house.call("POST", path, json=body, headers=headers)).status == 200
    (image,) = (await client.form("GET", "images/choices")).json["data"]["images"]
    assert (image["custom_id"], image["data"]) == ("004", PICTURE)
    assert image["categories"] == ["cat", "dog"]
    # References and custom ids do not use each other up.
    made = await client.make(
        "images/choices", instruction="?", categories="a", data="x", custom_id="004"
    )
    assert (await client.read("004"))["id"] == made["id"]
    again = {**body, "reference_id": "005"}
    await client.make("images/choices", instruction="?", categories="a", data="x", custom_id="005")
    assert (await client.house.call("POST", path, json=again, headers=headers)).status == 200
