"""What a client's server is sent when an image is processed, by each method."""

import json
from typing import Any

import pytest
from msgspec.structs import replace
from tests.dialects.datawow.conftest import PICTURE, Client

from humanwire.core.signing import sign

STRANGE = "50% of + & = # “ไทย”\n/?"


def check_signature(client: Client, request: Any, body: bytes) -> None:
    headers = request.headers
    secrets = [secret.text for secret in client.project.webhook_secrets]
    made = sign(secrets, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == made["webhook-signature"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_the_fields_are_sent_as_json(client: Client, method: str) -> None:
    made = await client.make(
        "images/messages",
        instruction=STRANGE,
        data=PICTURE,
        postback_url=client.receiver.url,
        postback_method=method.lower(),
        custom_id="mine",
    )
    assert made["postback_url"] == client.receiver.url
    await client.work(STRANGE)
    request, body = await client.receiver.next()
    assert request.method == method
    assert request.headers["content-type"] == "application/json"
    assert request.path_qs == "/postback"
    check_signature(client, request, body)
    assert json.loads(body) == await client.read(made["id"])
    assert json.loads(body)["answer"] == STRANGE.strip()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_the_fields_are_sent_in_the_query(client: Client, method: str) -> None:
    made = await client.make(
        "images/choices",
        instruction=STRANGE,
        categories=["a cat", "ไทย & co"],
        data=PICTURE,
        multiple=True,
        postback_url=f"{client.receiver.url}?mine=a%26b&x#part",
        postback_method=method,
    )
    await client.work(["ไทย & co", "a cat"])
    request, body = await client.receiver.next()
    assert (request.method, body) == (method, b"")
    assert "content-type" not in request.headers
    check_signature(client, request, b"")
    image = await client.read(made["id"])
    sent = dict(request.query)
    assert (sent.pop("mine"), sent.pop("x")) == ("a&b", "")
    assert list(sent) == list(image)
    assert json.loads(sent.pop("answer")) == image.pop("answer") == ["ไทย & co", "a cat"]
    assert json.loads(sent.pop("categories")) == image.pop("categories")
    assert sent == {
        name: value if isinstance(value, str) else json.dumps(value).replace("null", "")
        for name, value in image.items()
    }
    assert (sent["credit_charged"], sent["custom_id"], sent["multiple"]) == ("1", "", "true")


async def test_post_is_the_method_and_the_projects_address_the_default(client: Client) -> None:
    settings = replace(client.project.settings, callback_url=client.receiver.url)
    await client.house.ports.store.change_project(replace(client.project, settings=settings))
    made = await client.make("images/closed_questions", data=PICTURE)
    assert made["postback_url"] == ""
    await client.work(["ban"])
    request, body = await client.receiver.next()
    assert request.method == "POST"
    assert json.loads(body)["answer"] == "ban"


async def test_every_end_is_told_of_once_it_is_there(client: Client) -> None:
    sent = {"data": PICTURE, "postback_url": client.receiver.url}
    made = await client.make("images/closed_questions", **sent)
    claimed = await client.house.claim(client.worker)
    flag = f"/assignments/{claimed['id']}/flag"
    assert (await client.house.work(flag, {"feedback": "no"}, client.worker)).status == 200
    _, body = await client.receiver.next()
    assert json.loads(body) == await client.read(made["id"])
    assert json.loads(body)["answer"] is None

    aborted = await client.make("images/closed_questions", **sent)
    headers = {"X-Heat-API-Key": client.key}
    await client.house.call("DELETE", f"/v1/requests/{aborted['id']}", headers=headers)
    _, body = await client.receiver.next()
    assert (json.loads(body)["id"], json.loads(body)["status"]) == (aborted["id"], "processed")

    staged = await client.make("images/closed_questions", client.test_key, **sent)
    _, body = await client.receiver.next()
    assert json.loads(body) == staged


@pytest.mark.parametrize("status", [200, 201, 204, 299])
async def test_any_2xx_is_success(client: Client, status: int) -> None:
    client.receiver.statuses = [status]
    made = await client.make(
        "images/closed_questions",
        data=PICTURE,
        postback_url=client.receiver.url,
        postback_method="DELETE",
    )
    await client.work(["approved"])
    await client.receiver.next()
    log = await delivered(client, made["id"])
    assert (log["state"], log["url"]) == ("delivered", client.receiver.url)


async def test_a_failed_one_is_tried_again_by_the_same_method(client: Client) -> None:
    client.receiver.statuses = [500]
    made = await client.make(
        "images/closed_questions",
        data=PICTURE,
        postback_url=client.receiver.url,
        postback_method="GET",
    )
    await client.work(["approved"])
    first, _ = await client.receiver.next()
    log = await delivered(client, made["id"], "pending", tried=1)
    assert log["next_attempt"]
    headers = {"X-Heat-API-Key": client.key}
    resend = f"/v1/deliveries/{log['id']}/resend"
    assert (await client.house.call("POST", resend, headers=headers)).status == 200
    second, _ = await client.receiver.next()
    assert (second.method, second.path_qs) == ("GET", first.path_qs)
    assert second.headers["webhook-id"] == first.headers["webhook-id"]


async def delivered(client: Client, task: str, state: str = "", tried: int = 0) -> Any:
    """The delivery of a task, once it has been tried."""
    headers = {"X-Heat-API-Key": client.key}
    while True:
        log = await client.house.call("GET", f"/v1/deliveries?request={task}", headers=headers)
        (found,) = log.json["deliveries"]
        if found["state"] != (state or "pending") or len(found["attempts"]) == tried > 0:
            return found
