"""Every example of the protocol's document, word for word: staged, answered, and by curl."""

import asyncio
import shutil
from pathlib import Path

import msgspec
import pytest

GOLDEN = Path(__file__).with_name("golden")
EXAMPLES = sorted(path.stem for path in GOLDEN.glob("*.json"))


class Example(msgspec.Struct):
    path: str
    body: str
    curl: str
    answers: list[object]
    staged: str
    pending: str
    complete: str


@pytest.fixture(params=EXAMPLES)
def example(request) -> Example:
    return msgspec.json.decode((GOLDEN / f"{request.param}.json").read_bytes(), type=Example)


async def test_a_test_key_gets_a_staged_response_at_once(server, example):
    reply = await server.call("POST", example.path, example.body.encode(), key="test")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.body.decode() == example.staged.replace("ID", reply.json["id"])


async def test_a_live_key_waits_for_people(server, example):
    path = example.path.partition("?")[0]
    asked = await server.call("POST", path, example.body.encode())
    identifier = asked.json["id"]
    assert asked.body.decode() == example.pending.replace("ID", identifier)

    blocked = asyncio.create_task(server.call("GET", f"/v1/requests/{identifier}?block=60"))
    for response in example.answers:
        await server.work(response)

    ended = await blocked
    expected = example.complete.replace("ID", identifier)
    for number, cruncher in enumerate(ended.json["raw_responses"]):
        expected = expected.replace(f"CRUNCHER{number}", cruncher)
    assert ended.body.decode() == expected
    response = await server.call("GET", f"/v1/responses/{identifier}")
    assert response.json == ended.json["response"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_curl_as_the_document_has_it(server, example):
    key = f"X-Heat-API-Key: {server.keys['test']}"
    content_type = "Content-Type: application/json"
    body = await curl(server.url + example.path, "-H", key, "-H", content_type, "-d", example.curl)
    reply = msgspec.json.decode(body)
    sent = msgspec.json.decode(example.curl)
    assert reply["status"] == "complete"
    assert {name: reply[name] for name in sent} == sent


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_curl_retrieves_and_aborts_with_the_key_as_user_name(server):
    asked = await server.ask("free-text", {"instruction": "Say hello"})
    identifier, user = asked.json["id"], f"{server.keys['live']}:"
    found = await curl(f"{server.url}/v1/requests/{identifier}", "-u", user)
    assert found == asked.body
    waited = await curl(f"{server.url}/v1/requests/{identifier}?block=0.05", "-u", user)
    assert waited == asked.body
    abort = f"{server.url}/v1/tasks/abort/{identifier}?block=30"
    assert await curl("-X", "POST", abort, "-u", user) == b'{"success":true}'


async def curl(*arguments: str) -> bytes:
    running = await asyncio.create_subprocess_exec(
        "curl", "--silent", "--show-error", *arguments, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await running.communicate()
    assert running.returncode == 0
    return output
